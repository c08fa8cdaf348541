// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageLock } from '../../main/webapp/console/page-lock.js';
import { settled } from './fakes.js';

/** The browser's locks, each granted some time after it was asked for. */
class FakeLocks {
  /** @type {Set<string>} */ names = new Set();

  /** @param {string} name @param {() => Promise<any>} run */
  async request(name, run) {
    await settled();
    this.names.add(name);
    await run();
    this.names.delete(name);
  }

  query = async () => ({ held: [...this.names].map((name) => ({ name })) });
}

test('a page is known to be there as long as it has its lock', async () => {
  const locks = /** @type {any} */ (new FakeLocks());
  const [page, copy] = [new PageLock(locks), new PageLock(locks)];
  assert.equal(await copy.has(page.name), false);
  page.hold();
  await settled();
  await settled();
  assert.deepEqual([await copy.has(page.name), await page.has(copy.name)], [true, false]);
  assert.deepEqual([await copy.misses(page.name), await page.misses(copy.name)], [false, true]);
  page.letGo();
  await settled();
  assert.equal(await copy.has(page.name), false);
  page.hold();
  page.letGo();
  await settled();
  await settled();
  assert.equal(await copy.has(page.name), false, 'it went before it had the lock');
});

test('without locks no other page is known', async () => {
  const page = new PageLock(/** @type {any} */ (null));
  page.hold();
  assert.deepEqual([await page.has(page.name), await page.misses(page.name)], [false, false]);
});
