// @ts-check
import { byId, element } from './element.js';
import { SHEET } from './shortcuts.js';

/** @typedef {import('./language.js').Language} Language */

/** The sheet that says which key does what. */
export class Help {
  #dialog = byId('help', HTMLDialogElement);

  /** @param {Language} language */
  constructor(language) {
    const list = byId('help-list', HTMLElement);
    for (const [keys, action] of SHEET) {
      const caps = keys.split(' ').map((key) => element('kbd', {}, key));
      list.append(element('dt', {}, ...caps), element('dd', {}, language.say(`help.${action}`)));
    }
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}
