// @ts-check
import { beforeEach } from 'node:test';
import { Conversations } from '../../main/webapp/console/conversations.js';
import { Seat } from '../../main/webapp/console/seat.js';
import { connect } from '../../main/webapp/sdk/kefu.js';
import { FakeClock, FakeGateway, FakePage, settled } from './fakes.js';

/** @type {FakeClock} */ export let clock;
/** @type {FakeGateway} */ export let gateway;
/** @type {Seat} */ export let seat;
/** @type {Conversations} */ export let conversations;

export const AGENT = { url: 'ws://host/chat/chat', bid: '41', id: '17', name: '张三' };

/** A desk at which the agent sits. @param {FakeGateway} [to] */
export function open(to = gateway) {
  gateway = to;
  const parts = { openSocket: gateway.openSocket, clock, random: () => 0, page: new FakePage() };
  seat = new Seat((options) => connect(options, parts));
  conversations = new Conversations(seat, clock.now);
  seat.take(AGENT);
}

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  gateway.others = [{ customer_id: 18, customer_name: '李四' }];
  open();
  gateway.letsIn();
});

/** @param {string | number} from @param {string | number} to @param {string} content @param {string} [id] */
export function hear(from, to, content, id) {
  const name = `name of ${from}`;
  gateway.publishes({ method: 'say_push', from_customer_id: from, from_customer_name: name, to, content, id, timestamp: 1 });
}

/** The agent opens it and sees it to its end. @param {import('../../main/webapp/console/conversation.js').Conversation} conversation */
export function look(conversation) {
  conversations.open(conversation);
  conversations.reach(true);
}

/** @param {import('../../main/webapp/console/conversation.js').Conversation} conversation */
export const shown = ({ entries }) => entries.map((entry) => ('status' in entry ? `${entry.content} ${entry.status}` : 'since' in entry ? 'gap' : entry.title));

/** The gateway takes what was said last. */
export async function said() {
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  await settled();
}
