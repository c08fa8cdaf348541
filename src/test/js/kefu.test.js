// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { connect, VERSION } from '../../main/webapp/sdk/kefu.js';
import { FakeClock, FakeGateway, FakePage, FakeStorage, settled } from './fakes.js';

/** @typedef {import('../../main/webapp/sdk/kefu.js').Kefu} Kefu */
/** @typedef {import('../../main/webapp/sdk/kefu.js').Options} Options */

/** @type {FakeClock} */ let clock;
/** @type {FakeGateway} */ let gateway;
/** @type {FakePage} */ let page;
/** @type {FakeStorage} */ let storage;
/** @type {Kefu} */ let kefu;
/** @type {any[]} */ let heard;

const URL_ = 'ws://host/chat/chat';
const AGENT = { url: URL_, bid: 41, id: 17, name: '张三' };

/** @param {Options} [options] */
function start(options = AGENT) {
  kefu = connect(options, { openSocket: gateway.openSocket, clock, random: () => 0, page });
  kefu.on('say', (saying) => heard.push(saying));
  return kefu;
}

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  page = new FakePage();
  storage = new FakeStorage();
  heard = [];
});

/** An agent who is online. @param {Options} [options] */
function online(options) {
  start(options);
  gateway.letsIn({ customer_id: 17, customer_name: '张三' });
}

/** The line is cut, and another one opened. */
async function loses(code = 1006, reason = '') {
  gateway.socket.breaks(code, reason);
  await clock.advance(0);
}

const ids = () => kefu.agents.map(({ id }) => id);
const state = () => kefu.state.name;

/** How a call ends, as text. @param {Promise<any>} call */
const ending = (call) => call.then((data) => data ?? 'ok', (error) => error.code);

/** @param {any} [more] */
const saying = (more) => ({ method: 'say_push', from_customer_id: 18, from_customer_name: '李四', to: 'all', content: '?', timestamp: 1_700_000_000, ...more });

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
  assert.deepEqual(kefu.methods, ['login', 'logout', 'resume', 'say']);
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

test('who is there is told, with who came and who went', async () => {
  gateway.others = [{ customer_id: 18, customer_name: '李四' }, { customer_id: '18', customer_name: '李四' }];
  start();
  /** @type {string[]} */
  const told = [];
  kefu.on('presence', ({ agents, joined, left }) => told.push([agents, joined, left].map((some) => some.map(({ id }) => id).join('+')).join(' ')));
  gateway.letsIn();
  gateway.publishes({ method: 'login_push', client: 'x', customer_id: 19, customer_name: "<O'Hara>", timestamp: 1 });
  gateway.publishes({ method: 'logout_push', client: 'other-0', customer_id: 18, customer_name: '李四', timestamp: 1 });
  gateway.publishes({ method: 'logout_push', client: 'other-1', customer_id: '18', customer_name: '李四', timestamp: 1 });
  assert.deepEqual(told, ['18+17 18+17 ', '18+17+19 19 ', '18+17+19  ', '17+19  18']);
  assert.equal(kefu.agent('19')?.name, "<O'Hara>", 'as it was typed');
  gateway.others = [];
  await loses();
  assert.deepEqual(ids(), ['17', '19'], 'kept while offline');
  gateway.resumes();
  assert.equal(told.at(-1), '17  19');
});

test('what is said in the room and in private is told apart, with the id of the call', () => {
  online();
  gateway.publishes(saying({ content: '1 < 2 &amp;' }));
  gateway.publishes(saying({ to: 17, content: '&lt;', id: 'x-1' }));
  const time = 1_700_000_000_000;
  assert.deepEqual(heard, [
    { id: null, from: '18', name: '李四', to: null, content: '1 < 2 &amp;', time },
    { id: 'x-1', from: '18', name: '李四', to: '17', content: '&lt;', time },
  ]);
});

test('what a backend pushes is told by its method, with where it stood', () => {
  online();
  /** @type {any[]} */
  const told = [];
  kefu.on('push', (push, at) => told.push(['push', push, at]));
  const off = kefu.on('push:new_order', (push, at) => told.push(['new_order', push, at]));
  const at = { channel: 'g:41', position: { epoch: 'e', off: 3 } };
  gateway.publishes({ method: 'new_order', id: 5 }, 3);
  off();
  gateway.publishes({ method: 'new_order', id: 6 }, 4);
  gateway.socket.says('no frame at all');
  gateway.socket.says({ method: 'bare' });
  assert.deepEqual(told, [
    ['push', { method: 'new_order', id: 5 }, at],
    ['new_order', { method: 'new_order', id: 5 }, at],
    ['push', { method: 'new_order', id: 6 }, { channel: 'g:41', position: { epoch: 'e', off: 4 } }],
    ['push', { method: 'bare' }, { channel: null, position: null }],
  ]);
});

