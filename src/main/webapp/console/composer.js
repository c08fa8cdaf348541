// @ts-check
import { MOST_BYTES } from '../sdk/kefu.js';
import { byId, setText } from './element.js';
import { EmojiPicker } from './emoji.js';
import { shownName } from './names.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./seat.js').Seat} Seat */

/** The room left is told from here on. */
const NEARLY_FULL = MOST_BYTES - 1024;

/** How often (ms) it is looked whether messages still wait for an agent who is not there. */
const WAITS_MS = 2_000;

/** Where messages are written. Keeps a draft for each conversation. */
export class Composer {
  #input = byId('message-input', HTMLTextAreaElement);
  #send = byId('send', HTMLButtonElement);
  #room = byId('composer-room', HTMLElement);
  #hint = byId('composer-hint', HTMLElement);
  #form = byId('composer', HTMLFormElement);
  #failed = byId('failed', HTMLElement);
  #offline = byId('peer-offline', HTMLElement);
  #emoji;
  #seat;
  #conversations;
  #language;
  #paint;
  /** @type {Conversation | null} */
  #shown = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {() => void} paint shows at once what was done here
   */
  constructor(seat, conversations, language, paint) {
    this.#paint = paint;
    this.#seat = seat;
    this.#conversations = conversations;
    this.#language = language;
    this.#input.addEventListener('input', () => this.#typed());
    this.#input.addEventListener('keydown', (event) => this.#pressed(event));
    this.#emoji = new EmojiPicker(this.#input, () => this.#typed());
    byId('resend-all', HTMLButtonElement).addEventListener('click', () => {
      conversations.resendAll();
      this.focus();
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    // Another width breaks the lines elsewhere, and what is not shown has no height to go by.
    new ResizeObserver(() => this.#fit()).observe(this.#form);
  }

  show() {
    const conversation = this.#conversations.current;
    if (conversation !== this.#shown) {
      this.#shown = conversation;
      this.#input.value = conversation.draft;
      this.#fit();
    }
    const { key, peer, failed } = conversation;
    const agent = peer === null ? undefined : this.#seat.agent(peer);
    const name = shownName(peer ?? '', agent?.name ?? conversation.name);
    this.#form.hidden = key === 'events';
    this.#failed.hidden = failed.length === 0;
    setText(byId('failed-text', HTMLElement), this.#language.say('composer.failed', { count: failed.length }));
    const to = peer === null ? 'composer.placeholder.room' : 'composer.placeholder.private';
    this.#input.placeholder = this.#language.say(to, { name });
    this.#offline.hidden = peer === null || agent !== undefined || this.#seat.state.name !== 'online';
    const waits = this.#conversations.waitsIn(conversation);
    setText(this.#offline, this.#offline.hidden ? '' : this.#language.say(waits ? 'composer.offline.waits' : 'composer.offline', { name }));
    clearTimeout(this.#waiting);
    if (waits && !this.#offline.hidden) this.#waiting = setTimeout(this.#paint, WAITS_MS); // nothing tells when it is over
    const { full, state } = this.#seat;
    const hint = full ? 'full' : state.name === 'online' ? 'keys' : state.name === 'closed' ? 'closed' : 'queued';
    this.#input.readOnly = full;
    this.#emoji.show(!full);
    this.#hint.dataset.kind = hint;
    setText(this.#hint, this.#language.say(`composer.${hint}`));
    this.#check();
  }

  focus() {
    this.#input.focus();
  }

  /** Nothing is written where nobody would read it. */
  get isThere() {
    return !this.#form.hidden;
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
    const { full, state } = this.#seat;
    this.#send.disabled = over || !text || full || state.name === 'closed';
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
    this.#paint();
    this.focus();
  }

  #text() {
    return this.#input.value.trimEnd();
  }
}
