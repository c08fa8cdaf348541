// @ts-check
import { Calls } from './calls.js';
import { systemClock } from './clock.js';
import { TOO_LONG } from './close-codes.js';
import { Connection, PROTOCOL } from './connection.js';
import { KefuError } from './error.js';
import { BUSY, isSuccess, NOT_ALLOWED, NOT_ONLINE, SESSION_ENDED } from './error-codes.js';
import { parse, requestOf, ROOM, sayingOf, sessionOf, timeOf, webSocketUrl } from './frames.js';
import { Listeners } from './listeners.js';
import { OwnStatus } from './own-status.js';
import { PageLife } from './page-life.js';
import { Presence } from './presence.js';
import { Session } from './session.js';
import { Tokens } from './tokens.js';
import { openersOf } from './transports.js';

/** @typedef {import('./kefu.js').CallOptions} CallOptions */
/** @typedef {import('./kefu.js').Options} Options */
/** @typedef {import('./kefu.js').Place} Place */
/** @typedef {import('./kefu.js').SayOptions} SayOptions */
/** @typedef {import('./kefu.js').State} State */
/** @typedef {import('./kefu.js').Status} Status */
/** @typedef {{ openSocket?: (url: string) => any, openStream?: (url: string) => any, clock?: import('./clock.js').Clock, random?: () => number, page?: any }} Parts what tests put in */

/** The gateway refuses more, in UTF-8. */
export const MOST_BYTES = 8192;

const PING = 'kefu.ping';

/** One agent's session with the gateway. See `kefu.d.ts` for what is public. */
export class Client {
  /** @type {Promise<void>} */
  ready;
  /** @type {string[]} */
  methods = [];
  #options;
  #clock;
  #session;
  #connection;
  #calls;
  #listeners = new Listeners();
  #presence = new Presence(this.#listeners);
  #tokens;
  #status;
  /** Channels that came or went before the answer to the login. @type {any[]} */
  #early = [];
  #pageLife;
  #isClosed = false;
  /** @type {() => void} */
  #isReady = () => {};
  /** @type {(why: KefuError) => void} */
  #isRefused = () => {};

