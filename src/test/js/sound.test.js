// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sound } from '../../main/webapp/console/sound.js';
import { FakeClock, settled } from './fakes.js';

/** The browser's locks, for those who do not wait. */
class FakeLocks {
  #isTaken = false;

  /** @param {string} _name @param {object} _options @param {(lock: object | null) => Promise<any> | undefined} run */
  async request(_name, _options, run) {
    if (this.#isTaken) return run(null);
    this.#isTaken = true;
    await run({});
    this.#isTaken = false;
  }
}

/** What a page sounds with. It may do so from the first click on. */
class FakeAudio {
  state = 'suspended';
  currentTime = 0;
  destination = {};
  tones = 0;
  /** @type {() => void} */ #isClicked = () => {};
  #clicked = new Promise((resolve) => (this.#isClicked = () => resolve(null)));

  /** @param {boolean} mayBefore it may do so at once */
  constructor(mayBefore) {
    if (mayBefore) this.#isClicked();
  }

  async resume() {
    await this.#clicked;
    this.state = 'running';
  }

  click = () => this.#isClicked();
  createOscillator = () => ({ frequency: {}, connect: (/** @type {any} */ next) => next, start: () => (this.tones += 1), stop: () => {} });
  createGain = () => ({ gain: { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} }, connect: (/** @type {any} */ next) => next });
}

const clock = new FakeClock();

/** @param {FakeAudio} audio @param {any} [locks] */
const soundOf = (audio, locks) => new Sound({ locks, makeAudio: () => /** @type {any} */ (audio), now: clock.now, after: clock.after });

test('of two tabs that are told of something new one sounds, and each of them again later', async () => {
  const locks = new FakeLocks();
  const [one, other] = [new FakeAudio(true), new FakeAudio(true)];
  const [here, there] = [soundOf(one, locks), soundOf(other, locks)];
  for (const tab of [here, there]) tab.play();
  await settled();
  assert.deepEqual([one.tones, other.tones], [2, 0]);
  await clock.advance(1_000);
  const late = new FakeAudio(true);
  here.play();
  soundOf(late, locks).play(); // a hidden tab's timers are late by up to a second
  await settled();
  assert.deepEqual([one.tones, other.tones, late.tones], [2, 0, 0], 'one sound for all that comes at once');
  await clock.advance(1_000);
  for (const tab of [there, here]) tab.play();
  await settled();
  assert.deepEqual([one.tones, other.tones], [2, 2]);
  await clock.advance(1_000);
  await clock.advance(1_000);
});

test('a tab that may not sound yet keeps no other one from it, and makes up for nothing at the click', async () => {
  const locks = new FakeLocks();
  const [mute, other] = [new FakeAudio(false), new FakeAudio(true)];
  const [here, there] = [soundOf(mute, locks), soundOf(other, locks)];
  for (const tab of [here, there]) tab.play();
  await settled();
  assert.deepEqual([mute.tones, other.tones], [0, 2]);
  await clock.advance(60_000);
  mute.click();
  await settled();
  assert.equal(mute.tones, 0);
  here.playHere();
  await settled();
  assert.equal(mute.tones, 2);
});

test('where there are no locks each tab sounds, and whoever turns it on hears it', async () => {
  const [one, other] = [new FakeAudio(true), new FakeAudio(true)];
  for (const audio of [one, other]) soundOf(audio).play();
  await settled();
  assert.deepEqual([one.tones, other.tones], [2, 2]);
  const locks = new FakeLocks();
  const [here, there] = [soundOf(one, locks), soundOf(other, locks)];
  here.play();
  await settled();
  there.playHere();
  await settled();
  assert.deepEqual([one.tones, other.tones], [4, 4]);
});
