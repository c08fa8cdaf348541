// @ts-check
import { GONE_AWAY } from './close-codes.js';

/** How long a handshake may take. */
const WITHIN_MS = 10_000;

/** While a session goes on by a stream: tries from time to time whether a WebSocket gets through. */
export class Look {
  #url;
  #transports;
  #clock;
  #isBusy;
  #found;
  /** @type {import('./transports.js').Socket | null} */
  #socket = null;
  #cancel = () => {};

  /**
   * @param {object} parts
   * @param {string} parts.url
   * @param {import('./transports.js').Transports} parts.transports
   * @param {import('./clock.js').Clock} parts.clock
   * @param {() => boolean} parts.isBusy whether the stream must not be left now
   * @param {(socket: import('./transports.js').Socket) => void} parts.found takes a WebSocket that is open
   */
  constructor({ url, transports, clock, isBusy, found }) {
    this.#url = url;
    this.#transports = transports;
    this.#clock = clock;
    this.#isBusy = isBusy;
    this.#found = found;
  }

  /** Tries after a while, and again until one is found or it is left. */
  plan() {
    this.leave();
    this.#cancel = this.#clock.after(this.#transports.untilLook, () => this.#open());
  }

  #open() {
    this.#cancel = this.#clock.after(WITHIN_MS, () => this.plan());
    const socket = (this.#socket = this.#transports.look(this.#url));
    socket.onclose = () => this.plan();
    socket.onopen = () => {
      if (this.#isBusy()) return this.plan();
      this.#socket = null;
      this.leave();
      this.#found(socket);
    };
  }

  leave() {
    this.#cancel();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onclose = null;
    socket.close(GONE_AWAY);
  }
}
