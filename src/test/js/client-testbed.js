// @ts-check
/** A client with a gateway, a page and a clock that a test moves, made anew for each test. */
import { beforeEach } from 'node:test';
import { connect } from '../../main/webapp/sdk/kefu.js';
import { FakeClock, FakeGateway, FakePage, FakeStorage } from './fakes.js';

/** @typedef {import('../../main/webapp/sdk/kefu.js').Kefu} Kefu */
/** @typedef {import('../../main/webapp/sdk/kefu.js').Options} Options */

/** @type {FakeClock} */ export let clock;
/** @type {FakeGateway} */ export let gateway;
/** @type {FakePage} */ export let page;
/** @type {FakeStorage} */ export let storage;
/** @type {Kefu} */ export let kefu;
/** @type {any[]} */ export let heard;

export const URL_ = 'ws://host/chat/chat';
export const AGENT = { url: URL_, bid: 41, id: 17, name: '张三' };

/** @param {Options} [options] @param {any} [on] the page that it is in */
export function start(options = AGENT, on = page) {
  kefu = connect(options, { openSocket: gateway.openSocket, clock, random: () => 0, page: on });
  kefu.on('say', (saying) => heard.push(saying));
  return kefu;
}

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  page = new FakePage();
  storage = new FakeStorage();
  heard = [];
});

/** An agent who is online. @param {Options} [options] */
export function online(options) {
  start(options);
  gateway.letsIn({ customer_id: 17, customer_name: '张三' });
}

/** The line is cut, and another one opened. */
export async function loses(code = 1006, reason = '') {
  gateway.socket.breaks(code, reason);
  await clock.advance(0);
}

export const ids = () => kefu.agents.map(({ id }) => id);
export const state = () => kefu.state.name;

/** How a call ends, as text. @param {Promise<any>} call */
export const ending = (call) => call.then((data) => data ?? 'ok', (error) => error.code);

/** How something that is said ends: with its time, where that is told. @param {ReturnType<Kefu['say']>} saying */
export const end = (saying) => ending(saying.then(({ time }) => time));

/** @param {any} [more] */
export const saying = (more) => ({ method: 'say_push', from_customer_id: 18, from_customer_name: '李四', to: 'all', content: '?', timestamp: 1_700_000_000, ...more });
