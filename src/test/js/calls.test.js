// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Calls } from '../../main/webapp/sdk/calls.js';
import { FakeClock, settled } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {Calls} */ let calls;
/** @type {any[]} */ let sent;
/** @type {string[]} */ let log;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  log = [];
  calls = new Calls(clock, () => 0.999);
});

/** @param {boolean} [resumed] */
const up = (resumed = false) => calls.lineUp((text) => sent.push(JSON.parse(text)), resumed);

const numbers = () => sent.map(({ n }) => n);

/** The request that was sent last for call number `n`. @param {number} n */
const requestOf = (n) => sent.findLast((request) => request.n === n);

/** @param {number} n @param {any} answer */
const answers = async (n, answer) => {
  calls.answer({ id: requestOf(n).id, method: 'm', ...answer });
  await settled();
};

/** @param {number} n */
const succeeds = (n) => answers(n, { code: 200, data: n * 10 });

/** Makes call number `n` and logs how it ends. @param {number} n @param {import('../../main/webapp/sdk/calls.js').CallOptions} [options] */
function call(n, options) {
  const request = { method: 'm', n };
  calls.call(request, options).then(
    (data) => log.push(`${n} ok ${data}`),
    (error) => log.push(`${n} ${error.code}`),
  );
}

const inOrder = { lane: '' };

test('calls go side by side, and each gets its own answer', async () => {
  up();
  for (const n of [1, 2, 3]) call(n);
  assert.deepEqual(numbers(), [1, 2, 3]);
  for (const n of [2, 3, 1]) await succeeds(n);
  assert.deepEqual(log, ['2 ok 20', '3 ok 30', '1 ok 10']);
});

test('those of one lane go one after the other, and hold up nobody else', async () => {
  up();
  call(1, inOrder);
  call(2, inOrder);
  call(3, { lane: 'another' });
  call(4);
  assert.deepEqual(numbers(), [1, 3, 4]);
  await succeeds(1);
  assert.deepEqual(numbers(), [1, 3, 4, 2]);
});

test('a failing backend rejects with its number, and the gateway with its code', async () => {
  up();
  call(1);
  call(2);
  await answers(1, { code: 404, msg: '请求失败，请稍后再试' });
  await answers(2, { code: '10006', msg: '没有权限' });
  assert.deepEqual(log, ['1 404', '2 10006']);
});

test('what is no answer is not taken, and an answer only by the request with its id', async () => {
  up();
  call(1);
  assert.equal(calls.answer({ method: 'm', code: 200 }), false, 'no id');
  assert.equal(calls.answer({ id: sent[0].id, method: 'notice' }), false, 'no code');
  assert.equal(calls.answer({ id: 'late', method: 'm', code: 200 }), true, "a given up request's");
  await settled();
  assert.deepEqual(log, []);
});

test('each request has an id of its own, on a page that came by plain http too', (t) => {
  t.mock.method(crypto, 'randomUUID', () => assert.fail('there is none'));
  calls = new Calls(clock, () => 0);
  up();
  call(1);
  call(2);
  assert.match(sent[0].id, /^[A-Za-z0-9._-]{1,64}$/);
  assert.notEqual(sent[0].id, sent[1].id);
});

test('after a resume what was on the way is asked again with the same id, before what waits', async () => {
  up();
  call(1, inOrder);
  call(2, inOrder);
  calls.lineDown();
  up(true);
  assert.deepEqual(sent[1], { ...sent[0], again: true });
  await succeeds(1);
  await succeeds(2);
  assert.deepEqual(log, ['1 ok 10', '2 ok 20']);
});

test('no clock ends a call whose outcome is open: an outage of a day and it is asked again', async () => {
  up();
  call(1);
  calls.lineDown();
  call(2);
  await clock.advance(86_400_000);
  assert.deepEqual(log, []);
  up(true);
  assert.deepEqual(numbers(), [1, 1, 2]);
  await clock.advance(86_400_000);
  assert.deepEqual(log, []);
});

