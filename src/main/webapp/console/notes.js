// @ts-check

/** For the browser, until the logout. */
const KEY = 'kefu.notes';

/** Characters of one note. The field takes no more. */
export const MOST_CHARS = 4_000;

/** The note that was changed longest ago goes. */
const MOST_NOTES = 200;

/** @typedef {{ bid: string, id: string }} Owner */

/** What an agent notes beside each conversation. It stays in this browser, and goes with the logout. */
export class Notes {
  /** @type {Owner | null} */
  #owner = null;
  /** @type {Map<string, string>} by the conversation's key; the one changed last is the last */
  #texts = new Map();
  #storage;

  /** @param {() => Storage} storage */
  constructor(storage = () => localStorage) {
    this.#storage = storage;
  }

  /** The notes of this agent; those of another one go. @param {Owner} owner */
  take({ bid, id }) {
    if (this.#owner?.bid === bid && this.#owner.id === id) return;
    this.#owner = { bid, id };
    this.#texts = this.#kept() ?? new Map();
  }

  /** @param {string} key */
  of(key) {
    return this.#texts.get(key) ?? '';
  }

  get isEmpty() {
    return this.#texts.size === 0;
  }

  /** @param {string} key @param {string} text */
  write(key, text) {
    this.#texts = this.#kept() ?? this.#texts; // another tab of the agent may have written since
    this.#texts.delete(key);
    if (text.trim()) this.#texts.set(key, text.slice(0, MOST_CHARS));
    if (this.#texts.size > MOST_NOTES) this.#texts.delete(String(this.#texts.keys().next().value));
    try {
      if (this.isEmpty) this.#storage().removeItem(KEY);
      else this.#storage().setItem(KEY, JSON.stringify({ owner: this.#owner, texts: [...this.#texts] }));
    } catch {
      // kept as long as the page is
    }
  }

  /** After a logout nothing is left. */
  forget() {
    this.#owner = null;
    this.#texts.clear();
    try {
      this.#storage().removeItem(KEY);
    } catch {
      // nothing is kept where that is forbidden
    }
  }

  /** @returns {Map<string, string> | null} null: there are none of this agent */
  #kept() {
    try {
      const { owner, texts } = JSON.parse(this.#storage().getItem(KEY) ?? 'null') ?? {};
      if (owner?.bid === this.#owner?.bid && owner?.id === this.#owner?.id) {
        return new Map(texts.filter((/** @type {any[]} */ pair) => pair.every((text) => typeof text === 'string')));
      }
    } catch {
      // written by somebody else
    }
    return null;
  }
}
