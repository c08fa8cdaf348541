// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../main/webapp/sdk/connection.js';
import { calls, clock, connection, gateway, goOnline } from './connection-testbed.js';

/** @returns {boolean[]} of each attempt whether it was a stream */
const streams = () => gateway.sockets.map((socket) => 'isStream' in socket);

/** Two handshakes fail, and the stream that is tried then opens. */
function goOnlineByStream() {
  connection.open();
  for (let n = 0; n < 2; n++) {
    gateway.socket.breaks();
    connection.retryNow();
  }
  assert.deepEqual(streams(), [false, false, true]);
  goOnline();
}

test('after two handshakes that failed in a row a stream is tried', () => {
  goOnlineByStream();
  assert.equal(connection.transport, 'http');
});

test('a handshake that only hangs has failed, one that got through has not', async () => {
  connection.open();
  gateway.socket.breaks();
  connection.retryNow();
  goOnline();
  gateway.socket.breaks();
  connection.retryNow();
  await clock.advance(10_000);
  connection.retryNow();
  await clock.advance(10_000);
  connection.retryNow();
  assert.deepEqual(streams(), [false, false, false, false, true]);
});

test('where handshakes get through and no frame does a stream is tried too, and the look that finds it so ends in a stream', async () => {
  connection.open();
  for (let n = 0; n < 2; n++) {
    gateway.socket.opens();
    await clock.advance(10_000);
    assert.deepEqual([connection.state, connection.reason], ['waiting', 'silent']);
    connection.retryNow();
  }
  assert.deepEqual(streams(), [false, false, true]);
  goOnline();
  await heartbeats(10_000, gateway.socket);
  gateway.socket.opens();
  await clock.advance(10_000);
  connection.retryNow();
  assert.deepEqual(streams(), [false, false, true, false, true]);
  goOnline();
  await heartbeats(299_999, gateway.socket);
  assert.equal(streams().length, 5, 'the next look is not soon');
});

test('what the page or the gateway had against a line says nothing of WebSocket', async () => {
  connection.open();
  const isHeard = () => {
    gateway.socket.says('a heartbeat');
    gateway.socket.breaks();
  };
  for (const ends of [() => connection.drop('token'), () => gateway.socket.breaks(1013), () => gateway.socket.breaks(1012), isHeard, isHeard]) {
    gateway.socket.opens();
    ends();
    connection.retryNow();
  }
  assert.ok(!streams().includes(true));
});

test('where a stream fails too it is not WebSocket that is blocked', () => {
  connection.open();
  for (let n = 0; n < 6; n++) {
    gateway.socket.breaks();
    connection.retryNow();
  }
  assert.deepEqual(streams(), [false, false, true, false, false, true, false]);
});

test('what fails without a network says nothing of WebSocket', () => {
  connection.open();
  connection.offline();
  for (let n = 0; n < 3; n++) {
    connection.retryNow();
    gateway.socket.breaks();
  }
  assert.ok(!streams().includes(true));
});

test('a stream that is lost is opened again, for five minutes', async () => {
  goOnlineByStream();
  gateway.socket.breaks();
  connection.retryNow();
  goOnline();
  assert.deepEqual(streams(), [false, false, true, true]);
  connection.close();
  await clock.advance(300_000);
  connection.open();
  assert.deepEqual(streams(), [false, false, true, true, false]);
  gateway.socket.breaks();
  connection.retryNow();
  assert.deepEqual(streams().at(-1), true, 'once more was enough');
});

test('beside a stream WebSocket is tried again, soon and then every five minutes, and nothing is felt of it', async () => {
  goOnlineByStream();
  const stream = gateway.socket;
  for (const wait of [10_000, 300_000, 300_000]) {
    const before = gateway.sockets.length;
    await heartbeats(wait - 1, stream);
    assert.equal(gateway.sockets.length, before);
    await heartbeats(1, stream);
    assert.equal(gateway.sockets.length, before + 1);
    assert.equal(streams().at(-1), false);
    gateway.socket.breaks();
    assert.equal(connection.state, 'online');
    assert.equal(connection.transport, 'http');
  }
});

/** Time passes, and the line is alive. @param {number} ms @param {import('./fakes.js').FakeSocket} line */
async function heartbeats(ms, line) {
  for (let left = ms; left > 0; left -= 5_000) {
    line.says({ type: 'ping' });
    await clock.advance(Math.min(left, 5_000));
  }
}

test('when WebSocket gets through the session goes on there', async () => {
  goOnlineByStream();
  const stream = gateway.socket;
  await clock.advance(10_000);
  gateway.socket.opens();
  assert.equal(stream.closedWith, 4000, 'the session stays');
  assert.equal(connection.state, 'connecting');
  assert.equal(connection.transport, 'websocket');
  connection.ready();
  assert.equal(connection.line, gateway.socket);
  stream.breaks();
  assert.equal(connection.state, 'online');
  gateway.socket.breaks();
  connection.retryNow();
  assert.equal(streams().at(-1), false);
});

test('while an answer is awaited nothing is changed', async () => {
  goOnlineByStream();
  const stream = gateway.socket;
  calls.awaiting = true;
  await heartbeats(10_000, stream);
  const look = gateway.socket;
  assert.notEqual(look, stream);
  look.opens();
  assert.equal(connection.line, stream);
  assert.equal(look.closedWith, 4000);
});

test('a look that hangs is given up, and with the line every look ends', async () => {
  goOnlineByStream();
  const stream = gateway.socket;
  await heartbeats(10_000, stream);
  const look = gateway.socket;
  await heartbeats(10_000, stream);
  assert.equal(look.closedWith, 4000);
  await heartbeats(300_000, stream);
  connection.close();
  assert.equal(gateway.socket.closedWith, 4000);
  assert.equal(stream.closedWith, 1000);
  assert.equal(clock.pending, 0);
});

test('where the browser refuses to open a socket its console says why, and it is tried again', async (t) => {
  /** @type {any[]} */
  const faults = [];
  t.mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ run) => faults.push(run));
  const openSocket = () => {
    throw new Error('mixed content');
  };
  const { openStream } = gateway;
  const listener = { changed: () => {}, opened: () => {}, received: () => {}, awaiting: () => false, ask: () => false };
  const connection = new Connection({ url: 'ws://host/chat/chat', openSocket, openAsking: openSocket, openStream, clock, random: () => 0.5 }, listener);
  connection.open();
  assert.deepEqual([connection.state, connection.reason], ['waiting', 'lost']);
  assert.throws(faults[0], /mixed content/);
  await clock.advance(250);
  assert.equal(connection.state, 'waiting');
  await clock.advance(500);
  assert.deepEqual(streams(), [true]);
});

test('in an outage WebSockets are opened when the gateway has answered, but for one every 15 s', async () => {
  connection.open();
  /** @type {string[]} */
  const kinds = [];
  for (let n = 0; n < 16; n++) {
    kinds.push('asks' in gateway.socket ? 'asks' : 'isStream' in gateway.socket ? 'stream' : 'socket');
    gateway.socket.breaks();
    await clock.advance(connection.state === 'waiting' ? 1_500 : 0);
    connection.retryNow();
  }
  assert.deepEqual(kinds.join(), 'socket,socket,stream,asks,asks,stream,asks,asks,stream,asks,asks,stream,socket,asks,stream,asks');
  goOnline();
  gateway.socket.breaks();
  await clock.advance(0);
  connection.retryNow();
  assert.ok(!('asks' in gateway.socket), 'it is over');
});
