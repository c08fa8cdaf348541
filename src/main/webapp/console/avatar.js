// @ts-check
import { element, setText } from './element.js';
import { icon } from './icons.js';

/** As many as the style sheet has colours. */
const HUES = 6;

/** A coloured disc with the name's first letter. Says nothing that the name beside it does not. */
export const avatar = () => element('span', { class: 'avatar', 'aria-hidden': 'true' });

/**
 * @param {Element} disc
 * @param {string} id decides the colour, so that it stays through a change of name
 * @param {string} name
 */
export function showAvatar(disc, id, name) {
  const hash = [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 0);
  disc.setAttribute('data-hue', String(hash % HUES));
  setText(disc, [...name.trim()][0]?.toUpperCase() ?? '·');
}

/**
 * A dot at its corner. Words beside it have to say the same.
 *
 * @param {Element} disc
 * @param {import('../sdk/kefu.js').Status | 'offline'} status
 */
export const showPresence = (disc, status) => disc.setAttribute('data-presence', status);

/**
 * What stands for a conversation: the other agent's disc, or a sign where it is not about one agent.
 *
 * @param {HTMLElement} disc
 * @param {{ key: string, peer: string | null, title: string, status: import('../sdk/kefu.js').Status | 'offline' }} conversation
 */
export function showFigure(disc, { key, peer, title, status }) {
  if (disc.dataset.key !== key) {
    disc.dataset.key = key;
    for (const attribute of ['data-hue', 'data-presence']) disc.removeAttribute(attribute);
    disc.replaceChildren(...(peer === null ? [icon(key === 'events' ? 'events' : 'room')] : []));
  }
  if (peer === null) return;
  showAvatar(disc, peer, title);
  showPresence(disc, status);
}
