// @ts-check
import { Composer } from './composer.js';
import { ConnectionBar } from './connection-bar.js';
import { byId, setText } from './element.js';
import { MessageLog } from './message-log.js';
import { Side } from './side.js';

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./conversations.js').Conversations} Conversations */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./seat.js').Seat} Seat */

/** What an agent sees who is logged in. On a phone it is two panes, the list and the talk, one at a time. */
export class Desk {
  #view = byId('desk', HTMLElement);
  #title = byId('talk-title', HTMLElement);
  #subtitle = byId('talk-subtitle', HTMLElement);
  #back = byId('back', HTMLButtonElement);
  #seat;
  #conversations;
  #language;
  #composer;
  #parts;

  /**
   * @param {Seat} seat
   * @param {Conversations} conversations
   * @param {Language} language
   */
  constructor(seat, conversations, language) {
    this.#seat = seat;
    this.#conversations = conversations;
    this.#language = language;
    this.#composer = new Composer(seat, conversations, language);
    this.#parts = [
      new ConnectionBar(seat, language),
      new Side(seat, conversations, language, (conversation) => this.open(conversation)),
      new MessageLog(seat, conversations, language),
      this.#composer,
    ];

    this.#back.addEventListener('click', () => this.#toList());
    byId('retry', HTMLButtonElement).addEventListener('click', () => this.focus());
    this.#view.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing) this.#composer.focus();
    });
    document.addEventListener('visibilitychange', () => this.#attend());
    window.addEventListener('resize', () => this.#attend());
    conversations.addEventListener('change', () => this.#showHead());
    seat.addEventListener('presence', () => this.#showHead());
    seat.addEventListener('state', () => this.#showSelf());
  }

  show() {
    this.#showSelf();
    this.#view.hidden = false;
    for (const part of this.#parts) part.show();
    this.#toTalk();
  }

  hide() {
    this.#view.hidden = true;
  }

  /** @param {Conversation} conversation */
  open(conversation) {
    this.#conversations.open(conversation);
    this.#toTalk();
  }

  #toTalk() {
    this.#view.dataset.pane = 'talk';
    this.#attend();
    this.focus();
  }

  /** On a touch screen the focus in the input would raise the keyboard over what is to be read. */
  focus() {
    if (matchMedia('(pointer: coarse)').matches || !this.#composer.isThere) this.#title.focus();
    else this.#composer.focus();
  }

  /** With a token it is the gateway that says who one is. */
  #showSelf() {
    const { bid = '', id = '', name = '' } = this.#seat.identity ?? {};
    setText(byId('group', HTMLElement), bid && this.#language.say('group', { bid }));
    setText(byId('me', HTMLElement), id && this.#language.say('me', { name, id }));
  }

  #toList() {
    this.#view.dataset.pane = 'list';
    this.#attend();
    /** @type {HTMLElement | null} */ (this.#view.querySelector('[aria-current]'))?.focus();
  }

  #attend() {
    const talkShown = this.#title.checkVisibility?.() ?? true;
    this.#conversations.attend(!document.hidden && talkShown);
  }

  #showHead() {
    const { current, unread } = this.#conversations;
    const { key, peer } = current;
    const title = this.#language.say('title');
    document.title = unread === 0 ? title : `(${unread > 99 ? '99+' : unread}) ${title}`;
    this.#back.toggleAttribute('data-unread', unread > 0);
    if (peer === null) {
      const kind = key === 'events' ? 'events' : 'room';
      setText(this.#title, this.#language.say(kind));
      setText(this.#subtitle, this.#language.say(`${kind}.sub`));
    } else {
      const agent = this.#seat.agent(peer);
      setText(this.#title, agent?.name ?? current.name);
      setText(this.#subtitle, this.#language.say(agent ? 'private.online' : 'private.offline'));
    }
  }
}
