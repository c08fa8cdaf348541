// @ts-check
import { AskingSocket } from './asking-socket.js';
import { HttpSocket } from './http-socket.js';
import { reportFault } from './listeners.js';

/** So many WebSockets in a row over which nothing comes may be a network that blocks them. */
const FAILURES = 2;

/** How long it is taken for one. */
const BLOCKED_MS = 300_000;

/** In an outage a WebSocket is tried so often without asking first: the page's policy may forbid other requests to the gateway. */
const UNASKED_MS = 15_000;

/** The handshakes may have failed since the gateway was away: so the first look whether they do still comes soon. */
const FIRST_LOOK_MS = 10_000;

/** @typedef {Pick<WebSocket, 'protocol' | 'send' | 'close'> & { onopen: any, onmessage: any, onclose: any }} Socket */

/** @typedef {(url: string) => Socket} Opener */

/** @typedef {{ openSocket: Opener, openAsking: Opener, openStream: Opener }} Openers */

/**
 * How sockets and streams are opened.
 *
 * @param {any} page its window
 * @param {string} protocol
 * @param {import('./clock.js').Clock} clock
 * @param {{ openSocket?: Opener, openStream?: Opener }} own what tests put in
 * @returns {Openers}
 */
export function openersOf(page, protocol, clock, { openSocket: own, openStream = own }) {
  const fetch = (/** @type {[any, any]} */ ...how) => page.fetch(...how);
  const openSocket = own ?? ((url) => new page.WebSocket(url, protocol));
  return {
    openSocket,
    openAsking: own ?? ((url) => new AskingSocket(url, { fetch, openSocket })),
    openStream: openStream ?? ((url) => new HttpSocket(url, protocol, { fetch, clock })),
  };
}

/** Chooses the transport for each connection: a WebSocket, or a stream where those do not get through. */
export class Transports {
  /** Whether what was opened last is a stream. */
  isStream = false;
  #openers;
  #clock;
  /** So many tries in a row came to nothing: two WebSockets, a stream, two WebSockets, and so on. */
  #failures = 0;
  #triedAt = 0;
  #looks = 0;

  /**
   * @param {Openers & { clock: import('./clock.js').Clock }} parts
   */
  constructor({ clock, ...openers }) {
    this.#openers = openers;
    this.#clock = clock;
  }

  /** @param {string} url of the gateway's WebSocket @returns {Socket | null} null: the page may open none there, and its console says why */
  open(url) {
    const sinceTried = this.#clock.now() - this.#triedAt;
    this.isStream = this.#isStreamNext && sinceTried < BLOCKED_MS;
    try {
      if (this.isStream) return this.#openers.openStream(url);
      return this.#failures < FAILURES || sinceTried >= UNASKED_MS ? this.#tryWebSocket(url) : this.#openers.openAsking(url);
    } catch (fault) {
      reportFault(fault);
      return null;
    }
  }

  get #isStreamNext() {
    return this.#failures % (FAILURES + 1) === FAILURES;
  }

  /** Opens a WebSocket beside the stream. @param {string} url */
  look(url) {
    this.#looks += 1;
    return this.#tryWebSocket(url);
  }

  /** When WebSocket was seen not to get through; 0: it does, as far as is known. The next load of the page goes on with it. */
  get blockedAt() {
    return this.#isStreamNext ? this.#triedAt : 0;
  }

  set blockedAt(time) {
    this.#triedAt = time;
    this.#failures = time === 0 ? 0 : FAILURES;
  }

  /** How long a stream waits for the next look (ms). */
  get untilLook() {
    return this.#looks === 0 ? FIRST_LOOK_MS : BLOCKED_MS;
  }

  /** @param {string} url */
  #tryWebSocket(url) {
    this.#triedAt = this.#clock.now();
    return this.#openers.openSocket(url);
  }

  /** Over what was opened last the agent is logged in. */
  proven() {
    this.#failures = this.isStream ? FAILURES : 0;
    if (!this.isStream) this.#looks = 0;
  }

  /** A look has found that a handshake gets through. */
  isThrough() {
    this.isStream = false;
  }

  /** Nothing has come over what was opened last. Where a stream fails too, it is not WebSocket that is blocked. */
  failed() {
    if (this.isStream || !this.#isStreamNext) this.#failures += 1;
  }
}
