// @ts-check
import { avatar, showAvatar } from './avatar.js';
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';

/** @typedef {import('../sdk/kefu.js').Agent} Agent */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./seat.js').Seat} Seat */

/** With fewer agents than this one looks instead of searching. */
const WORTH_FILTERING = 10;

/** The list of conversations and the list of who is online. */
export class Side {
  #view = byId('side', HTMLElement);
  #conversationList = byId('conversation-list', HTMLElement);
  #onlineList = byId('online-list', HTMLElement);
  #filter = byId('online-filter', HTMLInputElement);
  #nobody = byId('online-nobody', HTMLElement);
  #seat;
  #conversations;
  #language;
  #open;

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {(conversation: Conversation) => void} open the agent wants to see that conversation
   */
  constructor(seat, conversations, language, open) {
    this.#seat = seat;
    this.#conversations = conversations;
    this.#language = language;
    this.#open = open;
    this.#filter.addEventListener('input', () => this.#showOnline());
    this.#view.addEventListener('keydown', (event) => this.#move(event));
    seat.addEventListener('presence', () => this.show());
    seat.addEventListener('state', () => this.show());
    conversations.addEventListener('change', () => this.#showConversations());
  }

  show() {
    this.#showConversations();
    this.#showOnline();
  }

  #showConversations() {
    const { shown, current } = this.#conversations;
    showKeyed(this.#conversationList, shown, {
      key: (conversation) => conversation.key,
      create: (conversation) => this.#conversationItem(conversation),
      update: (item, conversation) => this.#updateConversation(item, conversation, conversation === current),
    });
  }

  /** @param {Conversation} conversation */
  #conversationItem({ key }) {
    const name = element('span', { class: 'entry-name' });
    const failed = element('span', { class: 'badge badge-failed', 'data-testid': 'failed' });
    const badge = element('span', { class: 'badge', 'data-testid': 'unread' });
    const parts = [avatar(), name, failed, badge];
    const button = element('button', { type: 'button', class: 'entry', 'data-conversation': key }, ...parts);
    button.addEventListener('click', () => {
      const chosen = this.#conversations.shown.find((conversation) => conversation.key === key);
      if (chosen) this.#open(chosen);
    });
    return element('li', {}, button);
  }

  /**
   * @param {HTMLElement} item
   * @param {Conversation} conversation
   * @param {boolean} current
   */
  #updateConversation(item, { key, peer, name, unread, failed: { length: failures } }, current) {
    const button = /** @type {HTMLElement} */ (item.firstElementChild);
    const [disc, label, failed, badge] = button.children;
    const shown = peer === null ? this.#language.say(key === 'events' ? 'events' : 'room') : (this.#seat.agent(peer)?.name ?? name);
    if (peer === null) setText(disc, key === 'events' ? '≡' : '#');
    else showAvatar(disc, peer, shown);
    setText(label, shown);
    setText(failed, failures ? '!' : '');
    if (failures) failed.setAttribute('aria-label', this.#language.say('side.failed', { count: failures }));
    setText(badge, unread === 0 ? '' : unread > 99 ? '99+' : String(unread));
    if (unread) badge.setAttribute('aria-label', this.#language.say('side.unread', { count: unread }));
    button.toggleAttribute('data-away', peer !== null && !this.#seat.agent(peer));
    if (current) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }

  #showOnline() {
    const { agents, state } = this.#seat;
    const wanted = this.#filter.value.trim().toLowerCase();
    const shown = agents.filter(({ id, name }) => `${name}\n${id}`.toLowerCase().includes(wanted));
    shown.sort((a, b) => Number(this.#isSelf(b)) - Number(this.#isSelf(a)) || this.#language.compare(a.name, b.name));
    showKeyed(this.#onlineList, shown, {
      key: ({ id }) => id,
      create: (agent) => this.#agentItem(agent),
      update: (item, agent) => this.#updateAgent(item, agent),
    });
    setText(byId('online-count', HTMLElement), String(agents.length));
    this.#filter.hidden = agents.length < WORTH_FILTERING && !this.#filter.value;
    this.#nobody.hidden = shown.length > 0 || !wanted;
    this.#onlineList.toggleAttribute('data-stale', state.name !== 'online');
  }

  /** @param {Agent} agent */
  #agentItem(agent) {
    const name = element('span', { class: 'entry-name' });
    const id = element('span', { class: 'entry-id' });
    const self = this.#isSelf(agent);
    const entry = self ? element('div', { class: 'entry' }) : element('button', { type: 'button', class: 'entry' });
    if (!self) entry.addEventListener('click', () => this.#open(this.#conversations.with(agent.id)));
    entry.append(avatar(), name, id);
    return element('li', { 'data-customer-id': agent.id }, entry);
  }

  /**
   * @param {HTMLElement} item
   * @param {Agent} agent
   */
  #updateAgent(item, agent) {
    const entry = /** @type {HTMLElement} */ (item.firstElementChild);
    const [disc, name, id] = entry.children;
    showAvatar(disc, agent.id, agent.name);
    setText(name, agent.name);
    setText(id, this.#isSelf(agent) ? this.#language.say('side.self') : agent.id);
    if (entry instanceof HTMLButtonElement) entry.disabled = this.#seat.canSay === false;
    if (!this.#isSelf(agent)) entry.title = this.#language.say('private.with', { name: agent.name });
  }

  /** @param {Agent} agent */
  #isSelf(agent) {
    return agent.id === this.#seat.identity?.id;
  }

  /**
   * Up and down go from entry to entry.
   *
   * @param {KeyboardEvent} event
   */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    const entries = [...this.#view.querySelectorAll('button')];
    const at = entries.findIndex((button) => button === document.activeElement);
    const next = at < 0 ? entries[0] : entries[at + step];
    next?.focus();
    event.preventDefault();
  }
}
