// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cards } from '../../main/webapp/console/cards.js';
import { Notes } from '../../main/webapp/console/notes.js';
import { Preferences } from '../../main/webapp/console/preferences.js';
import { ReadSync } from '../../main/webapp/console/read-sync.js';
import { actionOf } from '../../main/webapp/console/shortcuts.js';
import { FakeStorage } from './fakes.js';

const ann = { bid: '41', id: '17' };

test('notes are there for the next page of the same agent, and for nobody else', () => {
  const storage = new FakeStorage();
  const notes = new Notes(() => /** @type {any} */ (storage));
  notes.take(ann);
  notes.write('agent:18', '订单 5');
  const later = new Notes(() => /** @type {any} */ (storage));
  later.take(ann);
  assert.equal(later.of('agent:18'), '订单 5');
  later.take({ bid: '41', id: '18' });
  assert.equal(later.of('agent:18'), '');
});

test('two tabs of an agent lose no note of each other', () => {
  const storage = new FakeStorage();
  const [tab, other, later] = [1, 2, 3].map(() => new Notes(() => /** @type {any} */ (storage)));
  tab.take(ann);
  other.take(ann);
  tab.write('agent:18', '订单 5');
  other.write('agent:19', '喝茶');
  later.take(ann);
  assert.deepEqual([later.of('agent:18'), later.of('agent:19')], ['订单 5', '喝茶']);
});

test('two agents in one browser keep their own notes, until their own logout', () => {
  const storage = new FakeStorage();
  const [ours, theirs] = [1, 2].map(() => new Notes(() => /** @type {any} */ (storage)));
  ours.take(ann);
  theirs.take({ bid: '41', id: '18' });
  ours.write('room', 'of Ann');
  theirs.write('room', 'of Bob');
  ours.write('agent:19', 'of Ann, too');
  assert.deepEqual([ours.of('room'), ours.of('agent:19'), theirs.of('room'), theirs.of('agent:19')], ['of Ann', 'of Ann, too', 'of Bob', '']);
  ours.forget();
  assert.equal(ours.isEmpty, true);
  const later = new Notes(() => /** @type {any} */ (storage));
  later.take({ bid: '41', id: '18' });
  assert.equal(later.of('room'), 'of Bob');
  later.take(ann);
  assert.equal(later.isEmpty, true);
});

test('where the browser keeps nothing a note is there as long as the page is', () => {
  const notes = new Notes(() => {
    throw new DOMException('', 'SecurityError');
  });
  notes.take(ann);
  notes.write('room', 'x');
  notes.write('agent:18', 'y');
  assert.deepEqual([notes.of('room'), notes.of('agent:18')], ['x', 'y']);
  notes.forget();
  assert.equal(notes.isEmpty, true);
});

test('of notes that were emptied, or forgotten, nothing is left', () => {
  const storage = new FakeStorage();
  const notes = new Notes(() => /** @type {any} */ (storage));
  notes.take(ann);
  notes.write('room', 'x');
  notes.write('room', ' ');
  assert.deepEqual([notes.isEmpty, storage.getItem('kefu.notes')], [true, null]);
  notes.write('room', 'x');
  notes.forget();
  assert.deepEqual([notes.isEmpty, storage.getItem('kefu.notes')], [true, null]);
});

test('there are no more than two hundred notes', () => {
  const storage = new FakeStorage();
  const notes = new Notes(() => /** @type {any} */ (storage));
  notes.take(ann);
  for (let n = 0; n <= 200; n++) notes.write(`agent:${n}`, 'x');
  assert.deepEqual([notes.of('agent:0'), notes.of('agent:1')], ['', 'x']);
});

test('what somebody else wrote into the storage is no note and no preference', () => {
  for (const text of ['no JSON', '[]', '[[1,2,3,4]]', '[null]', '[["41","17","room"]]', '{"owner":{"bid":"41","id":"17"}}']) {
    const storage = new FakeStorage();
    storage.setItem('kefu.notes', text);
    storage.setItem('kefu.preferences', text);
    const notes = new Notes(() => /** @type {any} */ (storage));
    notes.take(ann);
    assert.equal(notes.isEmpty, true, text);
    assert.equal(new Preferences(() => /** @type {any} */ (storage)).sound, true);
  }
});

test('a preference is kept until the logout', () => {
  const storage = new FakeStorage();
  const of = () => new Preferences(() => /** @type {any} */ (storage));
  const preferences = of();
  assert.deepEqual([preferences.sound, preferences.notifications], [true, false]);
  Object.assign(preferences, { sound: false, notifications: true });
  preferences.keep();
  assert.deepEqual([of().sound, of().notifications], [false, true]);
  preferences.forget();
  assert.deepEqual([of().sound, of().notifications, storage.getItem('kefu.preferences')], [true, false, null]);
});

test('a later card takes the place of the earlier one, and an empty one takes it away', () => {
  const cards = new Cards();
  assert.equal(cards.take({ method: 'new_order' }), false);
  assert.equal(cards.take({ method: 'card_push', about: 18, title: 'a' }), true);
  cards.take({ method: 'card_push', about: '18', title: 'b', fields: { x: { y: 1 }, z: 'text' } });
  assert.deepEqual(cards.of('18'), { about: '18', title: 'b', fields: [['x', '{"y":1}'], ['z', 'text']] });
  cards.take({ method: 'card_push', title: 'of the room', fields: 'no object' });
  assert.deepEqual(cards.of(null), { about: '', title: 'of the room', fields: [] });
  cards.take({ method: 'card_push', about: 18 });
  assert.equal(cards.of('18'), null);
  for (let n = 0; n < 600; n++) cards.take({ method: 'card_push', about: n, title: 'x' });
  assert.equal(cards.all.length, 500);
});

test('tabs of one agent tell each other what was seen, once, and tabs of another do not listen', () => {
  /** @type {any[]} */ const said = [];
  /** @type {any} */ const channel = { postMessage: (/** @type {any} */ what) => said.push(what) };
  /** @type {string[]} */ const seen = [];
  const conversations = { current: { key: 'room', mark: 'm1', unread: 0 }, seesCurrent: true, seenElsewhere: (/** @type {string[]} */ ...what) => seen.push(what.join()) };
  const sync = new ReadSync(/** @type {any} */ (conversations), () => ann, channel);
  sync.show();
  sync.show();
  conversations.seesCurrent = false;
  conversations.current.mark = 'm2';
  sync.show();
  assert.deepEqual(said, [{ ...ann, key: 'room', mark: 'm1' }]);
  for (const data of [said[0], { ...said[0], id: '18' }, null, 'text', {}]) channel.onmessage({ data });
  assert.deepEqual(seen, ['room,m1']);
});

test('keys do what the sheet says, and a letter in a field is a letter', () => {
  const key = (/** @type {any} */ event, typing = false) => actionOf({ code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...event }, typing);
  assert.equal(key({ key: 'k', ctrlKey: true }, true), 'search');
  assert.equal(key({ key: 'K', metaKey: true }), 'search');
  assert.equal(key({ key: 'ArrowUp', altKey: true }, true), 'previous');
  assert.equal(key({ key: 'ArrowDown', altKey: true }, true), 'next');
  assert.equal(key({ key: 'ArrowDown' }, true), null);
  assert.equal(key({ key: 'ü', code: 'KeyU', altKey: true }, true), 'unread');
  assert.equal(key({ key: '?', shiftKey: true }), 'help');
  assert.equal(key({ key: '?', shiftKey: true }, true), null);
  assert.equal(key({ key: 'k', ctrlKey: true, isComposing: true }), null);
});
