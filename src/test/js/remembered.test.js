// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as remembered from '../../main/webapp/console/remembered.js';

class FakeStorage {
  /** @type {Map<string, string>} */
  values = new Map();
  getItem = (/** @type {string} */ key) => this.values.get(key) ?? null;
  setItem = (/** @type {string} */ key, /** @type {string} */ value) => void this.values.set(key, value);
  removeItem = (/** @type {string} */ key) => void this.values.delete(key);
}

const ANN = { bid: '41', id: '17', name: 'Ann' };

beforeEach(() => {
  Object.assign(globalThis, { localStorage: new FakeStorage(), sessionStorage: new FakeStorage() });
});

test('who it was is remembered for the form, and for a reload until it is forgotten', () => {
  remembered.remember(ANN);
  assert.deepEqual(remembered.rememberedLast(), ANN);
  assert.equal(remembered.rememberedSession(), null);
  remembered.rememberSession(ANN);
  assert.deepEqual(remembered.rememberedSession(), ANN);
  remembered.forgetSession();
  assert.equal(remembered.rememberedSession(), null);
});

test('no secret is remembered, whatever comes with the agent', () => {
  const secrets = { ...ANN, token: 'the token', password: 'the password' };
  remembered.remember(secrets);
  remembered.rememberSession(secrets);
  assert.deepEqual(remembered.rememberedLast(), ANN);
  assert.deepEqual(remembered.rememberedSession(), ANN);
});

test('a token is there for the next load only', () => {
  assert.equal(remembered.takeToken(), '');
  remembered.rememberToken('the token');
  assert.equal(remembered.takeToken(), 'the token');
  assert.equal(remembered.takeToken(), '');
});

test('what somebody else wrote there counts as nothing', () => {
  for (const text of ['', 'no JSON', '[]', '{"bid":"41"}', '{"bid":41,"id":"17","name":"Ann"}']) {
    localStorage.setItem('kefu.last', text);
    assert.equal(remembered.rememberedLast(), null, text);
  }
});

test('after a logout nothing tells who was here', () => {
  remembered.remember(ANN);
  remembered.rememberSession(ANN);
  remembered.forgetAll();
  assert.deepEqual([remembered.rememberedLast(), remembered.rememberedSession()], [null, null]);
});
