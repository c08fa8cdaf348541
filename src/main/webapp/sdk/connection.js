// @ts-check
import { backoff } from './backoff.js';
import { afterClose, LOGGED_OUT, SILENT_LINE } from './close-codes.js';

/** @typedef {import('./clock.js').Clock} Clock */

/**
 * - `idle`: nobody has asked for a line
 * - `connecting`: a socket is being opened, or the login on it is not answered yet
 * - `online`: logged in
 * - `waiting`: the line was lost; the next attempt is at `retryAt`
 * - `closed`: given up, because of `problem`; only `open` leads out
 *
 * @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'closed'} State
 */

/**
 * @typedef {object} Listener
 * @property {() => void} changed the state is another
 * @property {() => void} opened a socket is open: log in, then call {@link Connection#ready}
 * @property {(text: string) => void} received
 */

/** How long socket and login may take together. A gateway at its limit accepts connections and leaves them hanging. */
const CONNECT_WITHIN_MS = 15_000;

/** The gateway pings every 10 s. When three are missing, and a little more, nobody is there. */
const SILENCE_MS = 35_000;

/** A line that held for this long was good. One that breaks sooner does not start the back-off anew. */
const STEADY_MS = 10_000;

/** Keeps a line to the gateway: opens sockets, notices that one is dead, decides when to come back. */
export class Connection {
  /** @type {State} */
  state = 'idle';
  /** @type {number | null} when the next attempt is due, in `waiting` */
  retryAt = null;
  /** @type {string | null} why it was given up, in `closed` */
  problem = null;
  /** When anything last came over a line, or it came up. */
  heardAt = 0;

  #url;
  #openSocket;
  #clock;
  #random;
  #listener;
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  #onlineSince = 0;
  /** The server named the time of the next attempt: nothing but the user goes ahead of it. */
  #serversDelay = false;
  /** There is one timer at most: for the attempt, for silence or for the wait. */
  #cancelTimer = () => {};

  /**
   * @param {object} parts
   * @param {string} parts.url
   * @param {(url: string) => WebSocket} parts.openSocket
   * @param {Clock} parts.clock
   * @param {() => number} parts.random
   * @param {Listener} listener
   */
  constructor({ url, openSocket, clock, random }, listener) {
    this.#url = url;
    this.#openSocket = openSocket;
    this.#clock = clock;
    this.#random = random;
    this.#listener = listener;
  }

  /** Starts, or starts over. */
  open() {
    this.#hangUp(LOGGED_OUT);
    this.#tries = 0;
    this.#dial();
  }

  /** The login was answered. */
  ready() {
    this.#onlineSince = this.#clock.now();
    this.#heard();
    this.#enter('online');
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  /** The line is of no use: leaves it and comes back. Does not wait for the close, which a dead line never ends. */
  drop() {
    this.#hangUp(SILENT_LINE);
    this.#lost(null);
  }

  /**
   * Ends for good, until `open`.
   *
   * @param {string} problem
   */
  giveUp(problem) {
    this.#hangUp(LOGGED_OUT);
    this.#enter('closed', { problem });
  }

  /** Ends by the user's wish. */
  close() {
    this.#hangUp(LOGGED_OUT);
    this.#enter('idle');
  }

  /** Something speaks for trying now: the network is back, the page is looked at again. */
  nudge() {
    if (this.state === 'waiting' && !this.#serversDelay) this.#dial();
    if (this.state === 'online' && this.#clock.now() - this.heardAt >= SILENCE_MS) this.drop();
  }

  /** The user does not want to wait. */
  retryNow() {
    if (this.state === 'waiting') this.#dial();
  }

  #dial() {
    this.#enter('connecting');
    this.#timer(CONNECT_WITHIN_MS, () => this.drop());
    const socket = this.#openSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#listener.opened();
    socket.onmessage = ({ data }) => {
      if (this.state === 'online') this.#heard();
      if (typeof data === 'string') this.#listener.received(data);
    };
    socket.onclose = ({ code, reason }) => {
      const next = afterClose(code, reason);
      this.#hangUp(LOGGED_OUT);
      if (next.final) this.#enter('closed', { problem: next.final });
      else this.#lost(next.delay);
    };
  }

  /** @param {number | null} serversDelay */
  #lost(serversDelay) {
    if (this.state === 'online' && this.#clock.now() - this.#onlineSince >= STEADY_MS) this.#tries = 0;
    const delay = serversDelay ?? backoff(this.#tries, this.#random());
    this.#tries += 1;
    this.#serversDelay = serversDelay !== null;
    this.#timer(delay, () => this.#dial());
    this.#enter('waiting', { retryAt: this.#clock.now() + delay });
  }

  #heard() {
    this.heardAt = this.#clock.now();
    this.#timer(SILENCE_MS, () => this.drop());
  }

  /**
   * Lets go of the socket, which is heard no more.
   *
   * @param {number} code
   */
  #hangUp(code) {
    this.#cancelTimer();
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
   * @param {{ retryAt?: number, problem?: string }} [details]
   */
  #enter(state, { retryAt, problem } = {}) {
    this.state = state;
    this.retryAt = retryAt ?? null;
    this.problem = problem ?? null;
    this.#listener.changed();
  }
}
