// @ts-check
import { avatar, showAvatar } from './avatar.js';
import { element, setText } from './element.js';

/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./language.js').Language} Language */

/**
 * @param {Message} message
 * @param {Language} language
 * @param {{ resend: (message: Message) => void, discard: (message: Message) => void }} actions
 */
export function messageItem(message, language, { resend, discard }) {
  const meta = element('p', { class: 'message-meta' }, element('span', { class: 'message-name' }), ' ', element('time'));
  const content = element('p', { class: 'message-content', dir: 'auto', 'data-testid': 'message-content' });
  setText(content, message.content);
  const again = element('button', { type: 'button', class: 'quiet', 'data-action': 'resend' });
  setText(again, language.say('message.resend'));
  const away = element('button', { type: 'button', class: 'quiet', 'data-action': 'discard' });
  setText(away, language.say('message.discard'));
  again.addEventListener('click', () => resend(message));
  away.addEventListener('click', () => discard(message));
  const delivery = element('p', { class: 'message-delivery', hidden: true }, element('span'), again, away);
  const body = element('div', { class: 'message-body' }, meta, content, delivery);
  const attributes = { class: 'message', 'data-testid': 'message', 'data-own': message.own, 'data-from': message.from };
  const item = element('li', attributes, avatar(), body);
  showAvatar(/** @type {Element} */ (item.firstElementChild), message.from, message.name);
  setText(meta.firstElementChild, message.own ? language.say('message.own') : message.name);
  return item;
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 * @param {Language} language
 * @param {{ online: boolean, continued: boolean }} circumstances `continued`: the one above is by the same agent
 */
export function updateMessageItem(item, message, language, { online, continued }) {
  const look = [message.status, message.problem, online, continued].join();
  if (item.dataset.look === look) return;
  item.dataset.look = look;
  item.dataset.status = message.status;
  item.toggleAttribute('data-continued', continued);
  const time = /** @type {HTMLTimeElement} */ (item.querySelector('time'));
  time.dateTime = new Date(message.time).toISOString();
  setText(time, language.time(message.time));
  item.title = continued ? language.time(message.time) : '';
  const delivery = /** @type {HTMLElement} */ (item.querySelector('.message-delivery'));
  const failed = message.status === 'failed';
  delivery.hidden = message.status === 'sent';
  for (const button of delivery.querySelectorAll('button')) button.hidden = !failed;
  const waiting = language.say(online ? 'message.pending' : 'message.queued');
  setText(delivery.firstElementChild, failed ? language.explain('message.failed', message.problem) : waiting);
}
