// @ts-check
import { isShared, ownersOf } from './names.js';

/** @typedef {import('../sdk/kefu.js').Agent} Agent */
/** @typedef {import('./seat.js').Seat} Seat */

/** @typedef {'now' | 'then' | 'never'} Known */

/** Who is online, by name. It is put in order when it has changed, and not with every frame. */
export class Roster {
  #seat;
  #compare;
  /** @type {Agent[] | null} */
  #agents = null;
  /** @type {Map<string, string | null> | null} */
  #owners = null;

  /**
   * @param {Seat} seat
   * @param {(a: string, b: string) => number} compare orders names
   */
  constructor(seat, compare) {
    this.#seat = seat;
    this.#compare = compare;
    for (const type of ['presence', 'status', 'state']) {
      seat.addEventListener(type, () => {
        this.#agents = null;
        this.#owners = null;
      });
    }
  }

  /** Whether the list is how it is now, how it was when the line was lost, or not known. @returns {Known} */
  get known() {
    if (this.#seat.state.name === 'online') return 'now';
    return this.agents.length > 0 ? 'then' : 'never';
  }

  get agents() {
    this.#agents ??= this.#seat.agents.toSorted((a, b) => this.#compare(a.name, b.name) || this.#compare(a.id, b.id));
    return this.#agents;
  }

  /** Whether another agent who is online has this one's name. @param {{ id: string, name: string }} agent */
  hasNamesakeOf(agent) {
    this.#owners ??= ownersOf(this.agents);
    return isShared(this.#owners, agent);
  }
}
