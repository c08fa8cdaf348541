// @ts-check
import { avatar, showAvatar } from './avatar.js';
import { byId, element, setText } from './element.js';
import { showKeyed } from './keyed-list.js';

/** @typedef {import('../sdk/chat-client.js').Agent} Agent */
/** @typedef {import('../sdk/chat-client.js').ChatClient} ChatClient */
/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */

/** With fewer agents than this one looks instead of searching. */
const WORTH_FILTERING = 10;

/** The list of conversations and the list of who is online. */
export class Side {
  #view = byId('side', HTMLElement);
  #conversationList = byId('conversation-list', HTMLElement);
  #onlineList = byId('online-list', HTMLElement);
  #filter = byId('online-filter', HTMLInputElement);
  #nobody = byId('online-nobody', HTMLElement);
  #client;
  #conversations;
  #language;
  #open;

  /**
   * @param {ChatClient} client
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {(peer: string | null) => void} open the agent wants to see that conversation
   */
  constructor(client, conversations, language, open) {
    this.#client = client;
    this.#conversations = conversations;
    this.#language = language;
    this.#open = open;
    this.#filter.addEventListener('input', () => this.#showOnline());
    this.#view.addEventListener('keydown', (event) => this.#move(event));
    client.addEventListener('presence', () => this.show());
    client.addEventListener('state', () => this.show());
    conversations.addEventListener('change', () => this.#showConversations());
  }

  show() {
    this.#showConversations();
    this.#showOnline();
  }

  #showConversations() {
    const { room, private: others, current } = this.#conversations;
    showKeyed(this.#conversationList, [room, ...others], {
      key: (conversation) => conversation.key,
      create: (conversation) => this.#conversationItem(conversation),
      update: (item, conversation) => this.#updateConversation(item, conversation, conversation === current),
    });
  }

  /** @param {Conversation} conversation */
  #conversationItem({ key, peer }) {
    const name = element('span', { class: 'entry-name' });
    const badge = element('span', { class: 'badge', 'data-testid': 'unread' });
    const button = element('button', { type: 'button', class: 'entry', 'data-conversation': key }, avatar(), name, badge);
    button.addEventListener('click', () => this.#open(peer));
    return element('li', {}, button);
  }

  /**
   * @param {HTMLElement} item
   * @param {Conversation} conversation
   * @param {boolean} current
   */
  #updateConversation(item, { peer, name, unread }, current) {
    const button = /** @type {HTMLElement} */ (item.firstElementChild);
    const [disc, label, badge] = button.children;
    const shown = peer === null ? this.#language.say('room') : (this.#client.agent(peer)?.name ?? name);
    if (peer === null) setText(disc, '#');
    else showAvatar(disc, peer, shown);
    setText(label, shown);
    setText(badge, unread === 0 ? '' : unread > 99 ? '99+' : String(unread));
    if (unread) badge.setAttribute('aria-label', this.#language.say('side.unread', { count: unread }));
    button.toggleAttribute('data-away', peer !== null && !this.#client.agent(peer));
    if (current) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }

  #showOnline() {
    const { agents, state } = this.#client;
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
    this.#onlineList.toggleAttribute('data-stale', state !== 'online');
  }

  /** @param {Agent} agent */
  #agentItem(agent) {
    const name = element('span', { class: 'entry-name' });
    const id = element('span', { class: 'entry-id' });
    const self = this.#isSelf(agent);
    const entry = self ? element('div', { class: 'entry' }) : element('button', { type: 'button', class: 'entry' });
    if (!self) entry.addEventListener('click', () => this.#open(agent.id));
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
    if (!this.#isSelf(agent)) entry.title = this.#language.say('private.with', { name: agent.name });
  }

  /** @param {Agent} agent */
  #isSelf(agent) {
    return agent.id === this.#client.identity?.id;
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
