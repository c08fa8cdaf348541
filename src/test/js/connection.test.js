// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Connection } from '../../main/webapp/sdk/connection.js';
import { FakeClock, FakeGateway } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {FakeGateway} */ let gateway;
/** @type {Connection} */ let connection;
/** @type {string[]} */ let states;

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  states = [];
  connection = new Connection(
    { url: 'ws://host/chat/chat', openSocket: gateway.openSocket, clock, random: () => 0.5 },
    { changed: () => states.push(connection.state), opened: () => {}, received: () => {} },
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

test('the wait grows from failure to failure', async () => {
  connection.open();
  for (const wait of [250, 500, 1000, 2000]) {
    gateway.socket.breaks();
    assert.equal(connection.retryAt, clock.now() + wait);
    await clock.advance(wait);
  }
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
  await clock.advance(3_999);
  assert.equal(gateway.sockets.length, 1);
  await clock.advance(1);
  assert.equal(gateway.sockets.length, 2);
});

test('who is told to come back later does so after just that delay', async () => {
  for (const code of [1013, 4007]) {
    connection.open();
    goOnline();
    const before = gateway.sockets.length;
    gateway.socket.breaks(code, 'retry=5000');
    assert.equal(connection.retryAt, clock.now() + 5_000, String(code));
    await clock.advance(4_999);
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
    assert.equal(connection.problem, problem);
    assert.equal(clock.pending, 0, 'nothing is planned');
    connection.nudge();
    connection.retryNow();
    assert.equal(connection.state, 'closed');
  }
});

test('a silent line is left and opened anew', async () => {
  connection.open();
  goOnline();
  await clock.advance(34_999);
  gateway.socket.says({ type: 'ping' });
  await clock.advance(34_999);
  assert.equal(connection.state, 'online');
  const [silent] = gateway.sockets;
  await clock.advance(1);
  assert.equal(connection.state, 'waiting');
  assert.equal(silent.closedWith, 4009);
});

test('a line that went silent while the machine slept is left when the page is looked at', async () => {
  connection.open();
  goOnline();
  const sleeping = clock.after;
  clock.after = () => () => {};
  gateway.socket.says({ type: 'ping' });
  await clock.advance(3_600_000);
  clock.after = sleeping;
  connection.nudge();
  assert.equal(connection.state, 'waiting');
});

test('an attempt that hangs is given up, pings or not', async () => {
  connection.open();
  gateway.socket.opens();
  await clock.advance(14_000);
  gateway.socket.says({ type: 'ping' });
  await clock.advance(1_000);
  assert.equal(connection.state, 'waiting');
});

test('a socket that was left is heard no more', () => {
  connection.open();
  goOnline();
  const left = gateway.socket;
  connection.drop();
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
