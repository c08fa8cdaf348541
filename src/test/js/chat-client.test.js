// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ChatClient } from '../../main/webapp/sdk/chat-client.js';
import { FakeClock, FakeGateway, settled } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {FakeGateway} */ let gateway;
/** @type {ChatClient} */ let client;
/** @type {any[]} */ let heard;

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  client = new ChatClient('ws://host/chat/chat', { openSocket: gateway.openSocket, clock, random: () => 0 });
  heard = [];
  client.addEventListener('say', (event) => heard.push(/** @type {any} */ (event).detail));
  client.login({ bid: '41', id: '17', name: '张三' });
});

const ids = () => client.agents.map(({ id }) => id);

/** How a call ends, as text. @param {Promise<void>} call */
const ending = (call) => call.then(() => 'ok', (error) => error.code);

test('it asks for version 2', (t) => {
  /** @type {any[]} */
  const asked = [];
  const { WebSocket } = globalThis;
  t.after(() => Object.assign(globalThis, { WebSocket }));
  Object.assign(globalThis, { WebSocket: function (/** @type {any[]} */ ...how) { asked.push(how); } });
  new ChatClient('ws://host/chat/chat', { clock }).login({ bid: '41', id: '17', name: '张三' });
  assert.deepEqual(asked, [['ws://host/chat/chat', 'kefu.v2']]);
});

test('it logs in as soon as the socket is open', () => {
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent, [{ method: 'login', bid: '41', customer_id: '17', customer_name: '张三' }]);
  assert.equal(client.state, 'connecting');
});

test('it is online when the login is answered', () => {
  gateway.letsIn();
  assert.equal(client.state, 'online');
});

test('after a lost line it resumes, with tries that rise and up to where it has heard', async () => {
  gateway.letsIn();
  gateway.publishes({ method: 'ticket_push' }, 7);
  for (const attempt of [1, 2]) {
    gateway.socket.breaks();
    await clock.advance(0);
    gateway.socket.opens();
    const channels = { 'g:41': { epoch: 'e', off: 7 } };
    assert.deepEqual(gateway.socket.sent, [{ method: 'resume', ticket: 'secret', try: attempt, channels }]);
  }
  gateway.resumes();
  assert.equal(client.state, 'online');
});

test('a session that has ended is followed by a new login with the positions', async () => {
  gateway.letsIn();
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.socket.opens();
  gateway.socket.says({ code: '10005', msg: '会话已失效，请重新登录', method: 'resume' });
  assert.deepEqual(gateway.socket.sent.at(-1), { ...gateway.sockets[0].sent[0], channels: { 'g:41': { epoch: 'e', off: 0 } } });
});

/** Loses the line and has the resume refused. @param {string} code */
async function refusesToResume(code) {
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.socket.opens();
  gateway.socket.says({ code, msg: '', method: 'resume' });
}

test('a resume that is not allowed is final', async () => {
  gateway.letsIn();
  await refusesToResume('10006');
  assert.equal(client.state, 'closed');
  assert.equal(client.problem, '10006');
});

test('a gateway too busy for a resume is asked again for the same session', async () => {
  gateway.letsIn();
  for (const code of ['10007', '10008']) {
    await refusesToResume(code);
    assert.equal(client.state, 'waiting');
    assert.equal(gateway.socket.closedWith, 4009, 'which does not log out');
    client.retryNow();
    gateway.resumes();
    assert.equal(client.state, 'online');
  }
});

test('what was heard already is dropped', () => {
  gateway.letsIn();
  const saying = { method: 'say_push', from_customer_id: 18, from_customer_name: '李四', to: 'all', timestamp: 1 };
  for (const off of [4, 4, 3, 6]) gateway.publishes({ ...saying, content: String(off) }, off);
  assert.deepEqual(heard.map(({ content }) => content), ['4', '6']);
});

test('channels come and go by the word of the gateway', () => {
  gateway.letsIn();
  gateway.socket.says({ method: 'channels', joined: { 'g:7': { epoch: 'e', off: 3 } }, left: ['g:41'] });
  gateway.socket.breaks();
  client.retryNow();
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent[0].channels, { 'g:7': { epoch: 'e', off: 3 } });
});

test('a gap takes positions and list, and is told', () => {
  let missed = 0;
  client.addEventListener('missed', () => (missed += 1));
  gateway.letsIn();
  const customer_list = [{ client: 'x', customer_id: 19, customer_name: '王五', status: 1 }];
  gateway.socket.says({ method: 'gap', channels: { 'g:41': { epoch: 'f', off: 0 } }, customer_list });
  assert.equal(missed, 1);
  assert.deepEqual(ids(), ['19']);
});

test('a page that goes away ends its session', () => {
  gateway.letsIn();
  client.leave();
  assert.deepEqual(gateway.socket.sent.at(-1), { method: 'logout' });
});

