// @ts-check
import { Conversation } from './conversation.js';

/** @typedef {import('../sdk/kefu.js').Identity} Identity */
/** @typedef {import('./conversations.js').Conversations} Conversations */

/** For the tab, from the moment in which the page goes away, or is hidden, to its next load or until it is seen again. */
const KEY = 'kefu.desk';

/** How much of each conversation is kept; less where the browser has no room for more. */
const ENTRIES = [500, 100, 20, 0];

/** @typedef {{ owner: Identity, page: string, current: string, all: Conversation[], cards: import('./cards.js').Card[], text: string }} Left `text`: as it was kept */

/** What of a conversation is kept. */
const MEMBERS = /** @type {const} */ (['outbox', 'draft', 'unread', 'firstUnread', 'lastActive', 'place', 'shortened', 'closed']);

/**
 * @param {Conversations} conversations
 * @param {Identity} owner whose they are
 * @param {string} page that is only hidden, for the case that the browser drops it without a word; '': it goes away
 */
export function keepSnapshot({ room, events, private: others, current, cards }, owner, page) {
  for (const most of ENTRIES) {
    const all = [room, events, ...others].map((one) => ({
      ...Object.fromEntries(['peer', 'name', 'key', ...MEMBERS].map((member) => [member, /** @type {any} */ (one)[member]])),
      heard: most ? one.heard.slice(-most) : [],
      ...(one.heard.length > most && { shortened: true }),
    }));
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ owner, page, current: current.key, all, cards: cards.all }));
      return;
    } catch {
      // no room: less
    }
  }
}

/**
 * Takes it out.
 *
 * @returns {Left | null}
 */
export function takeSnapshot() {
  try {
    const text = sessionStorage.getItem(KEY) ?? 'null';
    const { owner, page = '', current, all, cards = [] } = JSON.parse(text) ?? {};
    dropSnapshot();
    const whole = [owner?.bid, owner?.id, owner?.name, current].every((text) => typeof text === 'string');
    return whole && Array.isArray(all) ? { owner, page, current, all: all.map(revived), cards, text } : null;
  } catch {
    return null;
  }
}

/** The page goes away before what was left could be shown. @param {Left} left */
export function putBack({ text }) {
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // nothing is kept where that is forbidden
  }
}

export function dropSnapshot() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing is kept where that is forbidden
  }
}

/** @param {any} kept */
function revived(kept) {
  const conversation = new Conversation(kept.peer, kept.name, kept.key);
  Object.assign(conversation, Object.fromEntries([...MEMBERS, 'heard'].map((member) => [member, kept[member]])));
  return conversation;
}
