// @ts-check
import { fieldsOf } from './push-fields.js';

/** @typedef {{ about: string, title: string, fields: [string, string][] }} Card what the backend wants to be seen beside a conversation */

/** The method of a push that is a card. */
const METHOD = 'card_push';

/** The one that was shown first goes. */
const MOST = 500;

/**
 * What the backend wants to be seen beside a conversation: `{"method":"card_push","about":customer_id,"title":text,"fields":{…}}`.
 * Without `about` it is seen beside the room. A later one takes the place of the earlier one; one without title and fields takes
 * it away.
 */
export class Cards {
  /** @type {Map<string, Card>} by what they are about */
  #cards;

  /** @param {Card[]} cards */
  constructor(cards = []) {
    this.#cards = new Map(cards.map((card) => [card.about, card]));
  }

  /** @param {any} push @returns {boolean} false: it is no card */
  take(push) {
    if (push?.method !== METHOD) return false;
    const about = String(push.about ?? '');
    const title = String(push.title ?? '').slice(0, 200);
    const { fields } = fieldsOf(typeof push.fields === 'object' ? push.fields : {});
    this.#cards.delete(about);
    if (title || fields.length) this.#cards.set(about, { about, title, fields });
    if (this.#cards.size > MOST) this.#cards.delete(String(this.#cards.keys().next().value));
    return true;
  }

  /** @param {string | null} peer null: the room */
  of(peer) {
    return this.#cards.get(peer ?? '') ?? null;
  }

  get all() {
    return [...this.#cards.values()];
  }
}
