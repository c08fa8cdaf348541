// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from '../../main/webapp/sdk/backoff.js';

test('the longest wait doubles with every try, from half a second to half a minute', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((tries) => backoff(tries, 1));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('the wait is spread over the whole range', () => {
  assert.equal(backoff(3, 0), 0);
  assert.equal(backoff(3, 0.25), 1000);
  assert.equal(backoff(5000, 0.5), 15_000);
});
