// @ts-check

/**
 * Why a call failed. `code` is the gateway's (a text such as "10009") or the backend's (a number), or one of
 * - `unknown`: it was sent, and nobody knows whether it was done
 * - `timeout`: not answered within the time that the caller gave it; where it had been sent, it may have been done
 * - `aborted`: the caller does not want the answer any more
 * - `full`: too many calls wait
 * - `closed`: there is no session any more in which to send it; it was not sent
 * - `unsupported`: only the gateway itself can do it, and this one does not
 * - `too-long`: it is longer than any frame that the gateway takes
 * - `argument`: it cannot be said or asked like this
 */
export class KefuError extends Error {
  /**
   * @param {string | number} code
   * @param {string} [message]
   */
  constructor(code, message = String(code)) {
    super(message);
    this.name = 'KefuError';
    this.code = code;
  }
}
