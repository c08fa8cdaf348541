// @ts-check
import { byId, setText } from './element.js';
import { rememberedLast } from './remembered.js';

/** @typedef {import('../sdk/chat-client.js').Identity} Identity */

/** Asks who is there. */
export class LoginForm {
  #view = byId('login', HTMLElement);
  #error = byId('login-error', HTMLElement);
  #fields = {
    bid: byId('login-group', HTMLInputElement),
    id: byId('login-id', HTMLInputElement),
    name: byId('login-name', HTMLInputElement),
  };

  /** @param {(identity: Identity) => void} submitted */
  constructor(submitted) {
    byId('login-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const { bid, id, name } = this.#fields;
      submitted({ bid: bid.value.trim(), id: id.value.trim(), name: name.value.trim() });
    });
  }

  /** @param {string} [error] why one is here again */
  show(error = '') {
    const last = rememberedLast();
    const { bid, id, name } = this.#fields;
    if (last && !bid.value) [bid.value, id.value, name.value] = [last.bid, last.id, last.name];
    this.#view.hidden = false;
    setText(this.#error, error);
    ([bid, id, name].find((field) => !field.value) ?? (error ? bid : byId('login-submit', HTMLElement))).focus();
  }

  hide() {
    this.#view.hidden = true;
    setText(this.#error, '');
  }
}
