// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, clock, end, ending, gateway, kefu, loses, online, page, start, state, storage, URL_ } from './client-testbed.js';
import { settled } from './fakes.js';

/** @typedef {import('../../main/webapp/sdk/kefu.js').Options} Options */

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

test('a token that does not come is waited for no longer than the gateway waits for a login, and asked for again', async () => {
  let asked = 0;
  start({ url: URL_, token: () => new Promise((give) => (asked += 1) > 1 && give(TOKEN)) });
  await opens();
  await clock.advance(7_999);
  assert.equal(state(), 'connecting');
  await clock.advance(1);
  assert.deepEqual([state(), kefu.state.reason], ['waiting', 'token']);
  await clock.advance(0);
  await opens();
  assert.equal(gateway.socket.sent[0].token, TOKEN);
  gateway.letsIn({ customer_id: '17', customer_name: '张三' });
});

test('where another one does not come before the token ends, the page is told', async () => {
  let isSlow = false;
  await onlineWithToken({ url: URL_, token: () => (isSlow ? new Promise(() => {}) : TOKEN) });
  isSlow = true;
  let expiring = 0;
  kefu.on('expiring', () => (expiring += 1));
  gateway.socket.says({ method: 'token_expiring' });
  await clock.advance(8_000);
  assert.equal(expiring, 1);
});

test("where the token is another agent's meanwhile, what waits is not sent as theirs", async () => {
  await onlineWithToken();
  const sent = ending(kefu.call('order/pay', { order: 5 }));
  await settled();
  await loses();
  const waiting = end(kefu.say(null, 'written by 17'));
  token = tokenOf({ sub: '18', bid: '42' });
  await opens();
  gateway.socket.says({ code: '10005', msg: '', method: 'resume' });
  gateway.letsIn({ customer_id: '18', customer_name: '李四' });
  assert.deepEqual(await Promise.all([sent, waiting]), ['unknown', 'closed']);
  assert.deepEqual(kefu.identity, { bid: '42', id: '18', name: '李四' });
  assert.deepEqual(gateway.socket.sent.map(({ method }) => method), ['resume', 'login']);
  const own = ending(kefu.call('order/list'));
  await settled();
  gateway.answers({ code: 200, data: [] });
  assert.deepEqual(await own, []);
});

test('what is no text is no token, and the console says so; nothing is none', async (t) => {
  /** @type {any[]} */
  const faults = [];
  t.mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ run) => faults.push(run));
  for (const bad of [5n, 5, {}, ['eyJ']]) {
    start({ url: URL_, token: () => /** @type {any} */ (bad) });
    await opens();
    assert.deepEqual([state(), kefu.state.reason], ['waiting', 'token']);
    assert.throws(/** @type {any} */ (faults.pop()), /token\(\) gives/);
  }
  start({ ...AGENT, token: () => /** @type {any} */ (null) });
  await opens();
  assert.equal('token' in gateway.socket.sent[0], false);
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

test('a token that was refused counts as not shown', async () => {
  await onlineWithToken();
  token = 'bad';
  const renewal = ending(kefu.renew());
  await settled();
  gateway.answers({ code: '10006', msg: '' });
  assert.equal(await renewal, '10006');
  gateway.socket.says({ method: 'token_expiring' });
  await settled();
  assert.deepEqual(gateway.socket.sent.filter(({ method }) => method === 'token').map((shown) => shown.token), ['bad', 'bad']);
});
