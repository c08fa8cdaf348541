// @ts-check
import { byId, setText } from './element.js';
import { HeldNews } from './held-news.js';
import { Notifications } from './notifications.js';
import { shownText } from './search.js';
import { upTo99 } from './side-row.js';
import { Sound } from './sound.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./conversations.js').News} News */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./preferences.js').Preferences} Preferences */
/** @typedef {import('./seat.js').Seat} Seat */

/** More does not fit into a notification. */
const MOST_CHARS = 140;

/** Tells an agent who looks elsewhere what is new: by the title, the tab's icon, a sound and the desktop's notifications. */
export class Alerts {
  #seat;
  #conversations;
  #language;
  #preferences;
  #open;
  #sound = new Sound();
  #notifications = new Notifications();
  #icon = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel=icon]'));
  #soundButton = byId('sound', HTMLButtonElement);
  #notifyButton = byId('notifications', HTMLButtonElement);

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   * @param {Preferences} preferences
   * @param {(conversation: Conversation) => void} open the agent wants to see that conversation
   */
  constructor(seat, conversations, language, preferences, open) {
    this.#seat = seat;
    this.#conversations = conversations;
    this.#language = language;
    this.#preferences = preferences;
    this.#open = open;
    const held = new HeldNews((key) => conversations.isUnread(key), (news) => this.#tell(news));
    conversations.addEventListener('news', (event) => held.add(/** @type {News} */ (event)));
    this.#soundButton.addEventListener('click', () => this.#turnSound());
    this.#notifyButton.addEventListener('click', () => this.#turnNotifications());
    window.addEventListener('pagehide', () => this.#notifications.closeAll());
  }

  show() {
    const { unread } = this.#conversations;
    this.#notifications.closeAll((key) => !this.#conversations.isUnread(key));
    const title = this.#language.say('title');
    const words = unread === 0 ? title : `(${upTo99(unread)}) ${title}`;
    if (document.title !== words) document.title = words;
    const icon = unread === 0 ? 'console/icon.svg' : 'console/icon-unread.svg';
    if (this.#icon.getAttribute('href') !== icon) this.#icon.setAttribute('href', icon);
    this.#soundButton.setAttribute('aria-checked', String(this.#preferences.sound));
    this.#notifyButton.setAttribute('aria-checked', String(this.#notifies));
    this.#notifyButton.hidden = !('Notification' in window);
    const denied = 'Notification' in window && Notification.permission === 'denied';
    setText(byId('notifications-hint', HTMLElement), denied ? this.#language.say('settings.notifications.denied') : '');
  }

  /** Tells of nothing: the agent has logged out. */
  hide() {
    this.#notifications.closeAll();
    this.#icon.setAttribute('href', 'console/icon.svg');
    document.title = this.#language.say('title');
  }

  get #notifies() {
    return this.#preferences.notifications && 'Notification' in window && Notification.permission === 'granted';
  }

  /** @param {News} news */
  #tell({ conversation, from, text }) {
    if (this.#preferences.sound) this.#sound.play();
    if (!this.#notifies || document.hasFocus()) return;
    const { key, peer } = conversation;
    const place = this.#language.say(key === 'events' ? 'events' : 'room');
    const title = key === 'events' ? place : peer === null ? `${from} · ${place}` : from;
    const tag = `kefu ${JSON.stringify([this.#seat.identity?.bid, key])}`; // one for all tabs of the agent
    this.#notifications.show(key, { title, body: shownText(text.slice(0, MOST_CHARS)), tag }, () => {
      window.focus();
      this.#open(conversation);
    });
  }

  #turnSound() {
    this.#preferences.sound = !this.#preferences.sound;
    this.#preferences.keep();
    if (this.#preferences.sound) this.#sound.playHere();
    this.show();
  }

  /** The browser asks the agent, the first time. */
  async #turnNotifications() {
    const on = !this.#notifies;
    if (on && (await Notification.requestPermission()) !== 'granted') return this.show();
    this.#preferences.notifications = on;
    this.#preferences.keep();
    this.show();
  }
}
