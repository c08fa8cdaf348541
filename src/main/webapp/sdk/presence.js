// @ts-check

/**
 * One agent, shown once, however many sessions it has.
 *
 * @typedef {object} Agent
 * @property {string} id the customer_id as text: 17 and "17" are one agent
 * @property {string} name the name given last
 */

/** Who is in the group: a set of sessions, by their `client`. An agent is gone with the last of them. */
export class Presence {
  /** @type {Map<string, Agent & { clients: Set<string> }>} by the agent's id, in the order of joining */
  #agents = new Map();

  /** @param {{ client: string, id: string, name: string }[]} sessions */
  replace(sessions) {
    this.#agents.clear();
    for (const { client, id, name } of sessions) this.joined(client, id, name);
  }

  /**
   * @param {string} client
   * @param {string} id
   * @param {string} name
   */
  joined(client, id, name) {
    const clients = new Set(this.#agents.get(id)?.clients).add(client);
    this.#agents.set(id, { id, name, clients });
  }

  /**
   * @param {string} client
   * @param {string} id
   */
  left(client, id) {
    const agent = this.#agents.get(id);
    if (agent?.clients.delete(client) && agent.clients.size === 0) this.#agents.delete(id);
  }

  /** @param {string} id @returns {Agent | undefined} */
  get(id) {
    return this.#agents.get(id);
  }

  /** @returns {Agent[]} */
  list() {
    return [...this.#agents.values()];
  }
}
