// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AskingSocket } from '../../main/webapp/sdk/asking-socket.js';
import { FakeGateway, settled } from './fakes.js';

/** @type {FakeGateway} */ let gateway;
/** @type {AskingSocket} */ let socket;
/** @type {string[]} */ let told;
/** @type {{ url: string, how: RequestInit, answers: (status: number) => void, fails: () => void }} */ let question;

beforeEach(() => {
  gateway = new FakeGateway();
  told = [];
  const fetch = (/** @type {any} */ url, /** @type {any} */ how) =>
    new Promise((resolve, reject) => {
      question = { url, how, answers: (status) => resolve(/** @type {any} */ ({ status })), fails: () => reject(new TypeError()) };
      how.signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  socket = new AskingSocket('wss://host/chat/chat', { fetch: /** @type {any} */ (fetch), openSocket: gateway.openSocket });
  socket.onopen = () => told.push('open');
  socket.onmessage = ({ data }) => told.push(data);
  socket.onclose = ({ code, reason }) => told.push(`${code} ${reason}`);
});

test('a WebSocket is opened when the gateway has answered, whatever it says, and is used as it is', async () => {
  assert.equal(question.url, 'https://host/chat/chat/stream');
  assert.equal(question.how.method, 'HEAD');
  await settled();
  assert.equal(gateway.sockets.length, 0);
  question.answers(404);
  await settled();
  assert.equal(gateway.socket.url, 'wss://host/chat/chat');
  gateway.socket.opens();
  assert.equal(socket.protocol, 'kefu.v2');
  gateway.socket.says('hello');
  socket.send('{}');
  assert.deepEqual(gateway.socket.sent, [{}]);
  gateway.socket.breaks(1012, 'retry=5');
  assert.deepEqual(told, ['open', 'hello', '1012 retry=5']);
  socket.close(4000);
  assert.equal(gateway.socket.closedWith, 4000);
});

for (const [what, ends] of /** @type {[string, () => void][]} */ ([
  ['no answer', () => question.fails()],
  ['one of a proxy alone', () => question.answers(502)],
])) {
  test(`where there is ${what} none is opened`, async () => {
    ends();
    await settled();
    assert.equal(gateway.sockets.length, 0);
    assert.deepEqual(told, ['1006 ']);
  });
}

test('closed while it asks, it asks no longer and says nothing', async () => {
  socket.close(4000);
  await settled();
  assert.equal(question.how.signal?.aborted, true);
  assert.equal(gateway.sockets.length, 0);
  assert.deepEqual(told, []);
});
