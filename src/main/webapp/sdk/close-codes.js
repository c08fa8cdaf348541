// @ts-check

/** The gateway closes with these where coming back by oneself would be wrong. */
const FINAL = new Map([
  [4001, /** @type {const} */ ('taken-over')],
  [4002, /** @type {const} */ ('ended')],
  [4003, /** @type {const} */ ('not-allowed')],
]);

/** The gateway closes with these when it knows better than the back-off when to come back: `retry=<ms>`. */
const TIMED = new Set([1012, 1013, 4007]);

/** A longer delay than this is not believed. */
const LONGEST_DELAY_MS = 300_000;

/** Closes made by this side. Not 1000, which says "logged out". */
export const SILENT_LINE = 4009;
export const LOGGED_OUT = 1000;

/**
 * What to do after a close.
 *
 * @typedef {{ final: 'taken-over' | 'ended' | 'not-allowed' }} Stop do not come back
 * @typedef {{ final: null, delay: number | null }} Return come back, after the server's delay (ms) or by back-off
 *
 * @param {number} code
 * @param {string} reason
 * @returns {Stop | Return}
 */
export function afterClose(code, reason) {
  const final = FINAL.get(code);
  if (final) return { final };
  return { final: null, delay: TIMED.has(code) ? delayIn(reason) : null };
}

/** @param {string} reason */
function delayIn(reason) {
  const match = /\bretry=(\d+)\b/.exec(reason);
  return match ? Math.min(Number(match[1]), LONGEST_DELAY_MS) : null;
}