test('what the gateway was too busy for is held, and sent again as it was, without again', async () => {
  for (const code of ['10008', '10007']) {
    const n = Number(code);
    up();
    call(n);
    await answers(n, { code, msg: '系统繁忙，请稍后再试' });
    assert.deepEqual(log, []);
    const before = sent.length;
    await clock.advance(1_000);
    assert.equal(sent.length, before + 1);
    assert.deepEqual(sent.at(-1), { method: 'm', n, id: sent[before - 1].id });
    await succeeds(n);
    assert.equal(log.pop(), `${n} ok ${n * 10}`);
  }
});

test('what a gateway that stops did not take is sent after the resume, at once and without again', async () => {
  up();
  call(1, inOrder);
  call(2, inOrder);
  await answers(1, { code: '10008', msg: '系统繁忙，请稍后再试' });
  calls.lineDown();
  up(true);
  assert.deepEqual(sent.slice(1), [sent[0]]);
  await succeeds(1);
  assert.deepEqual(numbers(), [1, 1, 2], 'in its place');
});

test('a gateway that is too busy for half a minute, and is there all the time, has refused', async () => {
  up();
  call(1);
  for (let second = 0; second < 40 && !log.length; second++) {
    if (sent.length) calls.answer({ id: sent.pop().id, code: '10008' });
    await clock.advance(1_000);
  }
  assert.deepEqual(log, ['1 10008']);
});

test('a gateway that is too busy says nothing of the time before: it is asked again as such, and may end as unknown', async () => {
  for (const code of ['10007', '10008']) {
    const n = Number(code);
    up();
    call(n);
    calls.lineDown();
    up(true);
    await answers(n, { code });
    await clock.advance(1_000);
    assert.equal(requestOf(n).again, true);
    await answers(n, { code });
    calls.lineDown();
    up();
    await settled();
    assert.equal(log.pop(), `${n} unknown`);
  }
});

test('what may have been done waits for its outcome, however long the gateway is too busy', async () => {
  up();
  call(1);
  calls.lineDown();
  up(true);
  for (let second = 0; second < 300; second++) {
    if (sent.length) calls.answer({ id: sent.pop().id, code: '10008' });
    await clock.advance(1_000);
  }
  assert.deepEqual(log, []);
  await clock.advance(5_000);
  await succeeds(1);
  assert.deepEqual(log, ['1 ok 10']);
});

test('where the gateway does not know what became of it, it ends as unknown', async () => {
  up();
  call(1);
  calls.lineDown();
  up(true);
  await answers(1, { code: '10011', msg: '结果未知' });
  assert.deepEqual(log, ['1 unknown']);
});

test('in a new session what was on the way is unknown, and what was not goes out', async () => {
  up();
  call(1, inOrder);
  call(2, inOrder);
  calls.lineDown();
  up();
  await settled();
  assert.deepEqual(log, ['1 unknown']);
  assert.deepEqual(numbers(), [1, 2]);
});

test('in a new session what may be done twice is sent again, once an echo had its time to come', async () => {
  up();
  call(1, { idempotent: true });
  call(2, { idempotent: true });
  calls.lineDown();
  up();
  calls.done(sent[1].id);
  await clock.advance(2_000);
  assert.deepEqual(sent.slice(2), [sent[0]]);
  assert.deepEqual(log, ['2 ok undefined']);
});

test('in a new session what ends as unknown hurries nothing that waits for its echo', async () => {
  up();
  call(1);
  call(2, { idempotent: true });
  calls.lineDown();
  up();
  await settled();
  assert.deepEqual(log, ['1 unknown']);
  assert.deepEqual(numbers(), [1, 2]);
  calls.done(sent[1].id);
  await settled();
  assert.deepEqual(log, ['1 unknown', '2 ok undefined']);
});

