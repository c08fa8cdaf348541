// @ts-check
import { LINE_BROKE, streamUrl } from './http-socket.js';

/**
 * A WebSocket that is opened as soon as the gateway has answered another request. Browsers hold a WebSocket back where those before it
 * have failed (Firefox for up to a minute), and no other requests: in an outage those find out sooner that it is over.
 */
export class AskingSocket {
  /** @type {((event: {}) => void) | null} */
  onopen = null;
  /** @type {((event: any) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number, reason: string }) => void) | null} */
  onclose = null;
  #question = new AbortController();
  /** @type {import('./transports.js').Socket | null} */
  #socket = null;

  /**
   * @param {string} url of the gateway's WebSocket
   * @param {object} parts
   * @param {typeof globalThis.fetch} parts.fetch
   * @param {import('./transports.js').Opener} parts.openSocket
   */
  constructor(url, { fetch, openSocket }) {
    this.#open(url, fetch, openSocket);
  }

  get protocol() {
    return this.#socket?.protocol ?? '';
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  /** @param {number} code */
  close(code) {
    this.#question.abort();
    this.#socket?.close(code);
  }

  /** @param {string} url @param {typeof globalThis.fetch} fetch @param {import('./transports.js').Opener} openSocket */
  async #open(url, fetch, openSocket) {
    const { signal } = this.#question;
    const status = await fetch(streamUrl(url).href, { method: 'HEAD', cache: 'no-store', signal }).then((answer) => answer.status, () => 0);
    if (signal.aborted) return;
    if (status === 0 || status >= 500) return this.onclose?.({ code: LINE_BROKE, reason: '' });
    const socket = (this.#socket = openSocket(url));
    socket.onopen = (/** @type {{}} */ event) => this.onopen?.(event);
    socket.onmessage = (/** @type {any} */ event) => this.onmessage?.(event);
    socket.onclose = (/** @type {any} */ event) => this.onclose?.(event);
  }
}
