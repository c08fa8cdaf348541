// @ts-check

/** The first wait is at most this long: a blip should pass unnoticed. */
const BASE_MS = 500;

/** No wait is longer while the outage is young: a gateway that is restarted is away for seconds. */
const EARLY_CAP_MS = 3_000;

/** How long an outage is young. */
const EARLY_MS = 60_000;

/** No wait is longer at all: an agent will not stare at a dead page for more than half a minute. */
const CAP_MS = 30_000;

/**
 * How long to wait before the next attempt: exponential back-off with full jitter. Clients that lost their gateway in the same
 * moment do not come back in the same moment.
 *
 * @param {number} tries how many attempts have failed since the line was last good, from 0
 * @param {number} random in [0, 1)
 * @param {number} outage milliseconds since the line was lost
 * @returns {number} milliseconds
 */
export function backoff(tries, random, outage) {
  const cap = outage < EARLY_MS ? EARLY_CAP_MS : CAP_MS;
  return Math.round(random * Math.min(cap, BASE_MS * 2 ** tries));
}

/** Over so long at most the delay of the gateway is spread: it has spread those of a restart itself. */
const SPREAD_MS = 1_000;

/**
 * The delay that the gateway has named, spread: it may have named the same one to many. Never less than what it has asked for.
 *
 * @param {number} delay milliseconds
 * @param {number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function spread(delay, random) {
  return Math.round(delay + random * Math.min(delay / 2, SPREAD_MS));
}
