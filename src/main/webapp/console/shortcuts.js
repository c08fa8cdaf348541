// @ts-check

/**
 * What a key does, wherever the focus is.
 *
 * @typedef {'search' | 'previous' | 'next' | 'unread' | 'help' | 'details'} Action
 */

/** Keys as the help sheet shows them, and what they do. @type {[keys: string, action: Action | 'write' | 'send' | 'line' | 'close-conversation'][]} */
export const SHEET = [
  ['Ctrl K', 'search'],
  ['Alt ↑', 'previous'],
  ['Alt ↓', 'next'],
  ['Alt U', 'unread'],
  ['Alt I', 'details'],
  ['Esc', 'write'],
  ['Enter', 'send'],
  ['Shift Enter', 'line'],
  ['Delete', 'close-conversation'],
  ['?', 'help'],
];

/**
 * @param {Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>} event
 * @param {boolean} typing whether the focus is in a field, where a letter is a letter
 * @returns {Action | null}
 */
export function actionOf({ key, code, ctrlKey, metaKey, altKey, shiftKey, isComposing }, typing) {
  if (isComposing) return null;
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') return 'search';
  if (key === '?' && !typing && !ctrlKey && !metaKey && !altKey) return 'help';
  if (!altKey || ctrlKey || metaKey || shiftKey) return null;
  if (key === 'ArrowUp') return 'previous';
  if (key === 'ArrowDown') return 'next';
  if (code === 'KeyU') return 'unread'; // some keyboards write another letter with Alt
  return code === 'KeyI' ? 'details' : null;
}
