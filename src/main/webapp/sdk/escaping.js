// @ts-check

/** What the gateway does to names and texts for v1 clients, backwards. */
const CHARACTERS = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#039;', "'"],
]);

/**
 * Undoes the one HTML escaping of v1, and nothing else. One pass: `&amp;lt;` was `&lt;` when it was typed.
 *
 * @param {string} text
 */
export function unescapeHtml(text) {
  return text.replace(/&(?:amp|lt|gt|quot|#039);/g, (entity) => CHARACTERS.get(entity) ?? entity);
}
