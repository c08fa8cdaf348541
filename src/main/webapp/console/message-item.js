// @ts-check
import { avatar, showAvatar } from './avatar.js';
import { element, setText } from './element.js';
import { icon } from './icons.js';
import { textNodes } from './message-text.js';
import { plain, shownName } from './names.js';
import { isEmoji, isLong, LINE_WIDTH, PHONE_LINE_WIDTH } from './text-parts.js';

/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./language.js').Language} Language */

/**
 * @param {Message} message
 * @param {Language} language
 * @param {{ resend: (message: Message) => void, discard: (message: Message) => void }} actions
 */
export function messageItem(message, language, actions) {
  const meta = element('p', { class: 'message-meta' });
  meta.append(element('bdi', { class: 'message-name' }), element('span', { class: 'message-id' }), ' ', element('time'));
  const content = element('p', { class: 'message-content', dir: 'auto', 'data-testid': 'message-content' });
  content.append(...textNodes(message.content));
  content.toggleAttribute('data-emoji', isEmoji(message.content));
  const state = element('span', { class: 'message-state' });
  const body = element('div', { class: 'message-body' }, meta, element('div', { class: 'message-line' }, content, state));
  if (isLong(message.content, lineWidth())) body.append(unfold(content, language));
  const attributes = { class: 'message', 'data-testid': 'message', 'data-own': message.own, 'data-from': message.from };
  const item = element('li', attributes, avatar(), body);
  const name = shownName(message.from, message.name);
  showAvatar(/** @type {Element} */ (item.firstElementChild), message.from, name);
  setText(meta.firstElementChild, message.own ? language.say('message.own') : name);
  if (message.own) body.append(delivery(message, language, actions));
  return item;
}

const lineWidth = () => (matchMedia('(max-width: 719px)').matches ? PHONE_LINE_WIDTH : LINE_WIDTH);

/** A long message is folded until the agent wants to see all of it. @param {HTMLElement} content @param {Language} language */
function unfold(content, language) {
  content.toggleAttribute('data-folded', true);
  const button = element('button', { type: 'button', class: 'quiet message-unfold', 'aria-expanded': 'false' });
  setText(button, language.say('message.unfold'));
  button.addEventListener('click', () => {
    const folded = content.toggleAttribute('data-folded');
    button.setAttribute('aria-expanded', String(!folded));
    setText(button, language.say(folded ? 'message.unfold' : 'message.fold'));
  });
  return button;
}

/** Why it was not sent, and what can be done. @type {(message: Message, language: Language, actions: { resend: (message: Message) => void, discard: (message: Message) => void }) => HTMLElement} */
function delivery(message, language, { resend, discard }) {
  const again = element('button', { type: 'button', class: 'quiet', 'data-action': 'resend' });
  setText(again, language.say('message.resend'));
  const away = element('button', { type: 'button', class: 'quiet', 'data-action': 'discard' });
  setText(away, language.say('message.discard'));
  again.addEventListener('click', () => resend(message));
  away.addEventListener('click', () => discard(message));
  return element('p', { class: 'message-delivery', hidden: true }, element('span'), element('span', { class: 'message-actions' }, again, away));
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 * @param {Language} language
 * @param {{ online: boolean, continued: boolean, hasNamesake: boolean }} circumstances `continued`: the one above is by the same agent;
 *     `hasNamesake`: another agent has this name
 */
export function updateMessageItem(item, message, language, { online, continued, hasNamesake }) {
  const waits = message.status === 'pending';
  const look = [message.status, message.problem, waits && online, continued, hasNamesake, message.time].join();
  if (item.dataset.look === look) return;
  item.dataset.look = look;
  item.dataset.status = message.status;
  item.toggleAttribute('data-continued', continued);
  const time = /** @type {HTMLTimeElement} */ (item.querySelector('time'));
  time.dateTime = new Date(message.time).toISOString();
  setText(time, language.time(message.time));
  setText(item.querySelector('.message-id'), hasNamesake && !message.own ? language.say('me.id', { id: plain(message.from) }) : '');
  if (!message.own) return;
  showState(/** @type {HTMLElement} */ (item.querySelector('.message-state')), waits, online, language);
  const failure = /** @type {HTMLElement} */ (item.querySelector('.message-delivery'));
  failure.hidden = message.status !== 'failed';
  setText(failure.firstElementChild, failure.hidden ? '' : language.explain('message.failed', message.problem));
}

/** A small sign beside the message: it takes no room, so that nothing moves. @type {(state: HTMLElement, waits: boolean, online: boolean, language: Language) => void} */
function showState(state, waits, online, language) {
  const words = waits ? language.say(online ? 'message.pending' : 'message.queued') : '';
  state.title = words;
  state.replaceChildren(...(waits ? [icon('waiting'), element('span', { class: 'unseen' }, words)] : []));
}
