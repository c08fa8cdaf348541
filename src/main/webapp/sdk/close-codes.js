// @ts-check

/** The gateway closes with these where coming back by oneself would be wrong. */
const FINAL = new Map([
  [4001, 'taken-over'],
  [4002, 'ended'],
  [4003, 'not-allowed'],
]);

/** A frame was longer than any may be. */
export const TOO_LONG = 'too-long';

/** Why the gateway has closed, where one may come back. */
const PASSING = new Map([
  [1009, TOO_LONG],
  [1012, 'restart'],
  [1013, 'full'],
  [4007, 'too-fast'],
  [4008, 'too-slow'],
  [4009, 'silent'],
]);

/** The gateway closes with these when it knows better than the back-off when to come back: `retry=<ms>`. */
const TIMED = new Set([1012, 1013, 4007]);

/** A longer delay than this is not believed. */
const LONGEST_DELAY_MS = 300_000;

/** Closes made by this side. 1000 says "logged out"; after the others the session can be resumed. */
export const LOGGED_OUT = 1000;
export const GONE_AWAY = 4000;
export const SILENT_LINE = 4009;

/**
 * What to do after a close.
 *
 * @param {number} code
 * @param {string} reason
 * @returns {{ final: boolean, reason: string, delay: number | null }} why it was closed; whether not to come back; else the
 *     gateway's delay (ms), or null: by back-off
 */
export function afterClose(code, reason) {
  const final = FINAL.get(code);
  if (final) return { final: true, reason: final, delay: null };
  return { final: false, reason: PASSING.get(code) ?? 'lost', delay: TIMED.has(code) ? delayIn(reason) : null };
}

/** @param {string} reason */
function delayIn(reason) {
  const match = /\bretry=(\d+)\b/.exec(reason);
  return match ? Math.min(Number(match[1]), LONGEST_DELAY_MS) : null;
}
