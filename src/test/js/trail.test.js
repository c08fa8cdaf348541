// @ts-check
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Trail } from '../../main/webapp/console/trail.js';

/** A tab's window: its history, in which the browser moves some time after it was asked to. */
class Tab {
  /** @type {any[]} */ entries = ['another page', null];
  at = 1;
  parent = /** @type {any} */ (this);
  /** @type {(() => void)[]} */ #asked = [];
  #listener = () => {};
  history = {
    tab: this,
    get state() {
      return this.tab.entries[this.tab.at];
    },
    replaceState: (/** @type {any} */ state) => void (this.entries[this.at] = state),
    pushState: (/** @type {any} */ state) => void this.entries.splice(++this.at, Infinity, state),
    go: (/** @type {number} */ by) => void this.#asked.push(() => this.#move(by)),
  };

  /** Only the page that is there now listens. @param {string} _type @param {() => void} listener */
  addEventListener(_type, listener) {
    this.#listener = listener;
  }

  /** @param {number} by */
  #move(by) {
    this.at += by;
    this.#listener();
  }

  /** @param {number} by what the agent's keys ask for */
  press(by) {
    this.#move(by);
    this.moves();
  }

  /** The browser does what it was asked for. */
  moves() {
    for (let move = this.#asked.shift(); move; move = this.#asked.shift()) move();
  }

  get depths() {
    return this.entries.slice(1).map((state) => state?.depth);
  }
}

/** @type {Tab} */ let tab;
/** @type {number[]} */ let went;
/** @type {Trail} */ let trail;

/** The page is loaded, also again. */
function load() {
  went = [];
  trail = new Trail((depth) => went.push(depth), tab);
}

beforeEach(() => {
  tab = new Tab();
  load();
});

test('each step down is an entry, and Back goes up by one', () => {
  trail.at(1);
  trail.at(2);
  assert.deepEqual([tab.depths, tab.at], [[0, 1, 2], 3]);
  tab.press(-1);
  tab.press(-1);
  assert.deepEqual([went, tab.at], [[1, 0], 1]);
  tab.press(1);
  assert.deepEqual(went, [1, 0, 1]);
});

test('from the top Back leaves the page: no entry is in its way', () => {
  trail.at(0);
  assert.deepEqual([tab.depths, tab.at], [[0], 1]);
  trail.at(1);
  trail.at(0);
  tab.moves();
  assert.equal(tab.at, 1);
  assert.deepEqual(went, [], 'the page is there already');
});

test('to and fro on the page does not make the history longer', () => {
  for (let n = 0; n < 5; n++) {
    trail.at(1);
    trail.at(0);
    tab.moves();
  }
  assert.deepEqual(tab.depths, [0, 1]);
});

test('who is quicker than the browser stays where they went last', () => {
  trail.at(1);
  trail.at(0);
  trail.at(1);
  tab.moves();
  assert.deepEqual([tab.depths, tab.at, went], [[0, 1], 2, []]);
  trail.at(2);
  trail.at(0);
  trail.at(1);
  tab.moves();
  assert.deepEqual([tab.depths, tab.at, went], [[0, 1], 2, []]);
});

test('a reload stays where it is, and takes no entry', () => {
  trail.at(1);
  load();
  assert.equal(trail.depth, 1);
  trail.at(1);
  assert.deepEqual(tab.depths, [0, 1]);
  tab.press(-1);
  assert.deepEqual(went, [0]);
});

test('a link within the page is no step', () => {
  trail.at(1);
  tab.history.pushState(null);
  tab.press(0);
  assert.deepEqual([tab.depths, went], [[0, 1, 1], []]);
  tab.press(-1);
  assert.deepEqual(went, []);
  tab.press(-1);
  assert.deepEqual(went, [0]);
});

test('where Forward leads nowhere the page goes back by itself', () => {
  trail.at(1);
  trail.at(0);
  tab.moves();
  trail = new Trail(() => trail.at(0), tab);
  trail.at(0);
  tab.press(1);
  assert.equal(tab.at, 1);
});

test('in a frame the history is the outer page’s', () => {
  tab.parent = null;
  load();
  trail.at(1);
  assert.deepEqual(tab.depths, [1]);
  load();
  assert.equal(trail.depth, 1, 'a reload stays where it is');
  trail.at(0);
  tab.moves();
  assert.deepEqual([tab.depths, tab.at], [[0], 1]);
  tab.history.replaceState = () => assert.fail('a browser takes few of them');
  trail.at(0);
});
