// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmoji, isLong, partsOf, PHONE_LINE_WIDTH } from '../../main/webapp/console/text-parts.js';

/** Links in angle brackets, code in bars. @param {string} text */
const marked = (text) => partsOf(text)
  .map((part) => (part.kind === 'link' ? `<${part.text}>` : part.kind === 'text' ? part.text : part.kind === 'code' ? `|${part.text}|` : `||${part.text}||`))
  .join('');

test('an address is a link, without what ends the sentence', () => {
  assert.equal(marked('see https://a.example/x?y=1#z.'), 'see <https://a.example/x?y=1#z>.');
  assert.equal(marked('(https://a.example/x)'), '(<https://a.example/x>)');
  assert.equal(marked('https://a.example/x_(y) and http://b.example!'), '<https://a.example/x_(y)> and <http://b.example>!');
});

test('an address ends where Chinese text goes on', () => {
  assert.equal(marked('规则在 https://a.example/规则?id=5。请看（https://b.example），谢谢'), '规则在 <https://a.example/规则?id=5>。请看（<https://b.example>），谢谢');
});

test('nothing else is a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://a.example', 'http://', 'https://:80', 'a.example', 'xhttp:/a']) {
    assert.deepEqual(partsOf(text), [{ kind: 'text', text }]);
  }
});

test('an address holds nothing that turns its direction, and no quote', () => {
  assert.equal(marked('https://a.example/\u202egpj.exe'), '<https://a.example/>\u202egpj.exe');
  assert.equal(marked('"https://a.example/"onclick="x"'), '"<https://a.example/>"onclick="x"');
});

test('code is set apart, and what is in it is no link', () => {
  assert.equal(marked('run `ls -l` now'), 'run |ls -l| now');
  assert.equal(marked('```js\nfetch("https://a.example")\n```'), '||fetch("https://a.example")||');
  assert.equal(marked('a ` b'), 'a ` b');
});

test('all of the text is there', () => {
  const text = 'a https://a.example, b\n`c` ```d``` https://:80 e';
  assert.equal(partsOf(text).map((part) => part.text).join(''), 'a https://a.example, b\nc d https://:80 e');
});

test('a text of more than twelve lines is long', () => {
  assert.equal(isLong('x\n'.repeat(11)), false);
  assert.equal(isLong('x\n'.repeat(12)), true);
  assert.equal(isLong('x'.repeat(960)), false);
  assert.equal(isLong('x'.repeat(961)), true);
  assert.equal(isLong('好'.repeat(481)), true);
  assert.equal(isLong('好'.repeat(193), PHONE_LINE_WIDTH), true);
  assert.equal(isLong('好'.repeat(192), PHONE_LINE_WIDTH), false);
});

test('up to three emoji and nothing else are shown large', () => {
  for (const text of ['👍', '👍🏽', '👩‍👩‍👧', '🇨🇳', '❤️', '👍 🎉😀']) assert.equal(isEmoji(text), true, text);
  for (const text of ['', 'a', '1', '#', '好的👍', '👍👍👍👍', '1️']) assert.equal(isEmoji(text), false, text);
});
