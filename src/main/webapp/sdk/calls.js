// @ts-check
import { KefuError } from './error.js';
import { BUSY, OUTCOME_UNKNOWN } from './error-codes.js';

/** @typedef {import('./clock.js').Clock} Clock */

/** How many calls may wait for a line or for their turn. Nobody types more than this into a dead line. */
export const MOST_WAITING = 100;

/** How many are on the way at once. The gateway serves eight side by side, and takes 64 more. */
const MOST_ON_THE_WAY = 16;

/** How long a refused call waits before it is sent again: at first, and at most. */
const BUSY_BASE_MS = 500;
const BUSY_CAP_MS = 5_000;

/** A gateway that has refused a call for so long, while the line was up, will not take it. One that may have been done waits on: its outcome is open. */
const BUSY_WITHIN_MS = 30_000;

/** In a new session the echo of what was said in the one before comes first, if there is one: within a replay. */
const ECHO_WITHIN_MS = 2_000;

/** A browser's timer that is longer runs at once. It is 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @param {{ method: string }} request */
const missing = ({ method }) => `The gateway has no method "${method}" of its own here: see methods. To call the backend's, use call()`;

/** Not `crypto.randomUUID`: a page that came by plain http has none. */
const randomName = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * @typedef {object} CallOptions
 * @property {string | null} [lane] calls of one lane are sent one after the other; null: side by side with all
 * @property {boolean} [idempotent] it may be sent in another session too, though nobody knows whether it was done
 * @property {number} [timeout] milliseconds; without it a call waits for its outcome
 * @property {AbortSignal} [signal]
 * @property {(code: string | number) => boolean} [passes] whether a refusal by the gateway will pass: it is sent again then
 * @property {boolean} [builtIn] only the gateway's own method is meant, not one of the backend with this name
 * @property {string} [id] of the request
 * @property {boolean} [again] it was sent before, by another page
 *
 * @typedef {object} Call
 * @property {number} place in the order of asking
 * @property {{ method: string, id: string }} request
 * @property {CallOptions} options
 * @property {boolean} inDoubt it was sent, and its outcome is open
 * @property {boolean} held it was refused for now, and waits
 * @property {number} refusals
 * @property {number} refusedSince 0: not refused on this line
 * @property {(data: any) => void} resolve
 * @property {(why: KefuError) => void} reject
 * @property {() => void} release stops its hold
 * @property {() => void} forget stops its timer, and no longer listens to its signal
 */

/**
 * Requests and their answers, over whatever line there is. A call ends when its outcome is known, and by no clock but its
 * caller's: it waits for a line; where the line was lost before the answer came, it is sent again on the next one, and the gateway
 * gives the answer that it had, or does it now.
 */
export class Calls {
  /** @type {Call[]} in the order of asking */
  #waiting = [];
  /** @type {Map<string, Call>} by id */
  #onTheWay = new Map();
  /** @type {((text: string) => void) | null} */
  #send = null;
  #resumed = false;
  /** @type {string[]} */
  #methods = [];
  #clock;
  #random;
  /** Another one for each load of the page, so that no id comes twice in a session. */
  #prefix = randomName();
  #made = 0;

