// @ts-check
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';
import { messageItem, updateMessageItem } from './message-item.js';
import { pushItem } from './push-item.js';
import { rowsOf } from './rows.js';

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('./seat.js').Seat} Seat */

/** As near to the end as this (px) counts as the end. */
const NEAR = 48;

/** Shows the current conversation. Follows new messages only while the agent is at the end. */
export class MessageLog {
  #view = byId('log', HTMLElement);
  #list = byId('log-list', HTMLElement);
  #empty = byId('log-empty', HTMLElement);
  #hint = byId('log-new', HTMLButtonElement);
  #seat;
  #conversations;
  #language;
  #following = true;
  /** @type {Conversation | null} */
  #shown = null;
  #lastHeard = '';
  #lastComposed = '';

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   */
  constructor(seat, conversations, language) {
    this.#seat = seat;
    this.#conversations = conversations;
    this.#language = language;
    this.#hint.addEventListener('click', () => {
      this.#toEnd();
      this.#view.focus();
    });
    this.#view.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(this.#view);
    conversations.addEventListener('change', () => this.show());
    seat.addEventListener('state', () => this.show());
  }

  show() {
    const conversation = this.#conversations.current;
    if (conversation !== this.#shown) this.#switchTo(conversation);
    else this.#update(conversation);
  }

  /**
   * What comes with another conversation is not news: a screen reader does not read it out.
   *
   * @param {Conversation} conversation
   */
  #switchTo(conversation) {
    this.#view.setAttribute('aria-live', 'off');
    const { place } = conversation;
    this.#list.replaceChildren();
    this.#shown = conversation;
    this.#lookForNews(conversation);
    this.#render(conversation);
    this.#toEnd();
    if (place) this.#toPlace(place);
    const divider = this.#list.querySelector('.divider-unread');
    if (!place && divider && divider.getBoundingClientRect().top < this.#view.getBoundingClientRect().top) divider.scrollIntoView();
    setTimeout(() => this.#view.removeAttribute('aria-live'), 500);
  }

  /** @param {Conversation} conversation */
  #update(conversation) {
    const { heard, composed } = this.#lookForNews(conversation);
    if (this.#following || composed) {
      this.#render(conversation);
      this.#toEnd();
    } else {
      this.#keepingPlace(() => this.#render(conversation));
      if (heard) this.#hint.hidden = false;
    }
  }

  /** Back to where the agent was reading. @param {import('./conversation.js').Place} place */
  #toPlace({ key, offset }) {
    const item = /** @type {HTMLElement[]} */ ([...this.#list.children]).find((one) => one.dataset.key === key);
    if (!item) return;
    this.#view.scrollTop += item.getBoundingClientRect().top - this.#view.getBoundingClientRect().top + offset;
    this.#scrolled();
  }

  /** @returns {HTMLElement | undefined} the topmost entry in view */
  #topmost() {
    const top = this.#view.getBoundingClientRect().top;
    const items = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    return items.find((item) => item.getBoundingClientRect().bottom > top);
  }

  /**
   * Whether others were heard, or something was written here, since the last look.
   *
   * @param {Conversation} conversation
   */
  #lookForNews({ heard, outbox }) {
    const [lastHeard, lastComposed] = [heard.at(-1), outbox.at(-1)];
    const news = {
      heard: lastHeard !== undefined && lastHeard.key !== this.#lastHeard && !('own' in lastHeard && lastHeard.own),
      composed: lastComposed !== undefined && lastComposed.key !== this.#lastComposed,
    };
    this.#lastHeard = lastHeard?.key ?? '';
    this.#lastComposed = lastComposed?.key ?? '';
    return news;
  }

  /**
   * What the agent is reading stays where it is, though older entries go.
   *
   * @param {() => void} render
   */
  #keepingPlace(render) {
    const read = this.#topmost();
    const before = read?.getBoundingClientRect().top ?? 0;
    render();
    if (read?.isConnected) this.#view.scrollTop += read.getBoundingClientRect().top - before;
  }

  /** @param {Conversation} conversation */
  #render(conversation) {
    showKeyed(this.#list, rowsOf(conversation, this.#language), {
      key: (row) => row.key,
      create: (row) => this.#create(row),
      update: (item, row) => this.#updateRow(item, row),
    });
    const { key, peer, name } = conversation;
    this.#empty.hidden = conversation.entries.length > 0;
    const kind = key === 'events' ? 'events' : peer === null ? 'room' : 'private';
    setText(this.#empty, this.#language.say(`log.empty.${kind}`, { name }));
  }

  /** @param {Row} row */
  #create(row) {
    if (row.kind === 'push') return pushItem(row.push, this.#language);
    if (row.kind !== 'message') return element('li', { class: `divider divider-${row.kind}` }, element('span'));
    return messageItem(row.message, this.#language, {
      resend: (message) => this.#conversations.resend(message),
      discard: (message) => this.#conversations.discard(message),
    });
  }

  /**
   * @param {HTMLElement} item
   * @param {Row} row
   */
  #updateRow(item, row) {
    if (row.kind === 'push') return;
    if (row.kind !== 'message') return setText(item.firstElementChild, row.text);
    const online = this.#seat.state.name === 'online';
    updateMessageItem(item, row.message, this.#language, { online, continued: row.continued });
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) this.#hint.hidden = true;
    const item = this.#following ? undefined : this.#topmost();
    if (!this.#shown) return;
    const { top } = this.#view.getBoundingClientRect();
    this.#shown.place = item ? { key: item.dataset.key ?? '', offset: top - item.getBoundingClientRect().top } : null;
  }

  #toEnd() {
    this.#view.scrollTop = this.#view.scrollHeight;
    this.#following = true;
    this.#hint.hidden = true;
    if (this.#shown) this.#shown.place = null;
  }
}
