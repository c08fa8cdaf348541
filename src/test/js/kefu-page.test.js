// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, clock, ending, gateway, kefu, online, page, start, state, storage, URL_ } from './client-testbed.js';
import { FakePage, FakeStorage, settled } from './fakes.js';

test('the browser says that the network is gone or back: both show at once', () => {
  online();
  page.happens('offline');
  assert.deepEqual([state(), kefu.state.reason], ['waiting', 'offline']);
  page.happens('online');
  gateway.resumes();
  assert.equal(state(), 'online');
});

test('a page that begins without a network says so, and takes it for no blocked WebSocket', async () => {
  start(AGENT, Object.assign(page, { navigator: { onLine: false } }));
  for (let tries = 0; tries < 4; tries++) {
    gateway.socket.breaks();
    assert.deepEqual([state(), kefu.state.reason], ['waiting', 'offline']);
    kefu.retry();
    assert.equal(kefu.transport, 'websocket');
  }
});

test('a line that died in a sleep is left when the page is looked at', () => {
  online();
  clock.skip(3_600_000);
  page.document.dispatchEvent(new Event('visibilitychange'));
  assert.equal(state(), 'waiting');
});

test('a page that is loaded again goes on with its session, and nobody sees it leave', async () => {
  online({ ...AGENT, storage });
  gateway.publishes({ method: 'x' }, 7);
  page.happens('pagehide');
  assert.deepEqual(gateway.socket.sent.at(-1), { method: 'logout', after: 5 });
  assert.equal(gateway.socket.closedWith, 4000, 'which does not log out');
  start({ ...AGENT, id: '17', storage });
  assert.equal(storage.kept.size, 0, 'a copy of the page finds nothing');
  gateway.socket.opens();
  const channels = { 'g:41': { epoch: 'e', off: 7 } };
  assert.deepEqual(gateway.socket.sent, [{ method: 'resume', ticket: 'secret', try: 1, channels }]);
  gateway.resumes();
  assert.deepEqual([state(), kefu.client], ['online', 'own']);
});

test('a page that is about to go away says so before a browser closes its line, and takes it back where it stays', async () => {
  online();
  page.happens('beforeunload');
  const [leaving] = gateway.socket.sent.slice(-1);
  assert.deepEqual([leaving.method, leaving.after, typeof leaving.id], ['kefu.leaving', 5, 'string']);
  gateway.answers({ code: 200 });
  await clock.advance(4_000);
  assert.equal(gateway.socket.sent.at(-1), leaving);
  await clock.advance(1_000);
  assert.deepEqual({ ...gateway.socket.sent.at(-1), id: '' }, { method: 'kefu.leaving', id: '' });

  page.happens('beforeunload');
  gateway.socket.breaks(1001);
  await clock.advance(2_000);
  page.happens('beforeunload');
  gateway.resumes();
  await clock.advance(4_000);
  assert.deepEqual(gateway.socket.sent.map(({ method }) => method), ['resume'], 'a resume has taken it back');
});

test('nothing is said of going away without a line, or to a gateway that does not know it', () => {
  start();
  page.happens('beforeunload');
  assert.deepEqual(gateway.socket.sent, []);
  gateway.facts = { heartbeat: 10, methods: ['kefu.ping'] };
  gateway.letsIn();
  page.happens('beforeunload');
  assert.deepEqual(gateway.socket.sent.map(({ method }) => method), ['login']);
});

/** @param {string} visibilityState */
function looks(visibilityState) {
  page.document.visibilityState = visibilityState;
  page.document.dispatchEvent(new Event('visibilitychange'));
}

test('a hidden page that the browser has dropped without a word goes on where it was hidden', () => {
  online({ ...AGENT, storage });
  gateway.publishes({ method: 'x' }, 7);
  looks('hidden');
  gateway.publishes({ method: 'x' }, 8);
  const dropped = new FakePage();
  Object.assign(dropped.document, { wasDiscarded: true });
  start({ ...AGENT, storage }, dropped);
  assert.equal(storage.kept.size, 0);
  gateway.socket.opens();
  const channels = { 'g:41': { epoch: 'e', off: 7 } };
  assert.deepEqual(gateway.socket.sent, [{ method: 'resume', ticket: 'secret', try: 1, channels }]);
  gateway.socket.says({ code: '10005', msg: '', method: 'resume' });
  assert.deepEqual(gateway.socket.sent[1].channels, channels, 'a session that has ended meanwhile is gone on from there');
});

