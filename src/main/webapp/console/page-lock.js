// @ts-check

/**
 * Tells a page that has crashed, or that the browser has dropped while it was hidden, from one that is there: by a lock (Web Locks), which
 * a page has as long as it lives. A copy of that page finds in its storage what the other has kept there, and must leave it alone.
 */
export class PageLock {
  /** Of this page, for its whole life. */
  name = `kefu.page ${Math.random().toString(36).slice(2)}`;
  #locks;
  #isWanted = false;
  #release = () => {};

  /** @param {LockManager | undefined} locks undefined where the page does not come by https: then no other page is known */
  constructor(locks = navigator.locks) {
    this.#locks = locks;
  }

  hold() {
    this.#isWanted = true;
    this.#locks?.request(this.name, () => new Promise((resolve) => (this.#isWanted ? (this.#release = () => resolve(null)) : resolve(null)))).catch(() => {});
  }

  /** The page goes away: with a lock no browser would put it aside for the Back key. */
  letGo() {
    this.#isWanted = false;
    this.#release();
  }

  /** Whether the page of that name is known to be there. @param {string} name */
  async has(name) {
    return (await this.#names())?.includes(name) ?? false;
  }

  /** Whether the page of that name is known to have gone. @param {string} name */
  async misses(name) {
    return !((await this.#names())?.includes(name) ?? true);
  }

  async #names() {
    const locks = await this.#locks?.query().catch(() => null);
    return locks?.held?.map((lock) => lock.name);
  }
}
