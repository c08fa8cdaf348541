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
/** @type {number} */ let asked;

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  states = [];
  awaiting = false;
  asked = 0;
  connection = new Connection(
    { url: 'ws://host/chat/chat', openSocket: gateway.openSocket, openStream: gateway.openStream, clock, random: () => 0.5 },
    { changed: () => states.push(connection.state), opened: () => {}, received: () => {}, awaiting: () => awaiting, ask: () => (asked += 1) > 0 },
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

test('where the browser refuses to open a socket its console says why, and it is tried again', async (t) => {
  /** @type {any[]} */
  const faults = [];
  t.mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ run) => faults.push(run));
  const openSocket = () => {
    throw new Error('mixed content');
  };
  const { openStream } = gateway;
  const listener = { changed: () => {}, opened: () => {}, received: () => {}, awaiting: () => false, ask: () => false };
  connection = new Connection({ url: 'ws://host/chat/chat', openSocket, openStream, clock, random: () => 0.5 }, listener);
  connection.open();
  assert.deepEqual([connection.state, connection.reason], ['waiting', 'lost']);
  assert.throws(faults[0], /mixed content/);
  await clock.advance(250);
  assert.equal(connection.state, 'waiting');
  await clock.advance(500);
  assert.deepEqual(streams(), [true]);
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

test('where there is no heartbeat a line is left that gives no sign of life when it is asked for one', async () => {
  connection.open();
  connection.heartbeat = 0;
  goOnline();
  for (let n = 1; n < 100; n++) {
    await clock.advance(20_000);
    assert.equal(asked, n);
    gateway.socket.says('anything');
  }
  assert.equal(connection.state, 'online');
  assert.ok(Math.abs((await silence()) - 26_000) <= 2_000);
});

test('a hidden page, whose timers run once a minute, does not leave a line that is alive', async () => {
  connection.open();
  connection.heartbeat = 0;
  goOnline();
  for (let n = 1; n < 10; n++) {
    clock.skip(58_000);
    await clock.advance(2_000);
    assert.equal(asked, n);
    gateway.socket.says('a sign of life');
    assert.equal(connection.state, 'online');
  }
});

test('where there is no heartbeat a line is not trusted after a long sleep', async () => {
  connection.open();
  connection.heartbeat = 0;
  goOnline();
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
  awaiting = true;
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
