// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOf } from '../../main/webapp/sdk/clock.js';

/** How deep in timers that were set by timers what is run now is. */
let depth = 0;

/** A browser's window, as far as timers go. */
function pageOf() {
  /** @type {MessagePort[]} */
  const ports = [];
  return {
    document: {},
    setTimeout(/** @type {() => void} */ run, /** @type {number} */ ms) {
      const own = depth + 1;
      return setTimeout(() => {
        depth = own;
        run();
        depth = 0;
      }, ms);
    },
    clearTimeout,
    MessageChannel: function () {
      const channel = new MessageChannel();
      ports.push(channel.port1, channel.port2);
      return channel;
    },
    end: () => ports.forEach((port) => port.close()),
  };
}

test('a timer that was set by a timer counts as a first one, which a hidden page has in time', async (t) => {
  const page = pageOf();
  t.after(page.end);
  const { after } = clockOf(page);
  /** @type {number[]} */
  const depths = [];
  await new Promise((resolve) => {
    const step = () => {
      depths.push(depth);
      if (depths.length < 6) after(0, step);
      else resolve(undefined);
    };
    after(0, step);
  });
  assert.deepEqual(depths, [0, 0, 0, 0, 0, 0]);
});

test('what is cancelled is not run, also where its time has come', async (t) => {
  const page = pageOf();
  t.after(page.end);
  const { after } = clockOf(page);
  const cancelled = () => assert.fail('it was cancelled');
  after(0, cancelled)();
  const cancelLate = after(0, cancelled);
  await new Promise((resolve) => page.setTimeout(() => resolve(cancelLate()), 1)); // behind the timer, and before its message
  await new Promise((resolve) => after(0, () => resolve(undefined)));
});

test('where there is no page timers are as they are', async () => {
  const { after, now } = clockOf({ setTimeout, clearTimeout });
  after(0, () => assert.fail('it was cancelled'))();
  await new Promise((resolve) => after(1, () => resolve(undefined)));
  assert.ok(Math.abs(now() - Date.now()) < 1_000);
});
