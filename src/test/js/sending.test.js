// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, clock, conversations, gateway, hear, open, said, seat, shown } from './conversations-testbed.js';
import { settled } from './fakes.js';

test('a private message stands there as sent when the answer has come', async () => {
  conversations.open(conversations.with('18'));
  conversations.send('你好');
  await settled();
  assert.deepEqual(shown(conversations.current), ['你好 pending']);
  assert.equal(conversations.current.waits, true);
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 1, timestamp: 1_700_000_123 } });
  await settled();
  assert.deepEqual(shown(conversations.current), ['你好 sent']);
  assert.deepEqual([conversations.current.waits, conversations.current.heard.map((entry) => 'time' in entry && entry.time)], [false, [1_700_000_123_000]]);
});

test('a private message waits for one who may be on the way back, and the page can say so before', async () => {
  const conversation = conversations.with('19');
  assert.equal(conversations.waitsIn(conversation), false);
  gateway.socket.breaks();
  await clock.advance(3_000);
  gateway.forgetsTheSession();
  gateway.letsIn();
  assert.equal(conversations.waitsIn(conversation), true);
  conversations.open(conversation);
  conversations.send('在吗');
  await settled();
  await clock.advance(30_000);
  assert.deepEqual([conversations.waitsIn(conversation), conversations.waitsIn(conversations.with('20'))], [true, false]);
});

test('a failed message can be sent again or thrown away', async () => {
  conversations.open(conversations.with('18'));
  conversations.send('在吗');
  await settled();
  gateway.answers({ code: '10009', msg: '对方不在线', method: 'say' });
  await settled();
  assert.deepEqual(shown(conversations.current), ['在吗 failed']);
  conversations.resend(conversations.current.outbox[0]);
  assert.deepEqual(shown(conversations.current), ['在吗 pending']);
  conversations.discard(conversations.current.outbox[0]);
  assert.deepEqual(shown(conversations.current), []);
});

test('a message written while offline follows the gap once the line is back', async () => {
  hear(18, 'all', '早');
  gateway.socket.breaks();
  conversations.send('断线时写的');
  await clock.advance(0);
  gateway.resumes(false);
  await settled();
  gateway.answers({ code: 200, data: { method: 'say', code: 0, delivered: 2 } });
  await settled();
  assert.deepEqual(shown(conversations.room), ['早 sent', 'gap', '断线时写的 sent']);
});

test('a message whose answer was lost is one bubble: it waits, and is sent by its echo or by the answer that is given again', async () => {
  for (const echo of [true, false]) {
    conversations.send(`echo ${echo}`);
    await settled();
    const { id } = gateway.socket.sent.at(-1);
    gateway.socket.breaks();
    await clock.advance(3_600_000);
    assert.equal(shown(conversations.room).at(-1), `echo ${echo} pending`);
    gateway.resumes();
    if (echo) hear('17', 'all', `echo ${echo}`, id);
    else assert.deepEqual([gateway.socket.sent.at(-1).id, gateway.socket.sent.at(-1).again], [id, true]);
    await said();
    if (!echo) hear('17', 'all', `echo ${echo}`, id);
    await settled();
  }
  assert.deepEqual(shown(conversations.room), ['echo true sent', 'echo false sent']);
});

test('what the session took with it when it ended is said again under its old name, all together and in order', async () => {
  conversations.send('一');
  conversations.send('二');
  await settled();
  const { id } = gateway.socket.sent.at(-1);
  gateway.socket.breaks(4002);
  await settled();
  assert.deepEqual(shown(conversations.room), ['一 failed', '二 failed']);
  assert.deepEqual(conversations.room.failed.map(({ problem }) => problem), ['unknown', 'closed']);
  seat.reopen();
  gateway.letsIn();
  conversations.resendAll();
  await clock.advance(2_000);
  assert.equal(gateway.socket.sent.at(-1).id, id);
  await said();
  await said();
  assert.deepEqual(shown(conversations.room), ['一 sent', '二 sent']);
});

test('nothing that one agent has left is sent as another', async () => {
  gateway.socket.breaks();
  conversations.send('张三写的');
  conversations.clear();
  seat.take({ ...AGENT, id: '18', name: '李四' });
  gateway.letsIn();
  await clock.advance(10_000);
  assert.deepEqual(gateway.socket.sent.map(({ method }) => method), ['login']);
});

test('where so much waits that no more is taken, it says so', async () => {
  gateway.socket.breaks(1013, 'retry=60000');
  for (let n = 0; n < 100; n++) {
    assert.equal(seat.full, false);
    conversations.send(String(n));
    await settled();
  }
  assert.equal(seat.full, true);
});
