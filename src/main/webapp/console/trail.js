// @ts-check

/**
 * How deep the agent is in the page, kept in the browser's history: each step down is an entry, and so the Back key goes one step up,
 * and from the top leaves the page. A reload stays where it is.
 */
export class Trail {
  #wanted = 0;
  /** Whether the first entry is known to be the page's. */
  #begun = false;
  /** Whether the browser is on its way to an entry that was asked for here. */
  #moving = false;
  /** In a frame the Back key is the outer page's. */
  #framed;
  #history;
  #went;

  /**
   * @param {(depth: number) => void} went the agent has gone to that depth by the browser's keys
   * @param {any} [page] the window
   */
  constructor(went, page = window) {
    this.#went = went;
    /** @type {Pick<History, 'state' | 'pushState' | 'replaceState' | 'go'>} */ this.#history = page.history;
    this.#framed = page.parent !== page;
    page.addEventListener('popstate', () => this.#popped());
  }

  /** As the browser has it, also over a reload; null: it knows of none. @returns {number | null} */
  get depth() {
    const depth = this.#history.state?.depth;
    return typeof depth === 'number' ? depth : null;
  }

  /** The agent has gone there on the page. @param {number} depth */
  at(depth) {
    if (this.#begun && depth === this.#wanted) return;
    this.#wanted = depth;
    this.#settle();
  }

  #settle() {
    if (this.#moving) return;
    const linked = this.#begun; // a link within the page makes an entry, too
    this.#begun = true;
    if (this.#framed) return this.#history.replaceState({ depth: this.#wanted }, ''); // for a reload only
    if (this.depth === null) this.#history.replaceState({ depth: linked ? this.#wanted : 0 }, '');
    const steps = this.#wanted - Number(this.depth);
    for (let step = steps - 1; step >= 0; step--) this.#history.pushState({ depth: this.#wanted - step }, '');
    if (steps < 0) {
      this.#moving = true;
      this.#history.go(steps);
    }
  }

  #popped() {
    if (this.#framed) return;
    const { depth } = this;
    if (this.#moving || depth === null || depth === this.#wanted) {
      this.#moving = false;
      this.#settle();
    } else {
      this.#wanted = depth;
      this.#went(depth);
    }
  }
}
