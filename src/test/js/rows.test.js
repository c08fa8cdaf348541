// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../main/webapp/console/conversation.js';
import { rowsOf } from '../../main/webapp/console/rows.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** @type {any} words by which a test recognises what was said */
const language = {
  say: (/** @type {string} */ key) => key,
  day: (/** @type {number} */ time) => `day ${Math.floor(time / DAY)}`,
  time: (/** @type {number} */ time) => `minute ${Math.floor(time / MINUTE)}`,
};

/** @param {Conversation} room @param {string} from @param {number} time */
const hear = (room, from, time) => room.hear({ from, name: from, id: null, to: null, content: 'x', time }, false);

/** @param {Conversation} room */
function rows(room) {
  return rowsOf(room, language).map((row) => {
    if (row.kind === 'push') return row.push.title;
    if (row.kind !== 'message') return row.text;
    return row.continued ? 'more' : row.message.from;
  });
}

test('messages by one agent within three minutes share a heading', () => {
  const room = new Conversation(null);
  hear(room, 'A', 0);
  hear(room, 'A', 2 * MINUTE);
  hear(room, 'B', 2 * MINUTE);
  hear(room, 'A', 3 * MINUTE);
  hear(room, 'A', 6 * MINUTE);
  assert.deepEqual(rows(room), ['day 0', 'A', 'more', 'B', 'A', 'A']);
});

test('a new day gets a divider and a new heading', () => {
  const room = new Conversation(null);
  hear(room, 'A', DAY - 1);
  hear(room, 'A', DAY);
  assert.deepEqual(rows(room), ['day 0', 'A', 'day 1', 'A']);
});

test('the unread messages begin under a divider', () => {
  const room = new Conversation(null);
  hear(room, 'A', 0);
  hear(room, 'A', 1);
  room.firstUnread = room.heard[1].key;
  assert.deepEqual(rows(room), ['day 0', 'A', 'log.unread', 'A']);
});

test('a gap is shown, and a short one without a span', () => {
  const room = new Conversation(null);
  hear(room, 'A', 0);
  room.gap(0, 2 * MINUTE);
  assert.deepEqual(rows(room), ['day 0', 'A', 'log.gap']);
  room.heard.pop();
  room.gap(0, 1);
  assert.deepEqual(rows(room), ['day 0', 'A', 'log.gap.brief']);
});

test('no two rows have the same key', () => {
  const room = new Conversation(null);
  [0, 1, DAY, DAY, 3 * DAY].forEach((time) => hear(room, 'A', time));
  room.firstUnread = room.heard[2].key;
  const keys = rowsOf(room, language).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
});

test('what a backend pushes has its place among the days', () => {
  const events = new Conversation(null, '', 'events');
  events.push('new_order', [['id', '5']], 0);
  events.push('new_order', [['id', '6']], DAY);
  assert.deepEqual(rows(events), ['day 0', 'new_order', 'day 1', 'new_order']);
});

test('where earlier messages have gone, the first line says so', () => {
  const room = new Conversation(null);
  room.shortened = true;
  hear(room, 'A', 0);
  assert.deepEqual(rows(room), ['log.shortened', 'day 0', 'A']);
});
