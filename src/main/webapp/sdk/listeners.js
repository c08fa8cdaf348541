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
   * @param {string} type
   * @param {...any} told
   */
  tell(type, ...told) {
    for (const listener of [...(this.#byType.get(type) ?? [])]) {
      try {
        listener(...told);
      } catch (fault) {
        reportFault(fault);
      }
    }
  }
}
