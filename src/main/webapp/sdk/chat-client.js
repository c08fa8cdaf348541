// @ts-check
import { Calls, CallError } from './calls.js';
import { claimsIn } from './claims.js';
import { systemClock } from './clock.js';
import { Connection } from './connection.js';
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

/** @typedef {'state' | 'presence' | 'say' | 'missed' | 'expiring' | 'push'} EventType */

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

/** The gateway's word for a session that is not there any more. */
const SESSION_ENDED = '10005';

/** Refusals of a login that pass: too many requests, the gateway is busy. */
const PASSING = new Set(['10007', '10008']);

/**
 * An agent's session with the gateway, in protocol v2. It resumes by itself whenever the line was lost, or logs in
 * again where the session has ended meanwhile.
 *
 * Events: `state` (see {@link ChatClient#state}), `presence` (see {@link ChatClient#agents}), `say`, `expiring` (the
 * token ends within a minute: {@link ChatClient#renew}), `push` for any other message that a backend pushes, and
 * `missed` where not everything that was said meanwhile could be had.
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
  /** The secret with which the session is resumed; null: there is none. @type {string | null} */
  #ticket = null;
  /** How often it was resumed, or tried to. */
  #tries = 0;
  /** Up to where each channel was heard. @type {Map<string, { epoch: string, off: number }>} */
  #positions = new Map();

  /**
   * @param {string} url the gateway's WebSocket
   * @param {{ openSocket?: (url: string) => WebSocket, clock?: Clock, random?: () => number }} [parts]
   */
  constructor(url, { openSocket = (to) => new WebSocket(to, 'kefu.v2'), clock = systemClock, random = Math.random } = {}) {
    super();
    this.#clock = clock;
    this.#connection = new Connection(
      { url, openSocket, clock, random },
      {
        changed: () => this.#changed(),
        opened: () => (this.#ticket === null ? this.#logIn() : this.#resume(this.#ticket)),
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
    this.#ticket = null;
    this.#positions.clear();
    this.#connection.open();
  }

  /** Starts over as the same agent, by the user's wish. There was a login before. */
  loginAgain() {
    this.#ticket = null;
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
    this.#ticket = null;
    this.#positions.clear();
    this.#connection.close();
    this.#presence.replace([]);
    this.#emit('presence');
  }

  /** The page goes away: ends the session at once, which would outlive the connection otherwise. */
  leave() {
    if (this.state === 'online') this.#connection.send(JSON.stringify({ method: 'logout' }));
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
    await this.#say(id, content);
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
    if (this.state === 'idle' || this.state === 'closed') this.#calls.end();
    else if (this.state !== 'online') this.#calls.lineDown();
    this.#emit('state');
  }

  #logIn() {
    const { bid, id, name } = /** @type {Identity} */ (this.#asked);
    const said = Object.entries({ bid, customer_id: id, customer_name: name }).filter(([, value]) => value !== '');
    const request = { method: 'login', ...Object.fromEntries(said), ...this.#proof, ...this.#known() };
    this.#connection.send(JSON.stringify(request));
  }

  /** @param {string} ticket */
  #resume(ticket) {
    this.#tries += 1;
    const { token } = this.#proof;
    this.#connection.send(JSON.stringify({ method: 'resume', ticket, try: this.#tries, token, ...this.#known() }));
  }

  /** The positions, as a member of a request, where there are any. */
  #known() {
    return this.#positions.size ? { channels: Object.fromEntries(this.#positions) } : {};
  }

  /** @param {string} text */
  #received(text) {
    const frame = parse(text);
    if (!frame) return;
    if (frame.type === 'ping') return this.#connection.send('beat');
    if (frame.push !== undefined && frame.ch !== undefined) return this.#published(frame);
    switch (frame.method) {
      case 'login':
        if (this.state === 'connecting') this.#loggedIn(frame);
        return;
      case 'resume':
        if (this.state === 'connecting') this.#resumed(frame);
        return;
      case 'channels':
        this.#take(frame.joined ?? {});
        for (const ch of frame.left ?? []) this.#positions.delete(ch);
        return;
      case 'gap':
        this.#take(frame.channels);
        this.#list(frame);
        return this.#emit('missed');
      case 'token_expiring':
        return this.#emit('expiring');
      default:
        if (!this.#calls.answer(frame)) this.#emit('push', frame);
    }
  }

  /** @param {{ ch: string, off: number, push: any }} publication */
  #published({ ch, off, push }) {
    const position = this.#positions.get(ch);
    if (!position || off <= position.off) return;
    this.#positions.set(ch, { ...position, off });
    switch (push.method) {
      case 'login_push':
        this.#presence.joined(push.client, idOf(push), nameOf(push));
        return this.#emit('presence');
      case 'logout_push':
        this.#presence.left(push.client, idOf(push));
        return this.#emit('presence');
      case 'say_push':
        return this.#emit('say', sayingOf(push, this.#clock.now()));
      default:
        this.#emit('push', push);
    }
  }

  /** @param {any} frame the answer to the login */
  #loggedIn(frame) {
    if (PASSING.has(frame.code)) return this.#connection.drop();
    if (frame.code !== 200) return this.#connection.giveUp(String(frame.code));
    const { bid } = /** @type {Identity} */ (this.#identity);
    this.#identity = { bid, id: idOf(frame), name: nameOf(frame) };
    this.#ticket = frame.ticket;
    this.#tries = 0;
    this.#online(frame, false);
  }

  /** @param {any} frame the answer to the resume */
  #resumed(frame) {
    if (PASSING.has(frame.code)) return this.#connection.drop();
    if (frame.code === 200) return this.#online(frame, true);
    this.#ticket = null;
    if (frame.code === SESSION_ENDED) this.#logIn();
    else this.#connection.giveUp(String(frame.code));
  }

  /**
   * @param {any} frame
   * @param {boolean} resumed
   */
  #online(frame, resumed) {
    this.#positions.clear();
    this.#take(frame.channels);
    const missed = Object.values(frame.channels).some((/** @type {any} */ { recovered }) => recovered === false);
    if (missed) this.#emit('missed');
    this.#connection.ready();
    this.#list(frame);
    this.#calls.lineUp((text) => this.#connection.send(text), resumed);
  }

  /** @param {Record<string, { epoch: string, off: number }>} channels */
  #take(channels) {
    for (const [ch, { epoch, off }] of Object.entries(channels)) this.#positions.set(ch, { epoch, off });
  }

  /** @param {any} frame with the list of who is in the group */
  #list(frame) {
    const entries = /** @type {any[]} */ (frame.customer_list);
    this.#presence.replace(entries.map((entry) => ({ client: entry.client, id: idOf(entry), name: nameOf(entry) })));
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
const nameOf = (frame) => String(frame.customer_name);

/**
 * @param {any} frame
 * @param {number} now for a backend's push without a time
 * @returns {Saying}
 */
const sayingOf = (frame, now) => ({
  from: String(frame.from_customer_id),
  name: String(frame.from_customer_name),
  to: frame.to === ROOM ? null : String(frame.to),
  content: String(frame.content),
  time: Number.isFinite(frame.timestamp) ? frame.timestamp * 1000 : now,
});
