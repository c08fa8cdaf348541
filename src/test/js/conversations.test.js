// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepSnapshot, takeSnapshot } from '../../main/webapp/console/snapshot.js';
import { clock, conversations, gateway, hear, look, open, said, seat, shown } from './conversations-testbed.js';
import { FakeGateway, FakeStorage, settled } from './fakes.js';

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
  look(conversations.with('18'));
  assert.equal(conversations.unread, 0);
});

test('what is new in a conversation that was opened is unread until its end is in view', () => {
  hear(18, 17, '一');
  conversations.open(conversations.with('18'));
  hear(18, 17, '二');
  assert.equal(conversations.unread, 2);
  conversations.reach(false);
  assert.equal(conversations.unread, 2);
  conversations.reach(true);
  assert.equal(conversations.unread, 0);
});

test('what comes while the agent reads further up is unread until the end is in view again', () => {
  conversations.reach(false);
  hear(18, 'all', '一');
  hear(18, 'all', '二');
  assert.equal(conversations.unread, 2);
  assert.equal(conversations.room.firstUnread, conversations.room.heard[0].key);
  conversations.attend(false);
  conversations.attend(true);
  assert.equal(conversations.unread, 2);
  conversations.reach(true);
  assert.equal(conversations.unread, 0);
});

test('what is unread and out of view is no reason to paint again', () => {
  conversations.reach(false);
  hear(18, 'all', '一');
  let changes = 0;
  conversations.addEventListener('change', () => (changes += 1));
  conversations.reach(false);
  assert.equal(changes, 0);
  conversations.reach(true);
  assert.equal(changes, 1);
  conversations.attend(false);
  hear(18, 'all', '二');
  changes = 0;
  conversations.reach(true);
  assert.equal(changes, 0);
});

test('the agent is told of what is unread, and of nothing that is seen as it comes', () => {
  /** @type {string[]} */ const told = [];
  conversations.addEventListener('news', (event) => {
    const { conversation, from, text } = /** @type {import('../../main/webapp/console/conversations.js').News} */ (event);
    told.push(`${conversation.key} ${from} ${text}`);
  });
  hear(18, 'all', '看到了');
  hear(18, 17, '私聊');
  hear(17, 18, '我说的');
  gateway.publishes({ method: 'new_order', id: 5 });
  conversations.attend(false);
  hear(18, 'all', '没看到');
  assert.deepEqual(told, ['agent:18 name of 18 私聊', 'events  new_order', 'room name of 18 没看到']);
});

test('a conversation that was put away is not listed, and is there again with the next word', () => {
  hear(18, 17, '一');
  const talk = conversations.with('18');
  conversations.close(talk);
  assert.deepEqual([conversations.shown.map(({ key }) => key), conversations.unread], [['room'], 0]);
  hear(18, 17, '二');
  assert.deepEqual(conversations.shown.map(({ key }) => key), ['room', 'agent:18']);
  assert.deepEqual(shown(talk), ['一 sent', '二 sent']);
  look(talk);
  conversations.close(talk);
  assert.equal(conversations.current, conversations.room, 'the room is there instead');
  conversations.open(conversations.with('18'));
  assert.equal(conversations.shown.length, 2);
});

test('a conversation in which a text or a message waits cannot be put away, nor can the room', async () => {
  const talk = conversations.with('18');
  talk.draft = '没写完';
  conversations.close(talk);
  conversations.close(conversations.room);
  talk.draft = '';
  conversations.open(talk);
  gateway.socket.breaks();
  conversations.send('等');
  conversations.close(talk);
  assert.deepEqual(conversations.shown.map(({ key }) => key), ['room', 'agent:18']);
});

test('what was seen in another tab is read here, and what came later is not', () => {
  conversations.attend(false);
  hear(18, 'all', '一', 'a-1');
  const mark = String(conversations.room.mark);
  hear(18, 'all', '二', 'a-2');
  conversations.seenElsewhere('room', mark);
  assert.equal(conversations.unread, 1);
  assert.equal(conversations.room.firstUnread, conversations.room.heard[1].key);
  conversations.seenElsewhere('room', String(conversations.room.mark));
  assert.deepEqual([conversations.unread, conversations.room.firstUnread], [0, null]);
});

test('what another tab has shown before this one hears it is read when it comes', () => {
  hear(18, 'all', '二', 'a-2');
  const mark = String(conversations.room.mark);
  conversations.clear();
  conversations.attend(false);
  hear(18, 'all', '一', 'a-1');
  conversations.seenElsewhere('room', mark);
  assert.equal(conversations.unread, 1);
  hear(18, 'all', '二', 'a-2');
  assert.equal(conversations.unread, 0);
});

test('an own private word, which each tab has by another clock, is known again in another tab', async () => {
  hear(18, 17, '在吗', 'b-1');
  conversations.open(conversations.with('18'));
  conversations.send('在');
  await settled();
  const { id } = gateway.socket.sent.at(-1);
  await said();
  const mark = String(conversations.current.mark);
  conversations.clear();
  conversations.attend(false);
  conversations.seenElsewhere('agent:18', mark);
  hear(18, 17, '在吗', 'b-1');
  conversations.seenElsewhere('agent:18', mark);
  assert.equal(conversations.unread, 1);
  hear(17, 18, '在', id);
  assert.equal(conversations.unread, 0);
});

