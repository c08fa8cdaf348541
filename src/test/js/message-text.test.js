// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textNodes } from '../../main/webapp/console/message-text.js';

Object.assign(globalThis, { document: { createElement: (/** @type {string} */ tag) => ({ tag, setAttribute() {}, append() {} }) } });

/** @param {string} text */
const shown = (text) => textNodes(text).map((node) => (typeof node === 'string' ? node : `<${/** @type {any} */ (node).tag}>`));

test('a block of code leaves no empty line behind it', () => {
  assert.deepEqual(shown('```\ncode\n```\nand\ntext'), ['<code>', 'and\ntext']);
  assert.deepEqual(shown('```code```\n\nand'), ['<code>', '\nand']);
  assert.deepEqual(shown('`code`\nand https://a.example\n'), ['<code>', '\nand ', '<a>', '\n']);
});
