// @ts-check

/** For the browser, until the logout. */
const KEY = 'kefu.preferences';

/** How an agent wants to be told of news. */
export class Preferences {
  sound = true;
  notifications = false;
  #storage;

  /** @param {() => Storage} storage */
  constructor(storage = () => localStorage) {
    this.#storage = storage;
    try {
      const kept = JSON.parse(storage().getItem(KEY) ?? '{}');
      this.sound = kept.sound !== false;
      this.notifications = kept.notifications === true;
    } catch {
      // as at first
    }
  }

  keep() {
    try {
      this.#storage().setItem(KEY, JSON.stringify({ sound: this.sound, notifications: this.notifications }));
    } catch {
      // kept as long as the page is
    }
  }

  forget() {
    this.sound = true;
    this.notifications = false;
    try {
      this.#storage().removeItem(KEY);
    } catch {
      // nothing is kept where that is forbidden
    }
  }
}
