// @ts-check
import { avatar, showAvatar, showPresence } from './avatar.js';
import { element, setText } from './element.js';
import { icon } from './icons.js';
import { lastWords } from './last-words.js';
import { plain, shownName } from './names.js';
import { statusWords } from './status-words.js';

/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./side-rows.js').Row} Row */

/** @param {number} count */
export const upTo99 = (count) => (count > 99 ? '99+' : String(count));

/**
 * @param {Row} row
 * @param {Language} language
 * @param {{ open: () => void, close: () => void }} actions
 */
export function sideRow({ key, peer }, language, { open, close }) {
  const name = element('bdi', { class: 'entry-name' });
  const status = element('span', { class: 'unseen entry-status' });
  const top = element('span', { class: 'entry-top' }, name, element('span', { class: 'entry-id' }), status, element('time'));
  const failed = element('span', { class: 'badge badge-failed', 'data-testid': 'failed' });
  const unread = element('span', { class: 'badge', 'data-testid': 'unread' });
  const words = element('bdi', { class: 'entry-words' });
  const lines = element('span', { class: 'entry-lines' }, top, element('span', { class: 'entry-bottom' }, words, failed, unread));
  const disc = avatar();
  if (peer === null) disc.append(icon(key === 'events' ? 'events' : 'room'));
  const entry = element('button', { type: 'button', class: 'entry' }, disc, lines);
  entry.addEventListener('click', open);
  const item = element('li', { class: 'row', ...(peer !== null && { 'data-customer-id': peer }) }, entry);
  if (peer === null) return item;
  const away = element('button', { type: 'button', class: 'entry-close', tabindex: '-1' }, icon('close'));
  for (const attribute of ['aria-label', 'title']) away.setAttribute(attribute, language.say('side.close'));
  away.addEventListener('click', close);
  item.append(away);
  return item;
}

/**
 * @param {HTMLElement} item
 * @param {Row} row
 * @param {Language} language
 * @param {{ current: boolean, closable: boolean, canSay: boolean, hasNamesake: boolean, known: import('./roster.js').Known, now: number }} circumstances
 */
export function updateSideRow(item, row, language, { current, closable, canSay, hasNamesake, known, now }) {
  const { conversation, peer, name, status, hit } = row;
  const online = status !== null && status !== 'offline';
  const [unread, failures] = [conversation?.unread ?? 0, conversation?.failed.length ?? 0];
  const last = [conversation?.heard.at(-1)?.key, conversation?.outbox.at(-1)?.key];
  const day = new Date(now).getDate();
  const facts = [row.key, name, status, known, current, closable, canSay, hasNamesake, unread, failures, ...last, conversation?.draft, hit, day];
  const look = JSON.stringify(facts);
  if (item.dataset.look === look) return;
  item.dataset.look = look;
  const [entry, away] = /** @type {HTMLElement[]} */ ([...item.children]);
  const title = peer === null ? language.say(row.key === 'events' ? 'events' : 'room') : shownName(peer, name);
  if (peer !== null && status !== null) {
    const disc = /** @type {Element} */ (entry.firstElementChild);
    showAvatar(disc, peer, title);
    showPresence(disc, status);
    setText(entry.querySelector('.entry-status'), `, ${statusWords(status, known, language)}`);
  }
  setText(entry.querySelector('.entry-name'), title);
  setText(entry.querySelector('.entry-id'), hasNamesake && peer !== null ? language.say('me.id', { id: plain(peer) }).trim() : '');
  showWords(entry, row, language, { known, now });
  showBadges(entry, unread, failures, language);
  item.toggleAttribute('data-online', online);
  item.toggleAttribute('data-offline', peer !== null && !online);
  item.toggleAttribute('data-unread', unread > 0);
  if (conversation) entry.dataset.conversation = row.key;
  else delete entry.dataset.conversation;
  if (current) entry.setAttribute('aria-current', 'true');
  else entry.removeAttribute('aria-current');
  /** @type {HTMLButtonElement} */ (entry).disabled = !conversation && !canSay;
  if (away) away.hidden = !closable;
}

/** @type {(entry: Element, row: Row, language: Language, circumstances: { known: import('./roster.js').Known, now: number }) => void} */
function showWords(entry, row, language, { known, now }) {
  const { conversation, hit } = row;
  const words = /** @type {HTMLElement} */ (entry.querySelector('.entry-words'));
  const { kind, text, time } = conversation ? lastWords(conversation, language) : { kind: 'none', text: '', time: 0 };
  words.dataset.kind = hit ? 'hit' : kind;
  if (hit) words.replaceChildren(hit.before, element('mark', {}, hit.match), hit.after);
  else if (kind === 'draft') words.replaceChildren(element('span', { class: 'entry-draft' }, language.say('side.draft')), ' ', text);
  else words.replaceChildren(kind === 'none' ? nothingSaid(row, known, language) : text);
  setText(entry.querySelector('time'), time ? language.when(time, now) : '');
}

/** @type {(row: Row, known: import('./roster.js').Known, language: Language) => string} */
function nothingSaid({ key, peer, status }, known, language) {
  if (peer === null) return language.say(key === 'events' ? 'log.empty.events' : 'side.nothing');
  const words = language.say('side.id', { id: plain(peer) });
  return status === null || status === 'online' || known !== 'now' ? words : `${statusWords(status, known, language)} · ${words}`;
}

/** @type {(entry: Element, unread: number, failures: number, language: Language) => void} */
function showBadges(entry, unread, failures, language) {
  const failed = /** @type {HTMLElement} */ (entry.querySelector('.badge-failed'));
  const badge = /** @type {HTMLElement} */ (entry.querySelector('[data-testid=unread]'));
  setText(failed, failures ? '!' : '');
  setText(badge, unread ? upTo99(unread) : '');
  describe(failed, failures ? language.say('side.failed', { count: failures }) : '');
  describe(badge, unread ? language.say('side.unread', { count: unread }) : '');
}

/** @param {HTMLElement} badge @param {string} words */
function describe(badge, words) {
  if (words) {
    badge.setAttribute('role', 'img');
    badge.setAttribute('aria-label', words);
  } else for (const attribute of ['role', 'aria-label']) badge.removeAttribute(attribute);
}
