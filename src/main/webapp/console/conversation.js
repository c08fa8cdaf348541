// @ts-check

/** @typedef {import('../sdk/kefu.js').Saying} Saying */

/**
 * @typedef {object} Message
 * @property {string} key its name in the page, for its whole life
 * @property {string | null} id its name with the gateway: by it the echo is known; null: it was said without
 * @property {string} from
 * @property {string} name
 * @property {boolean} own
 * @property {string} content
 * @property {number} time
 * @property {'pending' | 'sent' | 'failed'} status
 * @property {string | number | null} problem why it failed
 *
 * @typedef {{ key: string, since: number, until: number }} Gap a time in which nothing could be heard
 * @typedef {{ key: string, title: string, fields: [string, string][], time: number }} Push what the backend has pushed
 * @typedef {Message | Gap | Push} Entry
 * @typedef {{ key: string, offset: number }} Place the topmost entry in view, and how many pixels of it are above
 */

/** Older entries go: the page stays open all day. */
export const MOST_ENTRIES = 500;

/** While the agent reads further up, nothing goes that may be before the eyes; but of more than this the oldest goes all the same. */
export const MOST_WHILE_READING = 2_000;

/** Entries outlive the page: those of the next one have other keys. */
const page = Math.random().toString(36).slice(2, 10);
let keys = 0;
const newKey = () => `${page}-${++keys}`;

/** What was said in the room, or between oneself and one other agent, or what the backend has pushed. */
export class Conversation {
  /** @type {Entry[]} what was heard, in the order of hearing */
  heard = [];
  /** @type {Message[]} own messages that the gateway has not confirmed; they come after what was heard */
  outbox = [];
  unread = 0;
  /** @type {string | null} the first entry that was new when the agent came to look */
  firstUnread = null;
  draft = '';
  /** By the browser's clock, which may be another than the server's. */
  lastActive = 0;
  /** @type {Place | null} where the agent was reading; null: at the end */
  place = null;
  /** Whether older entries have gone. */
  shortened = false;
  /** The agent has put it away. It comes back with the next word. */
  closed = false;
  /** What another tab has shown to the agent, and this one has not heard yet. @type {string | null} */
  #seenAhead = null;

  /**
   * @param {string | null} peer the other agent; null: there is none
   * @param {string} name the other agent's
   * @param {string} key
   */
  constructor(peer, name = '', key = peer === null ? 'room' : `agent:${peer}`) {
    this.peer = peer;
    this.name = name;
    this.key = key;
  }

  /** @returns {Entry[]} */
  get entries() {
    return [...this.heard, ...this.outbox];
  }

  /** The last entry that was heard, by a name that is the same in every tab; null: there is none. */
  get mark() {
    const last = this.heard.findLast((entry) => !('since' in entry));
    return last && !('since' in last) ? markOf(last) : null;
  }

  /** Whether a message is to be sent yet. */
  get waits() {
    return this.outbox.some(({ status }) => status === 'pending');
  }

  get failed() {
    return this.outbox.filter(({ status }) => status === 'failed');
  }

  /**
   * Takes in what was heard. What has the id of a message here is its echo, or was said twice.
   *
   * @param {Saying} saying
   * @param {boolean} own
   * @returns {boolean} whether it is news
   */
  hear(saying, own) {
    const { id, from, name, content, time } = saying;
    const mine = own && id !== null ? this.outbox.find((message) => message.id === id) : undefined;
    if (mine) {
      this.confirm(mine, time);
      return false;
    }
    if (this.#knows(saying)) return false;
    return this.#append({ key: newKey(), id, from, name, own, content, time, status: 'sent', problem: null }) && !own;
  }

  /** The agent has not seen the last entry. */
  addUnread() {
    if (this.unread === 0) this.firstUnread = this.heard.at(-1)?.key ?? null;
    this.unread += 1;
  }

  /**
   * The agent has seen this in another tab: all up to the entry of that mark.
   *
   * @param {string} mark
   */
  seenElsewhere(mark) {
    const at = this.heard.findLastIndex((entry) => !('since' in entry) && markOf(entry) === mark);
    if (at < 0) {
      this.#seenAhead = mark;
      return;
    }
    const unseen = this.heard.slice(at + 1).filter((entry) => !('since' in entry) && !('own' in entry && entry.own));
    if (unseen.length >= this.unread) return;
    this.unread = unseen.length;
    this.firstUnread = unseen[0]?.key ?? null;
  }

  /** @param {Saying} saying */
  #knows({ id, from, content }) {
    if (id === null) return false;
    return this.heard.some((entry) => 'id' in entry && entry.id === id && entry.from === from && entry.content === content);
  }

  /**
   * @param {string} title
   * @param {[string, string][]} fields
   * @param {number} time
   * @returns {boolean} whether it is news
   */
  push(title, fields, time) {
    return this.#append({ key: newKey(), title, fields, time });
  }

  /**
   * @param {{ id: string, name: string }} self
   * @param {string} id of the message
   * @param {string} content
   * @param {number} now
   * @returns {Message} put into the outbox
   */
  compose(self, id, content, now) {
    const { id: from, name } = self;
    /** @type {Message} */
    const message = { key: newKey(), id, from, name, own: true, content, time: now, status: 'pending', problem: null };
    this.outbox.push(message);
    this.firstUnread = null;
    return message;
  }

  /**
   * It was said, by the gateway's word.
   *
   * @param {Message} message
   * @param {number | null} [time] when, by the gateway's clock
   */
  confirm(message, time = null) {
    if (message.status === 'sent') return;
    this.discard(message);
    Object.assign(message, { status: 'sent', problem: null, time: time ?? message.time });
    this.#append(message);
  }

  /**
   * @param {Message} message
   * @param {string | number} problem
   */
  fail(message, problem) {
    if (message.status !== 'sent') Object.assign(message, { status: 'failed', problem });
  }

  /** @param {Message} message */
  discard(message) {
    this.outbox = this.outbox.filter((other) => other !== message);
  }

  /**
   * The line was down. Gaps with nothing between them become one.
   *
   * @param {number} since
   * @param {number} until
   */
  gap(since, until) {
    const last = this.heard.at(-1);
    if (!last) return;
    if ('since' in last) last.until = until;
    else this.#append({ key: newKey(), since, until });
  }

  /**
   * @param {Entry} entry
   * @returns {boolean} false: the agent has seen it in another tab already
   */
  #append(entry) {
    this.heard.push(entry);
    const tooMany = this.heard.length - (this.place ? MOST_WHILE_READING : MOST_ENTRIES);
    if (tooMany > 0) {
      this.heard.splice(0, tooMany);
      this.shortened = true;
    }
    if ('since' in entry || this.#seenAhead !== markOf(entry)) return true;
    this.#seenAhead = null;
    this.unread = 0;
    this.firstUnread = null;
    return false;
  }
}

/** The time may be the browser's here, and the gateway's in other tabs. @param {Message | Push} entry */
function markOf(entry) {
  if ('fields' in entry) return JSON.stringify([entry.title, entry.fields]);
  const { from, id, time, content } = entry;
  return JSON.stringify([from, id ?? time, content.length]);
}
