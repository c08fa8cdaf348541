// @ts-check
import { shownName } from './names.js';
import { shownText } from './search.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./language.js').Language} Language */

/** More does not fit into a row. */
const MOST_CHARS = 80;

/**
 * The second line of a conversation's row: what was said last, or the text that was begun.
 *
 * @param {Conversation} conversation
 * @param {Pick<Language, 'say'>} language
 * @returns {{ kind: 'draft' | 'said' | 'none', text: string, time: number }} `time` 0: nothing was said yet
 */
export function lastWords({ entries, peer, draft }, language) {
  const last = entries.findLast((entry) => !('since' in entry));
  const time = last && 'time' in last ? last.time : 0;
  if (draft.trim()) return { kind: 'draft', text: short(draft), time };
  if (!last || 'since' in last) return { kind: 'none', text: '', time };
  if ('fields' in last) return { kind: 'said', text: short(last.title || language.say('events.untitled')), time };
  const text = short(last.content);
  if (last.own) return { kind: 'said', text: language.say('side.said', { name: language.say('message.own'), text }), time };
  return { kind: 'said', text: peer === null ? language.say('side.said', { name: shownName(last.from, last.name), text }) : text, time };
}

/** @param {string} text */
const short = (text) => shownText(text.slice(0, 4 * MOST_CHARS)).slice(0, MOST_CHARS);
