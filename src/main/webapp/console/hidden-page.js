// @ts-check

/**
 * Tells a page that the browser has dropped while it was hidden from one that is hidden still: by a lock (Web Locks), which a hidden
 * page has as long as it lives. A copy of that page finds in its storage what the hidden one has kept there, and must leave it alone.
 * A page that is seen has no lock: it would keep a browser from putting the page aside.
 */
export class HiddenPage {
  /** Of this page, for its whole life. */
  name = `kefu.page ${Math.random().toString(36).slice(2)}`;
  #locks;
  #isHidden = false;
  #letGo = () => {};

  /** @param {LockManager | undefined} locks undefined where the page does not come by https: then no hidden page is known */
  constructor(locks = navigator.locks) {
    this.#locks = locks;
  }

  hide() {
    this.#isHidden = true;
    this.#locks?.request(this.name, () => new Promise((resolve) => (this.#isHidden ? (this.#letGo = () => resolve(null)) : resolve(null)))).catch(() => {});
  }

  show() {
    this.#isHidden = false;
    this.#letGo();
  }

  /** Whether the page of that name is hidden somewhere. @param {string} name */
  async has(name) {
    const { held } = (await this.#locks?.query().catch(() => null)) ?? {};
    return held?.some((lock) => lock.name === name) ?? false;
  }
}
