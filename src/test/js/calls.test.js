// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Calls } from '../../main/webapp/sdk/calls.js';
import { FakeClock, settled } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {Calls} */ let calls;
/** @type {any[]} */ let sent;
/** @type {string[]} */ let log;
/** @type {number} */ let overdue;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  log = [];
  overdue = 0;
  calls = new Calls(clock, () => overdue++);
});

const up = () => calls.lineUp((text) => sent.push(JSON.parse(text).n));

/** Makes call number `n` and logs how it ends. @param {number} n */
function call(n) {
  const request = { method: 'say', n };
  calls.call(request).then(
    (answer) => log.push(`${n} ok ${answer.delivered}`),
    (error) => log.push(`${n} ${error.code}`),
  );
}

test('each answer goes to its request, in the order of asking', async () => {
  up();
  [1, 2, 3].forEach(call);
  for (const delivered of [10, 20, 30]) calls.answer({ method: 'say', code: 0, delivered });
  await settled();
  assert.deepEqual(log, ['1 ok 10', '2 ok 20', '3 ok 30']);
  assert.deepEqual(sent, [1, 2, 3]);
});

test('one request is on the way at a time', () => {
  up();
  [1, 2].forEach(call);
  assert.deepEqual(sent, [1]);
  calls.answer({ method: 'say', code: 0 });
  assert.deepEqual(sent, [1, 2]);
});

test('a refusal rejects with its code and the next request goes out', async () => {
  up();
  [1, 2].forEach(call);
  calls.answer({ method: 'say', code: '10008', msg: '系统繁忙，请稍后再试' });
  calls.answer({ method: 'say', code: 0, delivered: 1 });
  await settled();
  assert.deepEqual(log, ['1 10008', '2 ok 1']);
});

test('a failing backend rejects with its number', async () => {
  up();
  call(1);
  calls.answer({ method: 'say', code: 404, msg: '请求失败，请稍后再试' });
  await settled();
  assert.deepEqual(log, ['1 404']);
});

test('what is no answer is not taken', () => {
  assert.equal(calls.answer({ method: 'say', code: 0 }), false, 'nothing was asked');
  up();
  call(1);
  assert.equal(calls.answer({ method: 'notice', code: 0 }), false, 'another method');
  assert.equal(calls.answer({ text: 'a push of the backend' }), false, 'neither method nor code');
  assert.equal(calls.answer({ code: 0, data: 'a body of the backend' }), true);
});

test('a request made offline goes out with the next line', async () => {
  [1, 2].forEach(call);
  await clock.advance(59_999);
  up();
  calls.answer({ method: 'say', code: 0, delivered: 1 });
  calls.answer({ method: 'say', code: 0, delivered: 2 });
  await settled();
  assert.deepEqual(log, ['1 ok 1', '2 ok 2']);
});

test('a request that finds no line in time fails as unsent and is not sent later', async () => {
  call(1);
  await clock.advance(60_000);
  up();
  assert.deepEqual(log, ['1 unsent']);
  assert.deepEqual(sent, []);
});

test('a request sent late still has its full time to be answered', async () => {
  call(1);
  await clock.advance(59_999);
  up();
  await clock.advance(14_999);
  assert.equal(overdue, 0);
  await clock.advance(1);
  assert.equal(overdue, 1);
});

test('a request on the way when the line breaks is neither lost silently nor sent twice', async () => {
  up();
  [1, 2].forEach(call);
  calls.lineDown();
  up();
  await settled();
  assert.deepEqual(log, ['1 unknown']);
  assert.deepEqual(sent, [1, 2]);
});

test('the end fails everything and leaves no timer behind', async () => {
  up();
  [1, 2, 3].forEach(call);
  calls.end();
  await settled();
  assert.deepEqual(log, ['1 unknown', '2 closed', '3 closed']);
  assert.equal(clock.pending, 0);
});

test('no more than a hundred requests wait', async () => {
  for (let n = 1; n <= 101; n++) call(n);
  await settled();
  assert.deepEqual(log, ['101 full']);
});
