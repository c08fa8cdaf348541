// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Listeners } from '../../main/webapp/sdk/listeners.js';
import { Presence } from '../../main/webapp/sdk/presence.js';

/** @typedef {import('../../main/webapp/sdk/kefu.js').Status} Status */

/** @type {Presence} */
let presence;
/** Who came, who went, and who has another state, as it was told. @type {string[]} */
let told;
/** @param {string} client @param {string} id @param {string} [name] */
const session = (client, id, name = '') => ({ client, id, name });
/** @param {string} client @param {string} id @param {Status} status */
const standing = (client, id, status) => ({ client, id, name: '', status });
const ids = () => presence.list().map(({ id }) => id);

beforeEach(() => {
  const listeners = new Listeners();
  const names = (/** @type {any[]} */ agents) => agents.map(({ id }) => id).join();
  told = [];
  listeners.add('presence', ({ joined, left }) => told.push(`+${names(joined)} -${names(left)}`));
  listeners.add('status', ({ id, status }) => told.push(`${id} ${status}`));
  presence = new Presence(listeners);
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
  told = [];
  presence.joined(session('d', '3', '王五'));
  presence.joined(session('e', '3', '王五'));
  presence.left(session('d', '3'));
  presence.left(session('e', '3'));
  presence.replace([{ client: 'c', id: '1', name: '张三' }, { client: 'f', id: '4', name: '赵六' }]);
  assert.deepEqual(told, ['+3 -', '+ -', '+ -', '+ -3', '+4 -2']);
});

test('an agent is as the session that is reached best', () => {
  const status = () => presence.get('2')?.status;
  assert.equal(status(), 'online');
  told = [];
  presence.stands(standing('a', '2', 'away'));
  assert.equal(status(), 'online', 'the other session is');
  presence.stands(standing('b', '2', 'busy'));
  assert.equal(status(), 'busy');
  presence.left(session('b', '2'));
  assert.equal(status(), 'away');
  presence.joined(session('d', '2'));
  assert.equal(status(), 'online', 'a session begins so');
  assert.deepEqual(told, ['2 busy', '+ -', '2 away', '+ -', '2 online']);
});

test('another login of the same session changes no state, and a list has them all', () => {
  presence.stands(standing('c', '1', 'busy'));
  presence.joined(session('c', '1', '张三（夜班）'));
  assert.deepEqual(presence.get('1'), { id: '1', name: '张三（夜班）', status: 'busy' });
  told = [];
  presence.replace([standing('c', '1', 'away'), standing('a', '2', 'online'), standing('f', '4', 'busy')]);
  assert.deepEqual(told, ['+4 -', '1 away'], 'who comes brings a state');
  assert.equal(presence.get('4')?.status, 'busy');
});

test('the state of a stranger, and none at all, change nothing', () => {
  told = [];
  presence.stands(standing('z', '99', 'busy'));
  presence.stands(standing('z', '1', 'busy'));
  presence.stands(session('c', '1'));
  assert.deepEqual(told, []);
  assert.deepEqual(presence.list().map(({ status }) => status), ['online', 'online']);
  presence.left(session('c', '1'));
  assert.deepEqual(ids(), ['2'], 'a stranger is no session of an agent');
});