test('an echo ends a call before its answer comes', async () => {
  up();
  call(1);
  calls.done(sent[0].id);
  await succeeds(1);
  assert.deepEqual(log, ['1 ok undefined']);
});

test('a refusal that passes is tried again under the same id, and then not as one that was sent before', async () => {
  let passes = true;
  up();
  call(1, { passes: (code) => passes && code === '10009' });
  await answers(1, { code: '10009', msg: '对方不在线' });
  await clock.advance(1_000);
  assert.deepEqual(sent[1], sent[0]);
  passes = false;
  await answers(1, { code: '10009', msg: '对方不在线' });
  assert.deepEqual(log, ['1 10009']);
});

test('a caller may set a time, and take a call back', async () => {
  const caller = new AbortController();
  up();
  call(1, { timeout: 3_000 });
  call(2, { signal: caller.signal });
  calls.lineDown();
  call(3, { timeout: 5_000 });
  call(4, { signal: AbortSignal.abort() });
  await clock.advance(4_000);
  caller.abort();
  await settled();
  assert.deepEqual(log, ['4 aborted', '1 timeout', '2 aborted']);
  await clock.advance(1_000);
  up(true);
  assert.deepEqual(log, ['4 aborted', '1 timeout', '2 aborted', '3 timeout']);
  assert.deepEqual(numbers(), [1, 2]);
});

test('an answer that comes after all to a call that was taken back does no harm', async () => {
  up();
  call(1, { ...inOrder, timeout: 1_000 });
  call(2, inOrder);
  await clock.advance(1_000);
  assert.deepEqual(numbers(), [1, 2]);
  await succeeds(1);
  await succeeds(2);
  assert.deepEqual(log, ['1 timeout', '2 ok 20']);
});

test('what another page had sent is asked again with its id', () => {
  call(1, { id: 'old-7', again: true });
  up(true);
  assert.deepEqual(sent, [{ method: 'm', n: 1, id: 'old-7', again: true }]);
});

test("what only the gateway's own method can do is not sent where it has none, whatever its backend has", async () => {
  call(1, { builtIn: true });
  call(2, { builtIn: true, again: true });
  call(3);
  calls.lineUp((text) => sent.push(JSON.parse(text)), false, ['n']);
  call(4, { builtIn: true });
  await settled();
  assert.deepEqual(log, ['1 unsupported', '2 unknown', '4 unsupported']);
  assert.deepEqual(numbers(), [3]);
  calls.lineDown();
  calls.lineUp((text) => sent.push(JSON.parse(text)), true, ['m']);
  call(5, { builtIn: true });
  assert.deepEqual(numbers(), [3, 3, 5]);
});

test('a call that is longer than the gateway takes is not sent again, and those beside it are', async () => {
  up();
  for (const n of [1, 22_222_222, 3]) call(n);
  calls.lineDown(true);
  await settled();
  up(true);
  assert.deepEqual(log, ['22222222 too-long']);
  assert.deepEqual(numbers().slice(3), [1, 3]);
});

test('no time is too long for a call', async () => {
  const longest = clock.pending;
  call(1, { timeout: Infinity });
  call(2, { timeout: 2 ** 31 });
  assert.equal(clock.pending, longest);
});

test('the end fails everything and leaves no timer behind', async () => {
  up();
  call(1, { ...inOrder, timeout: 1_000 });
  call(2, { ...inOrder, timeout: 1_000 });
  call(3, { lane: 'x' });
  await answers(3, { code: '10008' });
  calls.end();
  await settled();
  assert.deepEqual(log, ['1 unknown', '2 closed', '3 closed']);
  assert.equal(clock.pending, 0);
});

test('no more than a hundred calls wait, and no more than sixteen are on the way', async () => {
  for (let n = 1; n <= 101; n++) call(n);
  await settled();
  assert.deepEqual(log, ['101 full']);
  assert.ok(calls.full);
  up();
  assert.equal(sent.length, 16);
  await succeeds(1);
  assert.equal(sent.length, 17);
});
