// @ts-check
import { CallError } from '../sdk/chat-client.js';
import { byId, setText } from './element.js';

/** @typedef {import('../sdk/chat-client.js').ChatClient} ChatClient */
/** @typedef {import('./language.js').Language} Language */

/** These say nothing of the token: it is shown again by the next login. */
const NOT_ANSWERED = new Set(['unknown', 'unsent', 'closed']);

/** Says that the token is about to end, and asks for another. */
export class Renewal {
  #view = byId('renewal', HTMLFormElement);
  #text = byId('renewal-text', HTMLElement);
  #token = byId('renewal-token', HTMLInputElement);
  #submit = byId('renewal-submit', HTMLButtonElement);
  #client;
  #language;
  #renewed;

  /**
   * @param {ChatClient} client
   * @param {Language} language
   * @param {() => void} renewed the user has done it here, and goes on
   */
  constructor(client, language, renewed) {
    this.#client = client;
    this.#language = language;
    this.#renewed = renewed;
    client.addEventListener('expiring', () => this.#show());
    client.addEventListener('state', () => {
      if (client.state === 'closed' || client.state === 'idle') this.#hide();
    });
    this.#view.addEventListener('submit', (event) => {
      event.preventDefault();
      this.renew(this.#token.value.trim());
    });
  }

  /** @param {string} token */
  async renew(token) {
    this.#token.value = '';
    this.#submit.disabled = true;
    try {
      await this.#client.renew(token);
      this.#hide();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (NOT_ANSWERED.has(String(error.code))) this.#hide();
      else this.#fail(error.code);
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

  #hide() {
    const focused = this.#view.contains(document.activeElement);
    this.#view.hidden = true;
    this.#token.value = '';
    setText(this.#text, '');
    if (focused) this.#renewed();
  }
}
