// @ts-check

/** The first wait is at most this long: a blip should pass unnoticed. */
const BASE_MS = 500;

/** No wait is longer: an agent will not stare at a dead page for more than half a minute. */
const CAP_MS = 30_000;

/**
 * How long to wait before trying again: exponential back-off with full jitter, so that clients which lost their
 * gateway in the same moment do not come back in the same moment.
 *
 * @param {number} tries how many attempts have failed since the line was last good, from 0
 * @param {number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function backoff(tries, random) {
  return Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** tries));
}
