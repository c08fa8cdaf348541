// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Painter } from '../../main/webapp/console/painter.js';

/** Frames that come when the test says so. */
function frames() {
  /** @type {(() => void)[]} */ let asked = [];
  return {
    request: (/** @type {() => void} */ run) => {
      asked.push(run);
      return () => (asked = asked.filter((other) => other !== run));
    },
    next: () => asked.splice(0).forEach((run) => run()),
    get asked() {
      return asked.length;
    },
  };
}

test('however much changes, the page is painted once a frame', () => {
  const frame = frames();
  const painter = new Painter(frame.request);
  let painted = 0;
  painter.add(() => (painted += 1));
  for (let second = 0; second < 2; second++) {
    for (let n = 0; n < 300; n++) painter.soon();
    assert.equal(frame.asked, 1);
    frame.next();
  }
  frame.next();
  assert.equal(painted, 2);
});

test('what is painted at once is not painted again with the frame', () => {
  const frame = frames();
  const painter = new Painter(frame.request);
  let painted = 0;
  painter.add(() => (painted += 1));
  painter.soon();
  painter.now();
  frame.next();
  assert.equal(painted, 1);
});

test('what a part changes while it is painted comes with the next frame', () => {
  const frame = frames();
  const painter = new Painter(frame.request);
  painter.add(() => painter.count === 1 && painter.soon());
  painter.now();
  assert.deepEqual([painter.count, frame.asked], [1, 1]);
  frame.next();
  assert.deepEqual([painter.count, frame.asked], [2, 0]);
});
