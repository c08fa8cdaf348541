// @ts-check
import { partsOf } from './text-parts.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {{ before: string, match: string, after: string, entry: string }} Hit words around a match, and the key of the entry they are in */

/** So much (characters) before a match is shown. */
const BEFORE = 12;
const AFTER = 60;

/**
 * Text in which case makes no difference. It has the length of the text, so that positions hold.
 *
 * @param {string} text
 */
export function folded(text) {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : [...text].map((sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign)).join('');
}

/**
 * The last message of a conversation in which something was said.
 *
 * @param {Conversation} conversation
 * @param {string} wanted folded, not empty
 * @returns {Hit | null}
 */
export function lastHit(conversation, wanted) {
  const { entries } = conversation;
  for (let n = entries.length - 1; n >= 0; n--) {
    const text = wordsOf(entries[n]);
    if (!folded(text).includes(wanted)) continue;
    const shown = shownText(text);
    const at = folded(shown).indexOf(wanted);
    return at < 0 ? { before: '', match: '', after: shown.slice(0, AFTER), entry: entries[n].key } : around(shown, at, wanted.length, entries[n].key);
  }
  return null;
}

/** @param {import('./conversation.js').Entry} entry */
function wordsOf(entry) {
  if ('content' in entry) return entry.content;
  return 'fields' in entry ? [entry.title, ...entry.fields.flat()].join(' ') : '';
}

/** @type {(text: string, at: number, length: number, entry: string) => Hit} */
function around(text, at, length, entry) {
  const cut = Math.max(0, at - BEFORE);
  const space = cut > 0 ? text.indexOf(' ', cut - 1) : -1;
  const from = space >= 0 && space < at - 1 ? space + 1 : cut; // it begins with a whole word, where words are apart
  return {
    before: (from > 0 ? '…' : '') + text.slice(from, at),
    match: text.slice(at, at + length),
    after: text.slice(at + length, at + length + AFTER),
    entry,
  };
}

/** On one line, and without the marks of code. @param {string} text */
export const shownText = (text) => partsOf(text).map((part) => part.text).join('').replace(/\s+/g, ' ').trim();