test('a refused login is final', () => {
  gateway.socket.opens();
  gateway.socket.says({ code: '10002', msg: '登录失败，参数不正确', method: 'login' });
  assert.equal(client.state, 'closed');
  assert.equal(client.problem, '10002');
});

test('a gateway too busy for a login is asked again', () => {
  for (const code of ['10007', '10008']) {
    gateway.socket.opens();
    gateway.socket.says({ code, msg: '', method: 'login' });
    assert.equal(client.state, 'waiting');
    client.retryNow();
  }
});

test("the server's ping is answered with beat", () => {
  gateway.letsIn();
  gateway.socket.says('{"type":"ping"}');
  assert.equal(gateway.socket.sent.at(-1), 'beat');
});

test('an agent is one, whether its id is a number or text', () => {
  gateway.others = [{ customer_id: 18, customer_name: '李四' }, { customer_id: '18', customer_name: '李四' }];
  gateway.letsIn();
  assert.deepEqual(ids(), ['18', '17']);
  gateway.publishes({ method: 'logout_push', client: 'other-0', customer_id: 18, customer_name: '李四', timestamp: 1 });
  assert.deepEqual(ids(), ['18', '17']);
  gateway.publishes({ method: 'logout_push', client: 'other-1', customer_id: '18', customer_name: '李四', timestamp: 1 });
  assert.deepEqual(ids(), ['17']);
});

test('names are shown as they were typed', () => {
  gateway.letsIn();
  gateway.publishes({ method: 'login_push', customer_id: '18', customer_name: "<O'Hara>", timestamp: 1 });
  assert.equal(client.agent('18')?.name, "<O'Hara>");
});

test('the list after a reconnect replaces the one before', async () => {
  gateway.others = [{ customer_id: '18', customer_name: '李四' }];
  gateway.letsIn();
  gateway.others = [{ customer_id: '19', customer_name: '王五' }];
  gateway.socket.breaks();
  assert.deepEqual(ids(), ['18', '17'], 'kept while offline');
  await clock.advance(0);
  gateway.resumes();
  assert.deepEqual(ids(), ['19', '17']);
});

test('what is said in the room and in private is told apart', () => {
  gateway.letsIn();
  const saying = { method: 'say_push', from_customer_id: 18, from_customer_name: '李四', timestamp: 1_700_000_000 };
  gateway.publishes({ ...saying, to: 'all', content: '1 < 2 &amp;' });
  gateway.publishes({ ...saying, to: 17, content: '&lt;' });
  assert.deepEqual(heard, [
    { from: '18', name: '李四', to: null, content: '1 < 2 &amp;', time: 1_700_000_000_000 },
    { from: '18', name: '李四', to: '17', content: '&lt;', time: 1_700_000_000_000 },
  ]);
});

test('saying something is settled by the answer', async () => {
  gateway.letsIn();
  const call = ending(client.sayTo('18', '你好'));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'say', to: '18', content: '你好' });
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  assert.equal(await call, 'ok');
});

test('what is said offline goes out after the resume, in order', async () => {
  gateway.letsIn();
  gateway.socket.breaks();
  const calls = [ending(client.sayToRoom('一')), ending(client.sayToRoom('二'))];
  await clock.advance(0);
  gateway.resumes();
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  assert.deepEqual(await Promise.all(calls), ['ok', 'ok']);
  assert.deepEqual(gateway.socket.sent.map(({ method, content }) => content ?? method), ['resume', '一', '二']);
});

test('what finds no line within a minute fails as unsent', async () => {
  gateway.letsIn();
  gateway.socket.breaks(1012, 'retry=120000');
  const call = ending(client.sayToRoom('有人吗'));
  await clock.advance(60_000);
  assert.equal(await call, 'unsent');
});

test('an answer that stays away costs the line, and the outcome is called unknown', async () => {
  gateway.letsIn();
  const call = ending(client.sayToRoom('有人吗'));
  await clock.advance(14_000);
  gateway.socket.says('{"type":"ping"}');
  await clock.advance(1_000);
  assert.equal(await call, 'unknown');
  assert.equal(gateway.sockets[0].closedWith, 4009);
  assert.equal(client.state, 'connecting');
});

test('too long a text is not sent', async () => {
  gateway.letsIn();
  assert.equal(await ending(client.sayToRoom('字'.repeat(2731))), 'argument');
  assert.equal(gateway.socket.sent.length, 1);
});

test('an agent whose id is the name of the room is not spoken to in private by mistake', async () => {
  gateway.letsIn();
  assert.equal(await ending(client.sayTo('all', '只给你看')), 'argument');
});

