// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, ending, gateway, kefu, loses, online, page, start, state, storage } from './client-testbed.js';
import { FakePage, settled } from './fakes.js';

/** The states that were asked for on the last line. */
const asked = () => gateway.socket.sent.filter(({ method }) => method === 'kefu.status').map(({ status }) => status);

/** Says how the agent is, and has that taken. @param {import('../../main/webapp/sdk/kefu.js').Status} status @param {number} number */
async function says(status, number) {
  const set = kefu.setStatus(status);
  await settled();
  gateway.answers({ code: 200 });
  gateway.status = number;
  await set;
}

test('a state is said to the gateway, and is the own one at once', async () => {
  online();
  assert.equal(kefu.status, 'online');
  assert.deepEqual(asked(), [], 'a session begins so');
  const set = kefu.setStatus('busy');
  await settled();
  assert.equal(kefu.status, 'busy');
  const { id, ...request } = gateway.socket.sent.at(-1);
  assert.deepEqual(request, { method: 'kefu.status', status: 2 });
  gateway.answers({ code: 200 });
  await set;
});

test('of the others a state is in the list and comes by a push, and their pages are told', () => {
  gateway.others = [{ customer_id: 18, customer_name: '李四', status: 3 }];
  online();
  assert.deepEqual(kefu.agent('18'), { id: '18', name: '李四', status: 'away' });
  /** @type {any[]} */
  const told = [];
  kefu.on('status', (agent) => told.push(agent));
  kefu.on('push', () => assert.fail('it is no push of the backend'));
  const push = { method: 'status_push', client: 'other-0', customer_id: 18, status: 2 };
  gateway.publishes(push);
  gateway.publishes(push);
  assert.deepEqual(told, [{ id: '18', name: '李四', status: 'busy' }]);
  assert.equal(kefu.agents[0].status, 'busy');
});

test('what was set without a line is set when there is one, the last one last', async () => {
  online();
  await loses();
  const set = [kefu.setStatus('away'), kefu.setStatus('busy')];
  assert.equal(kefu.status, 'busy');
  gateway.resumes();
  await settled();
  assert.deepEqual(asked(), [3]);
  gateway.answers({ code: 200 });
  await settled();
  assert.deepEqual(asked(), [3, 2]);
  gateway.answers({ code: 200 });
  await Promise.all(set);
});

test('a resumed session has its state, and one of another login is given it', async () => {
  online();
  await says('away', 3);
  await loses();
  gateway.resumes();
  await settled();
  assert.deepEqual(asked(), [], 'the gateway has it');
  await loses();
  gateway.forgetsTheSession();
  gateway.status = 1;
  gateway.letsIn();
  await settled();
  assert.deepEqual(asked(), [3]);
  assert.equal(kefu.status, 'away');
});

test('a page that is loaded again has the state, in the same session and in another', async () => {
  start({ ...AGENT, storage: /** @type {any} */ (storage) });
  gateway.letsIn();
  await says('busy', 2);
  page.happens('pagehide');
  start({ ...AGENT, storage: /** @type {any} */ (storage) }, new FakePage());
  assert.equal(kefu.status, 'busy');
  gateway.forgetsTheSession();
  gateway.status = 1;
  gateway.letsIn();
  await settled();
  assert.deepEqual(asked(), [2]);
});

test('a state that was on its way when the page was loaded again is said by the next one', async () => {
  start({ ...AGENT, storage: /** @type {any} */ (storage) });
  gateway.letsIn();
  kefu.setStatus('busy').catch(() => {});
  await settled();
  page.happens('pagehide');
  start({ ...AGENT, storage: /** @type {any} */ (storage) }, new FakePage());
  gateway.resumes();
  await settled();
  assert.deepEqual(asked(), [2]);
});

test('a state that is refused is not the own one, and what is none is not said', async () => {
  online();
  const set = ending(kefu.setStatus('busy'));
  await settled();
  gateway.answers({ code: 404, msg: '?' });
  assert.equal(await set, 404);
  assert.equal(kefu.status, 'online');
  assert.equal(await ending(kefu.setStatus(/** @type {any} */ ('here'))), 'argument');
  kefu.close();
  assert.equal(await ending(kefu.setStatus('busy')), 'closed');
  assert.equal(kefu.status, 'online');
});

test('to a gateway that knows no states none is said by itself', async () => {
  gateway.facts = { heartbeat: 10, methods: ['login', 'logout', 'resume', 'say'] };
  start({ ...AGENT, storage: /** @type {any} */ (storage) });
  gateway.letsIn();
  await says('away', 1);
  await loses();
  gateway.forgetsTheSession();
  gateway.letsIn();
  await settled();
  assert.equal(state(), 'online');
  assert.deepEqual(asked(), []);
});
