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
  requests = [];
  log = [];
  overdue = 0;
  calls = new Calls(clock, () => overdue++);
});

/** @type {any[]} */ let requests;

/** @param {boolean} [resumed] */
const up = (resumed = false) =>
  calls.lineUp((text) => {
    requests.push(JSON.parse(text));
    sent.push(requests.at(-1).n);
  }, resumed);

/** Answers the request sent last. @param {any} answer */
const answers = (answer) => calls.answer({ id: requests.at(-1).id, method: 'say', ...answer });

/** @param {number} [delivered] */
const succeeds = (delivered) => answers({ code: 200, data: { method: 'say', code: 0, delivered } });

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
  for (const delivered of [10, 20, 30]) succeeds(delivered);
  await settled();
  assert.deepEqual(log, ['1 ok 10', '2 ok 20', '3 ok 30']);
  assert.deepEqual(sent, [1, 2, 3]);
});

test('one request is on the way at a time', () => {
  up();
  [1, 2].forEach(call);
  assert.deepEqual(sent, [1]);
  succeeds();
  assert.deepEqual(sent, [1, 2]);
});

test('a refusal rejects with its code and the next request goes out', async () => {
  up();
  [1, 2].forEach(call);
  answers({ code: '10008', msg: '系统繁忙，请稍后再试' });
  succeeds(1);
  await settled();
  assert.deepEqual(log, ['1 10008', '2 ok 1']);
});

test('a failing backend rejects with its number', async () => {
  up();
  call(1);
  answers({ code: 404, msg: '请求失败，请稍后再试' });
  await settled();
  assert.deepEqual(log, ['1 404']);
});

test('what is no answer is not taken, and an answer only by the request with its id', async () => {
  up();
  call(1);
  assert.equal(calls.answer({ method: 'say', code: 200 }), false, 'no id');
  assert.equal(calls.answer({ id: requests[0].id, method: 'notice' }), false, 'no code');
  assert.equal(calls.answer({ id: 'late', method: 'say', code: 200 }), true, "a given up request's");
  await settled();
  assert.deepEqual(log, []);
});

test('each request has an id of its own', () => {
  up();
  call(1);
  succeeds();
  call(2);
  assert.match(requests[0].id, /^[A-Za-z0-9._-]{1,64}$/);
  assert.notEqual(requests[0].id, requests[1].id);
});

test('a failure within the answer of the backend is one', async () => {
  up();
  call(1);
  answers({ code: 200, data: { code: 17, msg: '' } });
  await settled();
  assert.deepEqual(log, ['1 17']);
});

test('after a resume what was on the way is sent again with the same id, before what waits', async () => {
  up();
  [1, 2].forEach(call);
  calls.lineDown();
  up(true);
  assert.deepEqual(requests[1], { ...requests[0], again: true });
  succeeds(1);
  succeeds(2);
  await settled();
  assert.deepEqual(log, ['1 ok 1', '2 ok 2']);
});

test('what the gateway does not know any more ends as unknown', async () => {
  up();
  call(1);
  calls.lineDown();
  up(true);
  answers({ code: '10011', msg: '结果未知' });
  await settled();
  assert.deepEqual(log, ['1 unknown']);
});

test('what was on the way does not wait for a line for ever', async () => {
  up();
  call(1);
  calls.lineDown();
  await clock.advance(60_000);
  assert.deepEqual(log, ['1 unknown']);
});

test('a request made offline goes out with the next line', async () => {
  [1, 2].forEach(call);
  await clock.advance(59_999);
  up();
  succeeds(1);
  succeeds(2);
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

test('in a new session what was on the way is neither lost silently nor sent twice', async () => {
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
