// @ts-check

/** @typedef {import('../sdk/chat-client.js').Saying} Saying */

/**
 * @typedef {object} Message
 * @property {string} key its name in the page, for its whole life
 * @property {string} from
 * @property {string} name
 * @property {boolean} own
 * @property {string} content
 * @property {number} time
 * @property {'pending' | 'sent' | 'failed'} status
 * @property {string | number | null} problem why it failed
 *
 * @typedef {{ key: string, since: number, until: number }} Gap a time in which nothing could be heard
 * @typedef {Message | Gap} Entry
 */

/** Older entries go: the page stays open all day. */
export const MOST_ENTRIES = 500;

let keys = 0;
const newKey = () => `m${++keys}`;

/** What was said in the room, or between oneself and one other agent. */
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
  /** @type {Message[]} confirmed, their echo from the room still to come */
  #unechoed = [];

  /**
   * @param {string | null} peer the other agent; null: the room
   * @param {string} name the other agent's
   */
  constructor(peer, name = '') {
    this.peer = peer;
    this.name = name;
    this.key = peer === null ? 'room' : `agent:${peer}`;
  }

  /** @returns {Entry[]} */
  get entries() {
    return [...this.heard, ...this.outbox];
  }

  /**
   * Takes in what was heard. In the room one hears oneself: that is the echo of a message shown already, unless
   * it was said in another tab.
   *
   * @param {Saying} saying
   * @param {boolean} own
   * @returns {boolean} whether it is news
   */
  hear(saying, own) {
    if (own && this.peer === null && this.#echo(saying)) return false;
    const { from, name, content, time } = saying;
    this.#append({ key: newKey(), from, name, own, content, time, status: 'sent', problem: null });
    return !own;
  }

  /**
   * @param {{ id: string, name: string }} self
   * @param {string} content
   * @param {number} now
   * @returns {Message} put into the outbox
   */
  compose(self, content, now) {
    const { id, name } = self;
    /** @type {Message} */
    const message = { key: newKey(), from: id, name, own: true, content, time: now, status: 'pending', problem: null };
    this.outbox.push(message);
    this.firstUnread = null;
    return message;
  }

  /**
   * The gateway has taken it.
   *
   * @param {Message} message
   */
  confirm(message) {
    if (message.status === 'sent') return;
    this.#settle(message);
    if (this.peer === null) this.#unechoed.push(message);
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
    this.#unechoed = [];
    const last = this.heard.at(-1);
    if (!last) return;
    if ('since' in last) last.until = until;
    else this.#append({ key: newKey(), since, until });
  }

  /** @param {Saying} saying */
  #echo({ content, time }) {
    const confirmed = this.#unechoed.findIndex((message) => message.content === content);
    if (confirmed >= 0) return this.#unechoed.splice(confirmed, 1).length > 0;
    const pending = this.outbox.find((message) => message.status === 'pending' && message.content === content);
    if (!pending) return false;
    pending.time = time;
    this.#settle(pending);
    return true;
  }

  /** @param {Message} message */
  #settle(message) {
    this.discard(message);
    message.status = 'sent';
    this.#append(message);
  }

  /** @param {Entry} entry */
  #append(entry) {
    this.heard.push(entry);
    if (this.heard.length > MOST_ENTRIES) this.heard.shift();
  }
}
