// @ts-check

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {{ bid: string, id: string }} Owner */

/** For the tab, as long as the page is there. */
const KEY = 'kefu.drafts';

/** Keeps what was begun and not sent: of a page that crashes before the eyes of its agent nothing else is left. */
export class Drafts {
  /** The page that has left them; '': there are none. */
  from = '';
  /** @type {{ owner: Owner, drafts: [peer: string | null, text: string][] } | null} */
  #left = null;
  #conversations;
  #owner;
  #page;
  #storage;
  #kept = '';

  /**
   * @param {Conversations} conversations
   * @param {() => Owner | null} owner whose they are
   * @param {string} page its name
   * @param {() => Storage} storage
   */
  constructor(conversations, owner, page, storage = () => sessionStorage) {
    this.#conversations = conversations;
    this.#owner = owner;
    this.#page = page;
    this.#storage = storage;
    this.#take();
  }

  /** Keeps them, where one is another. */
  show() {
    const owner = this.#owner();
    const { room, private: others } = this.#conversations;
    const drafts = [room, ...others].filter(({ draft }) => draft.trim()).map(({ peer, draft }) => [peer, draft]);
    const text = owner && drafts.length ? JSON.stringify({ page: this.#page, owner: { bid: owner.bid, id: owner.id }, drafts }) : '';
    if (text === this.#kept) return;
    this.#kept = text;
    try {
      if (text) this.#storage().setItem(KEY, text);
      else this.#storage().removeItem(KEY);
    } catch {
      // forbidden or full: they are there as long as the page is
    }
  }

  /** The page keeps all in another way, or the agent has logged out. */
  drop() {
    this.forget();
    this.#kept = '';
    try {
      this.#storage().removeItem(KEY);
    } catch {
      // nothing is kept where that is forbidden
    }
  }

  /** Puts back what was left, where it was the same agent. @param {Owner} owner */
  restore({ bid, id }) {
    const left = this.#left;
    this.forget();
    if (left?.owner.bid !== bid || left.owner.id !== id) return;
    for (const [peer, text] of left.drafts) {
      const conversation = peer === null ? this.#conversations.room : this.#conversations.with(peer);
      conversation.draft ||= text;
    }
  }

  /** What was left is not this page's. */
  forget() {
    this.from = '';
    this.#left = null;
  }

  #take() {
    try {
      const { page, owner, drafts } = JSON.parse(this.#storage().getItem(KEY) ?? 'null') ?? {};
      this.#storage().removeItem(KEY);
      const isWhole = (/** @type {any} */ one) => one.length === 2 && (one[0] === null || typeof one[0] === 'string') && typeof one[1] === 'string';
      if (!owner || !drafts.every(isWhole)) return;
      this.from = String(page);
      this.#left = { owner, drafts };
    } catch {
      // forbidden, or written by somebody else
    }
  }
}
