// @ts-check
import { byId } from './element.js';

/** @typedef {import('./conversations.js').Conversations} Conversations */

/** Logs out, and asks first where a message or a text would be lost. */
export class Logout {
  /**
   * @param {Conversations} conversations
   * @param {() => void} logOut
   */
  constructor(conversations, logOut) {
    const dialog = byId('logout-dialog', HTMLDialogElement);
    byId('logout', HTMLButtonElement).addEventListener('click', () => {
      if (conversations.unsent || conversations.drafted) dialog.showModal();
      else logOut();
    });
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'logout') logOut();
      dialog.returnValue = '';
    });
  }
}