test('what the backend wants to be seen beside a conversation is no event, and outlives the page', () => {
  Object.assign(globalThis, { sessionStorage: new FakeStorage() });
  gateway.publishes({ method: 'card_push', about: 18, title: '售后', fields: { 接待中: 4 } });
  assert.deepEqual([conversations.events.heard.length, conversations.unread], [0, 0]);
  keepSnapshot(conversations, /** @type {any} */ (seat.identity), '');
  conversations.clear();
  assert.equal(conversations.cards.of('18'), null);
  const left = takeSnapshot();
  conversations.restore(left?.all ?? [], left?.current ?? '', left?.cards);
  assert.deepEqual(conversations.cards.of('18'), { about: '18', title: '售后', fields: [['接待中', '4']] });
});

test('nothing is read while the page is hidden', () => {
  conversations.attend(false);
  hear(18, 'all', '在吗');
  look(conversations.with('18'));
  look(conversations.room);
  assert.equal(conversations.unread, 1);
  conversations.attend(true);
  assert.equal(conversations.unread, 0);
});

test('own words from another tab are not unread', () => {
  hear(17, 18, '我说的');
  assert.equal(conversations.unread, 0);
});

test('what the backend pushes is seen among the events, by its title and fields', () => {
  assert.deepEqual(conversations.shown.map(({ key }) => key), ['room']);
  gateway.publishes({ method: 'new_order', id: 5, from: { name: 'x' }, note: 'n'.repeat(600) });
  assert.deepEqual(conversations.shown.map(({ key }) => key), ['room', 'events']);
  const [push] = /** @type {any[]} */ (conversations.events.heard);
  assert.deepEqual([push.title, push.fields.slice(0, 2)], ['new_order', [['id', '5'], ['from', '{"name":"x"}']]]);
  assert.equal(push.fields[2][1].length, 501);
  assert.equal(conversations.unread, 1);
});

test('where agents cannot talk there are events and nothing else', () => {
  gateway.facts.methods = ['login', 'logout', 'resume'];
  open();
  gateway.letsIn();
  assert.deepEqual(conversations.shown.map(({ key }) => key), ['events']);
  assert.equal(conversations.current, conversations.events);
});

test('another load of the page has all that was there, and sends what was not yet said under its old name', async () => {
  Object.assign(globalThis, { sessionStorage: new FakeStorage() });
  hear(18, 17, '在吗');
  conversations.open(conversations.with('18'));
  conversations.current.draft = '没写完';
  conversations.current.place = { key: 'somewhere', offset: 5 };
  gateway.socket.breaks();
  conversations.send('在');
  const { id } = conversations.current.outbox[0];
  keepSnapshot(conversations, /** @type {any} */ (seat.identity), '');

  open(new FakeGateway());
  const left = takeSnapshot();
  assert.equal(takeSnapshot(), null, 'a copy of the page finds nothing');
  assert.deepEqual(left?.owner, { bid: '41', id: '17', name: '张三' });
  conversations.restore(left?.all ?? [], left?.current ?? '');
  gateway.letsIn();
  assert.deepEqual(shown(conversations.current), ['在吗 sent', '在 pending']);
  const { key, draft, place } = conversations.current;
  assert.deepEqual([key, draft, place], ['agent:18', '没写完', { key: 'somewhere', offset: 5 }]);
  await clock.advance(2_000);
  assert.equal(gateway.socket.sent.at(-1).id, id);
  await said();
  assert.deepEqual(shown(conversations.current), ['在吗 sent', '在 sent']);
});

test('what somebody else wrote into the storage counts as nothing', () => {
  for (const text of ['', 'no JSON', '[]', '{"owner":{}}', '{"owner":{"bid":"1","id":"2","name":"x"},"current":"room"}']) {
    Object.assign(globalThis, { sessionStorage: new FakeStorage() });
    sessionStorage.setItem('kefu.desk', text);
    assert.equal(takeSnapshot(), null, text);
  }
});

test('of a long day as much is kept as the browser has room for', () => {
  const storage = new FakeStorage();
  const put = storage.setItem;
  storage.setItem = (key, value) => (value.length > 20_000 ? assert.fail('full') : put(key, value));
  Object.assign(globalThis, { sessionStorage: storage });
  for (let n = 0; n < 500; n++) hear(18, 'all', `${n}`);
  keepSnapshot(conversations, /** @type {any} */ (seat.identity), '');
  assert.equal(takeSnapshot()?.all[0].heard.length, 100);
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

test('a conversation in which a text was begun makes no room', async () => {
  conversations.with('100').draft = '没写完';
  for (let n = 101; n <= 300; n++) {
    await clock.advance(1);
    hear(n, 17, '你好');
  }
  assert.equal(conversations.with('100').draft, '没写完');
  assert.equal(conversations.private.length, 200);
});