  /**
   * @param {Options} options
   * @param {Parts} [parts]
   */
  constructor(options, { clock = systemClock, random = Math.random, page = globalThis, ...openers } = {}) {
    this.#options = options;
    this.#clock = clock;
    const url = webSocketUrl(options.url, page.location?.href);
    this.#session = new Session(options, url);
    this.ready = new Promise((resolve, reject) => ([this.#isReady, this.#isRefused] = [resolve, reject]));
    this.ready.catch(() => {}); // whoever does not ask is told by the state
    this.#calls = new Calls(clock, random);
    const call = (/** @type {any} */ request, how = {}) => this.#call(request, how);
    this.#tokens = new Tokens(options.token, this.#session, call, clock);
    this.#status = new OwnStatus(this.#session, call);
    const parts = { url, ...openersOf(page, PROTOCOL, clock, openers), clock, random };
    this.#connection = new Connection(parts, {
      changed: () => this.#changed(),
      opened: () => this.#enter(),
      received: (text) => this.#received(text),
      awaiting: () => this.#calls.awaiting,
      ask: () => this.#ask(),
    });
    this.#pageLife = new PageLife(this.#session, this.#connection, page, clock, (request) => this.#tell(request));
    this.#connection.open();
    Promise.resolve().then(() => this.state.name === 'connecting' && this.#listeners.tell('state', this.state)); // nobody could listen before
  }

  /** @returns {State} */
  get state() {
    const { state, reason, retryAt } = this.#connection;
    const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - this.#clock.now()) / 1000));
    if (state !== 'idle') return { name: state, reason, seconds };
    return this.#isOver() ? { name: 'closed', reason: 'logged-out', seconds } : { name: 'waiting', reason: 'away', seconds };
  }

  get transport() {
    return this.#connection.transport;
  }

  get identity() {
    return this.#session.identity;
  }

  get client() {
    return this.#session.client;
  }

  get status() {
    return this.#session.status;
  }

  get agents() {
    return this.#presence.list();
  }

  get full() {
    return this.#calls.full;
  }

  get heardAt() {
    return this.#connection.heardAt;
  }

  get othersMayReturn() {
    return this.#clock.now() < this.#session.othersReturnUntil;
  }

  /** @param {string} id */
  agent(id) {
    return this.#presence.get(id);
  }

  /**
   * @param {string} type
   * @param {(...told: any[]) => void} listener
   */
  on(type, listener) {
    return this.#listeners.add(type, listener);
  }

  newId() {
    return this.#calls.newId();
  }

  /**
   * @param {string} method
   * @param {object} [body]
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, body = {}, { parallel = true, ...options } = {}) {
    return this.#call(requestOf(method, body), { ...options, lane: parallel ? null : '' });
  }

  /**
   * @param {string | number | null} to
   * @param {string} content
   * @param {SayOptions} [options]
   */
  async say(to, content, options = {}) {
    const isPossible = to === null || (to !== undefined && String(to) !== ROOM); // nothing goes to the room by mistake
    if (!isPossible || new TextEncoder().encode(content).length > MOST_BYTES) throw new KefuError('argument');
    const request = { method: 'say', to: to ?? ROOM, content };
    const passes = (/** @type {any} */ code) => code === NOT_ONLINE && this.othersMayReturn;
    const data = await this.#call(request, { ...options, lane: `say ${request.to}`, idempotent: true, passes, builtIn: true });
    if (!isSuccess(data?.code)) throw new KefuError(data.code, data.msg); // a backend's own way to refuse
    return { time: timeOf(data, null) };
  }

  /** @param {Status} status */
  setStatus(status) {
    return this.#status.set(status);
  }

  renew() {
    return this.#tokens.renew();
  }

  retry() {
    this.#connection.retryNow();
  }

  reopen() {
    if (this.#connection.state !== 'closed') return;
    this.#session.end();
    this.#connection.open();
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pageLife.end();
    this.#session.end();
    this.#session.hears({});
    this.#connection.close();
    this.#presence.replace([]);
  }

  /**
   * @param {{ method: string }} request
   * @param {import('./calls.js').CallOptions} options
   */
  async #call(request, options) {
    if (this.#isOver()) throw new KefuError('closed');
    return this.#calls.call(request, options);
  }

  #isOver() {
    const { state } = this.#connection;
    return state === 'closed' || (state === 'idle' && this.#session.ticket === null);
  }

  #changed() {
    const { state, reason } = this.#connection;
    if (this.#isOver()) {
      this.#session.end(); // a hidden page has left it for the next load
      this.#calls.end();
      this.#isRefused(new KefuError(reason ?? 'closed'));
    } else if (state !== 'online') this.#calls.lineDown(reason === TOO_LONG);
    this.#listeners.tell('state', this.state);
  }

  /** A socket is open: logs in on it, or resumes. */
  async #enter() {
    const { line } = this.#connection;
    this.#early = [];
    if (this.#options.token) {
      try {
        this.#session.token = await this.#tokens.get();
      } catch {
        if (this.#connection.line === line) this.#connection.drop('token');
        return;
      }
      if (this.#connection.line !== line) return;
    }
    this.#send(this.#session.ticket === null ? this.#session.login() : this.#session.resume());
  }

  /** Asks for a sign of life. @returns {boolean} false: the gateway is too old for it */
  #ask() {
    return this.#tell({ method: PING });
  }

  /** Tells the gateway, and waits for no answer. @param {{ method: string }} request @returns {boolean} false: it does not know the method */
  #tell(request) {
    if (!this.methods.includes(request.method)) return false;
    this.#send({ ...request, id: this.newId() });
    return true;
  }

  /** @param {object} request */
  #send(request) {
    this.#connection.send(JSON.stringify(request));
  }