  /**
   * @param {Clock} clock
   * @param {() => number} random
   */
  constructor(clock, random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether an answer is awaited. */
  get awaiting() {
    return this.#onTheWay.size > 0;
  }

  get full() {
    return this.#waiting.length >= MOST_WAITING;
  }

  newId() {
    this.#made += 1;
    return `${this.#prefix}-${this.#made}`;
  }

  /**
   * @param {{ method: string }} request
   * @param {CallOptions} [options]
   * @returns {Promise<any>} the answer's data; rejected with a {@link KefuError}
   */
  call(request, options = {}) {
    return new Promise((resolve, reject) => {
      const { timeout, signal, id = this.newId(), again = false } = options;
      if (signal?.aborted) return reject(new KefuError('aborted'));
      if (this.full) return reject(new KefuError('full'));
      if (this.#send && this.#isMissing(request, options)) return reject(new KefuError('unsupported', missing(request)));
      /** @type {Call} */
      const call = {
        place: (this.#made += 1),
        request: { ...request, id },
        options,
        inDoubt: again,
        held: false,
        refusals: 0,
        refusedSince: 0,
        resolve,
        reject,
        release: () => {},
        forget: () => {},
      };
      const aborted = () => this.#fail(call, 'aborted');
      const cancel = timeout === undefined || timeout > LONGEST_TIMER_MS ? () => {} : this.#clock.after(timeout, () => this.#fail(call, 'timeout'));
      signal?.addEventListener('abort', aborted);
      call.forget = () => {
        cancel();
        signal?.removeEventListener('abort', aborted);
      };
      this.#waiting.push(call);
      this.#next();
    });
  }

  /**
   * A line is there, and logged in.
   *
   * @param {(text: string) => void} send
   * @param {boolean} resumed whether the session is the one of the last line: a new one has no record of earlier requests
   * @param {string[]} methods the gateway's own
   */
  lineUp(send, resumed, methods = []) {
    this.#resumed = resumed;
    this.#methods = methods;
    for (const call of this.#waiting.filter(({ request, options }) => this.#isMissing(request, options))) {
      this.#fail(call, call.inDoubt ? 'unknown' : 'unsupported', missing(call.request));
    }
    for (const call of resumed ? [] : this.#waiting.filter(({ inDoubt }) => inDoubt)) {
      if (call.options.idempotent) this.#hold(call, ECHO_WITHIN_MS);
      else this.#fail(call, 'unknown');
    }
    this.#send = send; // only now: each failure lets the next ones go
    this.#next();
  }

  /**
   * The line is gone. What was on the way waits with the rest: its answer may still be had.
   *
   * @param {boolean} [tooLong] since a frame was longer than the gateway takes. It would be so again: the longest is it
   */
  lineDown(tooLong = false) {
    this.#send = null;
    if (tooLong) this.#failLongest();
    for (const call of this.#onTheWay.values()) {
      call.inDoubt = true;
      this.#wait(call);
    }
    this.#onTheWay.clear();
    for (const call of this.#waiting) {
      call.release();
      call.refusals = call.refusedSince = 0;
    }
  }

  #failLongest() {
    const lengthOf = (/** @type {Call} */ { request }) => new TextEncoder().encode(JSON.stringify(request)).length;
    const [longest] = [...this.#onTheWay.values()].sort((one, other) => lengthOf(other) - lengthOf(one));
    if (longest) this.#fail(longest, 'too-long');
  }

  /** There will be no line any more, or it is another agent's. */
  end() {
    this.lineDown();
    for (const call of [...this.#waiting]) this.#fail(call, call.inDoubt ? 'unknown' : 'closed');
  }

  /**
   * Offers a frame that came in.
   *
   * @param {any} frame
   * @returns {boolean} whether it is an answer
   */
  answer(frame) {
    if (frame.id === undefined || frame.code === undefined) return false;
    const call = this.#onTheWay.get(frame.id);
    if (!call) return true;
    const { code, msg, data } = frame;
    if (code === 200) this.#succeed(call, data);
    else if (BUSY.has(code) || call.options.passes?.(code)) this.#refused(call, code);
    else this.#fail(call, code === OUTCOME_UNKNOWN ? 'unknown' : code, msg);
    this.#next();
    return true;
  }

  /**
   * It was seen otherwise that a call was done.
   *
   * @param {string} id
   */
  done(id) {
    const call = this.#onTheWay.get(id) ?? this.#waiting.find(({ request, inDoubt }) => inDoubt && request.id === id);
    if (!call) return;
    this.#succeed(call, undefined);
    this.#next();
  }

  /** @param {{ method: string }} request @param {CallOptions} options */
  #isMissing({ method }, { builtIn }) {
    return builtIn && !this.#methods.includes(method);
  }

  #next() {
    const busy = new Set([...this.#onTheWay.values()].map(({ options }) => options.lane));
    for (const call of [...this.#waiting]) {
      if (!this.#send || this.#onTheWay.size >= MOST_ON_THE_WAY) return;
      const { lane = null } = call.options;
      const free = lane === null || !busy.has(lane);
      busy.add(lane);
      if (free && !call.held) this.#sendOff(call);
    }
  }

  /** @param {Call} call */
  #sendOff(call) {
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
    this.#onTheWay.set(call.request.id, call);
    this.#send?.(JSON.stringify(call.inDoubt && this.#resumed ? { ...call.request, again: true } : call.request));
  }

  /**
   * It was not begun this time, and waits for another try. Where it was sent before, a busy gateway says nothing of that time.
   *
   * @param {Call} call
   * @param {string} code
   */
  #refused(call, code) {
    const now = this.#clock.now();
    call.refusedSince ||= now;
    if (BUSY.has(code) && !call.inDoubt && now - call.refusedSince >= BUSY_WITHIN_MS) return this.#fail(call, code);
    this.#onTheWay.delete(call.request.id);
    call.refusals += 1;
    if (!BUSY.has(code)) call.inDoubt = false; // by this answer it was not done, and the gateway keeps no refusal
    this.#wait(call);
    const most = Math.min(BUSY_CAP_MS, BUSY_BASE_MS * 2 ** call.refusals);
    this.#hold(call, Math.round((most * (1 + this.#random())) / 2));
  }

  /**
   * @param {Call} call one that waits
   * @param {number} ms
   */
  #hold(call, ms) {
    call.held = true;
    const cancel = this.#clock.after(ms, () => {
      call.held = false;
      this.#next();
    });
    call.release = () => {
      cancel();
      call.held = false;
    };
  }

  /** @param {Call} call */
  #wait(call) {
    const behind = this.#waiting.findIndex(({ place }) => place > call.place);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, call);
  }

  /**
   * @param {Call} call
   * @param {any} data
   */
  #succeed(call, data) {
    this.#remove(call);
    call.resolve(data);
  }

  /**
   * @param {Call} call
   * @param {string | number} code
   * @param {string} [message]
   */
  #fail(call, code, message) {
    this.#remove(call);
    call.reject(new KefuError(code, message));
    this.#next();
  }

  /** @param {Call} call */
  #remove(call) {
    call.forget();
    call.release();
    this.#onTheWay.delete(call.request.id);
    this.#waiting = this.#waiting.filter((other) => other !== call);
  }
}
