// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, connection, gateway, goOnline, states } from './connection-testbed.js';

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
