// @ts-check

/** As any other fault of the page is reported. @param {unknown} fault */
export const reportFault = (fault) =>
  queueMicrotask(() => {
    throw fault;
  });

/** Who is told of what. A listener that throws keeps nobody else from being told; its fault is reported as any other of the page. */
export class Listeners {
  /** @type {Map<string, Set<(...told: any[]) => void>>} */
  #byType = new Map();
  /** What is being told, and after it what came up meanwhile. @type {{ type: string, told: any[] }[]} */
  #waiting = [];

  /**
   * @param {string} type
   * @param {(...told: any[]) => void} listener
   * @returns {() => void} takes it away
   */
  add(type, listener) {
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * What a listener brings about is told when all have heard what it was told: so the last that each of them hears is how it is.
   *
   * @param {string} type
   * @param {...any} told
   */
  tell(type, ...told) {
    this.#waiting.push({ type, told });
    if (this.#waiting.length > 1) return;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      for (const listener of [...(this.#byType.get(next.type) ?? [])]) call(listener, next.told);
      this.#waiting.shift();
    }
  }
}

/** @param {(...told: any[]) => void} listener @param {any[]} told */
function call(listener, told) {
  try {
    listener(...told);
  } catch (fault) {
    reportFault(fault);
  }
}
