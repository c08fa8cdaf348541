// @ts-check

/** @typedef {{ title: string, body: string, tag: string }} Words `tag`: of one tag the desktop shows the last one */

/** What the desktop shows of each conversation. It goes when that is read, and with the page: by then a click on it leads nowhere. */
export class Notifications {
  /** @type {Map<string, { close: () => void }>} by the conversation's key */
  #shown = new Map();
  #notify;

  /** @param {(words: Words) => { close: () => void, onclick: (() => void) | null }} notify */
  constructor(notify = ({ title, ...options }) => /** @type {any} */ (new Notification(title, { ...options, icon: 'console/icon.svg' }))) {
    this.#notify = notify;
  }

  /**
   * @param {string} key of the conversation
   * @param {Words} words
   * @param {() => void} chosen the agent has clicked on it
   */
  show(key, words, chosen) {
    let notification;
    try {
      notification = this.#notify(words);
    } catch {
      return; // Chrome on Android lets no page show one, though it says that it may: sound and title are left
    }
    this.#shown.set(key, notification);
    notification.onclick = () => {
      this.close(key);
      chosen();
    };
  }

  /** @param {string} key */
  close(key) {
    this.#shown.get(key)?.close();
    this.#shown.delete(key);
  }

  /** @param {(key: string) => boolean} [which] */
  closeAll(which = () => true) {
    for (const key of [...this.#shown.keys()].filter(which)) this.close(key);
  }
}
