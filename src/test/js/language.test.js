// @ts-check
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Language, pickLanguage } from '../../main/webapp/console/language.js';
import { strings } from '../../main/webapp/console/strings.js';

const webapp = new URL('../../main/webapp/', import.meta.url);
const markup = readFileSync(new URL('index.html', webapp), 'utf8');

/** @param {string} text */
const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

test('both languages have the same keys, in the same order', () => {
  assert.deepEqual(Object.keys(strings.en), Object.keys(strings.zh));
});

test('both languages fill in the same values', () => {
  for (const [key, text] of Object.entries(strings.zh)) {
    assert.deepEqual(blanks(strings.en[/** @type {keyof typeof strings.en} */ (key)]), blanks(text), key);
  }
});

test('the markup asks only for keys that exist', () => {
  const keys = [...markup.matchAll(/data-(?:text|label|hint|placeholder)="([^"]+)"/g)].map(([, key]) => key);
  assert.ok(keys.length > 20);
  assert.deepEqual(keys.filter((key) => !(key in strings.zh)), []);
});

test('Chinese of any kind is answered in Chinese, anything unknown in English', () => {
  assert.equal(pickLanguage(['zh-CN', 'en']), 'zh');
  assert.equal(pickLanguage(['zh-Hant-TW']), 'zh');
  assert.equal(pickLanguage(['ZH']), 'zh');
  assert.equal(pickLanguage(['en-GB', 'zh-CN']), 'en');
  assert.equal(pickLanguage(['de', 'zh-CN']), 'zh');
  assert.equal(pickLanguage(['de']), 'en');
  assert.equal(pickLanguage([]), 'en');
});

test('values are filled in, and what looks like a blank in them is left alone', () => {
  const language = new Language('en', ['en-GB']);
  assert.equal(language.say('side.said', { name: '{text}', text: 17 }), '{text}: 17');
});

test('an unknown code is named', () => {
  const language = new Language('zh', []);
  assert.equal(language.explain('message.failed', '10009'), '未发送：对方不在线');
  assert.equal(language.explain('message.failed', 502), '未发送（502）');
});

test('whatever the library or the gateway says of a message that was not said has words', () => {
  const codes = ['unknown', 'full', 'closed', 'unsupported', 'too-long', 'argument', '10004', '10006', '10007', '10008', '10009', '10012'];
  assert.deepEqual(codes.filter((code) => !(`message.failed.${code}` in strings.zh)), []);
});

test('a code may mean something of its own where a circumstance is given', () => {
  const language = new Language('en', []);
  assert.match(language.explain('closed', '10006', 'jwt'), /access token/);
  assert.match(language.explain('closed', '10006', 'backend'), /password/);
  assert.equal(language.explain('closed', '10006', 'open'), language.explain('closed', '10006'));
  assert.equal(language.explain('closed', '10099', 'jwt'), 'Login failed (10099).');
});

test('the page keeps to a policy without inline scripts, inline styles or foreign sources', () => {
  assert.doesNotMatch(markup, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)="(?:\w+:|\/)/);
  for (const folder of ['sdk/', 'console/']) {
    for (const file of readdirSync(new URL(folder, webapp)).filter((name) => name.endsWith('.js'))) {
      const source = readFileSync(new URL(folder + file, webapp), 'utf8');
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/, file);
    }
  }
});

test('the console uses nothing of the SDK but its public module', () => {
  const folder = new URL('console/', webapp);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    const foreign = [...source.matchAll(/['"]\.\.\/([^'"]+)['"]/g)].map(([, path]) => path);
    assert.deepEqual(foreign.filter((path) => path !== 'sdk/kefu.js'), [], file);
  }
});

test('a time is written as the country of the browser does', () => {
  const time = new Date(2026, 2, 3, 9, 43).getTime();
  assert.match(new Language('en', ['en-US']).time(time), /^9:43\sAM$/);
  assert.deepEqual(['en-GB', 'zh-CN'].map((tag) => new Language(pickLanguage([tag]), [tag]).time(time)), ['09:43', '09:43']);
});

test('in a list the time of today is told, then yesterday, then the day', () => {
  const language = new Language('en', ['en-GB']);
  const now = new Date(2026, 2, 3, 0, 30).getTime();
  assert.equal(language.when(new Date(2026, 2, 3, 0, 10).getTime(), now), '00:10');
  assert.equal(language.when(new Date(2026, 2, 2, 23, 59).getTime(), now), 'Yesterday');
  assert.equal(language.when(new Date(2026, 2, 1, 23, 59).getTime(), now), '01/03');
});
