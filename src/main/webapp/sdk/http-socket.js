// @ts-check

/** Events of one post have together at most so many characters, or it is one event: the gateway takes no longer bodies. */
const MOST_CHARS = 16_000;

/** What a browser sends for a page that goes away is at most 64 KiB; a character may take three bytes. */
const MOST_KEPT_ALIVE = 20_000;

/** A post that did not get through is tried again: what had arrived of it counts once. */
const RETRY_MS = 1_000;
const MOST_TRIES = 5;

/** A post that takes longer is on a line that is dead, as one that a proxy has forgotten: the next one goes on another. 48 KB by a modem take 7 s. */
const POST_WITHIN_MS = 15_000;

/** A goodbye is tried for so long. A browser has six connections to a host: none is held any longer. */
const GOODBYE_WITHIN_MS = 5_000;

/** Two posts of this connection are being read; the body did not come. Both pass, as what a proxy answers by itself. */
const PASSING = new Set([0, 408, 429]);

/** @param {number} status 0: no answer came */
const mayPass = (status) => PASSING.has(status) || status >= 500;

/** Where the gateway has closed the connection, it says why on the stream. */
const CLOSE_FOLLOWS_MS = 2_000;

/**
 * The gateway knows this connection no more. Or Tomcat answers so by itself, since it is about to stop the gateway: it waits 2 s for what has
 * begun, as this stream has, before the gateway can close anything.
 */
const UNKNOWN = 404;
const STOP_FOLLOWS_MS = 5_000;

/** As a browser's WebSocket says it. */
export const LINE_BROKE = 1006;

/** The gateway says so on the stream too. A proxy that takes no body so long (nginx: 1 MB) says only this. */
const TOO_LONG_BODY = 413;
const MESSAGE_TOO_LONG = 1009;

/**
 * Where the streams of a gateway are.
 *
 * @param {string} url of its WebSocket
 */
export function streamUrl(url) {
  const stream = new URL(url);
  stream.protocol = stream.protocol.replace(/^ws/, 'http');
  stream.pathname += '/stream';
  return stream;
}

/** The same conversation as over a WebSocket, with the same events, where a network blocks those: a stream down, and posts up. */
export class HttpSocket {
  protocol = '';
  /** @type {((event: {}) => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number, reason: string }) => void) | null} */
  onclose = null;
  #url;
  #fetch;
  #clock;
  #stream = new AbortController();
  /** What is being posted. @type {Set<AbortController>} */
  #posts = new Set();
  #id = '';
  /** What the gateway is not known to have. @type {string[]} */
  #events = [];
  /** The number of the first of them. */
  #first = 1;
  #isPosting = false;
  #isOver = false;

  /**
   * @param {string} url of the gateway's WebSocket
   * @param {string} protocol
   * @param {object} parts
   * @param {typeof globalThis.fetch} parts.fetch
   * @param {import('./clock.js').Clock} parts.clock
   */
  constructor(url, protocol, { fetch, clock }) {
    this.#url = streamUrl(url);
    this.#fetch = fetch;
    this.#clock = clock;
    const opened = new URL(this.#url);
    opened.searchParams.set('protocol', protocol);
    this.#read(opened.href);
  }

  /** @param {string} text a frame without line breaks, as JSON is */
  send(text) {
    this.#add(`data: ${text}\n\n`);
  }

  /** @param {number} code */
  close(code) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.push(`event: close\ndata: ${code}\n\n`);
    if (!this.#id) return this.#stream.abort();
    const leave = () => {
      cancel();
      this.#stream.abort();
      this.#abortPosts();
    };
    const cancel = this.#clock.after(GOODBYE_WITHIN_MS, leave);
    this.#sayGoodbye().finally(leave); // whoever hears no goodbye misses the heartbeat
  }

  async #sayGoodbye() {
    const body = this.#events.join('');
    while (!this.#stream.signal.aborted && mayPass(await this.#post(body, body.length < MOST_KEPT_ALIVE))) await this.#pause(RETRY_MS);
  }

  #abortPosts() {
    for (const post of this.#posts) post.abort();
  }

  /** @param {string} url */
  async #read(url) {
    try {
      const { ok, body } = await this.#fetch(url, {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal: this.#stream.signal,
      });
      if (ok && body) await this.#take(body);
    } catch {
      // as when it ends
    }
    this.#end(LINE_BROKE, '');
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async #take(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.#happened(event);
    }
  }

  /** @param {string} event */
  #happened(event) {
    if (this.#isOver) return;
    const [, type = 'message', data] = /^(?:event: ([^\n]*)\n)?data: ([^\n]*)$/.exec(event) ?? [];
    if (data === undefined) return;
    switch (type) {
      case 'open':
        ({ connection: this.#id, protocol: this.protocol } = JSON.parse(data));
        return this.onopen?.({});
      case 'message':
        return this.onmessage?.({ data });
      case 'quoted':
        return this.onmessage?.({ data: JSON.parse(data) });
      case 'ping':
        return this.#add(`event: pong\ndata: ${data}\n\n`);
      case 'close':
        return this.#end(Number(data.slice(0, 4)), data.slice(5));
    }
  }

  /** @param {string} event */
  #add(event) {
    if (this.#isOver) return;
    this.#events.push(event);
    if (!this.#isPosting) this.#postAll();
  }

  /** One post after the other, each with all that waits. */
  async #postAll() {
    this.#isPosting = true;
    for (let tries = 0; this.#events.length && !this.#isOver; ) {
      const count = this.#countOfNext();
      const status = await this.#post(this.#events.slice(0, count).join(''), false);
      if (status === 204) {
        if (!this.#isOver) this.#events.splice(0, count);
        this.#first += count;
        tries = 0;
      } else {
        tries += 1;
        const goesOn = mayPass(status) && tries < MOST_TRIES;
        await this.#pause(goesOn ? RETRY_MS : status === UNKNOWN ? STOP_FOLLOWS_MS : CLOSE_FOLLOWS_MS);
        if (!goesOn) this.#end(status === TOO_LONG_BODY ? MESSAGE_TOO_LONG : LINE_BROKE, '');
      }
    }
    this.#isPosting = false;
  }

  #countOfNext() {
    let chars = 0;
    const tooMany = this.#events.findIndex((event, at) => (chars += event.length) > MOST_CHARS && at > 0);
    return tooMany < 0 ? this.#events.length : tooMany;
  }

  /**
   * @param {string} body
   * @param {boolean} keepalive
   * @returns {Promise<number>} the status; 0: there was no answer
   */
  async #post(body, keepalive) {
    const headers = { 'X-Kefu-Connection': this.#id, 'X-Kefu-Sequence': String(this.#first) };
    const post = new AbortController();
    const cancel = this.#clock.after(POST_WITHIN_MS, () => post.abort());
    this.#posts.add(post);
    try {
      return (await this.#fetch(this.#url.href, { method: 'POST', headers, body, keepalive, signal: post.signal })).status;
    } catch {
      return 0;
    } finally {
      cancel();
      this.#posts.delete(post);
    }
  }

  /** @param {number} ms @returns {Promise<void>} */
  #pause(ms) {
    return new Promise((resolve) => void this.#clock.after(ms, () => resolve()));
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #end(code, reason) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.abort();
    this.#abortPosts();
    this.onclose?.({ code, reason });
  }
}
