// @ts-check

/**
 * Time, as the SDK sees it. Tests put in one that they advance by hand.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since the epoch
 * @property {(ms: number, run: () => void) => (() => void)} after runs once, `ms` from now; the answer cancels it
 */

/** @type {Clock} */
export const systemClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
