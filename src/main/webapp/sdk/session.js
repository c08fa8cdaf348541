// @ts-check
import { claimsIn } from './claims.js';
import { idOf, nameOf } from './frames.js';
import { keep, take } from './kept-session.js';

/** @typedef {import('./kefu.js').Identity} Identity */
/** @typedef {import('./kefu.js').Options} Options */
/** @typedef {{ epoch: string, off: number }} Position */

/** What a client knows of its session: who it is, the secret that resumes it, and up to where each channel was heard. */
export class Session {
  /** @type {Identity} */
  identity;
  /** @type {string | null} its public id */
  client = null;
  /** What it is to be, as it was said last. @type {import('./kefu.js').Status} */
  status = 'online';
  /** The last token shown. @type {string | undefined} */
  token;
  /** The secret with which it is resumed; null: there is none. @type {string | null} */
  ticket = null;
  /** Whether there was one before the next login. */
  hasBegun = false;
  /** An earlier page has left it, and it is not known yet whether that was the same agent's. */
  isKept = false;
  /** Until when others may still be on their way back after a restart (ms since the epoch). */
  othersReturnUntil = 0;
  #options;
  #url;
  /** How often it was resumed, or tried to. */
  #tries = 0;
  /** @type {Map<string, Position>} */
  #positions = new Map();

  /**
   * @param {Options} options
   * @param {string} url
   */
  constructor(options, url) {
    this.#options = options;
    this.#url = url;
    this.identity = this.#asked();
  }

  #asked() {
    const { bid, id, name } = this.#options;
    return { bid: textOf(bid), id: textOf(id), name: textOf(name) };
  }

  /** The request that logs in. What is not known is not sent: the token says it. */
  login() {
    const { bid, id, name, password } = this.#options;
    const said = Object.entries({ bid, customer_id: id, customer_name: name, password, token: this.token });
    const known = said.filter(([, value]) => value !== undefined && value !== '');
    return { method: 'login', ...Object.fromEntries(known), ...this.#known() };
  }

  /** The request that resumes it. */
  resume() {
    this.#tries += 1;
    return { method: 'resume', ticket: this.ticket, try: this.#tries, token: this.token, ...this.#known() };
  }

  /** The positions, as a member of a request, where there are any. */
  #known() {
    return this.#positions.size ? { channels: Object.fromEntries(this.#positions) } : {};
  }

  /** @param {any} answer to the login @returns {boolean} whether the session before was another agent's, or in another group */
  begin(answer) {
    const before = this.hasBegun && !this.isKept ? this.identity : null;
    const bid = textOf(this.#options.bid) || claimsIn(this.token ?? '').bid || this.identity.bid;
    this.identity = { bid, id: idOf(answer), name: nameOf(answer) };
    this.client = answer.client;
    this.ticket = answer.ticket;
    this.#tries = 0;
    this.hasBegun = true;
    const isAnother = before !== null && (before.id !== this.identity.id || before.bid !== bid);
    if (isAnother) this.status = 'online';
    return isAnother;
  }

  /** It cannot be resumed any more. */
  end() {
    this.ticket = null;
    take(this.#options.storage, this.#url);
  }

  /** It is somebody else's: as if there had been none. */
  forget() {
    this.end();
    this.#positions.clear();
    this.identity = this.#asked();
    this.client = null;
    this.status = 'online';
    this.hasBegun = this.isKept = false;
    this.othersReturnUntil = 0;
  }

  /** What it has heard, but for its own channel, and does not hear any more. @param {Record<string, Position>} channels all that it hears */
  without(channels) {
    return [...this.#positions.keys()].filter((ch) => !ch.startsWith('c:') && !(ch in channels));
  }

  /** @param {Record<string, Position>} channels all that it hears */
  hears(channels) {
    this.#positions.clear();
    this.take(channels);
  }

  /** @param {Record<string, Position>} channels */
  take(channels) {
    for (const [ch, { epoch, off }] of Object.entries(channels)) this.#positions.set(ch, { epoch, off });
  }

  /** @param {{ joined?: Record<string, Position>, left?: string[] }} change */
  change({ joined = {}, left = [] }) {
    this.take(joined);
    for (const ch of left) this.#positions.delete(ch);
  }

  /**
   * @param {string} ch
   * @param {number} off
   * @returns {Position | null} null: it was heard already, or is in no channel of the session
   */
  advance(ch, off) {
    const known = this.#positions.get(ch);
    if (!known || off <= known.off) return null;
    const position = { epoch: known.epoch, off };
    this.#positions.set(ch, position);
    return position;
  }

  /** The backend can join a session to groups besides its own: who is there and what is said there is a push. @param {string} ch */
  isOtherGroup(ch) {
    const { bid } = this.identity;
    return ch.startsWith('g:') && bid !== '' && ch !== `g:${bid}`;
  }

  /** The page goes away: the next load may go on with it. Or it is hidden, and the browser may drop it. */
  keep(isHidden = false, blockedAt = 0) {
    keep(this.#options.storage, this.#url, {
      isHidden,
      blockedAt,
      othersReturnUntil: this.othersReturnUntil,
      ticket: this.ticket ?? '',
      tries: this.#tries,
      client: this.client ?? '',
      status: this.status,
      identity: this.identity,
      positions: Object.fromEntries(this.#positions),
    });
  }

  /**
   * Takes back what was kept; where that was by an earlier page, of the same agent, it goes on with its session.
   *
   * @param {boolean} [wasDropped] by the browser, while it was hidden. Else what a hidden page has kept is in a copy of that page
   * @returns {number} when WebSocket was seen not to get through; 0: it is not known
   */
  takeKept(wasDropped = false) {
    const kept = take(this.#options.storage, this.#url);
    const { bid, id, name } = this.identity;
    if (this.ticket !== null || !kept || (kept.isHidden && !wasDropped)) return 0;
    if ((bid && bid !== kept.identity.bid) || (id && id !== kept.identity.id)) return 0;
    this.identity = { ...kept.identity, name: name || kept.identity.name };
    this.client = kept.client;
    this.status = kept.status ?? 'online';
    this.ticket = kept.ticket;
    this.#tries = kept.tries;
    this.othersReturnUntil = kept.othersReturnUntil ?? 0;
    this.hasBegun = this.isKept = true;
    this.take(kept.positions);
    return kept.blockedAt ?? 0;
  }
}

/** @param {string | number | undefined} value */
const textOf = (value) => (value === undefined ? '' : String(value));
