// @ts-check

/** A clock that stands still until it is told to go on. */
export class FakeClock {
  #now = 1_700_000_000_000;
  /** @type {{ due: number, run: () => void }[]} */
  #timers = [];

  now = () => this.#now;

  /** @type {import('../../main/webapp/sdk/clock.js').Clock['after']} */
  after = (ms, run) => {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /**
   * Goes on by `ms`, running what falls due in its order; then lets promises settle.
   *
   * @param {number} ms
   */
  async advance(ms) {
    const end = this.#now + ms;
    for (let next = this.#nextBy(end); next; next = this.#nextBy(end)) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.due;
      next.run();
    }
    this.#now = end;
    await settled();
  }

  /** The machine is suspended: time passes, and timers do not. @param {number} ms */
  skip(ms) {
    this.#now += ms;
    for (const timer of this.#timers) timer.due += ms;
  }

  get pending() {
    return this.#timers.length;
  }

  /** @param {number} end */
  #nextBy(end) {
    return this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** The browser's socket, from the gateway's side. */
export class FakeSocket {
  /** @type {any[]} what the client sent, parsed where it is JSON */
  sent = [];
  /** @type {number | undefined} the code the client closed with */
  closedWith;
  protocol = 'kefu.v2';
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;

  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(text.startsWith('{') ? JSON.parse(text) : text);
  }

  /** @param {number} code */
  close(code) {
    this.closedWith ??= code;
  }

  opens() {
    this.onopen?.({});
  }

  /** @param {any} frame an object, or the text itself */
  says(frame) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** @param {number} code @param {string} [reason] */
  breaks(code = 1006, reason = '') {
    this.onclose?.({ code, reason });
  }
}

/** A gateway to which clients under test connect. */
export class FakeGateway {
  /** @type {FakeSocket[]} */
  sockets = [];
  /** @type {{ customer_id: string | number, customer_name: string, status?: number }[]} the others in the group */
  others = [];
  /** @type {Record<string, object>} what the answer to a login says besides of channels */
  channels = {};
  /** What the answers to login and resume say of the gateway. @type {any} */
  facts = { heartbeat: 10, methods: ['kefu.leaving', 'kefu.ping', 'kefu.status', 'login', 'logout', 'resume', 'say'] };
  /** The state that it has of the client's session. */
  status = 1;
  #off = 0;

  /** @param {string} url @returns {any} */
  openSocket = (url) => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };

  /** @param {string} url @returns {any} a socket that is marked as a stream */
  openStream = (url) => Object.assign(this.openSocket(url), { isStream: true });

  /** @param {string} url @returns {any} a socket that is marked as one that asks first */
  openAsking = (url) => Object.assign(this.openSocket(url), { asks: true });

  /** The socket opened last. */
  get socket() {
    return /** @type {FakeSocket} */ (this.sockets.at(-1));
  }

  /**
   * Opens the last socket and answers its login.
   *
   * @param {{ customer_id?: string | number, customer_name?: string }} [known] what the gateway knows of the agent by
   *     other means than the login's own word
   */
  letsIn(known = {}) {
    if (this.socket.sent.at(-1)?.method !== 'login') this.socket.opens();
    const { customer_id, customer_name } = { ...this.socket.sent.at(-1), ...known };
    const own = { client: 'own', customer_id, customer_name };
    const channels = { 'g:41': { epoch: 'e', off: 0 }, ...this.channels };
    const list = { customer_list: this.#list(own) };
    this.socket.says({ code: 200, method: 'login', ...own, ticket: 'secret', grace: 30, ...this.facts, channels, ...list });
  }

  /** Opens the last socket and refuses its resume. */
  forgetsTheSession() {
    this.socket.opens();
    this.socket.says({ code: '10005', msg: '会话已失效，请重新登录', method: 'resume' });
  }

  /** Opens the last socket and answers its resume. @param {boolean} [recovered] */
  resumes(recovered = true) {
    if (!this.socket.sent.length) this.socket.opens();
    const { channels: asked } = this.socket.sent[0];
    const channels = Object.fromEntries(Object.entries(asked).map(([ch, at]) => [ch, { ...at, top: at.off, recovered }]));
    const own = { client: 'own', customer_id: '17', customer_name: '张三' };
    const list = { customer_list: this.#list(own) };
    this.socket.says({ code: 200, method: 'resume', client: 'own', ...this.facts, channels, ...list });
  }

  /** Publishes in the group. @param {any} push @param {number} [off] */
  publishes(push, off = (this.#off += 1)) {
    this.socket.says({ ch: 'g:41', off, push });
  }

  /** Answers the request sent last. @param {any} answer */
  answers(answer) {
    const { id, method } = this.socket.sent.at(-1);
    this.socket.says({ id, method, ...answer });
  }

  /** @param {any} own */
  #list(own) {
    const others = this.others.map((other, at) => ({ client: `other-${at}`, status: 1, ...other }));
    return [...others, { ...own, status: this.status }];
  }
}

/** Lets promises that are settled call those who wait for them. */
export async function settled() {
  for (let turn = 0; turn < 10; turn++) await null;
}

/** The window that a client is in, as far as it looks. */
export class FakePage extends EventTarget {
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  location = { href: 'http://host/chat/' };

  /** @param {string} type @param {object} [details] */
  happens(type, details = {}) {
    this.dispatchEvent(Object.assign(new Event(type), details));
  }
}

/** What a browser keeps for a tab. */
export class FakeStorage {
  /** @type {Map<string, string>} */
  kept = new Map();

  getItem = (/** @type {string} */ key) => this.kept.get(key) ?? null;
  setItem = (/** @type {string} */ key, /** @type {string} */ value) => void this.kept.set(key, value);
  removeItem = (/** @type {string} */ key) => void this.kept.delete(key);
}
