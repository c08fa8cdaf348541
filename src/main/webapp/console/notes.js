// @ts-check

/** For the browser, until the logout. */
const KEY = 'kefu.notes';

/** Characters of one note. The field takes no more. */
export const MOST_CHARS = 4_000;

/** Of all agents together. The note that was changed longest ago goes. */
const MOST_NOTES = 200;

/** @typedef {{ bid: string, id: string }} Owner */

/** @typedef {[bid: string, id: string, key: string, text: string]} Note whose it is, and of which conversation */

/** What an agent notes beside each conversation. It stays in this browser, and goes with the logout. */
export class Notes {
  /** @type {Owner | null} */
  #owner = null;
  /** Those of the owner. @type {Note[]} the one changed last is the last */
  #own = [];
  #storage;

  /** @param {() => Storage} storage */
  constructor(storage = () => localStorage) {
    this.#storage = storage;
  }

  /** The notes of this agent. @param {Owner} owner */
  take({ bid, id }) {
    if (this.#owner?.bid === bid && this.#owner.id === id) return;
    this.#owner = { bid, id };
    this.#own = [];
    this.#read();
  }

  /** @param {string} key */
  of(key) {
    return this.#own.find((note) => note[2] === key)?.[3] ?? '';
  }

  get isEmpty() {
    return this.#own.length === 0;
  }

  /** @param {string} key @param {string} text */
  write(key, text) {
    if (!this.#owner) return;
    const { bid, id } = this.#owner;
    const all = this.#read().filter((note) => !(this.#isOwn(note) && note[2] === key)); // another tab may have written since
    if (text.trim()) all.push([bid, id, key, text.slice(0, MOST_CHARS)]);
    this.#keep(all.slice(-MOST_NOTES));
  }

  /** After a logout nothing is left. */
  forget() {
    this.#keep(this.#read().filter((note) => !this.#isOwn(note)));
    this.#owner = null;
  }

  /** All that the browser has; where it keeps none, those of the owner. @returns {Note[]} */
  #read() {
    let all = this.#own;
    try {
      const kept = JSON.parse(this.#storage().getItem(KEY) ?? '[]');
      all = kept.filter((/** @type {any[]} */ note) => note.length === 4 && note.every((part) => typeof part === 'string'));
      this.#own = all.filter((note) => this.#isOwn(note));
    } catch {
      // forbidden, or written by somebody else
    }
    return all;
  }

  /** @param {Note[]} all */
  #keep(all) {
    this.#own = all.filter((note) => this.#isOwn(note));
    try {
      if (all.length === 0) this.#storage().removeItem(KEY);
      else this.#storage().setItem(KEY, JSON.stringify(all));
    } catch {
      // kept as long as the page is
    }
  }

  /** @param {Note} note */
  #isOwn([bid, id]) {
    return bid === this.#owner?.bid && id === this.#owner.id;
  }
}