test('after the logout nothing is said, listed or planned', async () => {
  gateway.letsIn();
  client.logout();
  assert.equal(client.state, 'idle');
  assert.deepEqual(ids(), []);
  assert.equal(await ending(client.sayToRoom('还在吗')), 'closed');
  assert.equal(clock.pending, 0);
});

const NOBODY = { bid: '', id: '', name: '' };

/** A token as far as a client looks into it. @param {object} claims */
const tokenOf = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

const TOKEN = tokenOf({ sub: '17', bid: ['41'], name: '张三？>' });

/** The gateway's word on a token. @param {string} [code] of a refusal */
const answersToken = (code) => gateway.answers({ code: code ?? 200 });

test('a login with a token sends the token, and nothing that is left to it', () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent, [{ method: 'login', token: TOKEN }]);
});

test('who it is is read from the token until the gateway says it', () => {
  client.login(NOBODY, { token: TOKEN });
  assert.deepEqual(client.identity, { bid: '41', id: '17', name: '张三？>' });
  gateway.letsIn({ customer_id: 18, customer_name: 'A & B' });
  assert.deepEqual(client.identity, { bid: '41', id: '18', name: 'A & B' });
});

test('what is no token says nothing of the agent, and is for the gateway to refuse', () => {
  for (const token of ['', 'x', 'x.y.z', 'e30.bnVsbA.', tokenOf({ sub: {}, bid: ['41', '42'] })]) {
    client.login(NOBODY, { token });
    assert.deepEqual(client.identity, NOBODY, token);
  }
});

test('a login with a password sends it, also after a lost line', async () => {
  client.login({ bid: '41', id: '17', name: '张三' }, { password: '密码' });
  gateway.letsIn();
  assert.equal(gateway.socket.sent[0].password, '密码');
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].password, undefined, 'the ticket is enough to resume');
  gateway.socket.says({ code: '10005', msg: '', method: 'resume' });
  assert.equal(gateway.socket.sent[1].password, '密码');
});

test('a token that is not good ends it: nothing is tried again', async () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.socket.opens();
  gateway.socket.says({ code: '10006', msg: '没有权限', method: 'login' });
  assert.equal(client.state, 'closed');
  assert.equal(client.problem, '10006');
  assert.equal(clock.pending, 0);
});

test('it tells that the token is about to end, and takes another', async () => {
  let expiring = 0;
  client.addEventListener('expiring', () => (expiring += 1));
  client.login(NOBODY, { token: TOKEN });
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
  gateway.socket.says({ method: 'token_expiring' });
  assert.equal(expiring, 1);
  const call = ending(client.renew('another'));
  await settled();
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'token', token: 'another' });
  answersToken();
  assert.equal(await call, 'ok');
});

test('after a lost line it resumes with the latest token', async () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
  const call = ending(client.renew('another'));
  await settled();
  answersToken();
  await call;
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.socket.opens();
  const [{ method, token }] = gateway.socket.sent;
  assert.deepEqual({ method, token }, { method: 'resume', token: 'another' });
});

test('a token that came while the line was down is the one to resume with', async () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
  gateway.socket.breaks(1012, 'retry=4000');
  ending(client.renew('another'));
  await clock.advance(4_000);
  gateway.socket.opens();
  const [{ method, token }] = gateway.socket.sent;
  assert.deepEqual({ method, token }, { method: 'resume', token: 'another' });
});

test('a token that the gateway refuses is not kept', async () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
  const call = ending(client.renew("somebody else's"));
  await settled();
  answersToken('10006');
  assert.equal(await call, '10006');
  assert.equal(client.state, 'online');
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].token, TOKEN);
});

test('when the token has ended it waits for the user, who may log in again', async () => {
  client.login(NOBODY, { token: TOKEN });
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
  const before = gateway.sockets.length;
  gateway.socket.breaks(4003);
  assert.equal(client.state, 'closed');
  assert.equal(client.problem, 'not-allowed');
  assert.equal(await ending(client.renew('too late')), 'closed');
  await clock.advance(3_600_000);
  assert.equal(gateway.sockets.length, before);
  client.loginAgain();
  gateway.socket.opens();
  assert.equal(gateway.socket.sent[0].token, TOKEN);
});

test('after the logout the token is not known any more', () => {
  client.login(NOBODY, { token: TOKEN });
  client.logout();
  client.loginAgain();
  gateway.socket.opens();
  assert.deepEqual(gateway.socket.sent, [{ method: 'login' }]);
});

test('what else a backend pushes is handed on', () => {
  /** @type {any[]} */
  const pushes = [];
  client.addEventListener('push', (event) => pushes.push(/** @type {any} */ (event).detail));
  gateway.letsIn();
  gateway.publishes({ method: 'ticket_push', id: 5 });
  gateway.socket.says('no frame at all');
  assert.deepEqual(pushes, [{ method: 'ticket_push', id: 5 }]);
});
