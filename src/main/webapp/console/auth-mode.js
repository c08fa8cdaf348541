// @ts-check

/** @typedef {'open' | 'jwt' | 'backend'} AuthMode how the gateway knows who an agent is */

const MODES = new Set(['open', 'jwt', 'backend']);

/** Nobody waits longer for a form. */
const WITHIN_MS = 2_000;

/** @returns {Promise<AuthMode | null>} null: the gateway did not say */
export async function authMode() {
  try {
    const answer = await fetch('health/ready', { signal: AbortSignal.timeout(WITHIN_MS) });
    const { auth } = await answer.json();
    return MODES.has(auth) ? auth : null;
  } catch {
    return null;
  }
}
