// @ts-check

/** @typedef {import('./clock.js').Clock} Clock */

/** How long a request may wait for a line. Two of the longest back-off waits fit in. */
const SEND_WITHIN_MS = 60_000;

/** How long the gateway may take to answer. It gives its own backend 5 s. */
const ANSWER_WITHIN_MS = 15_000;

/** How many requests may wait. Nobody types more than this into a dead line. */
const MOST_WAITING = 100;

/** The gateway's word for a request sent again of which it knows nothing. */
const OUTCOME_UNKNOWN = '10011';

/**
 * Why a call failed. `code` is the gateway's (a text such as "10009") or the backend's (a number), or one of
 * - `unsent`: no line came up in time; the request never left
 * - `unknown`: sent, but not answered; it may or may not have been done
 * - `full`: too many requests are waiting
 * - `closed`: there is no session to send it in
 * - `argument`: it cannot be said like this
 */
export class CallError extends Error {
  /**
   * @param {string | number} code
   * @param {string} [message]
   */
  constructor(code, message = String(code)) {
    super(message);
    this.name = 'CallError';
    this.code = code;
  }
}

/**
 * @typedef {object} Call
 * @property {{ method: string, id: string }} request
 * @property {(answer: any) => void} resolve
 * @property {(why: CallError) => void} reject
 * @property {() => void} forget stops its timer
 */

/**
 * Requests and their answers, over whatever line there is. Each request has an id of its own, and its answer the same.
 *
 * One is on the way at a time: the gateway serves requests with an id side by side, and what an agent says one after the
 * other is to arrive in that order.
 */
export class Calls {
  /** @type {Call[]} */
  #waiting = [];
  /** @type {Call | null} */
  #onTheWay = null;
  /** @type {((text: string) => void) | null} */
  #send = null;
  #clock;
  #overdue;
  /** Another one for each load of the page, so that no id comes twice in a session. */
  #prefix = crypto.randomUUID();
  #made = 0;

  /**
   * @param {Clock} clock
   * @param {() => void} overdue
   */
  constructor(clock, overdue) {
    this.#clock = clock;
    this.#overdue = overdue;
  }

  /**
   * @param {{ method: string }} request
   * @returns {Promise<any>} the answer's data; rejected with a {@link CallError}
   */
  call(request) {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= MOST_WAITING) return reject(new CallError('full'));
      /** @type {Call} */
      const call = { request: { ...request, id: this.#newId() }, resolve, reject, forget: () => {} };
      call.forget = this.#clock.after(SEND_WITHIN_MS, () => {
        this.#waiting.splice(this.#waiting.indexOf(call), 1);
        reject(new CallError('unsent'));
      });
      this.#waiting.push(call);
      this.#next();
    });
  }

  /**
   * A line is there, and logged in. What was on the way when the last one broke is sent again where the session is still
   * the same; a new one has no record of it.
   *
   * @param {(text: string) => void} send
   * @param {boolean} resumed
   */
  lineUp(send, resumed) {
    this.#send = send;
    const call = this.#onTheWay;
    if (call && resumed) this.#sendOff(call, { ...call.request, again: true });
    else this.#take()?.reject(new CallError('unknown'));
    this.#next();
  }

  /** The line is gone. What waits goes on waiting, and so does what was on the way: its answer may still be had. */
  lineDown() {
    this.#send = null;
    const call = this.#onTheWay;
    if (!call) return;
    call.forget();
    call.forget = this.#clock.after(SEND_WITHIN_MS, () => this.#take()?.reject(new CallError('unknown')));
  }

  /** There will be no line any more. */
  end() {
    this.#send = null;
    this.#take()?.reject(new CallError('unknown'));
    for (const call of this.#waiting.splice(0)) {
      call.forget();
      call.reject(new CallError('closed'));
    }
  }

  /**
   * Offers a frame that came in.
   *
   * @param {any} frame
   * @returns {boolean} whether it is an answer
   */
  answer(frame) {
    if (frame.id === undefined || frame.code === undefined) return false;
    if (frame.id !== this.#onTheWay?.request.id) return true;
    const call = this.#take();
    const failure = [frame, frame.data ?? {}].find(({ code }) => !isSuccess(code));
    if (failure) call?.reject(new CallError(failure.code === OUTCOME_UNKNOWN ? 'unknown' : failure.code, failure.msg));
    else call?.resolve(frame.data);
    this.#next();
    return true;
  }

  #next() {
    if (!this.#send || this.#onTheWay) return;
    const call = this.#waiting.shift();
    if (!call) return;
    this.#onTheWay = call;
    this.#sendOff(call, call.request);
  }

  /**
   * @param {Call} call
   * @param {object} request
   */
  #sendOff(call, request) {
    call.forget();
    call.forget = this.#clock.after(ANSWER_WITHIN_MS, () => {
      this.#take()?.reject(new CallError('unknown'));
      this.#overdue();
    });
    this.#send?.(JSON.stringify(request));
  }

  #newId() {
    this.#made += 1;
    return `${this.#prefix}-${this.#made}`;
  }

  /** Takes the call on the way off the line. */
  #take() {
    const call = this.#onTheWay;
    this.#onTheWay = null;
    call?.forget();
    return call;
  }
}

/** @param {unknown} code */
function isSuccess(code) {
  return code === undefined || code === 0 || code === '0' || code === 200;
}
