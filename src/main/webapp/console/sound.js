// @ts-check

/** One sound for all that comes within this time (ms), in all tabs of the browser. */
const APART_MS = 2_000;

/** The tab that has it sounds. */
const LOCK = 'kefu.sound';

/**
 * @typedef {object} Parts
 * @property {Pick<LockManager, 'request'> | undefined} locks undefined where the page does not come by https: then each tab sounds
 * @property {(() => AudioContext) | null} makeAudio null where the browser can make none
 * @property {() => number} now
 * @property {(ms: number, run: () => void) => void} after
 */

/** @type {() => Parts} */
const ofTheBrowser = () => ({
  locks: navigator.locks,
  makeAudio: 'AudioContext' in window ? () => new AudioContext() : null,
  now: Date.now,
  after: (ms, run) => void setTimeout(run, ms),
});

/** A short tone for what is new. No file: the browser makes it. */
export class Sound {
  /** @type {AudioContext | null} */
  #audio = null;
  #last = 0;
  /** The browser waits for a click before it lets this page sound. */
  #waits = false;
  #parts;

  /** @param {Parts} parts */
  constructor(parts = ofTheBrowser()) {
    this.#parts = parts;
  }

  /** For what is new. All tabs are told of it, and one of them sounds. */
  async play() {
    const { locks, after } = this.#parts;
    if (!(await this.#isAllowed())) return; // a tab that may not sound leaves it to the others
    if (!locks) return this.#tones();
    const sounding = locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (!lock) return undefined;
      this.#tones();
      return new Promise((resolve) => after(APART_MS, () => resolve(undefined)));
    });
    await sounding.catch(() => {}); // the page goes away
  }

  /** For the agent who has turned it on in this tab. */
  async playHere() {
    if (await this.#isAllowed()) this.#tones();
  }

  async #isAllowed() {
    const { makeAudio, now } = this.#parts;
    const asked = now();
    if (asked - this.#last < APART_MS || this.#waits || !makeAudio) return false;
    this.#last = asked;
    const audio = (this.#audio ??= makeAudio());
    if (audio.state === 'running') return true;
    this.#waits = true;
    await audio.resume().catch(() => {});
    this.#waits = false;
    return now() - asked < APART_MS;
  }

  #tones() {
    this.#tone(660, 0);
    this.#tone(880, 0.11);
  }

  /** @param {number} pitch @param {number} delay in seconds */
  #tone(pitch, delay) {
    const audio = /** @type {AudioContext} */ (this.#audio);
    const start = audio.currentTime + delay;
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.3);
  }
}
