// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Connection } from '../../main/webapp/sdk/connection.js';
import { FakeClock, FakeGateway } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {FakeGateway} */ let gateway;
/** @type {Connection} */ let connection;
/** @type {string[]} */ let states;
/** @type {boolean} */ let awaiting;

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  states = [];
  awaiting = false;
  connection = new Connection(
    { url: 'ws://host/chat/chat', openSocket: gateway.openSocket, clock, random: () => 0.5 },
    { changed: () => states.push(connection.state), opened: () => {}, received: () => {}, awaiting: () => awaiting },
  );
});

function goOnline() {
  gateway.socket.opens();
  connection.ready();
}

test('it goes from idle over connecting to online', () => {
  assert.equal(connection.state, 'idle');
  connection.open();
  assert.equal(gateway.socket.url, 'ws://host/chat/chat');
  goOnline();
  assert.deepEqual(states, ['connecting', 'online']);
});

test('a lost line is waited for and opened again', async () => {
  connection.open();
  goOnline();
  gateway.socket.breaks();
  assert.equal(connection.state, 'waiting');
  assert.equal(connection.retryAt, clock.now() + 250);
  await clock.advance(249);
  assert.equal(gateway.sockets.length, 1);
  await clock.advance(1);
  assert.equal(gateway.sockets.length, 2);
  assert.equal(connection.state, 'connecting');
});

test('the wait grows from failure to failure, and in the first minute to no more than 3 s', async () => {
  connection.open();
  for (const wait of [250, 500, 1000, 1500, 1500, 1500]) {
    gateway.socket.breaks();
    assert.equal(connection.retryAt, clock.now() + wait);
    await clock.advance(wait);
  }
});

test('after a minute without a line it waits longer', async () => {
  connection.open();
  for (let tries = 0; tries < 6; tries++) {
    await clock.advance(10_000);
    assert.equal(connection.state, 'waiting', 'an attempt that hangs is given up');
    connection.retryNow();
  }
  await clock.advance(10_000);
  assert.equal(connection.retryAt, clock.now() + 15_000);
});

test('only a line that held starts the back-off anew', async () => {
  connection.open();
  goOnline();
  gateway.socket.breaks();
  await clock.advance(250);
  goOnline();
  await clock.advance(9_999);
  gateway.socket.breaks();
  assert.equal(connection.retryAt, clock.now() + 500, 'it broke too soon');
  await clock.advance(500);
  goOnline();
  await clock.advance(10_000);
  gateway.socket.breaks();
  assert.equal(connection.retryAt, clock.now() + 250, 'it held');
});

test("the server's own delay is kept, whatever the browser thinks of the network", async () => {
  connection.open();
  goOnline();
  gateway.socket.breaks(1012, 'retry=4000');
  connection.nudge();
  assert.equal(connection.retryAt, clock.now() + 4_500, 'spread by jitter');
  await clock.advance(4_499);
  assert.equal(gateway.sockets.length, 1);
  await clock.advance(1);
  assert.equal(gateway.sockets.length, 2);
});

test('who is told to come back later does so after that delay, and a part of it more', async () => {
  for (const code of [1013, 4007]) {
    connection.open();
    goOnline();
    const before = gateway.sockets.length;
    gateway.socket.breaks(code, 'retry=5000');
    assert.equal(connection.retryAt, clock.now() + 5_500, String(code));
    await clock.advance(5_499);
    assert.equal(gateway.sockets.length, before, String(code));
    await clock.advance(1);
    assert.equal(gateway.sockets.length, before + 1, String(code));
  }
});

test('the network coming back ends a back-off at once', () => {
  connection.open();
  gateway.socket.breaks();
  connection.nudge();
  assert.equal(connection.state, 'connecting');
  assert.equal(gateway.sockets.length, 2);
});

test('the user may go ahead of any delay', () => {
  connection.open();
  gateway.socket.breaks(1013, 'retry=4000');
  connection.retryNow();
  assert.equal(gateway.sockets.length, 2);
});

