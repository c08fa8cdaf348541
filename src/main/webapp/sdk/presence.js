// @ts-check

/** @typedef {import('./kefu.js').Agent} Agent */

/** @typedef {{ client: string, id: string, name: string }} Listed one session */

/** @typedef {{ joined: Agent[], left: Agent[] }} Change agents that came with their first session, and that went with their last */

/** Who is in the group: a set of sessions, by their `client`. An agent is gone with the last of them. */
export class Presence {
  /** @type {Map<string, { agent: Agent, clients: Set<string> }>} by the agent's id, in the order of joining */
  #agents = new Map();

  /**
   * @param {Listed[]} sessions
   * @returns {Change}
   */
  replace(sessions) {
    const before = this.#agents;
    this.#agents = new Map();
    for (const session of sessions) this.joined(session);
    return {
      joined: this.list().filter(({ id }) => !before.has(id)),
      left: [...before.values()].map(({ agent }) => agent).filter(({ id }) => !this.#agents.has(id)),
    };
  }

  /**
   * @param {Listed} session
   * @returns {Change}
   */
  joined({ client, id, name }) {
    const before = this.#agents.get(id);
    const agent = { id, name };
    this.#agents.set(id, { agent, clients: new Set(before?.clients).add(client) });
    return { joined: before ? [] : [agent], left: [] };
  }

  /**
   * @param {Listed} session
   * @returns {Change}
   */
  left({ client, id }) {
    const one = this.#agents.get(id);
    const gone = one?.clients.delete(client) && one.clients.size === 0;
    if (gone) this.#agents.delete(id);
    return { joined: [], left: gone && one ? [one.agent] : [] };
  }

  /** @param {string} id @returns {Agent | undefined} */
  get(id) {
    return this.#agents.get(id)?.agent;
  }

  /** @returns {Agent[]} */
  list() {
    return [...this.#agents.values()].map(({ agent }) => agent);
  }
}
