// @ts-check

/** Characters that turn the direction of what comes after them, and those that break a line. */
const UNRULY = /[\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f\u2028\u2029]/g;

/**
 * A name as it is shown: on one line, and without characters that would turn the text around it.
 *
 * @param {string} name
 */
export const plain = (name) => name.replace(UNRULY, ' ').trim();

/** Characters of which nothing is seen: spaces of every width, joiners, marks of direction, fillers. */
const UNSEEN = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/gu;

/**
 * What an agent is called on the page: the name, or the id where nothing of the name would be seen.
 *
 * @param {string} id
 * @param {string} name
 */
export const shownName = (id, name) => plain(name.replace(UNSEEN, '') ? name : id);

/**
 * Whose each name is.
 *
 * @param {Iterable<{ id: string, name: string }>} agents
 * @returns {Map<string, string | null>} by the name as {@link sameName} gives it, the agent's id; null: several have it
 */
export function ownersOf(agents) {
  /** @type {Map<string, string | null>} */
  const owners = new Map();
  for (const { id, name } of agents) {
    const same = sameName({ id, name });
    owners.set(same, (owners.get(same) ?? id) === id && owners.get(same) !== null ? id : null);
  }
  return owners;
}

/**
 * Whether another agent has this one's name. Such agents are told apart by their ids.
 *
 * @param {Map<string, string | null>} owners
 * @param {{ id: string, name: string }} agent
 */
export function isShared(owners, agent) {
  const owner = owners.get(sameName(agent));
  return owner !== undefined && owner !== agent.id;
}

/**
 * Equal for names that look alike to a hurried reader.
 *
 * @param {{ id: string, name: string }} agent
 */
const sameName = ({ id, name }) => shownName(id, name).normalize('NFKC').replace(UNSEEN, '').toLowerCase();
