// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Drafts } from '../../main/webapp/console/drafts.js';
import { conversations, said, seat } from './conversations-testbed.js';
import { FakeStorage, settled } from './fakes.js';

const ann = { bid: '41', id: '17' };

/** @type {FakeStorage} */ let storage;
/** @param {typeof ann | null} owner */
const load = (owner = ann, page = 'one') => new Drafts(conversations, () => owner, page, () => /** @type {any} */ (storage));
const drafts = () => [conversations.room, ...conversations.private].map(({ key, draft }) => `${key}: ${draft}`);

beforeEach(() => {
  storage = new FakeStorage();
});

test('after a crash the same agent finds what was begun, and another agent does not', () => {
  const page = load();
  conversations.room.draft = '大家';
  conversations.with('18').draft = '你好';
  page.show();
  conversations.clear();
  const next = load();
  assert.deepEqual([next.from, storage.kept.size], ['one', 0], 'a copy of the page finds nothing');
  next.restore({ ...ann, id: '19' });
  next.restore(ann);
  assert.deepEqual(drafts(), ['room: ']);
  conversations.room.draft = '';
  page.drop();
  conversations.room.draft = '大家';
  conversations.with('18').draft = '你好';
  page.show();
  conversations.clear();
  conversations.room.draft = 'newer';
  load().restore(ann);
  assert.deepEqual(drafts(), ['room: newer', 'agent:18: 你好']);
});

test('what was sent, dropped or is not this page\'s is no draft any more', async () => {
  const page = load();
  conversations.room.draft = 'x';
  page.show();
  conversations.send('x');
  conversations.room.draft = '';
  await settled();
  await said();
  page.show();
  assert.equal(storage.kept.size, 0);
  conversations.room.draft = 'y';
  page.show();
  page.drop();
  assert.equal(storage.kept.size, 0);
  page.show();
  conversations.room.draft = '';
  const copy = load();
  copy.forget();
  copy.restore(ann);
  assert.deepEqual(drafts(), ['room: ']);
  load(null).show();
  assert.equal(storage.kept.size, 0);
  assert.equal(seat.state.name, 'online');
});

test('what somebody else wrote there is no draft', () => {
  for (const text of ['no JSON', '[]', '{"owner":{},"drafts":[[1,2]]}', '{"owner":{},"drafts":[null]}', '{"owner":{},"drafts":5}']) {
    storage.setItem('kefu.drafts', text);
    const page = load();
    assert.equal(page.from, '', text);
    page.restore(ann);
  }
});
