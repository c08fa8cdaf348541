// @ts-check
import { byId, setText } from './element.js';

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./notes.js').Notes} Notes */

/** Logs out, and asks first where a message, a text or a note would be lost. */
export class Logout {
  /**
   * @param {Conversations} conversations
   * @param {Notes} notes
   * @param {Language} language
   * @param {() => void} logOut
   */
  constructor(conversations, notes, language, logOut) {
    const dialog = byId('logout-dialog', HTMLDialogElement);
    byId('logout', HTMLButtonElement).addEventListener('click', () => {
      const unsent = conversations.unsent || conversations.drafted;
      if (!unsent && notes.isEmpty) return logOut();
      setText(byId('logout-text', HTMLElement), language.say(unsent ? 'logout.unsent' : 'logout.notes'));
      dialog.showModal();
    });
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'logout') logOut();
      dialog.returnValue = '';
    });
  }
}
