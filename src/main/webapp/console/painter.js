// @ts-check

/** A hidden page has no frames; it is painted this often (ms) at most. */
const HIDDEN_MS = 250;

/** @typedef {(run: () => void) => () => void} Request asks for one call later; gives what takes the request back */

/** @type {Request} */
const nextFrame = (run) => {
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
};

/** Paints the page once a frame, however much has changed meanwhile. */
export class Painter {
  /** How often it has painted. */
  count = 0;
  /** @type {(() => void)[]} */
  #parts = [];
  #request;
  /** @type {(() => void) | null} takes the request back; null: nothing is asked for */
  #cancel = null;

  /** @param {Request} request */
  constructor(request = nextFrame) {
    this.#request = request;
  }

  /** @param {() => void} part paints one part of the page; parts are painted in the order in which they were added */
  add(part) {
    this.#parts.push(part);
  }

  /** Something has changed. */
  soon = () => {
    this.#cancel ??= this.#request(this.now);
  };

  /** Paints what has changed at once: the agent has asked for it, and goes on typing. */
  now = () => {
    this.#cancel?.();
    this.#cancel = null;
    this.count += 1;
    for (const paint of this.#parts) paint();
  };
}
