// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Presence } from '../../main/webapp/sdk/presence.js';

/** @type {Presence} */
let presence;
/** @param {string} client @param {string} id @param {string} [name] */
const session = (client, id, name = '') => ({ client, id, name });
const ids = () => presence.list().map(({ id }) => id);

beforeEach(() => {
  presence = new Presence();
  presence.replace([
    { client: 'a', id: '2', name: '李四' },
    { client: 'b', id: '2', name: '李四' },
    { client: 'c', id: '1', name: '张三' },
  ]);
});

test('an agent with several sessions is listed once, and gone with the last', () => {
  assert.deepEqual(ids(), ['2', '1']);
  presence.left(session('a', '2'));
  assert.deepEqual(ids(), ['2', '1']);
  presence.left(session('b', '2'));
  assert.deepEqual(ids(), ['1']);
});

test('a session that logs in again counts once, and the name given last counts', () => {
  presence.joined(session('c', '1', '张三（夜班）'));
  assert.equal(presence.get('1')?.name, '张三（夜班）');
  presence.left(session('c', '1'));
  assert.deepEqual(ids(), ['2']);
});

test('the goodbye of a stranger changes nothing', () => {
  presence.left(session('z', '99'));
  presence.left(session('z', '2'));
  assert.deepEqual(ids(), ['2', '1']);
});

test('a new list replaces what was before', () => {
  presence.replace([{ client: 'c', id: '1', name: '张三' }]);
  assert.deepEqual(ids(), ['1']);
});

test('it tells who came and who went, each once', () => {
  const names = (/** @type {any} */ { joined, left }) => [joined, left].map((some) => some.map((/** @type {any} */ { id }) => id).join());
  assert.deepEqual(names(presence.joined(session('d', '3', '王五'))), ['3', '']);
  assert.deepEqual(names(presence.joined(session('e', '3', '王五'))), ['', '']);
  assert.deepEqual(names(presence.left(session('d', '3'))), ['', '']);
  assert.deepEqual(names(presence.left(session('e', '3'))), ['', '3']);
  assert.deepEqual(names(presence.replace([{ client: 'c', id: '1', name: '张三' }, { client: 'f', id: '4', name: '赵六' }])), ['4', '2']);
});
