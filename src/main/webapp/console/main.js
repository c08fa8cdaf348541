// @ts-check
import { ChatClient } from '../sdk/chat-client.js';
import { Conversations } from './conversations.js';
import { Desk } from './desk.js';
import { byId, setText } from './element.js';
import { Language, pickLanguage } from './language.js';
import { LoginForm } from './login-form.js';
import { forgetSession, remember, rememberedSession } from './remembered.js';

/** @typedef {import('../sdk/chat-client.js').Identity} Identity */

/** After these the agent may go on here; what is on the screen stays. Any other leads to the login form. */
const LOGIN_AGAIN = new Set(['taken-over', 'ended']);

const language = new Language(pickLanguage(navigator.languages), navigator.languages);
language.fill(document);

const client = new ChatClient(gatewayUrl());
const conversations = new Conversations(client);
const desk = new Desk(client, conversations, language);
const form = new LoginForm(logIn);
const notice = byId('notice', HTMLElement);

client.addEventListener('state', () => {
  const problem = client.state === 'closed' ? client.problem : null;
  const words = problem === null ? '' : language.explain('closed', problem);
  const mayGoOn = problem !== null && LOGIN_AGAIN.has(problem);
  notice.hidden = !mayGoOn;
  setText(byId('notice-text', HTMLElement), mayGoOn ? words : '');
  if (problem === null) return;
  forgetSession();
  if (!mayGoOn) leave(words);
});

byId('login-again', HTMLButtonElement).addEventListener('click', () => client.identity && logIn(client.identity));
byId('logout', HTMLButtonElement).addEventListener('click', () => {
  client.logout();
  forgetSession();
  conversations.clear();
  leave();
});

window.addEventListener('online', () => client.nudge());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) client.nudge();
});
window.addEventListener('beforeunload', (event) => {
  if (conversations.unsent) event.preventDefault();
});

const session = rememberedSession();
if (session) logIn(session);
else form.show();

/** @param {Identity} identity */
function logIn(identity) {
  const before = client.identity;
  if (before && (before.bid !== identity.bid || before.id !== identity.id)) conversations.clear();
  remember(identity);
  form.hide();
  client.login(identity);
  desk.show();
}

/** @param {string} [why] */
function leave(why) {
  desk.hide();
  form.show(why);
}

/** The gateway is beside the page, under whatever path that is. */
function gatewayUrl() {
  const url = new URL('chat', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}
