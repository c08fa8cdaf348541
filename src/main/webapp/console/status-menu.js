// @ts-check
import { Dropdown } from './dropdown.js';
import { byId, setText } from './element.js';

/** @typedef {import('../sdk/kefu.js').Status} Status */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./seat.js').Seat} Seat */

/** All tabs of the browser hear each other here. */
const NAME = 'kefu.status';

/** Where the agent says online, busy or away. It counts for all tabs of this agent, each of which has a session. */
export class StatusMenu {
  #button = byId('status', HTMLButtonElement);
  #panel = byId('status-panel', HTMLElement);
  #seat;
  #language;

  /**
   * @param {Seat} seat
   * @param {Language} language
   * @param {any} [channel] a BroadcastChannel
   */
  constructor(seat, language, channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null) {
    this.#seat = seat;
    this.#language = language;
    new Dropdown(this.#button, this.#panel, {
      choose: (status) => {
        seat.setStatus(/** @type {Status} */ (status));
        channel?.postMessage({ ...seat.identity, status });
      },
    });
    if (channel) channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#heard(Object(data));
  }

  show() {
    const { status } = this.#seat;
    setText(this.#button.querySelector('.status-name'), this.#language.say(`status.${status}`));
    for (const choice of this.#panel.querySelectorAll('button')) choice.setAttribute('aria-checked', String(choice.value === status));
  }

  /** @param {any} said */
  #heard({ bid, id, status }) {
    const own = this.#seat.identity;
    if (own && own.bid === bid && own.id === id) this.#seat.setStatus(status);
  }
}
