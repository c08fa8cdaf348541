// @ts-check

/**
 * Time, as the SDK sees it. Tests put in one that they advance by hand.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since the epoch
 * @property {(ms: number, run: () => void) => (() => void)} after runs once, `ms` from now; the answer cancels it
 */

/**
 * The clock of a page. Browsers run the timers of a page that was hidden for some minutes once a minute, where each was set by the
 * one before (HTML standard, 8.7, "nesting level"). Here a message comes between a timer and what it runs: timers that this sets are first ones.
 *
 * @param {any} [page] its window; without a document timers are as they are
 * @returns {Clock}
 */
export function clockOf(page = globalThis) {
  /** @type {(() => void)[]} */
  const due = [];
  const { port1, port2 } = page.document ? new page.MessageChannel() : { port1: null, port2: null };
  if (port2) port2.onmessage = () => due.shift()?.();
  return {
    now: () => Date.now(),
    after(ms, run) {
      let isCancelled = false;
      const step = () => isCancelled || run();
      const timer = page.setTimeout(() => {
        if (!port1) return step();
        due.push(step);
        port1.postMessage(null);
      }, ms);
      return () => {
        isCancelled = true;
        page.clearTimeout(timer);
      };
    },
  };
}

/** @type {Clock} */
export const systemClock = clockOf();
