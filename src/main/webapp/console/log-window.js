// @ts-check

/** So many rows of the log are on the page at most. */
export const MOST_ROWS = 150;

/** It moves by so many rows. */
const STEP = 50;

/** What of a long log is on the page: its end, or some rows further up, which stay the same whatever comes at the end. */
export class LogWindow {
  /** The key of the first row; null: the window is at the end. @type {string | null} */
  #first = null;

  /**
   * @template {{ key: string }} Row
   * @param {Row[]} rows all of the log
   * @returns {Row[]} those on the page
   */
  of(rows) {
    const from = this.#from(rows);
    return rows.slice(from, from + MOST_ROWS);
  }

  /** @param {{ key: string }[]} rows */
  hasEnd(rows) {
    return this.#from(rows) + MOST_ROWS >= rows.length;
  }

  /** Follows what comes at the end. */
  toEnd() {
    this.#first = null;
  }

  /** Stays where it is. @param {{ key: string }[]} rows */
  stay(rows) {
    this.#first ??= rows[this.#from(rows)]?.key ?? null;
  }

  /** Moves, so that this row is in it. @param {{ key: string }[]} rows @param {string} key */
  toRow(rows, key) {
    const at = rows.findIndex((row) => row.key === key);
    if (at >= 0) this.#moveTo(rows, at - STEP);
  }

  /** Moves up. @param {{ key: string }[]} rows @returns {boolean} whether there is more */
  earlier(rows) {
    const from = this.#from(rows);
    if (from > 0) this.#moveTo(rows, from - STEP);
    return from > 0;
  }

  /** Moves down. @param {{ key: string }[]} rows @returns {boolean} whether there is more */
  later(rows) {
    if (this.hasEnd(rows)) return false;
    this.#moveTo(rows, this.#from(rows) + STEP);
    return true;
  }

  /** @param {{ key: string }[]} rows @param {number} from */
  #moveTo(rows, from) {
    const last = Math.max(0, rows.length - MOST_ROWS);
    this.#first = rows[Math.min(Math.max(0, from), last)]?.key ?? null;
  }

  /** Where its first row has gone, it begins with the oldest that is there. @param {{ key: string }[]} rows */
  #from(rows) {
    if (this.#first === null) return Math.max(0, rows.length - MOST_ROWS);
    return Math.max(0, rows.findIndex(({ key }) => key === this.#first));
  }
}
