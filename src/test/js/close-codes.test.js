// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterClose } from '../../main/webapp/sdk/close-codes.js';

test('a lost line is taken up again by back-off', () => {
  for (const code of [1000, 1001, 1006, 1011, 4008, 4009]) {
    assert.deepEqual(afterClose(code, ''), { final: null, delay: null }, String(code));
  }
});

test('the server names the delay when it restarts, is full or is asked too often', () => {
  for (const code of [1012, 1013, 4007]) {
    assert.deepEqual(afterClose(code, 'retry=1500'), { final: null, delay: 1500 }, String(code));
  }
  assert.deepEqual(afterClose(1012, 'restart, retry=0'), { final: null, delay: 0 });
});

test('without a delay that can be read the back-off decides', () => {
  for (const reason of ['', 'retry=', 'retry=soon', 'retry=-5']) {
    assert.deepEqual(afterClose(1013, reason), { final: null, delay: null }, reason);
  }
});

test('only the codes that promise a delay are searched for one', () => {
  assert.deepEqual(afterClose(1011, 'retry=1500'), { final: null, delay: null });
});

test('an absurd delay is cut to five minutes', () => {
  assert.deepEqual(afterClose(1012, 'retry=99999999999'), { final: null, delay: 300_000 });
});

test('a session taken over, ended or not allowed does not come back', () => {
  assert.deepEqual(afterClose(4001, ''), { final: 'taken-over' });
  assert.deepEqual(afterClose(4002, ''), { final: 'ended' });
  assert.deepEqual(afterClose(4003, ''), { final: 'not-allowed' });
});
