// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiddenPage } from '../../main/webapp/console/hidden-page.js';
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

test('a page is known to be hidden as long as it is', async () => {
  const locks = /** @type {any} */ (new FakeLocks());
  const [page, copy] = [new HiddenPage(locks), new HiddenPage(locks)];
  assert.equal(await copy.has(page.name), false);
  page.hide();
  await settled();
  await settled();
  assert.deepEqual([await copy.has(page.name), await page.has(copy.name)], [true, false]);
  page.show();
  await settled();
  assert.equal(await copy.has(page.name), false);
  page.hide();
  page.show();
  await settled();
  await settled();
  assert.equal(await copy.has(page.name), false, 'it was seen again before it had the lock');
});

test('without locks no hidden page is known', async () => {
  const page = new HiddenPage(/** @type {any} */ (null));
  page.hide();
  assert.equal(await page.has(page.name), false);
});
