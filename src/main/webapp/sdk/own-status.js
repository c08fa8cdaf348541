// @ts-check
import { KefuError } from './error.js';
import { numberOf, statusOf } from './status.js';

/** @typedef {import('./kefu.js').Status} Status */

const METHOD = 'kefu.status';

/** The own state: as it was said last, in the sessions to come too. */
export class OwnStatus {
  #session;
  #call;

  /**
   * @param {import('./session.js').Session} session
   * @param {(request: any, options: import('./calls.js').CallOptions) => Promise<any>} call
   */
  constructor(session, call) {
    this.#session = session;
    this.#call = call;
  }

  /** @param {Status} status */
  async set(status) {
    if (!numberOf(status)) throw new KefuError('argument');
    const before = this.#session.status;
    this.#session.status = status;
    try {
      await this.#call({ method: METHOD, status: numberOf(status) }, { lane: METHOD, idempotent: true });
    } catch (error) {
      if (this.#session.status === status) this.#session.status = before;
      throw error;
    }
  }

  /**
   * The line is up. A session that a login has made begins as `online`, whatever the one before was: it is set again.
   *
   * @param {{ customer_list: any[], methods?: string[] }} answer
   */
  goesOn({ customer_list, methods }) {
    const { client, status } = this.#session;
    const listed = customer_list.find((entry) => entry.client === client);
    if (statusOf(listed?.status) === status || !methods?.includes(METHOD)) return;
    this.set(status).catch(() => {}); // who has set it was told
  }
}
