// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Presence } from '../../main/webapp/sdk/presence.js';

/** @type {Presence} */
let presence;
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
  presence.left('a', '2');
  assert.deepEqual(ids(), ['2', '1']);
  presence.left('b', '2');
  assert.deepEqual(ids(), ['1']);
});

test('a session that logs in again counts once, and the name given last counts', () => {
  presence.joined('c', '1', '张三（夜班）');
  assert.equal(presence.get('1')?.name, '张三（夜班）');
  presence.left('c', '1');
  assert.deepEqual(ids(), ['2']);
});

test('the goodbye of a stranger changes nothing', () => {
  presence.left('z', '99');
  presence.left('z', '2');
  assert.deepEqual(ids(), ['2', '1']);
});

test('a new list replaces what was before', () => {
  presence.replace([{ client: 'c', id: '1', name: '张三' }]);
  assert.deepEqual(ids(), ['1']);
});
