// @ts-check

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {{ bid: string, id: string }} Owner */

/** All tabs of the browser hear each other here. */
const NAME = 'kefu.read';

/** What was read in one tab of an agent is read in all of them. */
export class ReadSync {
  #conversations;
  #owner;
  #channel;
  #said = '';

  /**
   * @param {Conversations} conversations
   * @param {() => Owner | null} owner whose conversations they are
   * @param {any} [channel] a BroadcastChannel
   */
  constructor(conversations, owner, channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null) {
    this.#conversations = conversations;
    this.#owner = owner;
    this.#channel = channel;
    if (channel) channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#heard(data);
  }

  /** Tells the others up to where the current conversation was seen. */
  show() {
    const { current, seesCurrent } = this.#conversations;
    const owner = this.#owner();
    if (!seesCurrent || current.unread > 0 || !owner || current.mark === null) return;
    const { key, mark } = current;
    const said = JSON.stringify([owner.bid, owner.id, key, mark]);
    if (said === this.#said) return;
    this.#said = said;
    this.#channel?.postMessage({ bid: owner.bid, id: owner.id, key, mark });
  }

  /** @param {any} said */
  #heard(said) {
    const owner = this.#owner();
    const { bid, id, key, mark } = Object(said);
    if (owner && bid === owner.bid && id === owner.id) this.#conversations.seenElsewhere(String(key), String(mark));
  }
}
