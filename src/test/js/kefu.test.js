// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, VERSION } from '../../main/webapp/sdk/kefu.js';
import { AGENT, clock, end, ending, gateway, heard, ids, kefu, loses, online, page, saying, start, state, storage } from './client-testbed.js';
import { FakePage, settled } from './fakes.js';

test('it asks for version 2 at an address that may be relative, and http', () => {
  /** @type {any[]} */
  const asked = [];
  const WebSocket = function (/** @type {any[]} */ ...how) {
    asked.push(how);
  };
  for (const url of ['chat', 'http://other:8080/chat/chat', new URL('https://other/chat/chat')]) {
    connect({ ...AGENT, url }, { clock, page: Object.assign(new FakePage(), { WebSocket }) });
  }
  assert.deepEqual(asked, [
    ['ws://host/chat/chat', 'kefu.v2'],
    ['ws://other:8080/chat/chat', 'kefu.v2'],
    ['wss://other/chat/chat', 'kefu.v2'],
  ]);
});

test('it logs in as soon as the socket is open, and is ready when that is answered', async () => {
  start();
  let ready = false;
  kefu.ready.then(() => (ready = true));
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent, [{ method: 'login', bid: 41, customer_id: 17, customer_name: '张三' }]);
  assert.equal(state(), 'connecting');
  gateway.letsIn();
  await settled();
  assert.equal(state(), 'online');
  assert.ok(ready);
  assert.deepEqual(kefu.methods, ['kefu.leaving', 'kefu.ping', 'kefu.status', 'login', 'logout', 'resume', 'say']);
});

test('each state is told, the first one too', async () => {
  start();
  kefu.on('state', ({ name }) => heard.push(name));
  await settled();
  assert.deepEqual(heard, ['connecting']);
  gateway.letsIn();
  await settled();
  assert.deepEqual(heard, ['connecting', 'online']);
  start();
  kefu.on('state', ({ name }) => heard.push(name));
  kefu.close();
  await settled();
  assert.deepEqual(heard.slice(2), ['closed'], 'a state that is over is not');
});

test('a gateway without a heartbeat is asked whether it is there, and a line that was cut is left within 30 s', async () => {
  gateway.facts.heartbeat = 0;
  online();
  for (let n = 0; n < 10; n++) {
    await clock.advance(17_000);
    gateway.answers({ code: 200 });
  }
  const line = gateway.socket;
  const asked = line.sent.slice(1);
  assert.equal(asked[0].method, 'kefu.ping');
  assert.equal(new Set(asked.map(({ id }) => id)).size, asked.length);
  await clock.advance(24_000);
  assert.equal(line.closedWith, undefined);
  await clock.advance(6_000);
  assert.equal(line.closedWith, 4009);
});

test('a gateway that is too old for it is not asked', async () => {
  gateway.facts = { heartbeat: 0, methods: ['login'] };
  online();
  await clock.advance(3_600_000);
  assert.equal(state(), 'online');
  assert.equal(gateway.socket.sent.length, 1);
});

test('whoever is told that it is online finds the list and the positions in place', () => {
  start();
  /** @type {any} */ let seen;
  kefu.on('state', ({ name }) => (seen = name === 'online' ? ids() : seen));
  gateway.others = [{ customer_id: 18, customer_name: '李四' }];
  gateway.letsIn();
  assert.deepEqual(seen, ['18', '17']);
});

test('a server of another protocol is left alone, and the console says so', (t) => {
  /** @type {string[]} */
  const said = [];
  t.mock.method(console, 'error', (/** @type {string} */ text) => said.push(text));
  start();
  gateway.socket.protocol = '';
  gateway.socket.opens();
  assert.deepEqual(kefu.state, { name: 'closed', reason: 'protocol', seconds: null });
  assert.match(said.join(), new RegExp(`kefu.js ${VERSION} speaks kefu.v2`));
});

