// @ts-check
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';
import { LogEmpty } from './log-empty.js';
import { LogWindow } from './log-window.js';
import { messageItem, updateMessageItem } from './message-item.js';
import { pushItem } from './push-item.js';
import { rowsOf } from './rows.js';

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('./roster.js').Roster} Roster */
/** @typedef {import('./seat.js').Seat} Seat */

/** As near to the end as this (px) counts as the end. */
const NEAR = 48;

/** With less than this (px) above or below, more rows are put on the page. */
const AHEAD = 800;

/** So long (ms) an entry that was searched for is marked. */
const MARKED_MS = 2_000;

/** Shows the current conversation. Follows new messages only while the agent is at the end. */
export class MessageLog {
  #view = byId('log', HTMLElement);
  #list = byId('log-list', HTMLElement);
  #hint = byId('log-new', HTMLButtonElement);
  #empty;
  #seat;
  #roster;
  #conversations;
  #language;
  #following = true;
  #window = new LogWindow();
  /** All of the log, of which the window shows a part. @type {Row[]} */
  #rows = [];
  /** @type {Conversation | null} */
  #shown = null;
  #lastComposed = '';

  /**
   * @param {Seat} seat
   * @param {Roster} roster
   * @param {Conversations} conversations
   * @param {Language} language
   */
  constructor(seat, roster, conversations, language) {
    this.#seat = seat;
    this.#roster = roster;
    this.#conversations = conversations;
    this.#language = language;
    this.#empty = new LogEmpty(seat, language);
    this.#hint.addEventListener('click', () => {
      this.#toEnd();
      this.#view.focus();
    });
    this.#view.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.#follow()).observe(this.#view);
  }

  show() {
    const conversation = this.#conversations.current;
    if (conversation !== this.#shown) this.#switchTo(conversation);
    else this.#update(conversation);
    this.#showHint();
  }

  /** Shows where that entry is, and marks it for a moment. @param {string} key */
  goTo(key) {
    const item = this.#bring(key);
    if (!item) return;
    item.scrollIntoView({ block: 'center' });
    item.toggleAttribute('data-found', true);
    setTimeout(() => item.removeAttribute('data-found'), MARKED_MS);
    this.#scrolled();
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
    this.#hasComposed(conversation);
    this.#window.toEnd();
    this.#render(conversation);
    if (!place || !this.#toPlace(place)) this.#follow(); // what is below that place was not seen
    setTimeout(() => this.#view.removeAttribute('aria-live'), 500);
  }

  /** @param {Conversation} conversation */
  #update(conversation) {
    const composed = this.#hasComposed(conversation);
    if (composed || this.#following) {
      this.#window.toEnd();
      this.#render(conversation);
      if (composed) this.#toEnd();
      else this.#follow();
    } else this.#keepingPlace(() => this.#render(conversation));
  }

  /** Back to where the agent was reading. @param {import('./conversation.js').Place} place @returns {boolean} false: that is gone */
  #toPlace({ key, offset }) {
    const item = this.#bring(key);
    if (!item) return false;
    this.#view.scrollTop += item.getBoundingClientRect().top - this.#view.getBoundingClientRect().top + offset;
    this.#scrolled();
    return true;
  }

  /** Puts an entry on the page. @param {string} key @returns {HTMLElement | undefined} */
  #bring(key) {
    if (!this.#itemOf(key)) {
      this.#window.toRow(this.#rows, key);
      this.#showRows();
    }
    return this.#itemOf(key);
  }

  /** @param {string} key @returns {HTMLElement | undefined} */
  #itemOf(key) {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]).find((one) => one.dataset.key === key);
  }

  /** @returns {HTMLElement | undefined} the topmost entry in view */
  #topmost() {
    const top = this.#view.getBoundingClientRect().top;
    const items = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    let [from, to] = [0, items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (items[middle].getBoundingClientRect().bottom > top) to = middle;
      else from = middle + 1;
    }
    return items[from];
  }

  /**
   * Whether something was written here since the last look.
   *
   * @param {Conversation} conversation
   */
  #hasComposed({ outbox }) {
    const last = outbox.at(-1)?.key;
    const composed = last !== undefined && last !== this.#lastComposed;
    this.#lastComposed = last ?? '';
    return composed;
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
    this.#rows = rowsOf(conversation, this.#language);
    this.#showRows();
    this.#empty.show(conversation);
  }

  #showRows() {
    const online = this.#seat.state.name === 'online';
    showKeyed(this.#list, this.#window.of(this.#rows), {
      key: (row) => row.key,
      create: (row) => this.#create(row),
      update: (item, row) => this.#updateRow(item, row, online),
    });
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
   * @param {boolean} online
   */
  #updateRow(item, row, online) {
    if (row.kind === 'push') return;
    if (row.kind !== 'message') return setText(item.firstElementChild, row.text);
    const { from: id, name } = row.message;
    const hasNamesake = this.#roster.hasNamesakeOf({ id, name });
    updateMessageItem(item, row.message, this.#language, { online, continued: row.continued, hasNamesake });
  }

  /** While nobody looks, the log stops where the unread messages begin: they are read from there. */
  #follow() {
    this.#toEnd();
    const divider = this.#shown?.unread ? this.#rows.find(({ kind }) => kind === 'unread') : null;
    const item = divider && this.#bring(divider.key);
    if (!item || item.getBoundingClientRect().top >= this.#view.getBoundingClientRect().top) return;
    item.scrollIntoView();
    this.#scrolled();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    if (!this.#shown || clientHeight === 0) return;
    const below = scrollHeight - scrollTop - clientHeight;
    this.#following = below < NEAR && this.#window.hasEnd(this.#rows);
    if (this.#following) this.#window.toEnd();
    else {
      this.#window.stay(this.#rows);
      const moved = (scrollTop < AHEAD && this.#window.earlier(this.#rows)) || (below < AHEAD && this.#window.later(this.#rows));
      if (moved) this.#keepingPlace(() => this.#showRows());
    }
    const item = this.#following ? undefined : this.#topmost();
    const { top } = this.#view.getBoundingClientRect();
    this.#shown.place = item ? { key: item.dataset.key ?? '', offset: top - item.getBoundingClientRect().top } : null;
    this.#showHint();
  }

  #toEnd() {
    if (!this.#window.hasEnd(this.#rows)) {
      this.#window.toEnd();
      this.#showRows();
    }
    this.#view.scrollTop = this.#view.scrollHeight;
    this.#following = true;
    if (this.#shown) this.#shown.place = null;
    this.#showHint();
  }

  /** What is below, for whoever is reading further up; and to the conversations, whether the end is in view. */
  #showHint() {
    const conversation = this.#shown;
    if (!conversation || conversation !== this.#conversations.current) return;
    if (this.#view.clientHeight > 0) this.#conversations.reach(this.#following);
    this.#hint.hidden = this.#following;
    const { unread } = conversation;
    const words = unread === 0 ? 'log.end' : unread === 1 ? 'log.new.one' : 'log.new';
    setText(this.#hint.firstElementChild, this.#language.say(words, { count: unread }));
    this.#hint.toggleAttribute('data-unread', unread > 0);
  }
}
