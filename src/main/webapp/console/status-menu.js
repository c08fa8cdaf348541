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
  #channel;

  /**
   * @param {Seat} seat
   * @param {Language} language
   * @param {any} [channel] a BroadcastChannel
   */
  constructor(seat, language, channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null) {
    this.#seat = seat;
    this.#language = language;
    this.#channel = channel;
    new Dropdown(this.#button, this.#panel, {
      choose: (status) => {
        seat.setStatus(/** @type {Status} */ (status));
        channel?.postMessage({ ...seat.identity, status });
      },
    });
    if (channel) channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#heard(Object(data));
    seat.addEventListener('state', () => this.#ask());
  }

  show() {
    const { status } = this.#seat;
    setText(this.#button.querySelector('.status-name'), this.#language.say(`status.${status}`));
    for (const choice of this.#panel.querySelectorAll('button')) choice.setAttribute('aria-checked', String(choice.value === status));
  }

  /** A tab that is opened later begins as online: the others tell it how the agent is. */
  #ask() {
    if (this.#seat.state.name === 'online' && this.#seat.said === 'online') this.#channel?.postMessage({ ...this.#seat.identity, asks: true });
  }

  /** @param {any} message */
  #heard({ bid, id, status, asks }) {
    const { identity: own, said } = this.#seat;
    if (!own || own.bid !== bid || own.id !== id) return;
    if (!asks) this.#seat.setStatus(status);
    else if (said !== 'online') this.#channel?.postMessage({ bid, id, status: said });
  }
}
