// @ts-check

/** @typedef {'open' | 'jwt' | 'backend'} AuthMode how the gateway knows who an agent is */

const MODES = new Set(['open', 'jwt', 'backend']);

/** Nobody waits longer for a form. */
const WITHIN_MS = 2_000;

/** @returns {Promise<AuthMode | null>} null: the gateway did not say */
export async function authMode() {
  try {
    const answer = await fetch('auth', { signal: AbortSignal.timeout(WITHIN_MS) });
    const { mode } = await answer.json();
    return MODES.has(mode) ? mode : null;
  } catch {
    return null;
  }
}
