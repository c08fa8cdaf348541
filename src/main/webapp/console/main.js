// @ts-check
import { claimsIn } from '../sdk/kefu.js';
import { authMode } from './auth-mode.js';
import { Conversations } from './conversations.js';
import { Desk } from './desk.js';
import { Drafts } from './drafts.js';
import { byId, setText } from './element.js';
import { takeHanded } from './handed-token.js';
import { Language, pickLanguage } from './language.js';
import { LoginForm } from './login-form.js';
import { Logout } from './logout.js';
import { Notes } from './notes.js';
import { PageLock } from './page-lock.js';
import { Preferences } from './preferences.js';
import { ReadSync } from './read-sync.js';
import { forgetAll, forgetSession, remember, rememberedSession, rememberSession, rememberToken, takeToken } from './remembered.js';
import { Renewal } from './renewal.js';
import { Seat } from './seat.js';
import { dropSnapshot, keepSnapshot, putBack, takeSnapshot } from './snapshot.js';

/** @typedef {import('../sdk/kefu.js').Identity} Identity */
/** @typedef {import('./auth-mode.js').AuthMode} AuthMode */
/** @typedef {{ token?: string, password?: string }} Proof what shows that it is them. It is kept in memory; a token, over a reload, in the tab */

/** What the address brought. It is taken out before anything else is done. */
const brought = takeHanded();

/** After these the agent may go on here; what is on the screen stays. Any other leads to the login form. */
const LOGIN_AGAIN = new Set(['taken-over', 'ended', 'not-allowed']);

const language = new Language(pickLanguage(navigator.languages), navigator.languages);
language.fill(document);

const seat = new Seat();
const conversations = new Conversations(seat);
const pageLock = new PageLock();
const notes = new Notes();
const preferences = new Preferences();
const desk = new Desk(seat, conversations, language, { notes, preferences });
const renewal = new Renewal(seat, language, () => desk.focus(), (next) => renew(next));
const form = new LoginForm(language, (identity, proof) => {
  remember(identity);
  logIn(identity, proof);
});
const notice = byId('notice', HTMLElement);
/** Shown until it is known what else to show. */
const starting = byId('starting', HTMLElement);

/** @type {AuthMode | null} */
let mode = null;
/** The token to show; at first the one that the page before this one had. */
let token = takeToken();
/** Whose the conversations are: as claimed by a login, then by the gateway's word. @type {Identity | null} */
let owner = null;
/** What the page before this one has left. */
let left = takeSnapshot();

const readSync = new ReadSync(conversations, () => owner);
const drafts = new Drafts(conversations, () => owner, pageLock.name);
for (const part of [readSync, drafts]) desk.add(() => part.show());

seat.addEventListener('state', () => {
  const { name, reason } = seat.state;
  if (name === 'online') comeIn();
  else if (!desk.shown) wait();
  const problem = name === 'closed' ? reason : null;
  const words = problem === null ? '' : language.explain('closed', problem, mode ?? '');
  const mayGoOn = problem !== null && LOGIN_AGAIN.has(problem) && desk.shown;
  notice.hidden = !mayGoOn;
  setText(byId('notice-text', HTMLElement), mayGoOn ? words : '');
  if (problem === null) return;
  forgetSession();
  if (!mayGoOn) leave(words);
});

byId('login-again', HTMLButtonElement).addEventListener('click', () => {
  if (mode === 'jwt' && seat.state.reason === 'not-allowed') leave(); // with the same token it would end the same
  else {
    rememberForReload();
    seat.reopen();
  }
});
new Logout(conversations, notes, language, () => {
  seat.leave();
  forgetAll();
  notes.forget();
  preferences.forget();
  dropSnapshot();
  drafts.drop();
  conversations.clear();
  owner = null;
  token = '';
  form.clear();
  leave();
});

window.addEventListener('pagehide', () => {
  keep('');
  drafts.drop();
  pageLock.letGo();
});
window.addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  takeBack();
  pageLock.hold();
});
window.addEventListener('input', () => drafts.show());
document.addEventListener('visibilitychange', () => (document.hidden ? keep(pageLock.name) : takeBack()));
window.addEventListener('beforeunload', (event) => {
  if (conversations.unsent) event.preventDefault();
});

pageLock.hold();
start();

