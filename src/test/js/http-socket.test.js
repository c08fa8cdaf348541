// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { HttpSocket } from '../../main/webapp/sdk/http-socket.js';
import { FakeClock, settled } from './fakes.js';

/** @type {FakeClock} */ let clock;
/** @type {HttpSocket} */ let socket;
/** @type {{ url: string, sequence: string, connection: string, body: string, keepalive: boolean, signal: AbortSignal, answer: (status: number) => void, fail: () => void }[]} */
let posts;
/** @type {ReadableStreamDefaultController<Uint8Array>} */ let stream;
/** @type {any} */ let opened;
/** @type {any[]} */ let told;

beforeEach(async () => {
  clock = new FakeClock();
  posts = [];
  told = [];
  socket = connect(200);
  await settled();
});

/** @param {number} status of the answer to the GET */
function connect(status) {
  const made = new HttpSocket('wss://host/chat/chat?a=b', 'kefu.v2', { fetch: /** @type {any} */ (fetch), clock });
  made.onopen = () => told.push('open');
  made.onmessage = ({ data }) => told.push(data);
  made.onclose = ({ code, reason }) => told.push([code, reason]);
  return made;

  /** @param {string} url @param {any} how */
  function fetch(url, { method, headers, body, keepalive, signal }) {
    if (method === 'POST') {
      return new Promise((answer, fail) => {
        signal.addEventListener('abort', () => fail(signal.reason));
        posts.push({
          url,
          sequence: headers['X-Kefu-Sequence'],
          connection: headers['X-Kefu-Connection'],
          body,
          keepalive,
          signal,
          answer: (code) => answer({ status: code }),
          fail: () => fail(new TypeError('network')),
        });
      });
    }
    opened = { url, signal };
    return Promise.resolve({
      ok: status === 200,
      body: new ReadableStream({
        start: (controller) => void (stream = controller),
      }),
    });
  }
}

const encoder = new TextEncoder();

/** @param {string} text */
async function comes(text) {
  stream.enqueue(encoder.encode(text));
  for (let n = 0; n < 5; n++) await settled();
}

const opens = () => comes('event: open\ndata: {"connection":"c-1","protocol":"kefu.v2"}\n\n');

/** @param {number} status */
async function answers(status) {
  posts.at(-1)?.answer(status);
  await settled();
}

test('it is opened beside the WebSocket, and is open when its first event has come', async () => {
  assert.equal(opened.url, 'https://host/chat/chat/stream?a=b&protocol=kefu.v2');
  assert.deepEqual(told, []);
  await opens();
  assert.deepEqual(told, ['open']);
  assert.equal(socket.protocol, 'kefu.v2');
});

test('frames come as they were sent, however the network cuts them', async () => {
  await opens();
  const bytes = encoder.encode('data: {"a":"中文\u2028"}\n\nevent: quoted\ndata: "x\\r\\ny"\n\ndata: \n\n');
  for (const byte of bytes) stream.enqueue(Uint8Array.of(byte));
  await comes('event: new\ndata: what nobody knows\n\n');
  for (let n = 0; n < 50; n++) await settled();
  assert.deepEqual(told, ['open', '{"a":"中文\u2028"}', 'x\r\ny', '']);
});

test('a ping is answered with what it carries', async () => {
  await opens();
  await comes('event: ping\ndata: 0a1b\n\n');
  assert.equal(posts[0].body, 'event: pong\ndata: 0a1b\n\n');
  assert.equal(posts[0].connection, 'c-1');
  assert.equal(posts[0].url, 'https://host/chat/chat/stream?a=b');
});

test('one post goes after the other, each with all that waits, numbered', async () => {
  await opens();
  for (const text of ['1', '2', '3']) socket.send(text);
  assert.deepEqual(posts.map(({ body }) => body), ['data: 1\n\n']);
  await answers(204);
  assert.equal(posts[1].body, 'data: 2\n\ndata: 3\n\n');
  await answers(204);
  socket.send('4');
  assert.deepEqual(posts.map(({ sequence }) => sequence), ['1', '2', '4']);
});

test('a post has no more than the gateway takes, but for one large frame', async () => {
  await opens();
  socket.send('first');
  for (const text of ['a'.repeat(10_000), 'b'.repeat(10_000), 'c'.repeat(50_000)]) socket.send(text);
  for (let n = 0; n < 4; n++) await answers(204);
  assert.deepEqual(posts.map(({ body }) => body[6]), ['f', 'a', 'b', 'c']);
});

