// @ts-check

/** The session is not there any more. */
export const SESSION_ENDED = '10005';

/** This agent may not do that, or the token is not good. */
export const NOT_ALLOWED = '10006';

/** The one spoken to is not online. */
export const NOT_ONLINE = '10009';

/** A request was sent again of which the gateway knows nothing. */
export const OUTCOME_UNKNOWN = '10011';

/** Refusals that pass: too many requests; the gateway stops or is busy. What is refused so was not begun. */
export const BUSY = new Set(['10007', '10008']);

/**
 * Whether a backend's own code in an answer says that all is well.
 *
 * @param {unknown} code
 */
export const isSuccess = (code) => code === undefined || code === 0 || code === '0' || code === 200;
