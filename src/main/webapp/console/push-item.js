// @ts-check
import { element, setText } from './element.js';

/** @typedef {import('./conversation.js').Push} Push */
/** @typedef {import('./language.js').Language} Language */

/**
 * What a backend has pushed: a title, and names with their values.
 *
 * @param {Push} push
 * @param {Language} language
 */
export function pushItem({ title, fields, time }, language) {
  const heading = element('h3', { class: 'push-title' });
  setText(heading, title || language.say('events.untitled'));
  const at = element('time', { datetime: new Date(time).toISOString() }, language.time(time));
  const list = element('dl', { class: 'fields push-fields' });
  for (const [name, value] of fields) {
    list.append(element('dt', { dir: 'auto' }, name), element('dd', { dir: 'auto' }, value));
  }
  return element('li', { class: 'push', 'data-testid': 'push' }, element('p', { class: 'push-head' }, heading, at), list);
}
