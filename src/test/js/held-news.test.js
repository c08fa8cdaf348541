// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldNews } from '../../main/webapp/console/held-news.js';
import { FakeClock } from './fakes.js';

test('what the agent sees in another tab is not told, and of many news of a conversation the last one is', async () => {
  const clock = new FakeClock();
  const unread = new Set(['room', 'agent:18']);
  /** @type {string[]} */ const told = [];
  const held = new HeldNews((key) => unread.has(key), ({ text }) => told.push(text), clock.after);
  const add = (/** @type {string} */ key, /** @type {string} */ text) => held.add(/** @type {any} */ ({ conversation: { key }, text }));
  add('room', 'a');
  add('agent:18', 'b');
  add('agent:18', 'c');
  await clock.advance(200);
  assert.deepEqual([told, clock.pending], [[], 2]);
  unread.delete('room');
  await clock.advance(100);
  assert.deepEqual(told, ['c']);
  add('agent:18', 'd');
  await clock.advance(300);
  assert.deepEqual([told, clock.pending], [['c', 'd'], 0]);
});
