// @ts-check
import { showFigure } from './avatar.js';
import { byId, setText } from './element.js';
import { plain, shownName } from './names.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./seat.js').Seat} Seat */

/** What a conversation says in which nothing was said yet: what it is for, and what can be done. */
export class LogEmpty {
  #view = byId('log-empty', HTMLElement);
  #figure = byId('log-empty-figure', HTMLElement);
  #seat;
  #language;

  /**
   * @param {Seat} seat
   * @param {Language} language
   */
  constructor(seat, language) {
    this.#seat = seat;
    this.#language = language;
  }

  /** @param {Conversation} conversation */
  show({ key, peer, name, heard, outbox }) {
    this.#view.hidden = heard.length + outbox.length > 0;
    if (this.#view.hidden) return;
    const kind = key === 'events' ? 'events' : peer === null ? 'room' : 'private';
    const { bid = '' } = this.#seat.identity ?? {};
    this.#view.dataset.kind = kind;
    const agent = peer === null ? undefined : this.#seat.agent(peer);
    const values = { name: peer === null ? '' : shownName(peer, agent?.name ?? name), bid: plain(bid) };
    showFigure(this.#figure, { key, peer, title: values.name, status: agent?.status ?? 'offline' });
    setText(byId('log-empty-title', HTMLElement), this.#language.say(`log.empty.${kind}`, values));
    setText(byId('log-empty-text', HTMLElement), this.#language.say(`log.empty.${kind}.text`, values));
    const example = byId('log-empty-example', HTMLElement);
    example.hidden = kind !== 'events';
    setText(example, `POST /chat/api/push\n${JSON.stringify({ to: { group: bid }, message: { method: 'new_order', id: 5 } })}`);
  }
}
