// @ts-check

/** @typedef {import('./clock.js').Clock} Clock */

/** How long a request may wait for a line. Two of the longest back-off waits fit in. */
const SEND_WITHIN_MS = 60_000;

/** How long the gateway may take to answer. It gives its own backend 5 s. */
const ANSWER_WITHIN_MS = 15_000;

/** How many requests may wait. Nobody types more than this into a dead line. */
const MOST_WAITING = 100;

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
 * @property {{ method: string }} request
 * @property {(answer: any) => void} resolve
 * @property {(why: CallError) => void} reject
 * @property {() => void} forget stops its timer
 */

/**
 * Requests and their answers, over whatever line there is.
 *
 * A v1 answer carries no id, so one request is on the way at a time: then its answer cannot be taken for
 * another's, not even where the gateway answers out of order (10007, 10008). This costs a round trip and no more,
 * since the gateway serves the requests of a connection one after the other anyway. For the same reason a line
 * on which an answer stays away is of no further use: `overdue` should give it up.
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
   * @returns {Promise<any>} the answer's frame; rejected with a {@link CallError}
   */
  call(request) {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= MOST_WAITING) return reject(new CallError('full'));
      /** @type {Call} */
      const call = { request, resolve, reject, forget: () => {} };
      call.forget = this.#clock.after(SEND_WITHIN_MS, () => {
        this.#waiting.splice(this.#waiting.indexOf(call), 1);
        reject(new CallError('unsent'));
      });
      this.#waiting.push(call);
      this.#next();
    });
  }

  /**
   * A line is there, and logged in.
   *
   * @param {(text: string) => void} send
   */
  lineUp(send) {
    this.#send = send;
    this.#next();
  }

  /** The line is gone. What waits goes on waiting; what was on the way is not sent again: it may have arrived. */
  lineDown() {
    this.#send = null;
    this.#take()?.reject(new CallError('unknown'));
  }

  /** There will be no line any more. */
  end() {
    this.lineDown();
    for (const call of this.#waiting.splice(0)) {
      call.forget();
      call.reject(new CallError('closed'));
    }
  }

  /**
   * Offers a frame that came in. It is an answer if it names the method that is on the way, or names none but
   * has a code, as a backend's body may.
   *
   * @param {any} frame
   * @returns {boolean} whether it was taken
   */
  answer(frame) {
    const method = this.#onTheWay?.request.method;
    const fits = method !== undefined && (frame.method === undefined ? frame.code !== undefined : frame.method === method);
    if (!fits) return false;
    const call = this.#take();
    if (isSuccess(frame.code)) call?.resolve(frame);
    else call?.reject(new CallError(frame.code, frame.msg));
    this.#next();
    return true;
  }

  #next() {
    if (!this.#send || this.#onTheWay) return;
    const call = this.#waiting.shift();
    if (!call) return;
    this.#onTheWay = call;
    call.forget();
    call.forget = this.#clock.after(ANSWER_WITHIN_MS, this.#overdue);
    this.#send(JSON.stringify(call.request));
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
