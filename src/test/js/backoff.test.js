// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff, spread } from '../../main/webapp/sdk/backoff.js';

test('the wait grows, is random from zero on, and in the first minute of an outage never over 3 s', () => {
  assert.deepEqual([0, 1, 2, 3, 40].map((tries) => backoff(tries, 1, 0)), [500, 1000, 2000, 3000, 3000]);
  assert.equal(backoff(40, 1, 59_999), 3_000);
  assert.equal(backoff(3, 0, 0), 0);
});

test('after a minute it grows to half a minute', () => {
  assert.equal(backoff(3, 1, 60_000), 4_000);
  assert.equal(backoff(40, 1, 60_000), 30_000);
  assert.equal(backoff(40, 0.5, 3_600_000), 15_000);
});

test("the gateway's own delay is never cut, and spread by half of it, by a second at most", () => {
  assert.equal(spread(4_000, 0), 4_000);
  assert.equal(spread(600, 0.999999), 900);
  assert.equal(spread(4_000, 0.999999), 5_000);
});