test('after a lost line it resumes, with tries that rise and up to where it has heard', async () => {
  online();
  gateway.publishes({ method: 'ticket_push' }, 7);
  for (const attempt of [1, 2]) {
    await loses();
    gateway.socket.opens();
    const channels = { 'g:41': { epoch: 'e', off: 7 } };
    assert.deepEqual(gateway.socket.sent, [{ method: 'resume', ticket: 'secret', try: attempt, channels }]);
  }
  gateway.resumes();
  assert.equal(state(), 'online');
});

test('a session that has ended is followed by a new login with the positions', async () => {
  online();
  await loses();
  gateway.forgetsTheSession();
  assert.deepEqual(gateway.socket.sent.at(-1), { ...gateway.sockets[0].sent[0], channels: { 'g:41': { epoch: 'e', off: 0 } } });
});

test('it says why it waits, and for how many seconds', async () => {
  online();
  gateway.socket.breaks(1012, 'retry=4000');
  assert.deepEqual(kefu.state, { name: 'waiting', reason: 'restart', seconds: 4 });
  await clock.advance(1_500);
  assert.equal(kefu.state.seconds, 3);
  kefu.retry();
  assert.deepEqual(kefu.state, { name: 'connecting', reason: 'restart', seconds: null });
  gateway.resumes();
  assert.deepEqual(kefu.state, { name: 'online', reason: null, seconds: null });
});

/** Loses the line and has the resume refused. @param {string} code */
async function refusesToResume(code) {
  await loses();
  gateway.socket.opens();
  gateway.socket.says({ code, msg: '', method: 'resume' });
}

test('a resume that is not allowed is final', async () => {
  online();
  await refusesToResume('10006');
  assert.deepEqual(kefu.state, { name: 'closed', reason: '10006', seconds: null });
});

test('a gateway too busy for a resume is asked again for the same session', async () => {
  online();
  for (const code of ['10007', '10008']) {
    await refusesToResume(code);
    assert.equal(state(), 'waiting');
    assert.equal(gateway.socket.closedWith, 4009, 'which does not log out');
    kefu.retry();
    gateway.resumes();
    assert.equal(state(), 'online');
  }
});

test('a refused login is final, and whoever waits for it is told', async () => {
  start();
  gateway.socket.opens();
  gateway.socket.says({ code: '10002', msg: '登录失败，参数不正确', method: 'login' });
  assert.deepEqual(kefu.state, { name: 'closed', reason: '10002', seconds: null });
  assert.equal(await ending(kefu.ready), '10002');
  assert.equal(await ending(kefu.call('order/list')), 'closed');
});

test('a gateway too busy for a login is asked again', () => {
  start();
  for (const code of ['10007', '10008']) {
    gateway.socket.opens();
    gateway.socket.says({ code, msg: '', method: 'login' });
    assert.equal(state(), 'waiting');
    kefu.retry();
  }
});

test('what was heard already is dropped', () => {
  online();
  for (const off of [4, 4, 3, 6]) gateway.publishes(saying({ content: String(off) }), off);
  assert.deepEqual(heard.map(({ content }) => content), ['4', '6']);
});

test('channels come and go by the word of the gateway, before the answer to the login too', async () => {
  online();
  const come = { method: 'channels', joined: { 'g:7': { epoch: 'e', off: 3 } }, left: ['g:41'] };
  gateway.socket.says(come);
  await loses();
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent[0].channels, { 'g:7': { epoch: 'e', off: 3 } });
  gateway.socket.says({ method: 'channels', joined: { 'g:8': { epoch: 'e', off: 5 } }, left: [] });
  gateway.resumes();
  await loses();
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent[0].channels, { 'g:7': { epoch: 'e', off: 3 }, 'g:8': { epoch: 'e', off: 5 } });
});

