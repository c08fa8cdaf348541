// @ts-check
import { byId, setText } from './element.js';
import { rememberedLast } from './remembered.js';

/** @typedef {import('../sdk/kefu.js').Identity} Identity */
/** @typedef {{ token?: string, password?: string }} Proof */
/** @typedef {import('./auth-mode.js').AuthMode} AuthMode */
/** @typedef {import('./language.js').Language} Language */

/** Asks who is there, and for what the gateway knows them by. The markup says which field is for which mode. */
export class LoginForm {
  #view = byId('login', HTMLElement);
  #error = byId('login-error', HTMLElement);
  #status = byId('login-status', HTMLElement);
  #warning = byId('login-warning', HTMLElement);
  #fields = {
    bid: byId('login-group', HTMLInputElement),
    id: byId('login-id', HTMLInputElement),
    name: byId('login-name', HTMLInputElement),
    token: byId('login-token', HTMLInputElement),
    password: byId('login-password', HTMLInputElement),
  };
  #language;

  /**
   * @param {Language} language
   * @param {(identity: Identity, proof: Proof) => void} submitted
   */
  constructor(language, submitted) {
    this.#language = language;
    byId('login-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const { bid, id, name, token, password } = this.#fields;
      const identity = { bid: said(bid), id: said(id), name: said(name) };
      /** @type {Proof} */
      const proof = {};
      if (!token.disabled) proof.token = said(token);
      if (!password.disabled) proof.password = password.value;
      token.value = password.value = '';
      submitted(identity, proof);
    });
  }

  get shown() {
    return !this.#view.hidden;
  }

  /**
   * @param {AuthMode | null} mode null: it is not known, and asked for as in `open`
   * @param {string} [error] why one is here again
   */
  show(mode, error = '') {
    const last = rememberedLast();
    const { bid, id, name } = this.#fields;
    if (last && !bid.value) [bid.value, id.value, name.value] = [last.bid, last.id, last.name];
    this.#ask(mode ?? 'open');
    this.#warning.hidden = mode !== 'open';
    this.#view.hidden = false;
    setText(this.#status, '');
    setText(this.#error, error);
    this.#focus(error !== '');
  }

  /** The gateway has not let them in yet. @param {string} words how it stands */
  wait(words) {
    setText(this.#error, '');
    setText(this.#status, words);
  }

  /** Of whoever logs out nothing is left here. */
  clear() {
    for (const field of Object.values(this.#fields)) field.value = '';
  }

  hide() {
    this.#view.hidden = true;
    setText(this.#error, '');
  }

  /** @param {AuthMode} mode */
  #ask(mode) {
    for (const field of Object.values(this.#fields)) {
      const frame = /** @type {HTMLElement} */ (field.closest('.field'));
      frame.hidden = field.disabled = !frame.dataset.modes?.split(' ').includes(mode);
    }
    this.#fields.id.autocomplete = mode === 'backend' ? 'username' : 'off'; // for password managers, which ask before they keep it
    const optional = mode === 'jwt';
    this.#fields.bid.required = !optional;
    setText(byId('login-group-optional', HTMLElement), optional ? this.#language.say('login.optional') : '');
    setText(
      byId('login-group-hint', HTMLElement),
      this.#language.say(optional ? 'login.group.hint.token' : 'login.group.hint'),
    );
  }

  /** @param {boolean} failed */
  #focus(failed) {
    const asked = Object.values(this.#fields).filter((field) => !field.disabled);
    const missing = asked.find((field) => field.required && !field.value);
    (missing ?? (failed ? asked[0] : byId('login-submit', HTMLElement))).focus();
  }
}

/** @param {HTMLInputElement} field */
const said = (field) => (field.disabled ? '' : field.value.trim());
