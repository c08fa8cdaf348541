// @ts-check
import { ChatClient } from '../sdk/chat-client.js';
import { authMode } from './auth-mode.js';
import { Conversations } from './conversations.js';
import { Desk } from './desk.js';
import { byId, setText } from './element.js';
import { takeHanded } from './handed-token.js';
import { Language, pickLanguage } from './language.js';
import { LoginForm } from './login-form.js';
import { forgetSession, remember, rememberedSession, rememberSession } from './remembered.js';
import { Renewal } from './renewal.js';

/** @typedef {import('../sdk/chat-client.js').Identity} Identity */
/** @typedef {import('../sdk/chat-client.js').Proof} Proof */
/** @typedef {import('./auth-mode.js').AuthMode} AuthMode */

/** What the address brought. It is taken out before anything else is done. */
const brought = takeHanded();

/** After these the agent may go on here; what is on the screen stays. Any other leads to the login form. */
const LOGIN_AGAIN = new Set(['taken-over', 'ended', 'not-allowed']);

const language = new Language(pickLanguage(navigator.languages), navigator.languages);
language.fill(document);

const client = new ChatClient(gatewayUrl());
const conversations = new Conversations(client);
const desk = new Desk(client, conversations, language);
const renewal = new Renewal(client, language, () => desk.focus());
const form = new LoginForm(language, (identity, proof) => {
  remember(identity);
  logIn(identity, proof);
});
const notice = byId('notice', HTMLElement);

/** @type {AuthMode | null} */
let mode = null;
/** As who the last login was asked for. @type {Identity | null} */
let claimed = null;
/** Whose the conversations are, by the gateway's word. @type {Identity | null} */
let owner = null;

client.addEventListener('state', () => {
  if (client.state === 'online') owner = seat(owner);
  const problem = client.state === 'closed' ? client.problem : null;
  const words = problem === null ? '' : language.explain('closed', problem, mode ?? '');
  const mayGoOn = problem !== null && LOGIN_AGAIN.has(problem);
  notice.hidden = !mayGoOn;
  setText(byId('notice-text', HTMLElement), mayGoOn ? words : '');
  if (problem === null) return;
  forgetSession();
  if (!mayGoOn) leave(words);
});

byId('login-again', HTMLButtonElement).addEventListener('click', () => {
  if (mode === 'jwt' && client.problem === 'not-allowed') leave(); // with the same token it would end the same
  else {
    rememberForReload();
    client.loginAgain();
  }
});
byId('logout', HTMLButtonElement).addEventListener('click', () => {
  client.logout();
  forgetSession();
  conversations.clear();
  owner = null;
  leave();
});

window.addEventListener('online', () => client.nudge());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) client.nudge();
});
window.addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) client.leave();
});
window.addEventListener('beforeunload', (event) => {
  if (conversations.unsent) event.preventDefault();
});

start();

async function start() {
  const known = await authMode();
  const handed = takeHanded() ?? brought;
  mode = known ?? (handed ? 'jwt' : null);
  window.addEventListener('hashchange', handedIn);
  const session = takesEverybodysWord() ? rememberedSession() : null;
  if (handed && mode === 'jwt') logInWith(handed);
  else if (session) logIn(session);
  else form.show(mode);
}

/** The page around this one hands in a token while this one is open. */
function handedIn() {
  const handed = takeHanded();
  if (!handed || mode !== 'jwt') return;
  if (client.state === 'idle' || client.state === 'closed') logInWith(handed);
  else renewal.renew(handed.token);
}

/** @param {{ token: string, bid: string }} handed */
function logInWith({ token, bid }) {
  logIn({ bid, id: '', name: '' }, { token });
}

/**
 * @param {Identity} identity
 * @param {Proof} [proof]
 */
function logIn(identity, proof) {
  form.hide();
  client.login(identity, proof);
  rememberForReload();
  const { bid, id } = /** @type {Identity} */ (client.identity);
  if (bid && id) claimed = seat(claimed); // else it is seen when the gateway has answered
  desk.show();
}

/** Only where a reload needs no secret to log in again: there is none that would be kept for it. */
function rememberForReload() {
  if (takesEverybodysWord() && client.identity) rememberSession(client.identity);
}

function takesEverybodysWord() {
  return mode === 'open' || mode === null;
}

/**
 * The conversations go when another agent sits down.
 *
 * @param {Identity | null} before
 */
function seat(before) {
  const now = client.identity;
  if (before && now && (before.bid !== now.bid || before.id !== now.id)) {
    conversations.clear();
    owner = null;
  }
  return now;
}

/** @param {string} [why] */
async function leave(why) {
  desk.hide();
  form.show(mode, why);
  const now = await authMode(); // the gateway may have been started anew, with another one
  if (now === null || now === mode) return;
  mode = now;
  if (form.shown) form.show(mode, why);
}

/** The gateway is beside the page, under whatever path that is. */
function gatewayUrl() {
  const url = new URL('chat', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}
