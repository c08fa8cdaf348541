// @ts-check
import { plain } from './names.js';
import { folded, lastHit } from './search.js';

/** @typedef {import('../sdk/kefu.js').Agent} Agent */
/** @typedef {import('./conversation.js').Conversation} Conversation */

/**
 * One row of the list: a conversation, an agent who is online and with whom there is none, or the line above these agents.
 *
 * @typedef {object} Row
 * @property {string} key
 * @property {Conversation | null} conversation
 * @property {string | null} peer the other agent's id; null: it is not about one agent
 * @property {string} name of that agent
 * @property {import('../sdk/kefu.js').Status | 'offline' | null} status of that agent
 * @property {import('./search.js').Hit | null} hit what was found in the conversation
 */

/** Of agents with whom there is no conversation no more are listed. The search finds the others. */
export const MOST_OTHERS = 100;

/** The key of the line above them. */
export const OTHERS = 'others';

/**
 * What the list shows, from top to bottom: the conversations, then whoever else is online.
 *
 * @param {object} what
 * @param {Conversation[]} what.conversations as they are to be listed
 * @param {Agent[]} what.agents who is online, as they are to be listed
 * @param {string} what.self the agent's own id, which is not listed
 * @param {string} [what.wanted] what is searched for
 * @returns {{ rows: Row[], others: number }} `others`: how many are online with whom there is no conversation
 */
export function sideRows({ conversations, agents, self, wanted = '' }) {
  const sought = folded(wanted.trim());
  const online = new Map(agents.map((agent) => [agent.id, agent]));
  /** @type {Row[]} */
  const rows = [];
  for (const conversation of conversations) {
    const { key, peer } = conversation;
    const name = peer === null ? '' : (online.get(peer)?.name ?? conversation.name);
    const hit = sought ? lastHit(conversation, sought) : null;
    if (sought && !hit && !(peer !== null && isNamed({ id: peer, name }, sought))) continue;
    rows.push({ key, conversation, peer, name, status: peer === null ? null : (online.get(peer)?.status ?? 'offline'), hit });
  }
  const listed = new Set(conversations.map(({ peer }) => peer));
  const others = agents.filter((agent) => agent.id !== self && !listed.has(agent.id) && isNamed(agent, sought));
  if (others.length) rows.push({ key: OTHERS, conversation: null, peer: null, name: '', status: null, hit: null });
  for (const { id, name, status } of others.slice(0, MOST_OTHERS)) {
    rows.push({ key: `agent:${id}`, conversation: null, peer: id, name, status, hit: null });
  }
  return { rows, others: others.length };
}

/** @param {{ id: string, name: string }} agent @param {string} sought */
const isNamed = ({ id, name }, sought) => folded(`${plain(name)}\n${id}`).includes(sought);

/**
 * The rows in the order in which they are on the screen, while the pointer is over them: what is about to be clicked stays where
 * it is. New rows come at the end.
 *
 * @param {Row[]} rows
 * @param {string[]} before the keys on the screen
 * @returns {Row[]}
 */
export function heldOrder(rows, before) {
  const place = new Map(before.map((key, n) => [key, n]));
  return rows.toSorted((a, b) => (place.get(a.key) ?? Infinity) - (place.get(b.key) ?? Infinity) || 0);
}
