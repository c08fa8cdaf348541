// @ts-check
import { Client } from './client.js';
import { PROTOCOL } from './connection.js';
import { KefuError } from './error.js';

export { claimsIn } from './claims.js';
export { MOST_BYTES } from './client.js';
export { KefuError, PROTOCOL };

/** Of this library. */
export const VERSION = '1.0.0';

/** @typedef {import('./kefu.d.ts').Agent} Agent */
/** @typedef {import('./kefu.d.ts').CallOptions} CallOptions */
/** @typedef {import('./kefu.d.ts').Identity} Identity */
/** @typedef {import('./kefu.d.ts').Kefu} Kefu */
/** @typedef {import('./kefu.d.ts').Options} Options */
/** @typedef {import('./kefu.d.ts').Place} Place */
/** @typedef {import('./kefu.d.ts').SayOptions} SayOptions */
/** @typedef {import('./kefu.d.ts').Saying} Saying */
/** @typedef {import('./kefu.d.ts').State} State */
/** @typedef {import('./kefu.d.ts').Status} Status */

/**
 * Connects an agent to the gateway, and keeps it connected until `close`.
 *
 * @param {Options} options
 * @param {import('./client.js').Parts} [parts] what tests put in
 * @returns {Kefu}
 */
export function connect(options, parts) {
  const kefu = new Client(options, parts);
  kefu.on('state', ({ name, reason }) => {
    if (name !== 'closed' || reason !== 'protocol') return;
    console.error(`kefu.js ${VERSION} speaks ${PROTOCOL}, and the server does not: use the library that the server has under sdk/`);
  });
  return kefu;
}