test('final codes end it, and opening by hand starts it again', async () => {
  for (const [code, problem] of /** @type {const} */ ([[4001, 'taken-over'], [4002, 'ended'], [4003, 'not-allowed']])) {
    connection.open();
    gateway.socket.breaks(code);
    assert.equal(connection.state, 'closed');
    assert.equal(connection.reason, problem);
    assert.equal(clock.pending, 0, 'nothing is planned');
    connection.nudge();
    connection.retryNow();
    assert.equal(connection.state, 'closed');
  }
});

/** How long a line may be silent (ms), found by trying. */
async function silence() {
  const [from, before] = [clock.now(), gateway.sockets.length];
  for (; connection.state === 'online' && clock.now() - from < 1_000_000; ) await clock.advance(500);
  assert.equal(gateway.sockets.length, before);
  return clock.now() - from;
}

test('a line that is silent for two heartbeats is left, and opened anew', async () => {
  connection.open();
  goOnline();
  await clock.advance(20_000);
  gateway.socket.says({ type: 'ping' });
  const silent = gateway.socket;
  assert.ok(Math.abs((await silence()) - 25_000) <= 2_000);
  assert.equal(connection.state, 'waiting');
  assert.equal(connection.reason, 'silent');
  assert.equal(silent.closedWith, 4009);
});

test('where an answer is awaited, one heartbeat that is missing is enough', async () => {
  connection.open();
  goOnline();
  awaiting = true;
  assert.ok(Math.abs((await silence()) - 15_000) <= 2_000);
});

test("the silence that is borne follows the server's heartbeat", async () => {
  connection.open();
  connection.heartbeat = 40;
  goOnline();
  assert.ok(Math.abs((await silence()) - 85_000) <= 2_000);
});

test('where there is no heartbeat silence says nothing, but a long sleep does', async () => {
  connection.open();
  connection.heartbeat = 0;
  goOnline();
  await clock.advance(3_600_000);
  assert.equal(connection.state, 'online');
  await sleep();
  assert.equal(connection.state, 'waiting');
});

/** The machine is suspended for an hour: no timer runs, and then those that are overdue. */
async function sleep() {
  clock.skip(3_600_000);
  await clock.advance(2_000);
}

test('a machine that was suspended finds out within two seconds, and at once when the page is looked at', async () => {
  connection.open();
  goOnline();
  await sleep();
  assert.equal(connection.state, 'waiting');
  connection.retryNow();
  goOnline();
  clock.skip(3_600_000);
  connection.nudge();
  assert.equal(connection.state, 'waiting');
});

test('the browser says that the network is gone: it shows at once, and the network coming back ends it at once', async () => {
  connection.open();
  goOnline();
  connection.offline();
  assert.equal(connection.state, 'waiting');
  assert.equal(connection.reason, 'offline');
  connection.nudge();
  gateway.socket.breaks();
  assert.equal(connection.reason, 'offline', 'still, whatever is tried');
  connection.online();
  assert.equal(connection.state, 'connecting');
  gateway.socket.breaks();
  assert.equal(connection.reason, 'lost');
  connection.offline();
  assert.equal(connection.reason, 'offline');
});

test('an attempt that hangs is given up, pings or not', async () => {
  connection.open();
  gateway.socket.opens();
  await clock.advance(9_000);
  gateway.socket.says({ type: 'ping' });
  await clock.advance(1_000);
  assert.equal(connection.state, 'waiting');
});

test('a server that speaks another protocol is left alone', async () => {
  for (const protocol of ['', 'kefu.v3']) {
    connection.open();
    gateway.socket.protocol = protocol;
    gateway.socket.opens();
    assert.equal(connection.state, 'closed');
    assert.equal(connection.reason, 'protocol');
    assert.equal(clock.pending, 0);
  }
});

test('a socket that was left is heard no more', () => {
  connection.open();
  goOnline();
  const left = gateway.socket;
  connection.drop('silent');
  connection.retryNow();
  goOnline();
  left.breaks(4001);
  assert.equal(connection.state, 'online');
});

test('closing by hand says goodbye and leaves no timer behind', () => {
  connection.open();
  goOnline();
  connection.close();
  assert.equal(connection.state, 'idle');
  assert.equal(gateway.socket.closedWith, 1000);
  assert.equal(clock.pending, 0);
});
