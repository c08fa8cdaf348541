// @ts-check
import { strings } from './strings.js';

/** @typedef {keyof typeof strings} LanguageName */
/** @typedef {keyof typeof strings.zh} Key */

/**
 * The first of the browser's languages that the page speaks; else English.
 *
 * @param {readonly string[]} languages as in navigator.languages
 * @returns {LanguageName}
 */
export function pickLanguage(languages) {
  const spoken = languages.map((tag) => tag.toLowerCase().split('-')[0]).find((name) => name in strings);
  return /** @type {LanguageName} */ (spoken ?? 'en');
}

/** A language with its words, times and days. */
export class Language {
  #words;
  #clock;
  #calendar;
  #date;
  #order;
  #lastDay = { date: '', words: '' };

  /**
   * @param {LanguageName} name
   * @param {readonly string[]} languages the browser's; its own variety (en-GB) decides how a time is written
   */
  constructor(name, languages) {
    const variety = languages.find((tag) => tag.toLowerCase().startsWith(name));
    this.tag = name === 'zh' ? 'zh-CN' : 'en';
    this.#words = strings[name];
    const locale = variety ?? this.tag;
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
    this.#calendar = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', weekday: 'long' });
    this.#date = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' });
    this.#order = new Intl.Collator(locale, { numeric: true });
  }

  /**
   * @param {Key} key
   * @param {Record<string, string | number>} [values]
   */
  say(key, values = {}) {
    return this.#words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /**
   * The words for one of many cases, such as a code; where there are none, those for `other`.
   *
   * @param {string} prefix
   * @param {string | number | null} code
   * @param {string} [circumstance] there may be other words for the case where this is so
   */
  explain(prefix, code, circumstance = '') {
    const keys = [`${prefix}.${circumstance}.${code}`, `${prefix}.${code}`];
    const key = keys.find((one) => one in this.#words) ?? `${prefix}.other`;
    return this.say(/** @type {Key} */ (key), { code: String(code) });
  }

  /** @param {number} time */
  time(time) {
    return this.#clock.format(time);
  }

  /**
   * For a list: the time of today, else the day.
   *
   * @param {number} time
   * @param {number} now
   */
  when(time, now) {
    const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days <= 0) return this.time(time);
    return days === 1 ? this.say('yesterday') : this.#date.format(time);
  }

  /**
   * Remembers the day asked for last: a log asks for the same one with every message, and formatting is slow.
   *
   * @param {number} time
   */
  day(time) {
    const date = new Date(time).toDateString();
    if (date !== this.#lastDay.date) this.#lastDay = { date, words: this.#calendar.format(time) };
    return this.#lastDay.words;
  }

  /** @type {(a: string, b: string) => number} */
  compare = (a, b) => this.#order.compare(a, b);

  /**
   * Puts the words into the markup: `data-text`, `data-label` and `data-placeholder` name their keys.
   *
   * @param {Document} page
   */
  fill(page) {
    page.documentElement.lang = this.tag;
    page.title = this.say('title');
    for (const element of page.querySelectorAll('[data-text]')) element.textContent = this.#wordsOf(element, 'data-text');
    for (const [from, to] of [['data-label', 'aria-label'], ['data-hint', 'title'], ['data-placeholder', 'placeholder']]) {
      for (const element of page.querySelectorAll(`[${from}]`)) element.setAttribute(to, this.#wordsOf(element, from));
    }
  }

  /**
   * @param {Element} element
   * @param {string} attribute
   */
  #wordsOf(element, attribute) {
    return this.say(/** @type {Key} */ (element.getAttribute(attribute)));
  }
}
