// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Notifications } from '../../main/webapp/console/notifications.js';

/** @type {string[]} */ let onDesktop;
/** @type {{ close: () => void, onclick: (() => void) | null }} */ let last;
/** @type {Notifications} */ let notifications;

beforeEach(() => {
  onDesktop = [];
  notifications = new Notifications(({ title }) => {
    onDesktop.push(title);
    last = { close: () => void (onDesktop = onDesktop.filter((one) => one !== title)), onclick: null };
    return last;
  });
  for (const key of ['room', 'agent:18']) notifications.show(key, { title: `of ${key}`, body: '', tag: '' }, () => onDesktop.push('opened'));
});

test('a notification goes when its conversation is read', () => {
  notifications.closeAll((key) => key === 'room');
  assert.deepEqual(onDesktop, ['of agent:18']);
  notifications.close('nobody');
  assert.deepEqual(onDesktop, ['of agent:18']);
});

test('a click on it leads to the conversation', () => {
  last.onclick?.();
  assert.deepEqual(onDesktop, ['of room', 'opened']);
});

test('a browser that lets no page show one is no harm', () => {
  const none = new Notifications(() => {
    throw new TypeError("Failed to construct 'Notification': Illegal constructor");
  });
  none.show('room', { title: '', body: '', tag: '' }, () => {});
  none.closeAll();
});

test('all of them go with the logout', () => {
  notifications.closeAll();
  assert.deepEqual(onDesktop, []);
});