test('a channel that a new session does not hear any more was missed', async () => {
  gateway.channels = { 'c:own': { epoch: 'e', off: 0 } };
  online();
  gateway.socket.says({ method: 'channels', joined: { 'g:7': { epoch: 'e', off: 3 } }, left: [] });
  kefu.on('missed', (what) => heard.push(what));
  await loses();
  gateway.forgetsTheSession();
  gateway.channels = { 'c:new': { epoch: 'e', off: 0 } };
  gateway.letsIn();
  assert.deepEqual(heard, [{ channels: ['g:7'] }]);
});

test('a gap takes positions and list, and is told', () => {
  online();
  /** @type {any[]} */
  const missed = [];
  kefu.on('missed', (what) => missed.push(what));
  const customer_list = [{ client: 'x', customer_id: 19, customer_name: '王五', status: 1 }];
  gateway.socket.says({ method: 'gap', channels: { 'g:41': { epoch: 'f', off: 0 } }, customer_list });
  assert.deepEqual(missed, [{ channels: ['g:41'] }]);
  assert.deepEqual(ids(), ['19']);
});

test("the server's ping is answered with beat", () => {
  online();
  gateway.socket.says('{"type":"ping"}');
  assert.equal(gateway.socket.sent.at(-1), 'beat');
});

test('the silence that is borne is what the server says of its heartbeat', async () => {
  gateway.facts.heartbeat = 40;
  online();
  await clock.advance(80_000);
  assert.equal(state(), 'online');
  await clock.advance(8_000);
  assert.deepEqual([state(), gateway.sockets.length > 1], ['connecting', true]);
});

test('after the logout nothing is said, listed, kept or planned', async () => {
  online({ ...AGENT, storage });
  const waiting = end(kefu.say(null, '一'));
  kefu.close();
  assert.deepEqual(kefu.state, { name: 'closed', reason: 'logged-out', seconds: null });
  assert.equal(gateway.socket.closedWith, 1000);
  assert.deepEqual(ids(), []);
  assert.equal(await waiting, 'unknown');
  assert.equal(await end(kefu.say(null, '还在吗')), 'closed');
  page.happens('pagehide');
  page.happens('online');
  kefu.reopen();
  assert.equal(gateway.sockets.length, 1);
  assert.equal(storage.kept.size, 0);
  assert.equal(clock.pending, 0);
});

test('after it was closed by the gateway it logs in again when it is told to', async () => {
  online();
  for (const [code, reason] of [[4001, 'taken-over'], [4002, 'ended'], [4003, 'not-allowed']]) {
    gateway.socket.breaks(Number(code));
    assert.deepEqual(kefu.state, { name: 'closed', reason, seconds: null });
    await clock.advance(3_600_000);
    kefu.reopen();
    gateway.letsIn();
    assert.equal(gateway.socket.sent[0].method, 'login');
  }
});

test('a client that a listener closes while it comes online is closed, once', async () => {
  for (const type of ['presence', 'missed', 'state']) {
    /** @type {string[]} */
    const states = [];
    online();
    await loses();
    kefu.on(/** @type {any} */ (type), () => kefu.close());
    kefu.on('state', ({ name }) => states.push(name));
    gateway.resumes(false);
    assert.deepEqual([state(), states.at(-1), gateway.socket.closedWith], ['closed', 'closed', 1000], type);
    assert.equal(states.filter((name) => name === 'closed').length, 1, type);
    assert.equal(clock.pending, 0, type);
  }
});

test('what is no address of a gateway is refused at once', () => {
  for (const url of ['ftp://host/chat/chat', 'chat:']) assert.throws(() => connect({ ...AGENT, url }, { clock, page }), TypeError);
});

test('a listener that throws keeps nobody else from being told', async (t) => {
  /** @type {any[]} */
  const faults = [];
  t.mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ run) => faults.push(run));
  start();
  kefu.on('state', () => {
    throw new Error('of the page');
  });
  kefu.on('state', ({ name }) => heard.push(name));
  gateway.letsIn();
  assert.deepEqual(heard, ['online']);
  assert.throws(faults[0], /of the page/);
});
