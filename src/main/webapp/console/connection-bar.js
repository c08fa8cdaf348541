// @ts-check
import { byId, setText } from './element.js';

/** @typedef {import('../sdk/chat-client.js').ChatClient} ChatClient */
/** @typedef {import('./language.js').Language} Language */

/** Shows how it stands with the line, and counts down to the next attempt. */
export class ConnectionBar {
  #view = byId('connection', HTMLElement);
  #text = byId('connection-text', HTMLElement);
  #countdown = byId('connection-countdown', HTMLElement);
  #retry = byId('retry', HTMLButtonElement);
  #client;
  #language;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /**
   * @param {ChatClient} client
   * @param {Language} language
   */
  constructor(client, language) {
    this.#client = client;
    this.#language = language;
    this.#retry.addEventListener('click', () => client.retryNow());
    client.addEventListener('state', () => this.show());
    for (const change of ['online', 'offline']) window.addEventListener(change, () => this.show());
  }

  show() {
    const { state } = this.#client;
    const waiting = state === 'waiting';
    const offline = waiting && !navigator.onLine;
    this.#view.dataset.state = state;
    setText(this.#text, this.#language.say(offline ? 'state.offline' : `state.${state}`));
    this.#countdown.hidden = !waiting;
    this.#retry.hidden = !waiting;
    clearInterval(this.#ticking);
    if (waiting) this.#ticking = setInterval(() => this.#tick(), 250);
    this.#tick();
  }

  /** The countdown is for the eyes; a screen reader would read every second of it. */
  #tick() {
    const left = (this.#client.retryAt ?? 0) - Date.now();
    const seconds = Math.max(0, Math.ceil(left / 1000));
    setText(this.#countdown, this.#language.say('state.countdown', { seconds }));
  }
}
