// @ts-check

/** Characters that turn the direction of what comes after them, and those that break a line. */
const UNRULY = /[\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f\u2028\u2029]/g;

/**
 * A name as it is shown: on one line, and without characters that would turn the text around it.
 *
 * @param {string} name
 */
export const plain = (name) => name.replace(UNRULY, ' ').trim();

/**
 * The names that several agents have. These agents are told apart by their ids.
 *
 * @param {Iterable<{ id: string, name: string }>} agents
 * @returns {Set<string>} as {@link sameName} gives them
 */
export function sharedNames(agents) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  /** @type {Set<string>} */
  const shared = new Set();
  for (const { id, name } of agents) {
    const same = sameName(name);
    if ((owners.get(same) ?? id) !== id) shared.add(same);
    owners.set(same, id);
  }
  return shared;
}

/**
 * Equal for names that look alike to a hurried reader.
 *
 * @param {string} name
 */
export const sameName = (name) => plain(name).normalize('NFKC').toLowerCase();
