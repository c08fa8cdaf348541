// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, clock, end, ending, gateway, kefu, loses, online, page, saying, start, storage } from './client-testbed.js';
import { settled } from './fakes.js';

test('any method of the backend is called, and its answer is the result', async () => {
  online();
  const call = ending(kefu.call('order/list', { page: 2 }));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'order/list', page: 2 });
  gateway.answers({ code: 200, data: { code: 1, orders: [] } });
  assert.deepEqual(await call, { code: 1, orders: [] }, "a backend's own codes are its own");
});

test("a backend's method may be called as a message of the gateway", async () => {
  online();
  for (const method of ['channels', 'gap', 'token_expiring', 'token']) {
    const call = ending(kefu.call(method));
    await settled();
    gateway.answers({ code: 200, method, data: method });
    assert.equal(await call, method);
  }
});

test("a body with a member of the request's own is refused, and one that is no JSON", async () => {
  online();
  const round = {};
  Object.assign(round, { round });
  for (const body of [{ id: 5 }, { again: true }, { method: 'cash' }, { n: 5n }, round, [5], 'five', 5]) assert.equal(await ending(kefu.call('order/get', body)), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});

test('a call is what it was when it was made, however its body is changed before it is sent again', async () => {
  start();
  const body = { lines: [1] };
  kefu.call('order/add', body).catch(() => {});
  body.lines.push(2);
  gateway.letsIn();
  assert.deepEqual(gateway.socket.sent[1].lines, [1]);
  await loses();
  gateway.resumes();
  assert.deepEqual(gateway.socket.sent[1].lines, [1]);
});

test('a call that is too long for the gateway fails, and does not take the line away again and again', async () => {
  online();
  const call = ending(kefu.call('upload', { file: 'x'.repeat(300_000) }));
  await settled();
  await loses(1009);
  assert.equal(kefu.state.reason, 'too-long');
  assert.equal(await call, 'too-long');
  gateway.resumes();
  assert.deepEqual(gateway.socket.sent.map(({ method }) => method), ['resume']);
});

test('calls go side by side, but for those that ask for order', async () => {
  online();
  for (const n of [1, 2]) kefu.call('a', { n });
  for (const n of [3, 4]) kefu.call('b', { n }, { parallel: false });
  await settled();
  assert.deepEqual(gateway.socket.sent.slice(1).map(({ n }) => n), [1, 2, 3]);
});

test('saying something is settled by the answer', async () => {
  online();
  const call = end(kefu.say(18, '你好'));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'say', to: 18, content: '你好' });
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  assert.equal(await call, 'ok');
  const timed = end(kefu.say(18, '在吗'));
  await settled();
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1, timestamp: 1_700_000_123 } });
  assert.equal(await timed, 1_700_000_123_000, "by the gateway's clock");
});

test("a backend's own refusal to say it is one", async () => {
  online();
  const call = end(kefu.say(18, '你好'));
  await settled();
  gateway.answers({ code: 200, data: { code: 17, msg: '' } });
  assert.equal(await call, 17);
});

test('what was said is known by its echo, though the answer never came', async () => {
  online();
  const call = end(kefu.say(null, '你好', { id: 'mine-1' }));
  await settled();
  gateway.publishes(saying({ client: 'own', from_customer_id: 17, id: 'mine-1' }));
  assert.equal(await call, 'ok');
});

test('another with the same id is not taken for the echo', async () => {
  online();
  kefu.say(null, '你好', { id: 'mine-1' }).then(() => assert.fail('not said yet'));
  await settled();
  gateway.publishes(saying({ id: 'mine-1' }));
  await settled();
});

test('in a new session what was said before is known by the replay, and is not said again', async () => {
  online();
  const call = end(kefu.say(null, '你好', { id: 'mine-1' }));
  const other = end(kefu.say(null, '还有', { id: 'mine-2' }));
  await settled();
  await loses();
  gateway.forgetsTheSession();
  gateway.letsIn();
  gateway.publishes(saying({ client: 'before', from_customer_id: 17, id: 'mine-1' }));
  assert.equal(await call, 'ok');
  await clock.advance(2_000);
  assert.deepEqual(gateway.socket.sent.slice(2).map(({ content }) => content), ['还有']);
  gateway.answers({ code: 200, data: { code: 0 } });
  assert.equal(await other, 'ok');
});

