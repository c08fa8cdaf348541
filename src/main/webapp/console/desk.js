// @ts-check
import { Alerts } from './alerts.js';
import { Composer } from './composer.js';
import { ConnectionBar } from './connection-bar.js';
import { Details } from './details.js';
import { byId } from './element.js';
import { Head } from './head.js';
import { Help } from './help.js';
import { MessageLog } from './message-log.js';
import { Painter } from './painter.js';
import { Roster } from './roster.js';
import { actionOf } from './shortcuts.js';
import { Side } from './side.js';
import { StatusMenu } from './status-menu.js';
import { Trail } from './trail.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./notes.js').Notes} Notes */
/** @typedef {import('./preferences.js').Preferences} Preferences */
/** @typedef {import('./seat.js').Seat} Seat */

/** What an agent sees who is logged in. On a phone it is two panes, the list and the talk, one at a time. */
export class Desk {
  #view = byId('desk', HTMLElement);
  #details = byId('details', HTMLElement);
  #talk = byId('talk', HTMLElement);
  #conversations;
  #painter = new Painter();
  #trail = new Trail((depth) => this.#went(depth));
  #composer;
  #alerts;
  #side;
  #log;
  #help;
  /** The conversation that is on the screen. @type {Conversation | null} */
  #shown = null;
  /** What had the focus last. @type {Element | null} */
  #focused = null;

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {object} kept
   * @param {Notes} kept.notes
   * @param {Preferences} kept.preferences
   */
  constructor(seat, conversations, language, { notes, preferences }) {
    const open = (/** @type {Conversation} */ conversation, /** @type {string} */ entry = '') => this.open(conversation, entry);
    const roster = new Roster(seat, language.compare);
    this.#conversations = conversations;
    this.#composer = new Composer(seat, conversations, language, this.#painter.now);
    this.#alerts = new Alerts(seat, conversations, language, preferences, open);
    this.#side = new Side(seat, roster, conversations, language, { open, changed: this.#painter.soon });
    this.#log = new MessageLog(seat, roster, conversations, language);
    this.#help = new Help(language);
    const parts = [
      new ConnectionBar(seat, language),
      new Head(seat, roster, conversations, language),
      new StatusMenu(seat, language),
      this.#side,
      this.#composer,
      this.#log,
      new Details(seat, roster, conversations, language, notes, open),
      this.#alerts,
    ];
    for (const part of parts) this.add(() => part.show());
    this.add(() => this.#keepFocus());
    this.add(() => this.#trail.at(this.#depth));

    conversations.addEventListener('change', () => this.#changed());
    for (const type of ['presence', 'status', 'state']) seat.addEventListener(type, this.#painter.soon);
    this.#listen();
  }

  #listen() {
    byId('back', HTMLButtonElement).addEventListener('click', () => this.#toList());
    byId('details-toggle', HTMLButtonElement).addEventListener('click', () => this.#toggleDetails());
    byId('details-close', HTMLButtonElement).addEventListener('click', () => this.#toggleDetails());
    byId('retry', HTMLButtonElement).addEventListener('click', () => this.focus());
    byId('show-help', HTMLButtonElement).addEventListener('click', () => this.#help.open());
    document.addEventListener('keydown', (event) => this.#pressed(event));
    document.addEventListener('focusin', ({ target }) => (this.#focused = /** @type {Element} */ (target)));
    document.addEventListener('visibilitychange', () => this.#attend());
    for (const type of ['resize', 'focus', 'blur']) window.addEventListener(type, () => this.#attend());
    window.addEventListener('resize', this.#painter.soon);
    for (const dialog of document.querySelectorAll('dialog')) new MutationObserver(this.#painter.soon).observe(dialog, { attributeFilter: ['open'] });
  }

  /** @param {() => void} part is shown with every frame in which something has changed */
  add(part) {
    this.#painter.add(() => this.shown && part());
  }

  get shown() {
    return !this.#view.hidden;
  }

  show() {
    this.#view.hidden = false;
    if (this.#isPhone && !this.#trail.depth) this.#toList();
    else this.#toTalk();
  }

  hide() {
    this.#view.hidden = true;
    delete this.#view.dataset.details;
    this.#alerts.hide();
    this.#side.hide();
    this.#trail.at(0);
  }

  /**
   * @param {Conversation} conversation
   * @param {string} [entry] what is to be seen of it
   */
  open(conversation, entry = '') {
    this.#conversations.open(conversation);
    if (!this.#isWide) delete this.#view.dataset.details;
    this.#toTalk();
    if (entry) this.#log.goTo(entry);
  }

  /** Where the agent goes on: the field; on a touch screen it would raise the keyboard over what is to be read. */
  focus() {
    if (this.#view.dataset.pane === 'list' && !this.#isTalkShown) this.#side.focusCurrent();
    else if (matchMedia('(pointer: coarse)').matches || !this.#composer.isThere) byId('talk-title', HTMLElement).focus();
    else this.#composer.focus();
  }

  /** A text that is typed next belongs to the conversation that was chosen last: it is shown at once. */
  #changed() {
    if (this.#conversations.current === this.#shown) this.#painter.soon();
    else if (this.shown) this.#paint();
  }

  #paint() {
    this.#shown = this.#conversations.current;
    this.#painter.now();
  }

  #toTalk() {
    this.#view.dataset.pane = 'talk';
    this.#attend();
    this.#paint();
    this.focus();
  }

  #toList() {
    this.#view.dataset.pane = 'list';
    this.#attend();
    this.#paint();
    this.#side.focusCurrent();
  }

  /** How many things lie over what the agent sees at last: the talk over the list, the details over the talk, a dialog over all. */
  get #depth() {
    const [talk, dialog] = [this.#isPhone && this.#view.dataset.pane === 'talk', document.querySelector('dialog[open]')];
    return this.shown ? [talk, this.#hasDetailsOver, dialog].filter(Boolean).length : 0;
  }

  /** The browser's Back key takes away what lies over the others; Forward leads to the talk again. @param {number} depth */
  #went(depth) {
    while (this.#depth > depth) {
      const dialog = document.querySelector('dialog[open]');
      if (dialog) /** @type {HTMLDialogElement} */ (dialog).close();
      else if (this.#hasDetailsOver) delete this.#view.dataset.details;
      else this.#view.dataset.pane = 'list';
    }
    if (!this.shown) this.#trail.at(0);
    else if (this.#depth < depth && this.#isPhone) this.#toTalk();
    else if (this.#isPhone && this.#view.dataset.pane === 'list') this.#toList();
    else this.focus();
    this.#painter.soon();
  }

  get #isTalkShown() {
    return this.#talk.checkVisibility?.() ?? true;
  }

  get #isPhone() {
    return matchMedia('(max-width: 719px)').matches;
  }

  get #hasDetailsOver() {
    return !this.#isWide && this.#view.dataset.details === 'open';
  }

  get #isWide() {
    return matchMedia('(min-width: 1200px)').matches;
  }

  #toggleDetails() {
    const shown = this.#details.checkVisibility?.() ?? false;
    if (!shown) this.#view.dataset.details = 'open';
    else if (this.#isWide) this.#view.dataset.details = 'closed';
    else delete this.#view.dataset.details; // where there is room for it later, it is there
    this.#paint();
    if (shown) this.focus();
    else if (!this.#isWide) byId('details-close', HTMLElement).focus();
  }

  #attend() {
    this.#conversations.attend(!document.hidden && document.hasFocus() && this.#isTalkShown);
  }

  /** What had the focus may have gone with what was done. The agent goes on with the keys all the same. */
  #keepFocus() {
    if (document.activeElement !== document.body || document.querySelector('dialog[open]')) return;
    const last = this.#focused;
    if (last && last !== document.body && !(last.isConnected && (last.checkVisibility?.() ?? true))) this.focus();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (!this.shown || document.querySelector('dialog[open]')) return;
    const target = /** @type {Element} */ (event.target);
    if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) return this.#escape();
    const action = actionOf(event, target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement);
    if (!action) return;
    event.preventDefault();
    const actions = {
      search: () => this.#search(),
      previous: () => this.#side.step(-1),
      next: () => this.#side.step(1),
      unread: () => this.#side.nextUnread(),
      help: () => this.#help.open(),
      details: () => this.#toggleDetails(),
    };
    actions[action]();
  }

  #search() {
    if (!this.#side.isThere) this.#toList();
    this.#side.focusSearch();
  }

  #escape() {
    if (this.#hasDetailsOver) this.#toggleDetails();
    else this.focus();
  }
}
