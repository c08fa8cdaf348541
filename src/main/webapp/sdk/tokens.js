// @ts-check
import { KefuError } from './error.js';
import { NOT_ALLOWED } from './error-codes.js';

/** Shows the gateway another token before the last one ends. */
export class Tokens {
  #token;
  #session;
  #call;

  /**
   * @param {(() => string | undefined | Promise<string | undefined>) | undefined} token gives the agent's token
   * @param {import('./session.js').Session} session
   * @param {(request: any) => Promise<any>} call
   */
  constructor(token, session, call) {
    this.#token = token;
    this.#session = session;
    this.#call = call;
  }

  async renew() {
    await this.#show(await this.#token?.());
  }

  /** The last one ends soon. @returns {Promise<boolean>} false: there is no other one yet */
  async expiring() {
    try {
      const token = await this.#token?.();
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
