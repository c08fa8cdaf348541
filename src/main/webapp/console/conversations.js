// @ts-check
import { CallError } from '../sdk/chat-client.js';
import { Conversation } from './conversation.js';

/** @typedef {import('../sdk/chat-client.js').ChatClient} ChatClient */
/** @typedef {import('../sdk/chat-client.js').Saying} Saying */
/** @typedef {import('./conversation.js').Message} Message */

/** Beyond this the private conversation that rested longest goes. */
const MOST_PRIVATE = 200;

/** The room and the private conversations of one agent, and which of them is looked at. Tells `change`. */
export class Conversations extends EventTarget {
  room = new Conversation(null);
  current = this.room;
  /** @type {Map<string, Conversation>} by the other agent's id */
  #private = new Map();
  #client;
  #now;
  #attentive = true;
  #heardBefore = 0;

  /**
   * @param {ChatClient} client
   * @param {() => number} now
   */
  constructor(client, now = Date.now) {
    super();
    this.#client = client;
    this.#now = now;
    client.addEventListener('say', (event) => this.#hear(/** @type {any} */ (event).detail));
    client.addEventListener('state', () => this.#stateChanged());
    client.addEventListener('missed', () => this.#missed());
  }

  /** The private conversations, the most recent first. */
  get private() {
    return [...this.#private.values()].sort((a, b) => b.lastActive - a.lastActive);
  }

  get unread() {
    return [this.room, ...this.#private.values()].reduce((sum, { unread }) => sum + unread, 0);
  }

  get unsent() {
    return [this.room, ...this.#private.values()].some(({ outbox }) => outbox.length > 0);
  }

  /**
   * Whether the agent has the current conversation before the eyes.
   *
   * @param {boolean} attentive
   */
  attend(attentive) {
    if (attentive === this.#attentive) return;
    this.#attentive = attentive;
    this.#read();
  }

  /** @param {string | null} peer null: the room */
  open(peer) {
    if (this.current.unread === 0) this.current.firstUnread = null;
    this.current = peer === null ? this.room : this.#with(peer);
    this.#read();
  }

  /** @param {string} content */
  send(content) {
    const conversation = this.current;
    const self = /** @type {{ id: string, name: string }} */ (this.#client.identity);
    this.#deliver(conversation, conversation.compose(self, content, this.#now()));
  }

  /** @param {Message} message a failed one of the current conversation; it goes to the end */
  resend(message) {
    this.current.discard(message);
    this.send(message.content);
  }

  /** @param {Message} message */
  discard(message) {
    this.current.discard(message);
    this.#changed();
  }

  /** Forgets everything: another agent sits down. */
  clear() {
    this.room = new Conversation(null);
    this.current = this.room;
    this.#private.clear();
    this.#heardBefore = 0;
    this.#changed();
  }

  /**
   * @param {Conversation} conversation
   * @param {Message} message
   */
  async #deliver(conversation, message) {
    const { peer } = conversation;
    conversation.lastActive = this.#now();
    this.#changed();
    try {
      await (peer === null ? this.#client.sayToRoom(message.content) : this.#client.sayTo(peer, message.content));
      conversation.confirm(message);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      conversation.fail(message, error.code);
    }
    this.#changed();
  }

  /** @param {Saying} saying */
  #hear(saying) {
    const own = saying.from === this.#client.identity?.id;
    const conversation = this.#placeOf(saying, own);
    const news = conversation.hear(saying, own);
    conversation.lastActive = this.#now();
    if (news && !(this.#attentive && conversation === this.current)) {
      if (conversation.unread === 0) conversation.firstUnread = conversation.heard.at(-1)?.key ?? null;
      conversation.unread += 1;
    }
    this.#changed();
  }

  /**
   * @param {Saying} saying
   * @param {boolean} own
   */
  #placeOf({ from, name, to }, own) {
    if (to === null) return this.room;
    if (own) return this.#with(to);
    const conversation = this.#with(from);
    conversation.name = name;
    return conversation;
  }

  /** @param {string} peer */
  #with(peer) {
    let conversation = this.#private.get(peer);
    if (!conversation) {
      conversation = new Conversation(peer, this.#client.agent(peer)?.name ?? peer);
      conversation.lastActive = this.#now();
      this.#makeRoom();
      this.#private.set(peer, conversation);
    }
    return conversation;
  }

  #makeRoom() {
    if (this.#private.size < MOST_PRIVATE) return;
    const resting = this.private.filter((one) => one !== this.current && one.outbox.length === 0).at(-1);
    if (resting?.peer) this.#private.delete(resting.peer);
  }

  #stateChanged() {
    if (this.#client.state === 'waiting' || this.#client.state === 'closed') this.#heardBefore = this.#client.heardAt;
    else if (this.#client.state === 'online') this.#heardBefore = 0;
    this.#changed();
  }

  /** Not everything that was said could be had, and the agent should know that. */
  #missed() {
    const since = this.#heardBefore || this.#now();
    for (const one of [this.room, ...this.#private.values()]) one.gap(since, this.#now());
    this.#changed();
  }

  #read() {
    if (this.#attentive) this.current.unread = 0;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
