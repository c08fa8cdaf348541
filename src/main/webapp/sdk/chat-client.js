// @ts-check
import { Calls, CallError } from './calls.js';
import { claimsIn } from './claims.js';
import { systemClock } from './clock.js';
import { Connection } from './connection.js';
import { unescapeHtml } from './escaping.js';
import { Presence } from './presence.js';

export { CallError };

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./presence.js').Agent} Agent */

/** @typedef {{ bid: string, id: string, name: string }} Identity the group, the agent's id and name; '' is not said */

/**
 * What shows that it is them, where the gateway asks for it: an access token, or a password for the backend. It is kept
 * in memory, in private.
 *
 * @typedef {{ token?: string, password?: string }} Proof
 */

/**
 * Something that was said.
 *
 * @typedef {object} Saying
 * @property {string} from the speaker's id
 * @property {string} name the speaker's name
 * @property {string | null} to the agent it was said to; null: to the room
 * @property {string} content
 * @property {number} time milliseconds since the epoch, by the server's clock
 */

/** The gateway refuses more, in UTF-8. */
export const MOST_BYTES = 8192;

/** @typedef {'state' | 'presence' | 'say' | 'expiring' | 'push'} EventType */

/** What a client tells. `detail` is there for `say` ({@link Saying}) and `push` (the frame). */
export class ChatEvent extends Event {
  /**
   * @param {EventType} type
   * @param {any} [detail]
   */
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

/** The room's name in `to`. An agent who is called so cannot be spoken to in private. */
const ROOM = 'all';

/** The gateway's word for what this agent may not do, or for a token that is not good. */
const NOT_ALLOWED = '10006';

/** Refusals of a login that pass: too many requests, the gateway is busy. */
const PASSING = new Set(['10007', '10008']);

/**
 * An agent's session with the gateway, in protocol v1. It logs in again by itself whenever the line was lost.
 *
 * Events: `state` (see {@link ChatClient#state}), `presence` (see {@link ChatClient#agents}), `say`, `expiring` (the
 * token ends within a minute: {@link ChatClient#renew}), and `push` for any other frame that a backend pushes. What was
 * said while the line was down is not heard: v1 has no replay.
 */
export class ChatClient extends EventTarget {
  #clock;
  #connection;
  #calls;
  #presence = new Presence();
  /** @type {Identity | null} */
  #identity = null;
  /** As the caller gave it: what a token says besides may be otherwise in the next one. @type {Identity | null} */
  #asked = null;
  /** @type {Proof} */
  #proof = {};

  /**
   * @param {string} url the gateway's WebSocket
   * @param {{ openSocket?: (url: string) => WebSocket, clock?: Clock, random?: () => number }} [parts]
   */
  constructor(url, { openSocket = (to) => new WebSocket(to), clock = systemClock, random = Math.random } = {}) {
    super();
    this.#clock = clock;
    this.#connection = new Connection(
      { url, openSocket, clock, random },
      {
        changed: () => this.#changed(),
        opened: () => this.#logIn(),
        received: (text) => this.#received(text),
      },
    );
    this.#calls = new Calls(clock, () => this.#connection.drop());
  }

  get state() {
    return this.#connection.state;
  }

  /** When the next attempt is due (ms since the epoch), while `waiting`. */
  get retryAt() {
    return this.#connection.retryAt;
  }

  /** Why it is `closed`: `taken-over`, `ended`, `not-allowed`, or the code of a refused login. */
  get problem() {
    return this.#connection.problem;
  }

  /** When the gateway was last heard (ms since the epoch); 0: not yet. What was said after it may have been missed. */
  get heardAt() {
    return this.#connection.heardAt;
  }

  /** Who this is: as asked for, and by what the token says; as soon as it is online, by the gateway's word. */
  get identity() {
    return this.#identity;
  }

  /**
   * Who is in the group, oneself included, as last heard.
   *
   * @returns {Agent[]}
   */
  get agents() {
    return this.#presence.list();
  }

  /** @param {string} id */
  agent(id) {
    return this.#presence.get(id);
  }

  /**
   * @param {Identity} identity what it leaves empty is not sent: the token says it
   * @param {Proof} [proof]
   */
  login(identity, proof = {}) {
    const { bid, id, name } = claimsIn(proof.token ?? '');
    this.#asked = identity;
    this.#proof = proof;
    this.#identity = { bid: identity.bid || bid, id: identity.id || id, name: identity.name || name };
    this.#connection.open();
  }

  /** Starts over as the same agent, by the user's wish. There was a login before. */
  loginAgain() {
    this.#connection.open();
  }

