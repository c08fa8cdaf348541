// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Conversations } from '../../main/webapp/console/conversations.js';
import { ChatClient } from '../../main/webapp/sdk/chat-client.js';
import { FakeClock, FakeGateway, settled } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {FakeGateway} */ let gateway;
/** @type {ChatClient} */ let client;
/** @type {Conversations} */ let conversations;

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  gateway.others = [{ customer_id: 18, customer_name: '李四' }];
  client = new ChatClient('ws://host/chat/chat', { openSocket: gateway.openSocket, clock, random: () => 0 });
  conversations = new Conversations(client, clock.now);
  client.login({ bid: '41', id: '17', name: '张三' });
  gateway.letsIn();
});

/** @param {string | number} from @param {string | number} to @param {string} content */
function hear(from, to, content) {
  const name = `name of ${from}`;
  gateway.publishes({ method: 'say_push', from_customer_id: from, from_customer_name: name, to, content, timestamp: 1 });
}

/** @param {import('../../main/webapp/console/conversation.js').Conversation} conversation */
const shown = ({ entries }) => entries.map((entry) => ('since' in entry ? 'gap' : `${entry.content} ${entry.status}`));

test('each saying goes to its conversation', () => {
  hear(18, 'all', '大家好');
  hear(18, 17, '悄悄话');
  hear('17', '18', '另一页的回答');
  assert.deepEqual(shown(conversations.room), ['大家好 sent']);
  assert.deepEqual(conversations.private.map(({ key }) => key), ['agent:18']);
  assert.deepEqual(shown(conversations.private[0]), ['悄悄话 sent', '另一页的回答 sent']);
});

test('a private word of an agent called like the room does not appear in the room', () => {
  hear('all', 17, '悄悄话');
  assert.deepEqual(shown(conversations.room), []);
  assert.equal(conversations.private[0].key, 'agent:all');
});

test('what comes to a conversation that is not looked at is unread until it is', () => {
  hear(18, 17, '一');
  hear(18, 17, '二');
  hear(18, 'all', '三');
  assert.equal(conversations.unread, 2);
  conversations.open('18');
  assert.equal(conversations.unread, 0);
});

test('nothing is read while the page is hidden', () => {
  conversations.attend(false);
  hear(18, 'all', '在吗');
  conversations.open('18');
  conversations.open(null);
  assert.equal(conversations.unread, 1);
  conversations.attend(true);
  assert.equal(conversations.unread, 0);
});

test('own words from another tab are not unread', () => {
  hear(17, 18, '我说的');
  assert.equal(conversations.unread, 0);
});

test('a private message stands there as sent when the answer has come', async () => {
  conversations.open('18');
  conversations.send('你好');
  await settled();
  assert.deepEqual(shown(conversations.current), ['你好 pending']);
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1 } });
  await settled();
  assert.deepEqual(shown(conversations.current), ['你好 sent']);
});

test('a failed message can be sent again or thrown away', async () => {
  conversations.open('18');
  conversations.send('在吗');
  await settled();
  gateway.answers({ code: '10009', msg: '对方不在线', method: 'say' });
  await settled();
  assert.deepEqual(shown(conversations.current), ['在吗 failed']);
  conversations.resend(conversations.current.outbox[0]);
  assert.deepEqual(shown(conversations.current), ['在吗 pending']);
  conversations.discard(conversations.current.outbox[0]);
  assert.deepEqual(shown(conversations.current), []);
});

test('a message written while offline follows the gap once the line is back', async () => {
  hear(18, 'all', '早');
  gateway.socket.breaks();
  conversations.send('断线时写的');
  await clock.advance(0);
  gateway.resumes(false);
  await settled();
  hear(17, 'all', '断线时写的');
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 2 } });
  await settled();
  assert.deepEqual(shown(conversations.room), ['早 sent', 'gap', '断线时写的 sent']);
});

test('where nothing was missed, no gap is shown', async () => {
  hear(18, 'all', '早');
  gateway.socket.breaks();
  await clock.advance(0);
  gateway.resumes();
  hear(18, 'all', '断线时说的');
  assert.deepEqual(shown(conversations.room), ['早 sent', '断线时说的 sent']);
});

test('the private conversation heard last comes first', async () => {
  hear(18, 17, '一');
  await clock.advance(1_000);
  hear(19, 17, '二');
  await clock.advance(1_000);
  hear(18, 17, '三');
  assert.deepEqual(conversations.private.map(({ peer }) => peer), ['18', '19']);
});

test('of two hundred private conversations the one that rested longest makes room', async () => {
  for (let n = 100; n <= 300; n++) {
    hear(n, 17, '你好');
    await clock.advance(1);
  }
  assert.equal(conversations.private.length, 200);
  assert.equal(conversations.private.at(-1)?.peer, '101');
});
