// @ts-check
import { KefuError } from '../sdk/kefu.js';
import { Conversation } from './conversation.js';
import { fieldsOf } from './push-fields.js';

/** @typedef {import('../sdk/kefu.js').Saying} Saying */
/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./seat.js').Seat} Seat */

/** Beyond this the private conversation that rested longest goes. */
const MOST_PRIVATE = 200;

/**
 * The room, the private conversations of one agent and what the backend has pushed, and which of them is looked at. Tells
 * `change`.
 */
export class Conversations extends EventTarget {
  room = new Conversation(null);
  events = new Conversation(null, '', 'events');
  current = this.room;
  /** @type {Map<string, Conversation>} by the other agent's id */
  #private = new Map();
  #seat;
  #now;
  #attentive = true;
  #heardBefore = 0;
  #canSay = true;

  /**
   * @param {Seat} seat
   * @param {() => number} now
   */
  constructor(seat, now = Date.now) {
    super();
    this.#seat = seat;
    this.#now = now;
    seat.addEventListener('say', (event) => this.#hear(/** @type {any} */ (event).detail));
    seat.addEventListener('push', (event) => this.#pushed(/** @type {any} */ (event).detail));
    seat.addEventListener('state', () => this.#stateChanged());
    seat.addEventListener('missed', () => this.#missed());
  }

  /** The private conversations, the most recent first. */
  get private() {
    return [...this.#private.values()].sort((a, b) => b.lastActive - a.lastActive);
  }

  /** All that there is to see. The room is where agents can talk; events are where there was one, or nothing else can be. */
  get shown() {
    const events = this.events.heard.length > 0 || !this.#canSay ? [this.events] : [];
    return this.#canSay ? [this.room, ...events, ...this.private] : events;
  }

  get #all() {
    return [this.room, this.events, ...this.#private.values()];
  }

  get unread() {
    return this.#all.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Whether a message waits to be sent, or has failed. */
  get unsent() {
    return this.#all.some(({ outbox }) => outbox.length > 0);
  }

  /** Whether a text was begun and not sent. */
  get drafted() {
    return this.#all.some(({ draft }) => draft.trim() !== '');
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

  /** @param {Conversation} conversation */
  open(conversation) {
    if (this.current.unread === 0) this.current.firstUnread = null;
    this.current = conversation;
    this.#read();
  }

  /** @param {string} peer */
  with(peer) {
    let conversation = this.#private.get(peer);
    if (!conversation) {
      conversation = new Conversation(peer, this.#seat.agent(peer)?.name ?? peer);
      conversation.lastActive = this.#now();
      this.#makeRoom();
      this.#private.set(peer, conversation);
    }
    return conversation;
  }

  /** @param {string} content */
  send(content) {
    this.#compose(this.current, content);
  }

  /**
   * A message of which nobody knows whether it was said is said under its old name, and so not twice. Any other goes to the end.
   *
   * @param {Message} message a failed one of the current conversation
   */
  resend(message) {
    const conversation = this.current;
    if (message.problem === 'unknown') {
      Object.assign(message, { status: 'pending', problem: null });
      this.#deliver(conversation, message, true);
    } else {
      conversation.discard(message);
      this.#compose(conversation, message.content);
    }
  }

  /** All of the current conversation that have failed, in their order. */
  resendAll() {
    for (const message of this.current.failed) this.resend(message);
  }

  /** @param {Message} message */
  discard(message) {
    this.current.discard(message);
    this.#changed();
  }

  /** Forgets everything: another agent sits down. */
  clear() {
    this.room = new Conversation(null);
    this.events = new Conversation(null, '', 'events');
    this.current = this.room;
    this.#private.clear();
    this.#heardBefore = 0;
    this.#changed();
  }

  /**
   * Goes on with what an earlier page has left. What waited there is sent under its old name.
   *
   * @param {Conversation[]} all
   * @param {string} current its key
   */
  restore(all, current) {
    this.clear();
    for (const conversation of all) {
      if (conversation.peer !== null) this.#private.set(conversation.peer, conversation);
      else if (conversation.key === this.events.key) this.events = conversation;
      else this.room = conversation;
    }
    this.current = this.#all.find(({ key }) => key === current) ?? this.room;
    for (const conversation of this.#all) {
      for (const message of conversation.outbox) {
        if (message.status === 'pending') this.#deliver(conversation, message, true);
      }
    }
    this.#read();
  }

  /**
   * @param {Conversation} conversation
   * @param {string} content
   */
  #compose(conversation, content) {
    const self = /** @type {{ id: string, name: string }} */ (this.#seat.identity);
    this.#deliver(conversation, conversation.compose(self, this.#seat.newId(), content, this.#now()), false);
  }

  /**
   * @param {Conversation} conversation
   * @param {Message} message
   * @param {boolean} again
   */
  async #deliver(conversation, message, again) {
    conversation.lastActive = this.#now();
    this.#changed();
    try {
      await this.#seat.say(conversation.peer, message.content, { id: String(message.id), again });
      conversation.confirm(message);
    } catch (error) {
      if (!(error instanceof KefuError)) throw error;
      conversation.fail(message, error.code);
    }
    this.#changed();
  }

  /** @param {Saying} saying */
  #hear(saying) {
    const own = saying.from === this.#seat.identity?.id;
    const conversation = this.#placeOf(saying, own);
    this.#news(conversation, conversation.hear(saying, own));
  }

  /** @param {any} push */
  #pushed(push) {
    const { title, fields } = fieldsOf(push);
    this.events.push(title, fields, this.#now());
    this.#news(this.events, true);
  }

  /**
   * @param {Conversation} conversation
   * @param {boolean} news
   */
  #news(conversation, news) {
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
    if (own) return this.with(to);
    const conversation = this.with(from);
    conversation.name = name;
    return conversation;
  }

  #makeRoom() {
    if (this.#private.size < MOST_PRIVATE) return;
    const resting = this.private.filter((one) => one !== this.current && one.outbox.length === 0).at(-1);
    if (resting?.peer) this.#private.delete(resting.peer);
  }

  #stateChanged() {
    const { name } = this.#seat.state;
    if (name === 'waiting' || name === 'closed') this.#heardBefore = this.#seat.heardAt;
    else if (name === 'online') this.#heardBefore = 0;
    this.#canSay = this.#seat.canSay ?? this.#canSay;
    if (!this.#canSay) this.current = this.events;
    else if (this.current === this.events && this.events.heard.length === 0) this.current = this.room;
    this.#changed();
  }

  /** Not everything that was said could be had, and the agent should know that. */
  #missed() {
    const since = this.#heardBefore || this.#now();
    for (const one of this.#all) one.gap(since, this.#now());
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
