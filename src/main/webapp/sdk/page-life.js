// @ts-check
import { watch } from './surroundings.js';

/** A page that goes away is gone after so many seconds, unless it was only loaded again. */
const LEAVES_AFTER = 5;

/** What the coming and going of the page means for its session. */
export class PageLife {
  #session;
  #connection;
  #unwatch;

  /**
   * @param {import('./session.js').Session} session
   * @param {import('./connection.js').Connection} connection
   * @param {any} page its window
   */
  constructor(session, connection, page) {
    this.#session = session;
    this.#connection = connection;
    if (page.navigator?.onLine === false) connection.offline();
    connection.transports.blockedAt = session.takeKept(page.document?.wasDiscarded);
    const told = {
      online: () => connection.online(),
      offline: () => connection.offline(),
      seen: () => this.#seen(),
      hidden: () => this.#hidden(),
      leaving: () => this.#leave(),
      back: () => this.#comeBack(),
    };
    this.#unwatch = watch(told, page);
  }

  end() {
    this.#unwatch();
  }

  /** A session that goes on when the page is there again. */
  get #goesOn() {
    const { state } = this.#connection;
    return this.#session.ticket !== null && state !== 'closed' && state !== 'idle';
  }

  #hidden() {
    if (this.#goesOn) this.#session.keep(true, this.#connection.transports.blockedAt);
  }

  #seen() {
    this.#session.takeKept();
    this.#connection.nudge();
  }

  #leave() {
    if (!this.#goesOn) return;
    this.#session.keep(false, this.#connection.transports.blockedAt);
    if (this.#connection.state === 'online') this.#connection.send(JSON.stringify({ method: 'logout', after: LEAVES_AFTER }));
    this.#connection.suspend();
  }

  #comeBack() {
    this.#session.takeKept();
    if (this.#connection.state === 'idle') this.#connection.open();
  }
}
