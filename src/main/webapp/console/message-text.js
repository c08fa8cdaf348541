// @ts-check
import { element } from './element.js';
import { partsOf } from './text-parts.js';

/**
 * The nodes of a message's text. A link leads out of the page, and tells the other page nothing of this one.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const textNodes = (text) => partsOf(text).map((part, n, parts) => {
  switch (part.kind) {
    case 'link':
      return element('a', { href: part.href, title: part.href, target: '_blank', rel: 'noopener noreferrer nofollow', dir: 'ltr' }, part.text);
    case 'code':
      return element('code', { dir: 'ltr' }, part.text);
    case 'block':
      return element('code', { class: 'code-block', dir: 'ltr' }, part.text);
    default:
      return parts[n - 1]?.kind === 'block' ? part.text.replace(/^\n/, '') : part.text; // a block ends its line itself
  }
});
