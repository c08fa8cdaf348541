// @ts-check

/** @typedef {import('./kefu.js').Identity} Identity */

/**
 * What a session is resumed with.
 *
 * @typedef {object} Kept
 * @property {string} ticket
 * @property {number} tries
 * @property {string} client
 * @property {import('./kefu.js').Status} [status] what an earlier version of the page has not kept
 * @property {Identity} identity
 * @property {Record<string, { epoch: string, off: number }>} positions
 * @property {number} [othersReturnUntil]
 * @property {number} [blockedAt] when WebSocket was seen not to get through; 0: it does
 * @property {boolean} [isHidden] the page is still there, only hidden: it is for the case that the browser drops it without a word
 */

/** @param {string} url */
const keyOf = (url) => `kefu:${url}`;

/**
 * From the moment in which a page goes away to the next load. In between no copy of the page can find it and take the session over.
 *
 * @param {Storage | undefined} storage
 * @param {string} url the gateway's
 * @param {Kept} kept
 */
export function keep(storage, url, kept) {
  try {
    storage?.setItem(keyOf(url), JSON.stringify(kept));
  } catch {
    // forbidden or full: the next load logs in
  }
}

/**
 * Takes it out.
 *
 * @param {Storage | undefined} storage
 * @param {string} url
 * @returns {Kept | null}
 */
export function take(storage, url) {
  try {
    const kept = JSON.parse(storage?.getItem(keyOf(url)) ?? 'null');
    storage?.removeItem(keyOf(url));
    return typeof kept?.ticket === 'string' && kept.identity && kept.positions ? kept : null;
  } catch {
    return null;
  }
}
