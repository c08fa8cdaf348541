// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, heard, ids, kefu, loses, online, saying, start } from './client-testbed.js';

test('who is there is told, with who came and who went', async () => {
  gateway.others = [{ customer_id: 18, customer_name: '李四' }, { customer_id: '18', customer_name: '李四' }];
  start();
  /** @type {string[]} */
  const told = [];
  kefu.on('presence', ({ agents, joined, left }) => told.push([agents, joined, left].map((some) => some.map(({ id }) => id).join('+')).join(' ')));
  gateway.letsIn();
  gateway.publishes({ method: 'login_push', client: 'x', customer_id: 19, customer_name: "<O'Hara>", timestamp: 1 });
  gateway.publishes({ method: 'logout_push', client: 'other-0', customer_id: 18, customer_name: '李四', timestamp: 1 });
  gateway.publishes({ method: 'logout_push', client: 'other-1', customer_id: '18', customer_name: '李四', timestamp: 1 });
  assert.deepEqual(told, ['18+17 18+17 ', '18+17+19 19 ', '18+17+19  ', '17+19  18']);
  assert.equal(kefu.agent('19')?.name, "<O'Hara>", 'as it was typed');
  gateway.others = [];
  await loses();
  assert.deepEqual(ids(), ['17', '19'], 'kept while offline');
  gateway.resumes();
  assert.equal(told.at(-1), '17  19');
});

test('what another group says that the backend has joined the session to is a push, and nobody there is in the list', () => {
  online();
  gateway.socket.says({ method: 'channels', joined: { 'g:42': { epoch: 'e', off: 0 } }, left: [] });
  const before = ids();
  /** @type {any[]} */
  const told = [];
  kefu.on('push', ({ method }, { channel }) => told.push([method, channel]));
  kefu.on('presence', () => assert.fail('the own group is as it was'));
  kefu.on('say', () => assert.fail('nobody says it in the own room'));
  for (const [at, method] of ['login_push', 'say_push', 'logout_push'].entries()) {
    gateway.socket.says({ ch: 'g:42', off: at + 1, push: { method, client: 'z', customer_id: 17, from_customer_id: 17, to: 'all', content: '' } });
  }
  assert.deepEqual(told, [['login_push', 'g:42'], ['say_push', 'g:42'], ['logout_push', 'g:42']]);
  assert.deepEqual(ids(), before);
});

test('what is said in the room and in private is told apart, with the id of the call', () => {
  online();
  gateway.publishes(saying({ content: '1 < 2 &amp;' }));
  gateway.publishes(saying({ to: 17, content: '&lt;', id: 'x-1' }));
  const time = 1_700_000_000_000;
  assert.deepEqual(heard, [
    { id: null, from: '18', name: '李四', to: null, content: '1 < 2 &amp;', time },
    { id: 'x-1', from: '18', name: '李四', to: '17', content: '&lt;', time },
  ]);
});

test('what a backend pushes is told by its method, with where it stood', () => {
  online();
  /** @type {any[]} */
  const told = [];
  kefu.on('push', (push, at) => told.push(['push', push, at]));
  const off = kefu.on('push:new_order', (push, at) => told.push(['new_order', push, at]));
  const at = { channel: 'g:41', position: { epoch: 'e', off: 3 } };
  gateway.publishes({ method: 'new_order', id: 5 }, 3);
  off();
  gateway.publishes({ method: 'new_order', id: 6 }, 4);
  gateway.socket.says('no frame at all');
  gateway.socket.says({ method: 'bare' });
  assert.deepEqual(told, [
    ['push', { method: 'new_order', id: 5 }, at],
    ['new_order', { method: 'new_order', id: 5 }, at],
    ['push', { method: 'new_order', id: 6 }, { channel: 'g:41', position: { epoch: 'e', off: 4 } }],
    ['push', { method: 'bare' }, { channel: null, position: null }],
  ]);
});