  /**
   * Shows another token of the same agent, before the last one ends. Every login from now on is with it, unless the
   * gateway refuses it.
   *
   * @param {string} token
   * @returns {Promise<void>} settled when the gateway has taken it; rejected with a {@link CallError}
   */
  async renew(token) {
    this.#demandSession();
    const before = this.#proof;
    const renewed = { token };
    this.#proof = renewed;
    try {
      await this.#calls.call(/** @type {{ method: string }} */ ({ method: 'token', token }));
    } catch (error) {
      const refused = error instanceof CallError && error.code === NOT_ALLOWED;
      if (refused && this.#proof === renewed) this.#proof = before;
      throw error;
    }
  }

  /** Leaves the group. What is still waiting to be sent fails. */
  logout() {
    this.#proof = {};
    this.#connection.close();
    this.#presence.replace('', []);
    this.#emit('presence');
  }

  /** See {@link Connection#nudge}. */
  nudge() {
    this.#connection.nudge();
  }

  retryNow() {
    this.#connection.retryNow();
  }

  /**
   * Says something to everybody in the group. Oneself hears it too, as a `say`.
   *
   * @param {string} content
   * @returns {Promise<void>} settled when the gateway has answered; rejected with a {@link CallError}
   */
  sayToRoom(content) {
    return this.#say(ROOM, content);
  }

  /**
   * Says something to one agent, who is to be in the group. The same agent's other connections hear it, this one does not.
   *
   * @param {string} id
   * @param {string} content
   * @returns {Promise<void>} as in {@link ChatClient#sayToRoom}
   */
  async sayTo(id, content) {
    if (id === ROOM) throw new CallError('argument');
    const asked = this.#presence.get(id);
    try {
      await this.#say(id, content);
    } catch (error) {
      if (error instanceof CallError && error.code === '10009') {
        this.#presence.refute(id, asked);
        this.#emit('presence');
      }
      throw error;
    }
  }

  /**
   * @param {string} to
   * @param {string} content
   */
  async #say(to, content) {
    this.#demandSession();
    if (new TextEncoder().encode(content).length > MOST_BYTES) throw new CallError('argument');
    await this.#calls.call(/** @type {{ method: string }} */ ({ method: 'say', to, content }));
  }

  #demandSession() {
    if (this.state === 'idle' || this.state === 'closed') throw new CallError('closed');
  }

  #changed() {
    if (this.state === 'online') this.#calls.lineUp((text) => this.#connection.send(text));
    else if (this.state === 'idle' || this.state === 'closed') this.#calls.end();
    else this.#calls.lineDown();
    this.#emit('state');
  }

  #logIn() {
    const { bid, id, name } = /** @type {Identity} */ (this.#asked);
    const said = Object.entries({ bid, customer_id: id, customer_name: name }).filter(([, value]) => value !== '');
    this.#connection.send(JSON.stringify({ method: 'login', ...Object.fromEntries(said), ...this.#proof }));
  }

  /** @param {string} text */
  #received(text) {
    const frame = parse(text);
    if (!frame) return;
    if (frame.type === 'ping') return this.#connection.send('beat');
    switch (frame.method) {
      case 'login':
        if (this.state === 'connecting') this.#loggedIn(frame);
        return;
      case 'login_push':
        this.#presence.joined(idOf(frame), nameOf(frame));
        return this.#emit('presence');
      case 'logout_push':
        this.#presence.left(idOf(frame));
        return this.#emit('presence');
      case 'say_push':
        return this.#emit('say', sayingOf(frame, this.#clock.now()));
      case 'token_expiring':
        return this.#emit('expiring');
      default:
        if (!this.#calls.answer(frame)) this.#emit('push', frame);
    }
  }

  /** @param {any} frame the answer to the login */
  #loggedIn(frame) {
    if (PASSING.has(frame.code)) return this.#connection.drop();
    if (!Array.isArray(frame.customer_list)) return this.#connection.giveUp(String(frame.code));
    const connections = frame.customer_list.map((/** @type {any} */ entry) => ({ id: idOf(entry), name: nameOf(entry) }));
    const { bid } = /** @type {Identity} */ (this.#identity);
    this.#identity = { bid, id: idOf(frame), name: nameOf(frame) };
    this.#presence.replace(this.#identity.id, connections);
    this.#connection.ready();
    this.#emit('presence');
  }

  /**
   * @param {EventType} type
   * @param {any} [detail]
   */
  #emit(type, detail) {
    this.dispatchEvent(new ChatEvent(type, detail));
  }
}

/** @param {string} text @returns {any} the frame; null where it is none */
function parse(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
}

/** @param {any} frame */
const idOf = (frame) => String(frame.customer_id);

/** @param {any} frame */
const nameOf = (frame) => unescapeHtml(String(frame.customer_name));

/**
 * @param {any} frame
 * @param {number} now for a backend's push without a time
 * @returns {Saying}
 */
const sayingOf = (frame, now) => ({
  from: String(frame.from_customer_id),
  name: unescapeHtml(String(frame.from_customer_name)),
  to: frame.to === ROOM ? null : String(frame.to),
  content: unescapeHtml(String(frame.content)),
  time: Number.isFinite(frame.timestamp) ? frame.timestamp * 1000 : now,
});
