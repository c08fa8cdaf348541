// @ts-check

/** @typedef {import('../sdk/kefu.js').Identity} Identity */

/** Kept for the tab: a reload logs in again. */
const SESSION = 'kefu.session';

/** Kept for the tab, from the moment in which the page goes away to its next load: the token that it had. */
const TOKEN = 'kefu.token';

/** Kept for the browser: fills the login form. There is no secret in it. */
const LAST = 'kefu.last';

/**
 * For the form of the next time. No token or password comes here.
 *
 * @param {Identity} identity
 */
export function remember({ bid, id, name }) {
  quietly(() => localStorage.setItem(LAST, JSON.stringify({ bid, id, name })));
}

/**
 * For a reload, where the gateway asks for no more than this.
 *
 * @param {Identity} identity
 */
export function rememberSession({ bid, id, name }) {
  quietly(() => sessionStorage.setItem(SESSION, JSON.stringify({ bid, id, name })));
}

/**
 * The page goes away, and may be loaded again.
 *
 * @param {string} token
 */
export function rememberToken(token) {
  quietly(() => sessionStorage.setItem(TOKEN, token));
}

/** Takes it out. @returns {string} '': there is none */
export function takeToken() {
  return quietly(() => {
    const token = sessionStorage.getItem(TOKEN);
    sessionStorage.removeItem(TOKEN);
    return token;
  }) ?? '';
}

/** The login form will be shown next time. */
export function forgetSession() {
  quietly(() => sessionStorage.removeItem(SESSION));
}

/** After a logout nothing tells who was here. */
export function forgetAll() {
  forgetSession();
  quietly(() => localStorage.removeItem(LAST));
}

/** @returns {Identity | null} whom to log in without asking */
export const rememberedSession = () => read(() => sessionStorage.getItem(SESSION));

/** @returns {Identity | null} what to offer in the form */
export const rememberedLast = () => read(() => localStorage.getItem(LAST));

/** @param {() => string | null} get @returns {Identity | null} */
function read(get) {
  const value = quietly(() => JSON.parse(get() ?? 'null'));
  const whole = [value?.bid, value?.id, value?.name].every((field) => typeof field === 'string');
  return whole ? value : null;
}

/**
 * Storage may be forbidden, full or written by somebody else. The page works without.
 *
 * @template T
 * @param {() => T} action
 */
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
