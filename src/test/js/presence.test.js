// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Presence } from '../../main/webapp/sdk/presence.js';

/** @type {Presence} */
let presence;
const ids = () => presence.list().map(({ id }) => id);

beforeEach(() => {
  presence = new Presence();
  presence.replace('1', [
    { id: '2', name: '李四' },
    { id: '2', name: '李四' },
    { id: '1', name: '张三' },
  ]);
});

test('an agent with several connections is listed once', () => {
  assert.deepEqual(ids(), ['2', '1']);
});

test('an agent is gone with the last connection', () => {
  presence.left('2');
  assert.deepEqual(ids(), ['2', '1']);
  presence.left('2');
  assert.deepEqual(ids(), ['1']);
});

test('another connection has to leave as well', () => {
  presence.joined('3', '王五');
  presence.joined('3', '王五');
  presence.left('3');
  assert.deepEqual(ids(), ['2', '1', '3']);
});

test('the name given last counts', () => {
  presence.joined('2', '李四（夜班）');
  assert.equal(presence.get('2')?.name, '李四（夜班）');
});

test('the goodbye of a stranger changes nothing', () => {
  presence.left('99');
  assert.deepEqual(ids(), ['2', '1']);
});

test('oneself stays when another tab leaves once too often', () => {
  presence.left('1');
  assert.deepEqual(ids(), ['2', '1']);
});

test('a new list replaces what the pushes added up to', () => {
  presence.joined('3', '王五');
  presence.replace('1', [{ id: '1', name: '张三' }]);
  assert.deepEqual(ids(), ['1']);
});

test('an agent counted too often goes when the gateway says so', () => {
  presence.joined('2', '李四');
  presence.refute('2', presence.get('2'));
  assert.deepEqual(ids(), ['1']);
});

test('an agent heard of since the question stays', () => {
  const asked = presence.get('2');
  presence.joined('2', '李四');
  presence.refute('2', asked);
  assert.deepEqual(ids(), ['2', '1']);
});