  /** @param {string} text */
  #received(text) {
    const frame = parse(text);
    if (!frame) return;
    if (frame.type === 'ping') return this.#connection.send('beat');
    if (frame.push !== undefined && frame.ch !== undefined) return this.#published(frame);
    if (this.#calls.answer(frame)) return; // whatever the method: a backend's may be called as the gateway's own
    const connecting = this.#connection.state === 'connecting';
    switch (frame.method) {
      case 'login':
        return connecting ? this.#loggedIn(frame) : undefined;
      case 'resume':
        return connecting ? this.#resumed(frame) : undefined;
      case 'channels':
        return connecting ? void this.#early.push(frame) : this.#session.change(frame);
      case 'gap':
        this.#session.take(frame.channels);
        this.#list(frame);
        return this.#listeners.tell('missed', { channels: Object.keys(frame.channels) });
      case 'token_expiring':
        return void this.#expiring();
      default:
        this.#pushed(frame, { channel: null, position: null });
    }
  }

  async #expiring() {
    if (!(await this.#tokens.expiring())) this.#listeners.tell('expiring');
  }

  /** @param {{ ch: string, off: number, push: any }} publication */
  #published({ ch, off, push }) {
    const position = this.#session.advance(ch, off);
    if (!position) return;
    switch (this.#session.isOtherGroup(ch) ? '' : push.method) {
      case 'login_push':
        return this.#presence.joined(sessionOf(push));
      case 'logout_push':
        return this.#presence.left(sessionOf(push));
      case 'status_push':
        return this.#presence.stands(sessionOf(push));
      case 'say_push':
        if (String(push.from_customer_id) === this.identity.id) this.#calls.done(push.id);
        return this.#listeners.tell('say', sayingOf(push, this.#clock.now()));
      default:
        this.#pushed(push, { channel: ch, position });
    }
  }

  /** @param {any} push @param {Place} at */
  #pushed(push, at) {
    this.#listeners.tell('push', push, at);
    if (typeof push.method === 'string') this.#listeners.tell(`push:${push.method}`, push, at);
  }

  /** @param {any} frame the answer to the login */
  #loggedIn(frame) {
    if (BUSY.has(frame.code)) return this.#connection.drop('busy');
    if (frame.code !== 200) return this.#connection.giveUp(String(frame.code));
    if (this.#session.hasBegun) this.#session.othersReturnUntil = this.#clock.now() + frame.grace * 1000;
    if (this.#session.begin(frame)) this.#calls.end(); // it is another agent: what waits is not sent as theirs
    this.#online(frame, false);
  }

  /** @param {any} frame the answer to the resume */
  #resumed(frame) {
    if (BUSY.has(frame.code)) return this.#connection.drop('busy');
    if (frame.code === 200) return this.#online(frame, true);
    const isOthers = this.#session.isKept && frame.code === NOT_ALLOWED;
    if (isOthers) this.#session.forget();
    this.#session.end();
    if (isOthers || frame.code === SESSION_ENDED) this.#send(this.#session.login());
    else this.#connection.giveUp(String(frame.code));
  }

  /** @param {any} frame @param {boolean} resumed */
  #online(frame, resumed) {
    const { line } = this.#connection;
    const gone = resumed ? [] : this.#session.without(frame.channels);
    this.#session.hears(frame.channels);
    this.#session.isKept = false;
    for (const change of this.#early.splice(0)) this.#session.change(change);
    this.#connection.heartbeat = frame.heartbeat ?? this.#connection.heartbeat;
    this.methods = frame.methods ?? [];
    const missed = [...gone, ...Object.keys(frame.channels).filter((ch) => frame.channels[ch].recovered === false)];
    if (missed.length) this.#listeners.tell('missed', { channels: missed });
    this.#list(frame);
    if (this.#connection.line !== line) return; // a listener has closed it
    this.#connection.ready();
    this.#isReady();
    this.#calls.lineUp((text) => this.#connection.send(text), resumed, this.methods);
    this.#status.goesOn(frame);
  }

  /** @param {any} frame with the list of who is in the group */
  #list(frame) {
    this.#presence.replace(frame.customer_list.map(sessionOf));
  }
}
