// @ts-check
import { avatar, showAvatar, showFigure, showPresence } from './avatar.js';
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';
import { plain, shownName } from './names.js';
import { MOST_CHARS } from './notes.js';
import { statusWords } from './status-words.js';

/** @typedef {import('../sdk/kefu.js').Agent} Agent */
/** @typedef {import('./cards.js').Card} Card */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./notes.js').Notes} Notes */
/** @typedef {import('./roster.js').Roster} Roster */
/** @typedef {import('./seat.js').Seat} Seat */

/** Of those who are online no more are listed here. */
const MOST_MEMBERS = 100;

/** Beside the talk: who this is, what the backend wants to show, and what the agent notes. */
export class Details {
  #view = byId('details', HTMLElement);
  #toggle = byId('details-toggle', HTMLElement);
  #disc = byId('details-avatar', HTMLElement);
  #name = byId('details-name', HTMLElement);
  #facts = byId('details-facts', HTMLElement);
  #card = byId('card', HTMLElement);
  #members = byId('members', HTMLElement);
  #memberList = byId('online-list', HTMLElement);
  #note = byId('note', HTMLTextAreaElement);
  #close = byId('close-conversation', HTMLButtonElement);
  #seat;
  #roster;
  #conversations;
  #language;
  #notes;
  #open;
  /** @type {Conversation | null} */
  #shown = null;
  /** @type {Card | null} */
  #shownCard = null;

  /**
   * @param {Seat} seat
   * @param {Roster} roster
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {Notes} notes
   * @param {(conversation: Conversation) => void} open the agent wants to see that conversation
   */
  constructor(seat, roster, conversations, language, notes, open) {
    this.#seat = seat;
    this.#roster = roster;
    this.#conversations = conversations;
    this.#language = language;
    this.#notes = notes;
    this.#open = open;
    this.#note.maxLength = MOST_CHARS;
    this.#note.addEventListener('input', () => {
      if (this.#shown) notes.write(this.#shown.key, this.#note.value);
    });
    this.#close.addEventListener('click', () => conversations.close(conversations.current));
  }

  show() {
    const conversation = this.#conversations.current;
    const { key, peer } = conversation;
    this.#shown = conversation;
    this.#view.toggleAttribute('data-stale', this.#roster.known !== 'now');
    const note = this.#notes.of(key);
    if (this.#note.value.trim() !== note.trim()) this.#note.value = note;
    this.#showWho(conversation);
    this.#showCard(this.#conversations.cards.of(peer));
    this.#members.hidden = key !== 'room';
    if (key === 'room') this.#showMembers();
    this.#close.hidden = !this.#conversations.canClose(conversation);
    this.#toggle.setAttribute('aria-expanded', String(this.#view.checkVisibility?.() ?? true));
  }

  /** @param {Conversation} conversation */
  #showWho({ key, peer, name }) {
    const { bid = '' } = this.#seat.identity ?? {};
    const agent = peer === null ? undefined : this.#seat.agent(peer);
    const title = peer === null ? this.#language.say(key === 'events' ? 'events' : 'room') : shownName(peer, agent?.name ?? name);
    const status = agent?.status ?? 'offline';
    showFigure(this.#disc, { key, peer, title, status });
    setText(this.#name, title);
    /** @type {[string, string][]} */
    const facts = peer === null ? [] : [[this.#language.say('details.id'), plain(peer)]];
    if (peer !== null) facts.push([this.#language.say('details.state'), statusWords(status, this.#roster.known, this.#language)]);
    facts.push([this.#language.say('details.group'), plain(bid)]);
    showFields(this.#facts, facts);
  }

  /** @param {Card | null} card */
  #showCard(card) {
    if (card === this.#shownCard) return;
    this.#shownCard = card;
    this.#card.hidden = card === null;
    setText(byId('card-title', HTMLElement), card?.title || this.#language.say('details.card'));
    showFields(byId('card-fields', HTMLElement), card?.fields ?? []);
  }

  #showMembers() {
    const { agents } = this.#roster;
    const { identity, canSay } = this.#seat;
    const own = (/** @type {Agent} */ { id }) => id === identity?.id;
    const sorted = [...agents.filter(own), ...agents.filter((agent) => !own(agent))];
    setText(byId('members-title', HTMLElement), this.#language.say('details.members', { count: agents.length }));
    showKeyed(this.#memberList, sorted.slice(0, MOST_MEMBERS), {
      key: ({ id }) => id,
      create: (agent) => this.#member(agent, own(agent)),
      update: (item, { id, name, status }) => {
        const entry = /** @type {HTMLElement} */ (item.firstElementChild);
        const [disc, label, word] = entry.children;
        showAvatar(disc, id, shownName(id, name));
        showPresence(disc, status);
        setText(label, shownName(id, name));
        setText(word, status === 'online' ? '' : this.#language.say(`status.${status}`));
        if (entry instanceof HTMLButtonElement) entry.disabled = canSay === false;
      },
    });
    const rest = agents.length - MOST_MEMBERS;
    setText(byId('members-more', HTMLElement), rest > 0 ? this.#language.say('side.more', { count: rest }) : '');
  }

  /** @param {Agent} agent @param {boolean} isSelf */
  #member({ id }, isSelf) {
    const parts = [avatar(), element('bdi', { class: 'entry-name' }), element('span', { class: 'member-status' }), element('span', { class: 'entry-id' })];
    setText(parts[3], isSelf ? this.#language.say('side.self') : plain(id));
    const entry = isSelf ? element('div', { class: 'member' }, ...parts) : element('button', { type: 'button', class: 'member' }, ...parts);
    if (!isSelf) entry.addEventListener('click', () => this.#open(this.#conversations.with(id)));
    return element('li', { 'data-customer-id': id, 'data-online': true }, entry);
  }
}

/** @param {HTMLElement} list @param {[string, string][]} fields */
function showFields(list, fields) {
  const look = JSON.stringify(fields);
  if (list.dataset.look === look) return;
  list.dataset.look = look;
  list.replaceChildren(...fields.flatMap(([name, value]) => [element('dt', {}, element('bdi', {}, name)), element('dd', {}, element('bdi', {}, value))]));
}
