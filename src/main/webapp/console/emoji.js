// @ts-check
import { Dropdown } from './dropdown.js';
import { byId, element } from './element.js';

/** So many stand side by side; the style sheet says the same. */
const COLUMNS = 8;

/** What agents use most. */
const EMOJI = [
  '😀 😄 😁 😂 🙂 😉 😊 😍',
  '😘 🤔 😅 😎 🙄 😮 😢 😭',
  '😡 😱 😴 🤝 👍 👎 👌 👏',
  '🙏 💪 👋 ✌️ 👀 💯 ❤️ 💔',
  '🎉 🎁 🌹 ☕ 🍵 🔥 ⭐ ✨',
  '✅ ❌ ❗ ❓ ⏰ 📌 📎 📦',
].flatMap((row) => row.split(' '));

/** The choice of emoji beside the field. They need no labels: a screen reader names each of them. */
export class EmojiPicker {
  #button = byId('emoji', HTMLButtonElement);

  /**
   * @param {HTMLTextAreaElement} field
   * @param {() => void} typed something was put into the field
   */
  constructor(field, typed) {
    const panel = byId('emoji-panel', HTMLElement);
    panel.append(...EMOJI.map((emoji) => element('button', { type: 'button', value: emoji, class: 'emoji' }, emoji)));
    const choose = (/** @type {string} */ emoji) => {
      field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end');
      typed();
    };
    new Dropdown(this.#button, panel, { choose, back: field, columns: COLUMNS });
  }

  /** @param {boolean} enabled */
  show(enabled) {
    this.#button.disabled = !enabled;
  }
}
