// @ts-check
import { watch } from './surroundings.js';

/** A page that goes away is gone after so many seconds, unless it was only loaded again. */
const LEAVES_AFTER = 5;

/** So long after it was about to go away a page that is still there stays: a download was begun, or the agent has thought better of it. */
const STAYS_AFTER_MS = 5_000;

const LEAVING = 'kefu.leaving';

/** What the coming and going of the page means for its session. */
export class PageLife {
  #session;
  #connection;
  #clock;
  #tell;
  #unwatch;

  /**
   * @param {import('./session.js').Session} session
   * @param {import('./connection.js').Connection} connection
   * @param {any} page its window
   * @param {import('./clock.js').Clock} clock
   * @param {(request: { method: string, after?: number }) => void} tell sends a request, where the gateway knows its method
   */
  constructor(session, connection, page, clock, tell) {
    this.#session = session;
    this.#connection = connection;
    this.#clock = clock;
    this.#tell = tell;
    if (page.navigator?.onLine === false) connection.offline();
    connection.transports.blockedAt = session.takeKept(page.document?.wasDiscarded);
    const told = {
      online: () => connection.online(),
      offline: () => connection.offline(),
      seen: () => this.#seen(),
      hidden: () => this.#hidden(),
      mayLeave: () => this.#mayLeave(),
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

  /** Firefox closes the line of a page that goes to another one before that page knows. */
  #mayLeave() {
    const { line, state } = this.#connection;
    if (state !== 'online') return;
    this.#tell({ method: LEAVING, after: LEAVES_AFTER });
    this.#clock.after(STAYS_AFTER_MS, () => this.#connection.line === line && this.#tell({ method: LEAVING }));
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
