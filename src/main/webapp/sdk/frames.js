// @ts-check
import { KefuError } from './error.js';
import { statusOf } from './status.js';

/** The room's name in `to`. An agent who is called so cannot be spoken to in private. */
export const ROOM = 'all';

/** @param {string} text @returns {any} the frame; null where it is none */
export function parse(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
}

/** They never reach a backend, and would end or change the session under this client. */
const GATEWAYS = new Set(['login', 'logout', 'resume']);

/** The members of a request that no body may have. */
const OWN = ['method', 'id', 'again'];

/**
 * A caller's request, as it is now: it may be sent later, and must be the same when it is sent again.
 *
 * @param {string} method
 * @param {any} body
 */
export function requestOf(method, body) {
  if (GATEWAYS.has(method)) throw new KefuError('argument', `${method} is the gateway's own: use connect and close`);
  if (Array.isArray(body) || Object(body) !== body) throw new KefuError('argument', 'The body is no object');
  if (OWN.some((member) => Object.hasOwn(body, member))) throw new KefuError('argument', `A body has none of ${OWN}`);
  try {
    return { ...JSON.parse(JSON.stringify(body)), method };
  } catch {
    throw new KefuError('argument', 'The body is no JSON');
  }
}

/** @param {any} frame */
export const idOf = (frame) => String(frame.customer_id);

/** @param {any} frame */
export const nameOf = (frame) => String(frame.customer_name);

/**
 * One session, as lists and pushes have it.
 *
 * @param {any} frame
 */
export const sessionOf = (frame) => ({ client: String(frame.client), id: idOf(frame), name: nameOf(frame), status: statusOf(frame.status) });

/**
 * @param {any} push
 * @param {number} now for a backend's push without a time
 * @returns {import('./kefu.js').Saying}
 */
export function sayingOf(push, now) {
  return {
    id: typeof push.id === 'string' ? push.id : null,
    from: String(push.from_customer_id),
    name: String(push.from_customer_name),
    to: push.to === ROOM ? null : String(push.to),
    content: String(push.content),
    time: timeOf(push, now),
  };
}

/**
 * When something was, by the gateway's clock (ms since the epoch).
 *
 * @template Other
 * @param {any} frame
 * @param {Other} other where the frame has no time
 * @returns {number | Other}
 */
export const timeOf = (frame, other) => (Number.isFinite(frame?.timestamp) ? frame.timestamp * 1000 : other);

/**
 * The WebSocket's address, where an http address or a relative one was given.
 *
 * @param {string | URL} url
 * @param {string | undefined} base the page's
 */
export function webSocketUrl(url, base) {
  const whole = new URL(url, base);
  whole.protocol = whole.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(whole.protocol)) throw new TypeError(`${whole} is no address of a gateway`);
  return whole.href;
}
