// @ts-check
import { KefuError } from '../sdk/kefu.js';
import { Cards } from './cards.js';
import { Conversation } from './conversation.js';
import { shownName } from './names.js';
import { fieldsOf } from './push-fields.js';

/** @typedef {import('../sdk/kefu.js').Saying} Saying */
/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./seat.js').Seat} Seat */

/** Beyond this the private conversation that rested longest goes, of those in which nothing waits. */
const MOST_PRIVATE = 200;

/** Something that the agent has not seen. */
export class News extends Event {
  /**
   * @param {Conversation} conversation
   * @param {string} from who said it, as shown; '': the backend
   * @param {string} text
   */
  constructor(conversation, from, text) {
    super('news');
    this.conversation = conversation;
    this.from = from;
    this.text = text;
  }
}

/**
 * The room, the private conversations of one agent and what the backend has pushed, and which of them is looked at. Tells
 * `change`, and of what the agent has not seen {@link News}.
 */
export class Conversations extends EventTarget {
  room = new Conversation(null);
  events = new Conversation(null, '', 'events');
  current = this.room;
  cards = new Cards();
  /** @type {Map<string, Conversation>} by the other agent's id */
  #private = new Map();
  #seat;
  #now;
  #attentive = true;
  /** Whether the end of the current one is in view. */
  #atEnd = true;
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
    return this.#canSay ? [this.room, ...events, ...this.private.filter(({ closed }) => !closed)] : events;
  }

  get #all() {
    return [this.room, this.events, ...this.#private.values()];
  }

  get unread() {
    return this.#all.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Whether what is said to an agent who is not there waits: they may be on their way back. @param {Conversation} conversation */
  waitsIn({ waits }) {
    return waits || this.#seat.othersMayReturn;
  }

  /** @param {string} key of a conversation */
  isUnread(key) {
    return this.#all.some((one) => one.key === key && one.unread > 0);
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

  /**
   * Whether the end of the current conversation is in view: all of it has been seen then.
   *
   * @param {boolean} atEnd
   */
  reach(atEnd) {
    this.#atEnd = atEnd;
    if (this.seesCurrent && this.current.unread > 0) this.#read();
  }

  /** Whether what comes to the current conversation is seen as it comes. */
  get seesCurrent() {
    return this.#attentive && this.#atEnd;
  }

  /** What is new in it is read once its end is in view. @param {Conversation} conversation */
  open(conversation) {
    if (this.current.unread === 0) this.current.firstUnread = null;
    if (conversation !== this.current) this.#atEnd = false;
    conversation.closed = false;
    this.current = conversation;
    this.#changed();
  }

  /** A private conversation in which nothing waits can be put away. @param {Conversation} conversation */
  canClose({ peer, outbox, draft }) {
    return peer !== null && outbox.length === 0 && draft.trim() === '';
  }

  /** Puts it out of the list. What was said stays: it is there again with the next word. @param {Conversation} conversation */
  close(conversation) {
    if (!this.canClose(conversation)) return;
    if (conversation === this.current) this.open(this.#canSay ? this.room : this.events);
    conversation.closed = true;
    conversation.unread = 0;
    conversation.firstUnread = null;
    this.#changed();
  }

  /**
   * The agent has seen it in another tab.
   *
   * @param {string} key of a conversation
   * @param {string} mark of its last entry there
   */
  seenElsewhere(key, mark) {
    this.#all.find((one) => one.key === key)?.seenElsewhere(mark);
    this.#changed();
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
    this.cards = new Cards();
    this.#atEnd = true;
    this.#private.clear();
    this.#heardBefore = 0;
    this.#changed();
  }

  /**
   * Goes on with what an earlier page has left. What waited there is sent under its old name.
   *
   * @param {Conversation[]} all
   * @param {string} current its key
   * @param {import('./cards.js').Card[]} cards
   */
  restore(all, current, cards = []) {
    this.clear();
    this.cards = new Cards(cards);
    for (const conversation of all) {
      if (conversation.peer !== null) this.#private.set(conversation.peer, conversation);
      else if (conversation.key === this.events.key) this.events = conversation;
      else this.room = conversation;
    }
    this.current = this.#all.find(({ key }) => key === current) ?? this.room;
    this.#atEnd = this.current.place === null;
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
    conversation.closed = false;
    this.#changed();
    try {
      const { time } = await this.#seat.say(conversation.peer, message.content, { id: String(message.id), again });
      conversation.confirm(message, time);
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
    this.#took(conversation, conversation.hear(saying, own), shownName(saying.from, saying.name), saying.content);
  }

  /** @param {any} push */
  #pushed(push) {
    if (this.cards.take(push)) return this.#changed();
    const { title, fields } = fieldsOf(push);
    this.#took(this.events, this.events.push(title, fields, this.#now()), '', title);
  }

  /**
   * @param {Conversation} conversation
   * @param {boolean} isNews
   * @param {string} from
   * @param {string} text
   */
  #took(conversation, isNews, from, text) {
    conversation.lastActive = this.#now();
    conversation.closed = false;
    if (isNews && !(this.seesCurrent && conversation === this.current)) {
      conversation.addUnread();
      this.dispatchEvent(new News(conversation, from, text));
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
    const resting = this.private.filter((one) => one !== this.current && this.canClose(one)).at(-1);
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
    if (this.seesCurrent) this.current.unread = 0;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
