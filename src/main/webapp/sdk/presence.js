// @ts-check

/**
 * One agent, shown once, however many connections it has.
 *
 * @typedef {object} Agent
 * @property {string} id the customer_id as text: 17 and "17" are one agent
 * @property {string} name the name given last
 * @property {number} connections how many the list and the pushes add up to
 */

/**
 * Who is in the group.
 *
 * The rule: the list in the answer to a login counts as the truth and replaces everything; from then on a
 * `login_push` is one connection more and a `logout_push` one less, and an agent is gone with the last of them.
 *
 * v1 pushes do not name the connection, so a count can come out too high, never too low: a connection that logs in
 * again where it is already makes a `login_push` and keeps its one place. Such an agent would stay on the list
 * after leaving. Two things put it right: the next list, and the gateway's own word that the agent is not online
 * (see {@link Presence#refute}). Oneself is there for as long as the list is.
 */
export class Presence {
  /** @type {Map<string, Agent>} in the order of joining; entries are never changed, only replaced */
  #agents = new Map();
  #self = '';

  /**
   * @param {string} self
   * @param {{ id: string, name: string }[]} connections
   */
  replace(self, connections) {
    this.#self = self;
    this.#agents.clear();
    for (const { id, name } of connections) this.joined(id, name);
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  joined(id, name) {
    const before = this.#agents.get(id)?.connections ?? 0;
    this.#agents.set(id, { id, name, connections: before + 1 });
  }

  /** @param {string} id */
  left(id) {
    const agent = this.#agents.get(id);
    if (!agent) return;
    if (agent.connections > 1) this.#agents.set(id, { ...agent, connections: agent.connections - 1 });
    else if (id !== this.#self) this.#agents.delete(id);
  }

  /**
   * The gateway found the agent offline. Believed only if nothing has been heard of the agent since the question
   * was put: it may have come in meanwhile.
   *
   * @param {string} id
   * @param {Agent | undefined} asked what {@link Presence#get} said when the question was put
   */
  refute(id, asked) {
    if (asked && this.#agents.get(id) === asked && id !== this.#self) this.#agents.delete(id);
  }

  /** @param {string} id */
  get(id) {
    return this.#agents.get(id);
  }

  /** @returns {Agent[]} */
  list() {
    return [...this.#agents.values()];
  }
}
