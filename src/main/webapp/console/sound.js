// @ts-check

/** One sound for all that comes within this time (ms). */
const APART_MS = 2_000;

/** A short tone for what is new. No file: the browser makes it. */
export class Sound {
  /** @type {AudioContext | null} */
  #audio = null;
  #last = 0;

  play() {
    const now = Date.now();
    if (now - this.#last < APART_MS || !('AudioContext' in window)) return;
    this.#last = now;
    this.#audio ??= new AudioContext();
    if (this.#audio.state === 'suspended') this.#audio.resume().catch(() => {}); // the browser waits for a click before it lets a page sound
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