test('what is said offline goes out after the resume, in order, however late that is', async () => {
  online();
  gateway.socket.breaks();
  const calls = [end(kefu.say(null, '一')), end(kefu.say(null, '二'))];
  page.happens('offline');
  await clock.advance(3_600_000);
  gateway.resumes();
  for (const call of calls) {
    gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
    assert.equal(await call, 'ok');
  }
  assert.deepEqual(gateway.socket.sent.map(({ method, content }) => content ?? method), ['resume', '一', '二']);
});

test('after a restart one who is still on the way back is spoken to again, for as long as that may take', async () => {
  online();
  await loses();
  gateway.forgetsTheSession();
  gateway.letsIn();
  const call = end(kefu.say(18, '在吗'));
  await settled();
  for (let tries = 0; tries < 2; tries++) {
    const before = gateway.socket.sent.length;
    gateway.answers({ code: '10009', msg: '对方不在线' });
    await clock.advance(5_000);
    const sent = gateway.socket.sent.filter(({ method }) => method === 'say');
    assert.equal(gateway.socket.sent.length, before + 1);
    assert.equal(new Set(sent.map(({ id }) => id)).size, 1, 'by which the page and the gateway know it');
  }
  for (let tens = 0; tens < 2; tens++) {
    gateway.socket.says({ type: 'ping' });
    await clock.advance(10_000);
  }
  const at = gateway.socket.sent.findLast(({ method }) => method === 'say');
  gateway.socket.says({ id: at.id, method: 'say', code: '10009', msg: '对方不在线' });
  assert.equal(await call, '10009');
});

test('one who is on the way back is spoken to again by the page that is loaded next, too', async () => {
  online({ ...AGENT, storage });
  await loses();
  gateway.forgetsTheSession();
  gateway.letsIn();
  page.happens('pagehide');
  start({ ...AGENT, storage });
  gateway.resumes();
  const call = end(kefu.say(18, '在吗', { id: 'old-1', again: true }));
  for (let tries = 0; tries < 3; tries++) {
    await settled();
    assert.equal(gateway.socket.sent.at(-1).id, 'old-1');
    gateway.answers({ code: '10009', msg: '对方不在线' });
    await clock.advance(2_000);
  }
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  assert.equal(await call, 'ok');
});

test('where only the backend could have a method say, saying something fails, and says why', async () => {
  gateway.facts.methods = ['login'];
  start();
  const early = kefu.say(null, '一');
  gateway.letsIn();
  for (const call of [early, kefu.say(18, '二')]) {
    await assert.rejects(call, { code: 'unsupported', message: /no method "say".*methods.*call\(\)/ });
  }
  const own = ending(kefu.call('say', { to: 18 }));
  await settled();
  gateway.answers({ code: 200, data: 'by the backend' });
  assert.equal(await own, 'by the backend');
});

test('who is not online is not spoken to again without a reason to hope', async () => {
  online();
  const call = end(kefu.say(18, '在吗'));
  await settled();
  gateway.answers({ code: '10009', msg: '对方不在线' });
  assert.equal(await call, '10009');
});

test("a call that would end the session under the client, or is the gateway's own, is refused", async () => {
  online();
  for (const method of ['login', 'logout', 'resume']) assert.equal(await ending(kefu.call(method)), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});

test('what is said to nobody known is not said to the room', async () => {
  online();
  assert.equal(await end(kefu.say(/** @type {any} */ (undefined), '只给你看')), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});

test('too long a text is not sent, nor a private word to an agent who is called like the room', async () => {
  online();
  assert.equal(await end(kefu.say(null, '字'.repeat(2731))), 'argument');
  assert.equal(await end(kefu.say('all', '只给你看')), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});
