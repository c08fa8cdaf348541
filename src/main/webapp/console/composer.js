// @ts-check
import { MOST_BYTES } from '../sdk/chat-client.js';
import { byId, setText } from './element.js';

/** @typedef {import('../sdk/chat-client.js').ChatClient} ChatClient */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */

/** The room left is told from here on. */
const NEARLY_FULL = MOST_BYTES - 1024;

/** Where messages are written. Keeps a draft for each conversation. */
export class Composer {
  #input = byId('message-input', HTMLTextAreaElement);
  #send = byId('send', HTMLButtonElement);
  #room = byId('composer-room', HTMLElement);
  #hint = byId('composer-hint', HTMLElement);
  #client;
  #conversations;
  #language;
  /** @type {Conversation | null} */
  #shown = null;

  /**
   * @param {ChatClient} client
   * @param {Conversations} conversations
   * @param {Language} language
   */
  constructor(client, conversations, language) {
    this.#client = client;
    this.#conversations = conversations;
    this.#language = language;
    this.#input.addEventListener('input', () => this.#typed());
    this.#input.addEventListener('keydown', (event) => this.#pressed(event));
    const form = byId('composer', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    // Another width breaks the lines elsewhere, and what is not shown has no height to go by.
    new ResizeObserver(() => this.#fit()).observe(form);
    client.addEventListener('state', () => this.show());
    conversations.addEventListener('change', () => this.show());
  }

  show() {
    const conversation = this.#conversations.current;
    if (conversation !== this.#shown) {
      this.#shown = conversation;
      this.#input.value = conversation.draft;
      this.#fit();
    }
    const { peer, name } = conversation;
    const to = peer === null ? 'composer.placeholder.room' : 'composer.placeholder.private';
    this.#input.placeholder = this.#language.say(to, { name });
    const { state } = this.#client;
    const hint = state === 'online' ? 'keys' : state === 'closed' ? 'closed' : 'queued';
    this.#hint.dataset.kind = hint;
    setText(this.#hint, this.#language.say(`composer.${hint}`));
    this.#check();
  }

  focus() {
    this.#input.focus();
  }

  #typed() {
    if (this.#shown) this.#shown.draft = this.#input.value;
    this.#check();
    this.#fit();
  }

  #check() {
    const text = this.#text();
    const bytes = new TextEncoder().encode(text).length;
    const over = bytes > MOST_BYTES;
    // Agents think in characters: the bytes are told as characters of the kind that was typed.
    const count = Math.max(1, Math.round((Math.abs(MOST_BYTES - bytes) * text.length) / Math.max(1, bytes)));
    const left = bytes > NEARLY_FULL ? this.#language.say('composer.left', { count }) : '';
    setText(this.#room, over ? this.#language.say('composer.over', { count }) : left);
    this.#input.setAttribute('aria-invalid', String(over));
    this.#send.disabled = over || !text || this.#client.state === 'closed';
  }

  /** As high as its text; the style sheet says how high at most. */
  #fit() {
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }

  /**
   * Enter sends, but not the Enter that ends the composing of a Chinese word. Safari ends the composition before
   * that key arrives; it is known by its code, 229.
   *
   * @param {KeyboardEvent} event
   */
  #pressed(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    if (this.#send.disabled) return;
    const text = this.#text();
    this.#input.value = '';
    this.#typed();
    this.#conversations.send(text);
    this.focus();
  }

  #text() {
    return this.#input.value.trimEnd();
  }
}
