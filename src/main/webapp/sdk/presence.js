// @ts-check
import { merged } from './status.js';

/** @typedef {import('./kefu.js').Agent} Agent */
/** @typedef {import('./kefu.js').Status} Status */

/** @typedef {{ client: string, id: string, name: string, status?: Status }} Listed one session; a push of its login does not say its state */

/**
 * Who is in the group: a set of sessions, by their `client`. An agent is gone with the last of them. Tells who came and who went, and
 * then which of those who were there has another state.
 */
export class Presence {
  /** @type {Map<string, { agent: Agent, clients: Map<string, Status> }>} by the agent's id, in the order of joining */
  #agents = new Map();
  #listeners;

  /** @param {import('./listeners.js').Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  /** @param {Listed[]} sessions */
  replace(sessions) {
    const before = this.#agents;
    this.#agents = new Map();
    for (const session of sessions) this.#put(session);
    const left = [...before.values()].map(({ agent }) => agent).filter(({ id }) => !this.#agents.has(id));
    this.#changed(this.list().filter(({ id }) => !before.has(id)), left);
    for (const agent of this.list()) this.#tellStatus(before.get(agent.id)?.agent, agent);
  }

  /** @param {Listed} session */
  joined(session) {
    const before = this.get(session.id);
    const agent = this.#put(session);
    this.#changed(before ? [] : [agent], []);
    this.#tellStatus(before, agent);
  }

  /** @param {Listed} session */
  left({ client, id }) {
    const one = this.#agents.get(id);
    if (!one?.clients.delete(client)) return this.#changed([], []);
    if (one.clients.size === 0) this.#agents.delete(id);
    else this.#show(id, one.agent.name, one.clients);
    this.#changed([], one.clients.size === 0 ? [one.agent] : []);
    this.#tellStatus(one.agent, this.get(id));
  }

  /** A session has another state. One that is not listed has none. @param {Listed} session */
  stands({ client, id, status }) {
    const one = this.#agents.get(id);
    if (!status || !one?.clients.has(client)) return;
    one.clients.set(client, status);
    this.#tellStatus(one.agent, this.#show(id, one.agent.name, one.clients));
  }

  /** @param {string} id @returns {Agent | undefined} */
  get(id) {
    return this.#agents.get(id)?.agent;
  }

  /** @returns {Agent[]} */
  list() {
    return [...this.#agents.values()].map(({ agent }) => agent);
  }

  /** @param {Listed} session @returns {Agent} */
  #put({ client, id, name, status }) {
    const clients = this.#agents.get(id)?.clients ?? new Map();
    clients.set(client, status ?? clients.get(client) ?? 'online');
    return this.#show(id, name, clients);
  }

  /** @param {string} id @param {string} name @param {Map<string, Status>} clients */
  #show(id, name, clients) {
    const agent = { id, name, status: merged(clients.values()) };
    this.#agents.set(id, { agent, clients });
    return agent;
  }

  /** @param {Agent[]} joined @param {Agent[]} left */
  #changed(joined, left) {
    this.#listeners.tell('presence', { agents: this.list(), joined, left });
  }

  /** @param {Agent | undefined} before @param {Agent | undefined} now */
  #tellStatus(before, now) {
    if (before && now && before.status !== now.status) this.#listeners.tell('status', now);
  }
}
