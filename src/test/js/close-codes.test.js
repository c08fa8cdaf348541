// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterClose } from '../../main/webapp/sdk/close-codes.js';

test('a lost line is taken up again by back-off', () => {
  for (const [code, reason] of Object.entries({ 1000: 'lost', 1001: 'lost', 1006: 'lost', 1011: 'lost', 4008: 'too-slow', 4009: 'silent' })) {
    assert.deepEqual(afterClose(Number(code), ''), { final: false, reason, delay: null }, code);
  }
});

test('the server names the delay when it restarts, is full or is asked too often', () => {
  for (const [code, reason] of Object.entries({ 1012: 'restart', 1013: 'full', 4007: 'too-fast' })) {
    assert.deepEqual(afterClose(Number(code), 'retry=1500'), { final: false, reason, delay: 1500 }, code);
  }
  assert.equal(afterClose(1012, 'restart, retry=0').delay, 0);
});

test('without a delay that can be read the back-off decides', () => {
  for (const reason of ['', 'retry=', 'retry=soon', 'retry=-5']) {
    assert.equal(afterClose(1013, reason).delay, null, reason);
  }
});

test('only the codes that promise a delay are searched for one', () => {
  assert.equal(afterClose(1011, 'retry=1500').delay, null);
});

test('an absurd delay is cut to five minutes', () => {
  assert.equal(afterClose(1012, 'retry=99999999999').delay, 300_000);
});

test('a session taken over, ended or not allowed does not come back', () => {
  for (const [code, reason] of Object.entries({ 4001: 'taken-over', 4002: 'ended', 4003: 'not-allowed' })) {
    assert.deepEqual(afterClose(Number(code), ''), { final: true, reason, delay: null }, code);
  }
});