test('any method of the backend is called, and its answer is the result', async () => {
  online();
  const call = ending(kefu.call('order/list', { page: 2 }));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'order/list', page: 2 });
  gateway.answers({ code: 200, data: { code: 1, orders: [] } });
  assert.deepEqual(await call, { code: 1, orders: [] }, "a backend's own codes are its own");
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
  const call = ending(kefu.say(18, '你好'));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'say', to: 18, content: '你好' });
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  assert.equal(await call, 'ok');
});

test("a backend's own refusal to say it is one", async () => {
  online();
  const call = ending(kefu.say(18, '你好'));
  await settled();
  gateway.answers({ code: 200, data: { code: 17, msg: '' } });
  assert.equal(await call, 17);
});

test('what was said is known by its echo, though the answer never came', async () => {
  online();
  const call = ending(kefu.say(null, '你好', { id: 'mine-1' }));
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
  const call = ending(kefu.say(null, '你好', { id: 'mine-1' }));
  const other = ending(kefu.say(null, '还有', { id: 'mine-2' }));
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
  const calls = [ending(kefu.say(null, '一')), ending(kefu.say(null, '二'))];
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
  const call = ending(kefu.say(18, '在吗'));
  await settled();
  for (let tries = 0; tries < 2; tries++) {
    const before = gateway.socket.sent.length;
    gateway.answers({ code: '10009', msg: '对方不在线' });
    await clock.advance(5_000);
    const sent = gateway.socket.sent.filter(({ method }) => method === 'say');
    assert.equal(gateway.socket.sent.length, before + 1);
    assert.equal(new Set(sent.map(({ id }) => id)).size, sent.length, 'each time as another request');
  }
  for (let tens = 0; tens < 2; tens++) {
    gateway.socket.says({ type: 'ping' });
    await clock.advance(10_000);
  }
  const at = gateway.socket.sent.findLast(({ method }) => method === 'say');
  gateway.socket.says({ id: at.id, method: 'say', code: '10009', msg: '对方不在线' });
  assert.equal(await call, '10009');
});

test('who is not online is not spoken to again without a reason to hope', async () => {
  online();
  const call = ending(kefu.say(18, '在吗'));
  await settled();
  gateway.answers({ code: '10009', msg: '对方不在线' });
  assert.equal(await call, '10009');
});

