// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogWindow, MOST_ROWS } from '../../main/webapp/console/log-window.js';

/** @param {number} from @param {number} to */
const log = (from, to) => Array.from({ length: to - from }, (_, n) => ({ key: String(from + n) }));

/** The first and the last row on the page. @param {LogWindow} shown @param {{ key: string }[]} rows */
const ends = (shown, rows) => [shown.of(rows)[0].key, shown.of(rows).at(-1)?.key];

test('of a log of any length a bounded part is on the page, and it follows the end', () => {
  const shown = new LogWindow();
  assert.deepEqual(ends(shown, log(0, 10)), ['0', '9']);
  for (const length of [150, 151, 2_000]) {
    const rows = log(0, length);
    assert.equal(shown.of(rows).length, MOST_ROWS);
    assert.deepEqual([ends(shown, rows)[1], shown.hasEnd(rows)], [String(length - 1), true]);
  }
});

test('further up it stays the same whatever comes at the end', () => {
  const shown = new LogWindow();
  shown.stay(log(0, 500));
  assert.deepEqual(ends(shown, log(0, 1_500)), ['350', '499']);
  assert.equal(shown.hasEnd(log(0, 1_500)), false);
  shown.toEnd();
  assert.deepEqual(ends(shown, log(0, 1_500)), ['1350', '1499']);
});

test('it goes up to the first row, and down to the last one', () => {
  const shown = new LogWindow();
  const rows = log(0, 260);
  shown.stay(rows);
  assert.equal(shown.earlier(rows), true);
  assert.deepEqual(ends(shown, rows), ['60', '209']);
  while (shown.earlier(rows));
  assert.deepEqual(ends(shown, rows), ['0', '149']);
  while (shown.later(rows));
  assert.deepEqual(ends(shown, rows), ['110', '259']);
  assert.equal(shown.hasEnd(rows), true);
});

test('a row that is looked for is in it, with rows around it', () => {
  const shown = new LogWindow();
  const rows = log(0, 500);
  shown.toRow(rows, '100');
  assert.deepEqual(ends(shown, rows), ['50', '199']);
  shown.toRow(rows, '3');
  assert.deepEqual(ends(shown, rows), ['0', '149']);
  shown.toRow(rows, '499');
  assert.deepEqual(ends(shown, rows), ['350', '499']);
  shown.toRow(rows, 'gone');
  assert.deepEqual(ends(shown, rows), ['350', '499']);
});

test('where its first row has gone it begins with the oldest', () => {
  const shown = new LogWindow();
  shown.toRow(log(0, 500), '60');
  assert.deepEqual(ends(shown, log(100, 600)), ['100', '249']);
});
