// @ts-check
import { backoff, spread } from './backoff.js';
import { afterClose, GONE_AWAY, LOGGED_OUT, SILENT_LINE } from './close-codes.js';
import { Look } from './look.js';
import { Transports } from './transports.js';

/** @typedef {import('./clock.js').Clock} Clock */

/**
 * - `idle`: nobody has asked for a line, or the page has gone away
 * - `connecting`: a socket is being opened, or the login on it is not answered yet
 * - `online`: logged in
 * - `waiting`: the line was lost; the next attempt is at `retryAt`
 * - `closed`: given up; only `open` leads out
 *
 * @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'closed'} State
 */

/**
 * @typedef {object} Listener
 * @property {() => void} changed the state is another
 * @property {() => void} opened a socket is open: log in, then call {@link Connection#ready}
 * @property {(text: string) => void} received
 * @property {() => boolean} awaiting whether an answer is awaited
 * @property {() => boolean} ask asks the gateway for a sign of life; false: it cannot be asked
 */

/** The subprotocol that is spoken. */
export const PROTOCOL = 'kefu.v2';

/** How long socket and login may take together. A gateway at its limit accepts connections and leaves them hanging. */
const CONNECT_WITHIN_MS = 10_000;

/** A heartbeat may come so much later than it should. */
const LATE_MS = 5_000;

/** How often it is looked whether the line is still alive. A machine that was suspended finds out as soon. */
const WATCH_EVERY_MS = 2_000;

/** Where there is no heartbeat: the gateway is asked for a sign of life after so much silence, and may take so long. */
const ASK_AFTER_MS = 15_000;
const SIGN_WITHIN_MS = 10_000;

/** Where there is no heartbeat: after a longer sleep than this the line is not trusted. Timers of hidden pages run once a minute. */
const ASLEEP_MS = 90_000;

/** A line that held for this long was good. One that breaks sooner does not start the back-off anew. */
const STEADY_MS = 10_000;

/** Why a line ends over which nothing can be heard. Some networks let a handshake through, and no frame. */
const UNHEARD = new Set(['lost', 'silent']);

/** Keeps a line to the gateway: opens sockets, notices that one is dead, decides when to come back. */
export class Connection {
  /** @type {State} */
  state = 'idle';
  /** @type {number | null} when the next attempt is due, in `waiting` */
  retryAt = null;
  /** @type {string | null} why it is `waiting` or `closed` */
  reason = null;
  /** When anything last came over a line, or it came up. */
  heardAt = 0;
  /** Seconds between two heartbeats; 0: there are none. */
  heartbeat = 10;

  #url;
  /** Which way is taken. */
  transports;
  #clock;
  #random;
  #listener;
  /** @type {import('./transports.js').Socket | null} */
  #socket = null;
  /** Whether anything has come over the present socket. */
  #wasHeard = false;
  #look;
  #tries = 0;
  #onlineSince = 0;
  /** When the line was lost; 0: it holds. */
  #outageSince = 0;
  #lookedAt = 0;
  /** When the gateway was asked for a sign of life. */
  #askedAt = 0;
  /** There is no network, by the word of the browser. */
  #isOffline = false;
  /** The server named the time of the next attempt: nothing but the user goes ahead of it. */
  #serversDelay = false;
  /** There is one timer at most: for the attempt, for the next look or for the wait. */
  #cancelTimer = () => {};

  /**
   * @param {object} parts
   * @param {string} parts.url
   * @param {import('./transports.js').Opener} parts.openSocket
   * @param {import('./transports.js').Opener} parts.openAsking
   * @param {import('./transports.js').Opener} parts.openStream
   * @param {Clock} parts.clock
   * @param {() => number} parts.random
   * @param {Listener} listener
   */
  constructor({ url, clock, random, ...openers }, listener) {
    this.#url = url;
    this.transports = new Transports({ ...openers, clock });
    this.#clock = clock;
    this.#random = random;
    this.#listener = listener;
    const found = (/** @type {import('./transports.js').Socket} */ socket) => this.#change(socket);
    this.#look = new Look({ url, transports: this.transports, clock, isBusy: () => listener.awaiting(), found });
  }

  /** Stands for the present socket: another one each time. */
  get line() {
    return this.#socket;
  }

