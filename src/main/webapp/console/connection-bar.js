// @ts-check
import { byId, setText } from './element.js';

/** @typedef {import('./seat.js').Seat} Seat */
/** @typedef {import('./language.js').Language} Language */

/** Shows how it stands with the line, and counts down to the next attempt. */
export class ConnectionBar {
  #view = byId('connection', HTMLElement);
  #text = byId('connection-text', HTMLElement);
  #countdown = byId('connection-countdown', HTMLElement);
  #retry = byId('retry', HTMLButtonElement);
  #seat;
  #language;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /**
   * @param {Seat} seat
   * @param {Language} language
   */
  constructor(seat, language) {
    this.#seat = seat;
    this.#language = language;
    this.#retry.addEventListener('click', () => seat.retry());
  }

  show() {
    const { name, reason } = this.#seat.state;
    const waiting = name === 'waiting';
    this.#view.dataset.state = name;
    if (waiting) this.#view.toggleAttribute('data-lost', true);
    else if (name !== 'connecting') this.#view.removeAttribute('data-lost'); // of the end the notice tells
    setText(this.#text, waiting ? this.#language.explain('state.waiting', reason) : this.#language.say(`state.${name}`));
    this.#countdown.hidden = !waiting;
    this.#retry.hidden = !waiting;
    if (!waiting) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    } else this.#ticking ??= setInterval(() => this.#tick(), 250);
    this.#tick();
  }

  /** The countdown is for the eyes; a screen reader would read every second of it. */
  #tick() {
    setText(this.#countdown, this.#language.say('state.countdown', { seconds: this.#seat.state.seconds ?? 0 }));
  }
}