async function start() {
  const known = await authMode();
  if (left?.page && (await pageLock.has(left.page))) left = null; // this page is a copy of that one
  if (drafts.from && !(await pageLock.misses(drafts.from))) drafts.forget();
  const handed = takeHanded() ?? brought;
  mode = known ?? (handed || token ? 'jwt' : null);
  window.addEventListener('hashchange', handedIn);
  const session = mode === 'jwt' ? null : (left?.owner ?? (takesEverybodysWord() ? rememberedSession() : null));
  if (handed && mode === 'jwt') logInWith(handed);
  else if (mode === 'jwt' && left && token) logInWith({ token, bid: left.owner.bid });
  else if (session) logIn(session);
  else {
    token = '';
    ask();
  }
}

/** @param {string} [why] one is asked again */
function ask(why) {
  starting.hidden = true;
  form.show(mode, why);
}

/** The page around this one hands in a token while this one is open. */
function handedIn() {
  const handed = takeHanded();
  if (!handed || mode !== 'jwt') return;
  if (seat.state.name === 'idle' || seat.state.name === 'closed') logInWith(handed);
  else renew(handed.token);
}

/** @param {{ token: string, bid: string }} handed */
function logInWith(handed) {
  logIn({ bid: handed.bid, id: '', name: '' }, { token: handed.token });
}

/**
 * @param {Identity} identity
 * @param {Proof} [proof]
 */
function logIn(identity, proof = {}) {
  token = proof.token ?? '';
  const claims = claimsIn(token);
  own({ bid: identity.bid || claims.bid, id: identity.id || claims.id, name: identity.name || claims.name });
  const { password } = proof;
  const options = { url: 'chat', ...identity, password, storage: sessionStorageOrNone() };
  seat.take(proof.token === undefined ? options : { ...options, token: async () => token });
  rememberForReload();
  if (takesEverybodysWord() && owner && left && isSame(left.owner, owner)) show(); // nobody refuses them: they need not wait
}

/** The gateway has let them in. */
function comeIn() {
  own(/** @type {Identity} */ (seat.identity));
  show();
}

/** Nobody sees the desk who may yet be refused. */
function wait() {
  const { name, reason } = seat.state;
  const words = name === 'waiting' ? language.explain('state.waiting', reason) : name === 'connecting' ? language.say('login.waiting') : '';
  if (form.shown) form.wait(words);
  else setText(byId('starting-text', HTMLElement), words);
}

function show() {
  if (left) drafts.forget(); // it has them too
  else if (owner && seat.state.name === 'online') drafts.restore(owner); // before it is shown: the field takes over what is there
  if (!desk.shown) {
    form.hide();
    starting.hidden = true;
    desk.show();
  }
  if (owner) restore(owner); // once it is shown: a hidden log has no place to go back to
}

/** Only where a reload needs no secret to log in again: there is none that would be kept for it. */
function rememberForReload() {
  if (takesEverybodysWord() && seat.identity) rememberSession(seat.identity);
}

function takesEverybodysWord() {
  return mode === 'open' || mode === null;
}

/**
 * The conversations go when another agent sits down; what an earlier page of this one has left comes back.
 *
 * @param {Identity} who what is not known is ''
 */
function own(who) {
  if (!who.bid || !who.id) return; // it is seen when the gateway has answered
  if (owner && !isSame(owner, who)) conversations.clear();
  owner = who;
  notes.take(who);
}

/** @param {Identity} who */
function restore(who) {
  if (left && isSame(left.owner, who)) conversations.restore(left.all, left.current, left.cards);
  left = null;
}

/** @type {(one: Identity, other: Identity) => boolean} */
const isSame = (one, other) => one.bid === other.bid && one.id === other.id;

/**
 * For the next load of this page, of whatever agent sits here now; what could not be shown yet is left to it.
 *
 * @param {string} page that is only hidden, and that a browser which needs room may drop without a word; '': it goes away
 */
function keep(page) {
  if (left) putBack(left);
  else if (owner && seat.state.name !== 'idle') keepSnapshot(conversations, owner, page);
  if (token && seat.state.name !== 'closed') rememberToken(token);
}

/** The page is still there, and needs nothing of what it has kept. */
function takeBack() {
  dropSnapshot();
  takeToken();
}

/** @param {string} next */
function renew(next) {
  const before = token;
  token = next;
  return renewal.renew().then((taken) => {
    if (!taken && token === next) token = before;
  });
}

/** @param {string} [why] */
async function leave(why) {
  desk.hide();
  ask(why);
  const now = await authMode(); // the gateway may have been started anew, with another one
  if (now === null || now === mode) return;
  mode = now;
  if (form.shown) ask(why);
}

function sessionStorageOrNone() {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