test('too long a text is not sent, nor a private word to an agent who is called like the room', async () => {
  online();
  assert.equal(await ending(kefu.say(null, '字'.repeat(2731))), 'argument');
  assert.equal(await ending(kefu.say('all', '只给你看')), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});

test('after the logout nothing is said, listed, kept or planned', async () => {
  online({ ...AGENT, storage });
  const waiting = ending(kefu.say(null, '一'));
  kefu.close();
  assert.deepEqual(kefu.state, { name: 'closed', reason: 'logged-out', seconds: null });
  assert.equal(gateway.socket.closedWith, 1000);
  assert.deepEqual(ids(), []);
  assert.equal(await waiting, 'unknown');
  assert.equal(await ending(kefu.say(null, '还在吗')), 'closed');
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

// What happens to the page.

test('the browser says that the network is gone or back: both show at once', () => {
  online();
  page.happens('offline');
  assert.deepEqual([state(), kefu.state.reason], ['waiting', 'offline']);
  page.happens('online');
  gateway.resumes();
  assert.equal(state(), 'online');
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
  kefu = connect(AGENT, { openSocket: gateway.openSocket, clock, random: () => 0, page: {} });
  gateway.letsIn();
  assert.equal(state(), 'online');
});

// Tokens.

/** A token as far as a client looks into it. @param {object} claims */
const tokenOf = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

const TOKEN = tokenOf({ sub: '17', bid: ['41'], name: '张三？>' });

/** The token that is given now; '' : it cannot be had. */
let token = TOKEN;
const withToken = {
  url: URL_,
  token: async () => {
    if (!token) throw new Error('the page cannot get one');
    return token;
  },
};

/** Opens the last socket; then its token is there. */
async function opens() {
  gateway.socket.opens();
  await settled();
}

/** @param {Options} [options] */
async function onlineWithToken(options = withToken) {
  token = TOKEN;
  start(options);
  await opens();
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
}

test('a login with a token sends the token, and nothing that is left to it', async () => {
  await onlineWithToken();
  assert.deepEqual(gateway.sockets[0].sent[0], { method: 'login', token: TOKEN });
  assert.deepEqual(kefu.identity, { bid: '41', id: '17', name: '张三' });
});

test('a token is asked for with each login and resume', async () => {
  await onlineWithToken();
  token = 'the next one';
  await loses();
  await opens();
  const [{ method, token: shown }] = gateway.socket.sent;
  assert.deepEqual([method, shown], ['resume', 'the next one']);
});

test('where no token can be had it is tried again by back-off', async () => {
  token = '';
  start(withToken);
  await opens();
  assert.deepEqual([state(), kefu.state.reason], ['waiting', 'token']);
  token = TOKEN;
  await clock.advance(0);
  await opens();
  assert.equal(gateway.socket.sent[0].token, TOKEN);
});

test('a token that comes when its line has been lost is shown on none', async () => {
  start(withToken);
  gateway.socket.opens();
  gateway.socket.breaks();
  kefu.retry();
  await settled();
  assert.deepEqual(gateway.sockets.map(({ sent }) => sent), [[], []]);
});

test('before the token ends another is asked for and shown, and nobody notices', async () => {
  await onlineWithToken();
  kefu.on('expiring', () => assert.fail('there was another one'));
  token = 'the next one';
  gateway.socket.says({ method: 'token_expiring' });
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'token', token: 'the next one' });
  gateway.answers({ code: 200 });
});

test('where there is no other one yet the page is told, and shows it when it has it', async () => {
  await onlineWithToken();
  let expiring = 0;
  kefu.on('expiring', () => (expiring += 1));
  gateway.socket.says({ method: 'token_expiring' });
  await settled();
  assert.equal(expiring, 1);
  token = 'pasted';
  const call = ending(kefu.renew());
  await settled();
  assert.equal(gateway.socket.sent.at(-1).token, 'pasted');
  gateway.answers({ code: 200 });
  assert.equal(await call, 'ok');
});

test('a token that the gateway refuses to renew with is told, and the session goes on', async () => {
  await onlineWithToken();
  token = "somebody else's";
  const call = ending(kefu.renew());
  await settled();
  gateway.answers({ code: '10006', msg: '没有权限' });
  assert.equal(await call, '10006');
  assert.equal(state(), 'online');
});

test('a token that is not good ends it: nothing is tried again', async () => {
  start(withToken);
  await opens();
  gateway.socket.says({ code: '10006', msg: '没有权限', method: 'login' });
  assert.deepEqual(kefu.state, { name: 'closed', reason: '10006', seconds: null });
  assert.equal(clock.pending, 0);
});

test('a password is sent with each login, and not where the ticket is enough', async () => {
  online({ ...AGENT, password: '密码' });
  assert.equal(gateway.socket.sent[0].password, '密码');
  await loses();
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].password, undefined);
  gateway.socket.says({ code: '10005', msg: '', method: 'resume' });
  assert.equal(gateway.socket.sent[1].password, '密码');
});

test('what is no token says nothing of the agent, and is for the gateway to refuse', async () => {
  for (const bad of ['x', 'x.y.z', 'e30.bnVsbA.', tokenOf({ sub: {}, bid: ['41', '42'] })]) {
    token = bad;
    start(withToken);
    await opens();
    gateway.letsIn({ customer_id: 17, customer_name: '张三' });
    assert.equal(kefu.identity.bid, '', bad);
  }
});

test('a session that an earlier page has left is not resumed with the token of somebody else, who logs in', async () => {
  await onlineWithToken({ ...withToken, storage });
  page.happens('pagehide');
  start({ ...withToken, storage });
  await opens();
  gateway.socket.says({ code: '10006', msg: '没有权限', method: 'resume' });
  assert.deepEqual(gateway.socket.sent[1], { method: 'login', token: TOKEN });
  gateway.letsIn({ customer_id: '18', customer_name: '李四' });
  assert.equal(kefu.identity.id, '18');
});
