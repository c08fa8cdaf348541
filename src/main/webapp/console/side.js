// @ts-check
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';
import { isShared, ownersOf } from './names.js';
import { sideRow, updateSideRow } from './side-row.js';
import { heldOrder, MOST_OTHERS, OTHERS, sideRows } from './side-rows.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./roster.js').Roster} Roster */
/** @typedef {import('./seat.js').Seat} Seat */
/** @typedef {import('./side-rows.js').Row} Row */

/** A pointer that rests so long (ms) is about to click nothing. */
const RESTS_AFTER_MS = 10_000;

/** The list of conversations and of whoever else is online, and the search over them. */
export class Side {
  #view = byId('side', HTMLElement);
  #list = byId('conversation-list', HTMLElement);
  #search = byId('search', HTMLInputElement);
  #note = byId('side-note', HTMLElement);
  #more = byId('side-more', HTMLElement);
  #seat;
  #roster;
  #conversations;
  #language;
  #open;
  #changed;
  /** @type {Row[]} what is on the screen */
  #rows = [];
  /** Whether the pointer is about to choose a row. */
  #held = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;

  /**
   * @param {Seat} seat
   * @param {Roster} roster
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {object} actions
   * @param {(conversation: Conversation, entry?: string) => void} actions.open the agent wants to see that conversation, and in it that entry
   * @param {() => void} actions.changed the list is to be shown again
   */
  constructor(seat, roster, conversations, language, { open, changed }) {
    this.#seat = seat;
    this.#roster = roster;
    this.#conversations = conversations;
    this.#language = language;
    this.#open = open;
    this.#changed = changed;
    this.#search.addEventListener('input', changed);
    this.#search.addEventListener('keydown', (event) => this.#searchKey(event));
    this.#view.addEventListener('keydown', (event) => this.#move(event));
    this.#list.addEventListener('pointermove', () => this.#hold(), { passive: true });
    this.#list.addEventListener('pointerleave', () => this.#release());
  }

  show() {
    const { agents, known } = this.#roster;
    const { identity, canSay } = this.#seat;
    const { shown, current } = this.#conversations;
    const self = identity?.id ?? '';
    const wanted = this.#search.value;
    const { rows, others } = sideRows({ conversations: shown, agents, self, wanted });
    this.#rows = this.#held ? heldOrder(rows, this.#rows.map(({ key }) => key)) : rows;
    const owners = ownersOf(rows.flatMap(({ peer, name }) => (peer === null ? [] : [{ id: peer, name }])));
    const hasNamesake = (/** @type {{ id: string, name: string }} */ agent) => isShared(owners, agent) || this.#roster.hasNamesakeOf(agent);
    const now = Date.now();
    showKeyed(this.#list, this.#rows, {
      key: ({ key }) => key,
      create: (row) => this.#create(row),
      update: (item, row) => {
        if (row.key === OTHERS) return setText(item, this.#language.say('side.others', { count: others }));
        const { conversation } = row;
        const closable = conversation !== null && this.#conversations.canClose(conversation);
        updateSideRow(item, row, this.#language, {
          current: conversation === current,
          closable,
          canSay: canSay !== false,
          hasNamesake: row.peer !== null && hasNamesake({ id: row.peer, name: row.name }),
          known,
          now,
        });
      },
    });
    this.#list.toggleAttribute('data-stale', known !== 'now');
    const alone = !wanted && agents.length === 1 && shown.every(({ peer }) => peer === null);
    setText(this.#note, rows.length === 0 ? this.#language.say('side.nobody') : alone ? this.#language.say('side.alone') : '');
    const rest = others - MOST_OTHERS;
    setText(this.#more, rest > 0 ? this.#language.say('side.more', { count: rest }) : '');
  }

  /** The next agent searches for something else. */
  hide() {
    this.#search.value = '';
  }

  /** @param {-1 | 1} step to the conversation above or below the current one */
  step(step) {
    const rows = this.#rows.filter(({ conversation }) => conversation);
    const at = rows.findIndex(({ conversation }) => conversation === this.#conversations.current);
    const next = rows[at + step]?.conversation;
    if (next) this.#open(next);
  }

  /** To the next conversation in which something is unread. */
  nextUnread() {
    const rows = this.#rows.filter(({ conversation }) => conversation);
    const at = rows.findIndex(({ conversation }) => conversation === this.#conversations.current);
    const next = [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find(({ conversation }) => conversation?.unread);
    if (next?.conversation) this.#open(next.conversation);
  }

  get isThere() {
    return this.#view.checkVisibility?.() ?? true;
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  /** The current conversation, for whoever comes to the list. */
  focusCurrent() {
    const entry = this.#list.querySelector('[aria-current]') ?? this.#list.querySelector('.entry');
    /** @type {HTMLElement | null} */ (entry)?.focus();
  }

  /** @param {Row} row */
  #create(row) {
    if (row.key === OTHERS) return element('li', { class: 'side-heading' });
    return sideRow(row, this.#language, {
      open: () => this.#choose(row.key),
      close: () => this.#close(row.key),
    });
  }

  /** @param {string} key */
  #choose(key) {
    const row = this.#rows.find((one) => one.key === key);
    const conversation = row?.conversation ?? (row?.peer ? this.#conversations.with(row.peer) : null);
    if (conversation) this.#open(conversation, row?.hit?.entry);
  }

  /** @param {string} key */
  #close(key) {
    const conversation = this.#rows.find((row) => row.key === key)?.conversation;
    if (conversation) this.#conversations.close(conversation);
  }

  #hold() {
    this.#held = true;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#release(), RESTS_AFTER_MS);
  }

  #release() {
    clearTimeout(this.#resting);
    if (!this.#held) return;
    this.#held = false;
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #searchKey(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.#search.value) {
      this.#search.value = '';
      this.#changed();
      event.stopPropagation();
    } else if (event.key === 'Enter') {
      event.preventDefault(); // the field that has the focus next would take it for a new line
      const first = this.#rows.find(({ key }) => key !== OTHERS);
      if (first) this.#choose(first.key);
    }
  }

  /**
   * Up and down go from entry to entry; Delete puts a conversation away.
   *
   * @param {KeyboardEvent} event
   */
  #move(event) {
    if (event.isComposing || event.altKey) return;
    const entries = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.entry:enabled')]);
    const at = entries.findIndex((button) => button === document.activeElement);
    const item = entries[at]?.closest('li');
    if (event.key === 'Delete' && item) return this.#close(item.dataset.key ?? '');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    if (at === 0 && step < 0) this.#search.focus();
    else (at < 0 ? entries[0] : entries[at + step])?.focus();
    event.preventDefault();
  }
}