  /** Which way is taken; null: there is no line. @returns {'websocket' | 'http' | null} */
  get transport() {
    if (!this.#socket) return null;
    return this.transports.isStream ? 'http' : 'websocket';
  }

  /** Starts, or starts over. */
  open() {
    this.#hangUp(LOGGED_OUT);
    this.#tries = this.#outageSince = 0;
    this.#dial();
  }

  /** The login was answered. */
  ready() {
    this.transports.proven();
    this.#wasHeard = true;
    this.#isOffline = false;
    this.#onlineSince = this.heardAt = this.#lookedAt = this.#clock.now();
    this.#watch();
    this.#enter('online');
    if (this.transports.isStream) this.#look.plan();
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  /**
   * The line is of no use: leaves it and comes back. Does not wait for the close, which a dead line never ends.
   *
   * @param {string} reason
   */
  drop(reason) {
    this.#hangUp(SILENT_LINE);
    this.#lost(reason, null);
  }

  /**
   * Ends for good, until `open`.
   *
   * @param {string} reason
   */
  giveUp(reason) {
    this.#hangUp(LOGGED_OUT);
    this.#enter('closed', { reason });
  }

  /** Ends by the user's wish: logs out. */
  close() {
    this.#hangUp(LOGGED_OUT);
    this.#enter('idle');
  }

  /** The page goes away, and the session stays. */
  suspend() {
    this.#hangUp(GONE_AWAY);
    this.#enter('idle');
  }

  /** The network is gone, by the word of the browser. */
  offline() {
    this.#isOffline = true;
    if (this.state === 'connecting' || this.state === 'online') this.drop('offline');
    else if (this.state === 'waiting') this.#enter('waiting', { retryAt: this.retryAt ?? 0, reason: 'offline' });
  }

  /** The network is back, by the word of the browser. */
  online() {
    this.#isOffline = false;
    this.nudge();
  }

  /** Something speaks for trying now: the page is looked at again. */
  nudge() {
    if (this.state === 'waiting' && !this.#serversDelay) this.#dial();
    if (this.state === 'online' && this.#isDead()) this.drop('silent');
  }

  /** The user does not want to wait. */
  retryNow() {
    if (this.state === 'waiting') this.#dial();
  }

  #dial() {
    this.#enter('connecting');
    this.#timer(CONNECT_WITHIN_MS, () => this.drop('silent'));
    const socket = this.transports.open(this.#url);
    if (!socket) return this.drop('lost');
    this.#use(socket);
    socket.onopen = () => this.#opened(socket);
  }

  /** @param {import('./transports.js').Socket} socket */
  #opened(socket) {
    if (socket.protocol === PROTOCOL) this.#listener.opened();
    else this.giveUp('protocol');
  }

  /** @param {import('./transports.js').Socket} socket */
  #use(socket) {
    this.#socket = socket;
    this.#wasHeard = false;
    socket.onmessage = (/** @type {{ data: any }} */ { data }) => {
      this.#wasHeard = true;
      if (this.state === 'online') this.heardAt = this.#clock.now();
      if (typeof data === 'string') this.#listener.received(data);
    };
    socket.onclose = (/** @type {{ code: number, reason: string }} */ { code, reason }) => {
      const next = afterClose(code, reason);
      this.#hangUp(LOGGED_OUT);
      if (next.final) this.#enter('closed', next);
      else this.#lost(next.reason, next.delay);
    };
  }

  /**
   * @param {string} reason
   * @param {number | null} serversDelay
   */
  #lost(reason, serversDelay) {
    const now = this.#clock.now();
    if (!this.#wasHeard && !this.#isOffline && UNHEARD.has(reason)) this.transports.failed();
    if (this.state === 'online' && now - this.#onlineSince >= STEADY_MS) this.#tries = this.#outageSince = 0;
    this.#outageSince ||= now;
    const random = this.#random();
    const delay =
      serversDelay === null
        ? backoff(this.#tries, random, now - this.#outageSince)
        : spread(serversDelay, random);
    this.#tries += 1;
    this.#serversDelay = serversDelay !== null;
    this.#timer(delay, () => this.#dial());
    this.#enter('waiting', { retryAt: now + delay, reason: this.#isOffline ? 'offline' : reason });
  }

  #watch() {
    this.#timer(WATCH_EVERY_MS, () => {
      if (this.#isDead()) return this.drop('silent');
      this.#lookedAt = this.#clock.now();
      if (this.heartbeat === 0) this.#ask();
      this.#watch();
    });
  }

  #ask() {
    const isAsked = this.#askedAt > this.heardAt;
    if (!isAsked && this.#lookedAt - this.heardAt >= ASK_AFTER_MS && this.#listener.ask()) this.#askedAt = this.#lookedAt;
  }

  /** Goes on with the session on another socket, which is open. @param {import('./transports.js').Socket} socket */
  #change(socket) {
    this.#hangUp(GONE_AWAY);
    this.transports.isThrough();
    this.#use(socket);
    socket.onopen = null;
    this.#enter('connecting');
    this.#timer(CONNECT_WITHIN_MS, () => this.drop('silent'));
    this.#opened(socket);
  }

  /** One heartbeat may be lost. Where an answer is awaited, a single one that is missing is enough. */
  #isDead() {
    const now = this.#clock.now();
    if (this.heartbeat === 0) {
      return now - this.#lookedAt >= ASLEEP_MS || (this.#askedAt > this.heardAt && now - this.#askedAt >= SIGN_WITHIN_MS);
    }
    return now - this.heardAt >= this.heartbeat * 1000 * (this.#listener.awaiting() ? 1 : 2) + LATE_MS;
  }

  /**
   * Lets go of the socket, which is heard no more.
   *
   * @param {number} code
   */
  #hangUp(code) {
    this.#cancelTimer();
    this.#look.leave();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  /**
   * @param {number} ms
   * @param {() => void} run
   */
  #timer(ms, run) {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(ms, run);
  }

  /**
   * @param {State} state
   * @param {{ retryAt?: number, reason?: string }} [details]
   */
  #enter(state, { retryAt, reason } = {}) {
    this.state = state;
    this.retryAt = retryAt ?? null;
    this.reason = reason ?? (state === 'connecting' ? this.reason : null);
    this.#listener.changed();
  }
}
