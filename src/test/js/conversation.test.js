// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Conversation, MOST_ENTRIES, MOST_WHILE_READING } from '../../main/webapp/console/conversation.js';

const self = { id: '17', name: '张三' };

/** @type {Conversation} */ let room;
beforeEach(() => {
  room = new Conversation(null);
});

/** @param {string} content @param {string} [from] @param {string | null} [id] */
const saying = (content, from = '18', id = /** @type {string | null} */ (null)) => ({ id, from, name: '李四', to: null, content, time: 5_000 });

/** What stands in the log, from top to bottom. @param {Conversation} conversation */
const shown = ({ entries }) => entries.map((entry) => ('status' in entry ? `${entry.content} ${entry.status}` : 'gap'));

test('an own message is shown at once, and once, when its echo comes before the answer', () => {
  const message = room.compose(self, 'a-1', '你好', 1_000);
  assert.deepEqual(shown(room), ['你好 pending']);
  room.hear(saying('你好', '17', 'a-1'), true);
  room.confirm(message);
  assert.deepEqual(shown(room), ['你好 sent']);
  assert.equal(message.time, 5_000, "the server's time counts");
});

test('an own message is shown once when its echo comes after the answer', () => {
  room.confirm(room.compose(self, 'a-1', '你好', 1_000));
  room.hear(saying('你好', '17', 'a-1'), true);
  assert.deepEqual(shown(room), ['你好 sent']);
});

test('a message that was taken for failed turns to sent when its echo is heard', () => {
  room.fail(room.compose(self, 'a-1', '你好', 1_000), 'unknown');
  room.hear(saying('你好', '17', 'a-1'), true);
  assert.deepEqual(shown(room), ['你好 sent']);
});

test('the same words from another tab are shown as well, and confirm nothing', () => {
  room.compose(self, 'a-1', '在', 1_000);
  room.hear(saying('在', '17', 'b-1'), true);
  room.hear(saying('在', '17'), true);
  room.hear(saying('在', '17'), true);
  assert.deepEqual(shown(room), ['在 sent', '在 sent', '在 sent', '在 pending']);
});

test('what another said twice, with one id, is shown once', () => {
  assert.equal(room.hear(saying('在吗', '18', 'b-1'), false), true);
  assert.equal(room.hear(saying('在吗', '18', 'b-1'), false), false);
  room.hear(saying('在吗', '19', 'b-1'), false);
  room.hear(saying('喂', '18', 'b-1'), false);
  assert.deepEqual(shown(room), ['在吗 sent', '在吗 sent', '喂 sent']);
});

test('what is not confirmed stays under what is heard', () => {
  room.compose(self, 'a-1', '等', 1_000);
  room.hear(saying('先到'), false);
  assert.deepEqual(shown(room), ['先到 sent', '等 pending']);
});

test('a failure keeps the message and its reason', () => {
  const message = room.compose(self, 'a-1', '喂', 1_000);
  room.fail(message, '10008');
  assert.deepEqual(shown(room), ['喂 failed']);
  assert.equal(message.problem, '10008');
  assert.deepEqual(room.failed, [message]);
});

test('a message whose echo was heard has not failed', () => {
  const message = room.compose(self, 'a-1', '喂', 1_000);
  room.hear(saying('喂', '17', 'a-1'), true);
  room.fail(message, 'unknown');
  assert.deepEqual(shown(room), ['喂 sent']);
});

test('gaps with nothing between them become one', () => {
  room.gap(1, 2);
  assert.deepEqual(shown(room), [], 'nothing was heard that could be torn');
  room.hear(saying('早'), false);
  room.gap(10, 20);
  room.gap(30, 40);
  assert.deepEqual(shown(room), ['早 sent', 'gap']);
  const { since, until } = /** @type {any} */ (room.heard.at(-1));
  assert.deepEqual([since, until], [10, 40]);
});

test('only the last five hundred entries are kept', () => {
  for (let n = 0; n < MOST_ENTRIES; n++) room.hear(saying(String(n)), false);
  assert.equal(room.shortened, false);
  room.hear(saying('500'), false);
  assert.equal(room.shortened, true);
  assert.equal(room.heard.length, 500);
  assert.deepEqual(shown(room).at(0), '1 sent');
});

test('while the agent reads further up nothing goes; back at the end what is too much does', () => {
  for (let n = 0; n < MOST_ENTRIES; n++) room.hear(saying(String(n)), false);
  room.place = { key: 'somewhere', offset: 0 };
  for (let n = 0; n < 100; n++) room.hear(saying('meanwhile'), false);
  assert.deepEqual([room.heard.length, room.shortened], [600, false]);
  room.place = null;
  room.hear(saying('last'), false);
  assert.deepEqual([room.heard.length, room.shortened], [MOST_ENTRIES, true]);
  room.place = { key: 'somewhere', offset: 0 };
  for (let n = 0; n < MOST_WHILE_READING; n++) room.hear(saying('more and more'), false);
  assert.equal(room.heard.length, MOST_WHILE_READING);
});
