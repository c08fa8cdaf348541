// @ts-check
import { avatar, showAvatar, showFigure, showPresence } from './avatar.js';
import { byId, element, setText } from './element.js';
import { plain, shownName } from './names.js';
import { statusWords } from './status-words.js';

/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./roster.js').Roster} Roster */
/** @typedef {import('./seat.js').Seat} Seat */

/** Below the room's title, by what is known of who is there. */
const ROOM = /** @type {const} */ ({ now: 'room.sub', then: 'room.sub.then', never: 'room.sub.never' });

/** Who sits here, over the list; and whom the talk is with, over the talk. */
export class Head {
  #group = byId('group', HTMLElement);
  #me = byId('me', HTMLElement);
  #disc = byId('me-avatar', HTMLElement);
  #figure = byId('talk-avatar', HTMLElement);
  #title = byId('talk-title', HTMLElement);
  #subtitle = byId('talk-subtitle', HTMLElement);
  #back = byId('back', HTMLButtonElement);
  #seat;
  #roster;
  #conversations;
  #language;

  /**
   * @param {Seat} seat
   * @param {Roster} roster
   * @param {Conversations} conversations
   * @param {Language} language
   */
  constructor(seat, roster, conversations, language) {
    this.#seat = seat;
    this.#roster = roster;
    this.#conversations = conversations;
    this.#language = language;
    this.#disc.append(avatar());
  }

  show() {
    this.#showSelf();
    this.#showTalk();
    const others = this.#conversations.unread - this.#conversations.current.unread;
    this.#back.toggleAttribute('data-unread', others > 0);
  }

  /** With a token it is the gateway that says who one is. */
  #showSelf() {
    const { bid = '', id = '', name = '' } = this.#seat.identity ?? {};
    const group = bid && this.#language.say('group', { bid: plain(bid) });
    setText(this.#group, group);
    if (this.#group.title !== group) this.#group.title = group; // there is not always room for all of it
    const shown = shownName(id, name);
    const words = id && this.#language.say('me.id', { id: plain(id) });
    if (this.#me.textContent !== shown + words) this.#me.replaceChildren(element('bdi', {}, shown), element('span', { class: 'side-id' }, words));
    const disc = /** @type {Element} */ (this.#disc.firstElementChild);
    showAvatar(disc, id, shown);
    showPresence(disc, this.#seat.state.name === 'online' ? this.#seat.status : 'offline');
  }

  #showTalk() {
    const { key, peer, name } = this.#conversations.current;
    const { agents, known } = this.#roster;
    const agent = peer === null ? undefined : this.#seat.agent(peer);
    const title = peer === null ? '' : shownName(peer, agent?.name ?? name);
    const status = agent?.status ?? 'offline';
    showFigure(this.#figure, { key, peer, title, status });
    this.#figure.parentElement?.toggleAttribute('data-stale', known !== 'now');
    if (peer === null) {
      const kind = key === 'events' ? 'events' : 'room';
      setText(this.#title, this.#language.say(kind));
      setText(this.#subtitle, this.#language.say(kind === 'events' ? 'events.sub' : ROOM[known], { count: agents.length }));
      return;
    }
    const shared = this.#roster.hasNamesakeOf({ id: peer, name: agent?.name ?? name });
    setText(this.#title, title);
    const presence = this.#language.say('private.sub', { status: statusWords(status, known, this.#language) });
    setText(this.#subtitle, shared ? `${plain(peer)} · ${presence}` : presence);
  }
}
