// @ts-check

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./conversation.js').Push} Push */
/** @typedef {import('./language.js').Language} Language */

/**
 * One line of the log.
 *
 * @typedef {{ kind: 'message', key: string, message: Message, continued: boolean }} MessageRow
 * @typedef {{ kind: 'day' | 'unread' | 'gap' | 'shortened', key: string, text: string }} DividerRow
 * @typedef {{ kind: 'push', key: string, push: Push }} PushRow
 * @typedef {MessageRow | DividerRow | PushRow} Row
 */

/** Messages by one agent that follow each other within this time (ms) share a heading. */
const TOGETHER_MS = 180_000;

/**
 * A conversation with its dividers: where a day begins, where the unread messages begin, where the line was down.
 *
 * @param {Conversation} conversation
 * @param {Pick<Language, 'say' | 'day' | 'time'>} language
 * @returns {Row[]}
 */
export function rowsOf(conversation, language) {
  /** @type {Row[]} */
  const rows = [];
  if (conversation.shortened) rows.push({ kind: 'shortened', key: 'shortened', text: language.say('log.shortened') });
  let day = '';
  /** @type {Message | null} */
  let above = null;
  for (const entry of conversation.entries) {
    if ('since' in entry) {
      const [since, until] = [language.time(entry.since), language.time(entry.until)];
      const text = language.say(since === until ? 'log.gap.brief' : 'log.gap', { since, until });
      rows.push({ kind: 'gap', key: entry.key, text });
      above = null;
      continue;
    }
    if (language.day(entry.time) !== day) {
      day = language.day(entry.time);
      rows.push({ kind: 'day', key: `day:${entry.key}`, text: day });
      above = null;
    }
    if (entry.key === conversation.firstUnread) {
      rows.push({ kind: 'unread', key: `unread:${entry.key}`, text: language.say('log.unread') });
      above = null;
    }
    if ('fields' in entry) {
      rows.push({ kind: 'push', key: entry.key, push: entry });
      continue;
    }
    const continued = above?.from === entry.from && entry.time - above.time < TOGETHER_MS;
    rows.push({ kind: 'message', key: entry.key, message: entry, continued });
    above = entry;
  }
  return rows;
}