test('a post that did not get through is sent again with the same numbers, and with what came since', async () => {
  await opens();
  socket.send('1');
  posts[0].fail();
  socket.send('2');
  await settled();
  assert.equal(posts.length, 1);
  await clock.advance(1_000);
  assert.equal(posts[1].sequence, '1');
  assert.equal(posts[1].body, 'data: 1\n\ndata: 2\n\n');
  await answers(503);
  await clock.advance(1_000);
  await answers(204);
  socket.send('3');
  assert.equal(posts.at(-1)?.sequence, '3');
});

test('a post that hangs is sent again on another line', async () => {
  await opens();
  socket.send('1');
  await clock.advance(15_000);
  assert.ok(posts[0].signal.aborted);
  await clock.advance(1_000);
  assert.deepEqual(posts.map(({ sequence }) => sequence), ['1', '1']);
  await answers(408);
  await clock.advance(1_000);
  assert.equal(posts.length, 3, 'the gateway has not got its body');
  await answers(204);
  assert.deepEqual(told, ['open']);
});

test('a goodbye that the gateway cannot take yet is said again, for some seconds', async () => {
  await opens();
  socket.close(1000);
  await answers(429);
  await clock.advance(1_000);
  assert.equal(posts.length, 2);
  await answers(204);
  assert.ok(opened.signal.aborted);
  assert.equal(clock.pending, 0);
});

test('a line that is dead is let go with all that hangs on it', async () => {
  await opens();
  socket.send('1');
  socket.close(4009);
  await clock.advance(4_999);
  assert.deepEqual(posts.map(({ signal }) => signal.aborted), [false, false], 'they may get through yet');
  await clock.advance(1);
  assert.deepEqual([opened, ...posts].map(({ signal }) => signal.aborted), [true, true, true]);
  await clock.advance(60_000);
  assert.equal(posts.length, 2);
  assert.equal(clock.pending, 0);
});

test('with the stream goes what is being posted', async () => {
  await opens();
  socket.send('1');
  stream.close();
  for (let n = 0; n < 5; n++) await settled();
  assert.ok(posts[0].signal.aborted);
});

test('where no post gets through the line is lost', async () => {
  await opens();
  socket.send('1');
  for (let n = 0; n < 5; n++) {
    posts.at(-1)?.fail();
    await settled();
    await clock.advance(n < 4 ? 1_000 : 1_999);
  }
  assert.equal(posts.length, 5);
  assert.deepEqual(told, ['open']);
  await clock.advance(1);
  assert.deepEqual(told, ['open', [1006, '']]);
  assert.ok(opened.signal.aborted);
});

test('the gateway says on the stream why it knows the connection no more', async () => {
  await opens();
  socket.send('1');
  await answers(404);
  await clock.advance(4_999);
  assert.deepEqual(told, ['open'], 'a container that stops it takes its time');
  await comes('event: close\ndata: 1012 retry=350\n\n');
  assert.deepEqual(told, ['open', [1012, 'retry=350']]);
  await clock.advance(60_000);
  assert.equal(told.length, 2);
});

test('a line of which the gateway knows nothing and says nothing is lost', async () => {
  await opens();
  socket.send('1');
  await answers(404);
  await clock.advance(5_000);
  assert.deepEqual(told, ['open', [1006, '']]);
});

test('a body that is too long for a proxy is a frame that is too long', async () => {
  await opens();
  socket.send('1');
  await answers(413);
  await clock.advance(2_000);
  assert.deepEqual(told, ['open', [1009, '']]);
});

test('a stream that ends without a word, or is refused, is a line that broke', async () => {
  await opens();
  stream.close();
  for (let n = 0; n < 5; n++) await settled();
  assert.deepEqual(told, ['open', [1006, '']]);
  told = [];
  connect(503);
  for (let n = 0; n < 5; n++) await settled();
  assert.deepEqual(told, [[1006, '']]);
});

test('a close says goodbye behind all that is not known to have arrived, also where the page goes away', async () => {
  await opens();
  socket.send('1');
  socket.send('2');
  socket.close(4000);
  assert.equal(posts[1].body, 'data: 1\n\ndata: 2\n\nevent: close\ndata: 4000\n\n');
  assert.equal(posts[1].sequence, '1');
  assert.equal(posts[1].keepalive, true);
  assert.ok(!opened.signal.aborted, 'the gateway has not heard it yet');
  await answers(204);
  assert.ok(opened.signal.aborted);
  posts[0].answer(204);
  await settled();
  assert.equal(posts.length, 2);
  assert.deepEqual(told, ['open'], 'nothing is heard any more');
});

test('who closes before it is open only leaves', async () => {
  socket.close(1000);
  await settled();
  assert.ok(opened.signal.aborted);
  assert.equal(posts.length, 0);
});
