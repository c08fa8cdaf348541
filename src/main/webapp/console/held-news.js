// @ts-check

/** @typedef {import('./conversations.js').News} News */

/** By then (ms) another tab in which the agent sees it as it comes has said so. */
const TOLD_AFTER_MS = 300;

/** Holds back what is new until it is known that the agent does not see it in another tab. Of each conversation the last news is told. */
export class HeldNews {
  /** @type {Map<string, News>} by the conversation's key */
  #held = new Map();
  #isUnread;
  #tell;
  #after;

  /**
   * @param {(key: string) => boolean} isUnread
   * @param {(news: News) => void} tell
   * @param {(ms: number, run: () => void) => void} after
   */
  constructor(isUnread, tell, after = (ms, run) => void setTimeout(run, ms)) {
    this.#isUnread = isUnread;
    this.#tell = tell;
    this.#after = after;
  }

  /** @param {News} news */
  add(news) {
    const { key } = news.conversation;
    const waits = this.#held.has(key);
    this.#held.set(key, news);
    if (!waits) this.#after(TOLD_AFTER_MS, () => this.#release(key));
  }

  /** @param {string} key */
  #release(key) {
    const news = this.#held.get(key);
    this.#held.delete(key);
    if (news && this.#isUnread(key)) this.#tell(news);
  }
}
