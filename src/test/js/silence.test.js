// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calls, clock, connection, gateway, goOnline } from './connection-testbed.js';

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
  calls.awaiting = true;
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
    assert.equal(calls.asked, n);
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
    assert.equal(calls.asked, n);
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
