// @ts-check
import { KefuError } from './error.js';
import { NOT_ALLOWED } from './error-codes.js';
import { reportFault } from './listeners.js';

/** A token that takes longer is none: the gateway waits 10 s for a login, and its connection is there already. */
const WITHIN_MS = 8_000;

/** Asks the page for the agent's token, and shows the gateway another token before the last one ends. */
export class Tokens {
  #token;
  #session;
  #call;
  #clock;

  /**
   * @param {(() => string | undefined | Promise<string | undefined>) | undefined} token gives the agent's token
   * @param {import('./session.js').Session} session
   * @param {(request: any) => Promise<any>} call
   * @param {import('./clock.js').Clock} clock
   */
  constructor(token, session, call, clock) {
    this.#token = token;
    this.#session = session;
    this.#call = call;
    this.#clock = clock;
  }

  /** The token now; undefined: none is needed. Fails where it cannot be had. */
  async get() {
    if (!this.#token) return undefined;
    let cancel = () => {};
    const late = new Promise((_, fail) => (cancel = this.#clock.after(WITHIN_MS, () => fail(new KefuError('timeout')))));
    const token = (await Promise.race([this.#token(), late]).finally(() => cancel())) ?? undefined;
    if (token === undefined || typeof token === 'string') return token;
    const fault = new TypeError('token() gives the token as text, or nothing');
    reportFault(fault);
    throw fault;
  }

  async renew() {
    await this.#show(await this.get());
  }

  /** The last one ends soon. @returns {Promise<boolean>} false: there is no other one yet */
  async expiring() {
    try {
      const token = await this.get();
      if (token === undefined || token === this.#session.token) return false;
      await this.#show(token);
      return true;
    } catch {
      return false; // the page may have another way
    }
  }

  /** @param {string | undefined} token */
  async #show(token) {
    const session = this.#session;
    const before = session.token;
    session.token = token;
    try {
      await this.#call({ method: 'token', token });
    } catch (error) {
      const isRefused = error instanceof KefuError && (error.code === NOT_ALLOWED || error.code === 'closed');
      if (isRefused && session.token === token) session.token = before;
      throw error;
    }
  }
}
