// @ts-check
import { Calls, CallError } from './calls.js';
import { systemClock } from './clock.js';
import { Connection } from './connection.js';
import { unescapeHtml } from './escaping.js';
import { Presence } from './presence.js';

export { CallError };

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./presence.js').Agent} Agent */
/** @typedef {{ bid: string, id: string, name: string }} Identity the group, the agent's id and name */

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

/** What a client tells. `detail` is there for `say` ({@link Saying}) and `push` (the frame). */
export class ChatEvent extends Event {
  /**
   * @param {'state' | 'presence' | 'say' | 'push'} type
   * @param {any} [detail]
   */
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

/** The room's name in `to`. An agent who is called so cannot be spoken to in private. */
const ROOM = 'all';

/** Refusals of a login that pass: too many requests, the gateway is busy. */
const PASSING = new Set(['10007', '10008']);

/**
 * An agent's session with the gateway, in protocol v1. It logs in again by itself whenever the line was lost.
 *
 * Events: `state` (see {@link ChatClient#state}), `presence` (see {@link ChatClient#agents}), `say`, and `push` for
 * any other frame that a backend pushes. What was said while the line was down is not heard: v1 has no replay.
 */
export class ChatClient extends EventTarget {
  #clock;
  #connection;
  #calls;
  #presence = new Presence();
  /** @type {Identity | null} */
  #identity = null;

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

  /** @param {Identity} identity */
  login(identity) {
    this.#identity = identity;
    this.#connection.open();
  }

  /** Leaves the group. What is still waiting to be sent fails. */
  logout() {
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
    if (this.state === 'idle' || this.state === 'closed') throw new CallError('closed');
    if (new TextEncoder().encode(content).length > MOST_BYTES) throw new CallError('argument');
    await this.#calls.call(/** @type {{ method: string }} */ ({ method: 'say', to, content }));
  }

  #changed() {
    if (this.state === 'online') this.#calls.lineUp((text) => this.#connection.send(text));
    else if (this.state === 'idle' || this.state === 'closed') this.#calls.end();
    else this.#calls.lineDown();
    this.#emit('state');
  }

  #logIn() {
    const { bid, id, name } = /** @type {Identity} */ (this.#identity);
    this.#connection.send(JSON.stringify({ method: 'login', bid, customer_id: id, customer_name: name }));
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
      default:
        if (!this.#calls.answer(frame)) this.#emit('push', frame);
    }
  }

  /** @param {any} frame the answer to the login */
  #loggedIn(frame) {
    if (PASSING.has(frame.code)) return this.#connection.drop();
    if (!Array.isArray(frame.customer_list)) return this.#connection.giveUp(String(frame.code));
    const connections = frame.customer_list.map((/** @type {any} */ entry) => ({ id: idOf(entry), name: nameOf(entry) }));
    this.#presence.replace(/** @type {Identity} */ (this.#identity).id, connections);
    this.#connection.ready();
    this.#emit('presence');
  }

  /**
   * @param {'state' | 'presence' | 'say' | 'push'} type
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