test('a copy of a hidden page does not take its session over, and a page that is seen again has left nothing', () => {
  online({ ...AGENT, storage });
  looks('hidden');
  assert.equal(storage.kept.size, 1);
  const copied = new FakeStorage();
  copied.kept = new Map(storage.kept);
  looks('visible');
  assert.equal(storage.kept.size, 0);
  start({ ...AGENT, storage: copied }, new FakePage());
  assert.equal(copied.kept.size, 0);
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].method, 'login');
});

test('what a hidden page has left is gone when its session ends', () => {
  for (const code of [4001, 4002, 4003]) {
    online({ ...AGENT, storage });
    looks('hidden');
    gateway.socket.breaks(code);
    assert.equal(storage.kept.size, 0, String(code));
  }
});

test('a hidden page that goes away leaves its session to the next load', () => {
  online({ ...AGENT, storage });
  looks('hidden');
  page.happens('pagehide');
  looks('hidden');
  start({ ...AGENT, storage }, new FakePage());
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].method, 'resume');
  looks('hidden');
  kefu.close();
  assert.equal(storage.kept.size, 0);
});

test('a page that is loaded again where WebSocket is blocked goes on by a stream at once, before its session ends', async () => {
  start({ ...AGENT, storage });
  for (let n = 0; n < 2; n++) {
    gateway.socket.breaks();
    kefu.retry();
  }
  gateway.letsIn();
  assert.equal(kefu.transport, 'http');
  page.happens('pagehide');
  start({ ...AGENT, storage });
  assert.equal(kefu.transport, 'http');
  gateway.resumes();
  page.happens('pagehide');
  clock.skip(300_000);
  start({ ...AGENT, storage });
  assert.equal(kefu.transport, 'websocket', 'it may get through by now');
});

test('without a name the page that is loaded again knows who it is', () => {
  online({ ...AGENT, storage });
  page.happens('pagehide');
  start({ url: URL_, storage });
  assert.deepEqual(kefu.identity, { bid: '41', id: '17', name: '张三' });
});

test('another agent, another group or another gateway does not go on with that session', () => {
  for (const other of [{ id: 18 }, { bid: 42 }, { url: 'ws://other/chat/chat' }]) {
    online({ ...AGENT, storage });
    page.happens('pagehide');
    start({ ...AGENT, ...other, storage });
    gateway.socket.opens();
    assert.equal(gateway.socket.sent[0].method, 'login', JSON.stringify(other));
  }
});

test('a page that the browser had only put aside goes on by itself, and leaves nothing behind', async () => {
  online({ ...AGENT, storage });
  const call = ending(kefu.call('order/list'));
  await settled();
  page.happens('pagehide');
  assert.deepEqual(kefu.state, { name: 'waiting', reason: 'away', seconds: null });
  page.happens('pageshow', { persisted: true });
  assert.equal(storage.kept.size, 0);
  gateway.resumes();
  assert.equal(state(), 'online');
  assert.equal(gateway.socket.sent.at(-1).again, true);
  gateway.answers({ code: 200, data: 'done' });
  assert.equal(await call, 'done');
});

test('a storage that is forbidden, full or written by another is no harm', () => {
  const forbidden = { getItem: () => assert.fail(), setItem: () => assert.fail(), removeItem: () => assert.fail() };
  online({ ...AGENT, storage: /** @type {any} */ (forbidden) });
  page.happens('pagehide');
  storage.setItem(`kefu:${URL_}`, '{"ticket":5}');
  online({ ...AGENT, storage });
});

test('where there is no page at all it works as well', () => {
  start(AGENT, {});
  gateway.letsIn();
  assert.equal(state(), 'online');
});
