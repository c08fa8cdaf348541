// @ts-check

/** @typedef {import('./kefu.js').Status} Status */

/** @type {Status[]} by their numbers in the protocol, from 1 */
const STATUSES = ['online', 'busy', 'away'];

/** @param {any} number @returns {Status | undefined} undefined: it is none */
export const statusOf = (number) => STATUSES[number - 1];

/** @param {Status} status @returns {number} 0: it is none */
export const numberOf = (status) => STATUSES.indexOf(status) + 1;

/** An agent's state: the best one of its sessions. @param {Iterable<Status>} statuses of its sessions @returns {Status} */
export const merged = (statuses) => statusOf(Math.min(...[...statuses].map(numberOf))) ?? 'online';
