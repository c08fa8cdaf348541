// @ts-check
import { KefuError } from '../sdk/kefu.js';
import { byId, setText } from './element.js';

/** @typedef {import('./seat.js').Seat} Seat */
/** @typedef {import('./language.js').Language} Language */

/** These say nothing of the token: it is shown again by the next login. */
const NOT_ANSWERED = new Set(['unknown', 'closed']);

/** Says that the token is about to end, and asks for another. */
export class Renewal {
  #view = byId('renewal', HTMLFormElement);
  #text = byId('renewal-text', HTMLElement);
  #token = byId('renewal-token', HTMLInputElement);
  #submit = byId('renewal-submit', HTMLButtonElement);
  #seat;
  #language;
  #renewed;
  #handIn;

  /**
   * @param {Seat} seat
   * @param {Language} language
   * @param {() => void} renewed the user has done it here, and goes on
   * @param {(token: string) => void} handIn takes the token that the user has pasted, and calls {@link Renewal#renew}
   */
  constructor(seat, language, renewed, handIn) {
    this.#seat = seat;
    this.#language = language;
    this.#renewed = renewed;
    this.#handIn = handIn;
    seat.addEventListener('expiring', () => this.#show());
    seat.addEventListener('state', () => {
      if (seat.state.name === 'closed' || seat.state.name === 'idle') this.#hide();
    });
    this.#view.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#handIn(this.#token.value.trim());
    });
  }

  /** Shows the token that the seat has now. @returns {Promise<boolean>} false: the gateway does not take it */
  async renew() {
    const isHere = this.#hasFocus;
    this.#token.value = '';
    this.#submit.disabled = true;
    try {
      await this.#seat.renew();
      this.#hide(isHere);
      return true;
    } catch (error) {
      if (!(error instanceof KefuError)) throw error;
      const answered = !NOT_ANSWERED.has(String(error.code));
      if (answered) this.#fail(error.code);
      else this.#hide(isHere);
      return !answered;
    } finally {
      this.#submit.disabled = false;
    }
  }

  #show() {
    this.#view.hidden = false;
    this.#view.dataset.kind = 'warning';
    setText(this.#text, this.#language.say('renewal'));
  }

  /** @param {string | number} code */
  #fail(code) {
    if (this.#view.hidden) return; // it was handed in early, and the last one still holds
    this.#view.dataset.kind = 'error';
    setText(this.#text, this.#language.explain('renewal.failed', code));
    this.#token.focus();
  }

  get #hasFocus() {
    return this.#view.contains(document.activeElement);
  }

  /** @param {boolean} [wasHere] the focus was here, and a button that is disabled loses it */
  #hide(wasHere = false) {
    const focused = this.#hasFocus || (wasHere && document.activeElement === document.body);
    this.#view.hidden = true;
    this.#token.value = '';
    setText(this.#text, '');
    if (focused) this.#renewed();
  }
}
