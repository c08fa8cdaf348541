// @ts-check
import { connect } from '../sdk/kefu.js';

/** @typedef {import('../sdk/kefu.js').Agent} Agent */
/** @typedef {import('../sdk/kefu.js').Identity} Identity */
/** @typedef {import('../sdk/kefu.js').Kefu} Kefu */
/** @typedef {import('../sdk/kefu.js').Options} Options */
/** @typedef {import('../sdk/kefu.js').Status} Status */

/** What the library tells, under the same names here. */
const TYPES = /** @type {const} */ (['state', 'presence', 'status', 'say', 'push', 'missed', 'expiring']);

/** @typedef {{ name: 'idle' | import('../sdk/kefu.js').State['name'], reason: string | null, seconds: number | null }} SeatState */

/** @type {SeatState} */
const EMPTY = { name: 'idle', reason: null, seconds: null };

/** What is told of the agent. */
export class SeatEvent extends Event {
  /**
   * @param {string} type
   * @param {any} detail
   */
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

/**
 * The seat at the desk, and the session of the agent who has taken it. One agent after the other may sit here, each with a
 * connection of its own: so nothing that one has left is sent as another. Tells what the library tells.
 */
export class Seat extends EventTarget {
  /** @type {Kefu | null} */
  #kefu = null;
  /** @type {(() => void)[]} */
  #listening = [];
  #connect;

  constructor(connecting = connect) {
    super();
    this.#connect = connecting;
  }

  /** @param {Options} options */
  take(options) {
    this.leave();
    const kefu = this.#connect(options);
    this.#kefu = kefu;
    this.#listening = TYPES.map((type) => kefu.on(/** @type {any} */ (type), (/** @type {any[]} */ ...told) => this.#tell(type, told[0])));
    this.#tell('state', kefu.state);
  }

  /** Logs out. */
  leave() {
    const kefu = this.#kefu;
    if (!kefu) return;
    for (const stop of this.#listening.splice(0)) stop();
    this.#kefu = null;
    kefu.close();
    this.#tell('state', EMPTY);
    this.#tell('presence', null);
  }

  /** @returns {SeatState} */
  get state() {
    return this.#kefu?.state ?? EMPTY;
  }

  /** @returns {Identity | null} as asked for; once online by the gateway's word */
  get identity() {
    return this.#kefu?.identity ?? null;
  }

  /** @returns {Agent[]} */
  get agents() {
    return this.#kefu?.agents ?? [];
  }

  /** @param {string} id */
  agent(id) {
    return this.#kefu?.agent(id);
  }

  /** How the agent is: for the others, who see all tabs of this agent as one; without a line, as it was said here. @returns {Status} */
  get status() {
    const seen = this.state.name === 'online' && this.identity ? this.agent(this.identity.id) : undefined;
    return seen?.status ?? this.said;
  }

  /** How the agent is, as it was said in this tab. @returns {Status} */
  get said() {
    return this.#kefu?.status ?? 'online';
  }

  /** Where it is refused it is as before, and seen so. @param {Status} status */
  setStatus(status) {
    const told = () => this.#tell('status', null);
    this.#kefu?.setStatus(status).then(told, told);
    told();
  }

  /** When the gateway was last heard (ms since the epoch); 0: not yet. */
  get heardAt() {
    return this.#kefu?.heardAt ?? 0;
  }

  /** Whether agents can talk here; null: it is not known yet. */
  get canSay() {
    const methods = this.#kefu?.methods ?? [];
    return methods.length === 0 ? null : methods.includes('say');
  }

  /** So much waits to be said that nothing more is taken. */
  get full() {
    return this.#kefu?.full ?? false;
  }

  /** Others may be on their way back after a restart of the gateway. */
  get othersMayReturn() {
    return this.#kefu?.othersMayReturn ?? false;
  }

  newId() {
    return this.#here().newId();
  }

  /**
   * @param {string | null} to
   * @param {string} content
   * @param {{ id: string, again?: boolean }} options
   */
  say(to, content, options) {
    return this.#here().say(to, content, options);
  }

  renew() {
    return this.#here().renew();
  }

  retry() {
    this.#kefu?.retry();
  }

  reopen() {
    this.#kefu?.reopen();
  }

  #here() {
    if (!this.#kefu) throw new Error('Nobody sits here');
    return this.#kefu;
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new SeatEvent(type, detail));
  }
}
