// @ts-check

/** @typedef {{ kind: 'text' | 'code' | 'block', text: string } | { kind: 'link', text: string, href: string }} Part */

/**
 * A block of code, a word of code, or an address. An address holds no space, no quote, nothing that turns its direction, and none of
 * the marks behind which Chinese text goes on without a space.
 */
const SPECIAL = /```(?:[\w+-]*\n)?([\s\S]+?)```|`([^`\n]+)`|(https?:\/\/[^\s<>"'`。，、；！？（）【】《》「」『』“”‘’\u200b-\u200f\u202a-\u202e\u2066-\u2069]+)/gi;

/** What ends a sentence is not part of the address before it. */
const TRAILING = /[.,:;!?*_~…：]+$/;

/**
 * Splits a message into text, addresses and code. All parts together show all of the message but the marks of code.
 *
 * @param {string} text
 * @returns {Part[]}
 */
export function partsOf(text) {
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  const until = (/** @type {number} */ end) => {
    if (end > from) parts.push({ kind: 'text', text: text.slice(from, end) });
  };
  for (const found of text.matchAll(SPECIAL)) {
    const [all, block, code, address] = found;
    if (found.index < from) continue;
    const link = address === undefined ? null : linkIn(address);
    if (address !== undefined && !link) continue;
    until(found.index);
    if (link) parts.push(link);
    else parts.push(block === undefined ? { kind: 'code', text: code } : { kind: 'block', text: block.replace(/\n$/, '') });
    from = found.index + (link ? link.text.length : all.length);
  }
  until(text.length);
  return parts;
}

/**
 * @param {string} found begins with http:// or https://
 * @returns {{ kind: 'link', text: string, href: string } | null}
 */
function linkIn(found) {
  const text = withoutBracket(found.replace(TRAILING, '')).replace(TRAILING, '');
  try {
    return { kind: 'link', text, href: new URL(text).href };
  } catch {
    return null;
  }
}

/** A bracket that was opened before the address belongs to the text around it. @param {string} text */
function withoutBracket(text) {
  const opened = text.split('(').length;
  const closed = text.split(')').length;
  return closed > opened && text.endsWith(')') ? text.slice(0, -1) : text;
}

/** A message longer than this many lines is folded. */
export const MOST_LINES = 12;

/** About as many characters of half width as a line of the log has, and on a phone. */
export const LINE_WIDTH = 80;
export const PHONE_LINE_WIDTH = 32;

/** Characters that are as wide as two. */
const DOUBLE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/gu;

/**
 * Whether a message takes more lines than are shown of it at first. Estimated: where the lines break is known to the browser only.
 *
 * @param {string} text
 * @param {number} lineWidth
 */
export function isLong(text, lineWidth = LINE_WIDTH) {
  let lines = 0;
  for (const line of text.split('\n')) {
    const width = line.length + (line.match(DOUBLE)?.length ?? 0);
    lines += Math.max(1, Math.ceil(width / lineWidth));
    if (lines > MOST_LINES) return true;
  }
  return false;
}

const EMOJI = /^(?:\p{Regional_Indicator}{2}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f?)(?:\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic}\ufe0f?)*$/u;

/** What a reader takes for one sign. Not every browser can tell. */
const graphemes = 'Segmenter' in Intl ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

/**
 * Whether a message is up to three emoji and nothing else. They are shown large.
 *
 * @param {string} text
 */
export function isEmoji(text) {
  if (!graphemes || text.length > 40) return false;
  const signs = [...graphemes.segment(text.replaceAll(' ', ''))].map(({ segment }) => segment);
  return signs.length > 0 && signs.length <= 3 && signs.every((sign) => EMOJI.test(sign));
}
