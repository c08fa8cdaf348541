/** The version of this library. */
export const VERSION: string;

/** The WebSocket subprotocol that it speaks. A server that speaks another one: `state` is `closed`, its reason `protocol`. */
export const PROTOCOL: string;

/** The gateway takes no longer text in `say`, in bytes of UTF-8. */
export const MOST_BYTES: number;

/** What a token (JWT) says of its agent; '' where it does not say. Proves nothing. */
export function claimsIn(token: string): Identity;

/** Connects an agent to the gateway, and keeps it connected until `close`. */
export function connect(options: Options): Kefu;

export interface Options {
  /** The gateway's WebSocket, e.g. `https://desk.example/chat/chat`; relative to the page, or absolute. */
  url: string | URL;
  /** The group. What a token says may be left out, here and below. */
  bid?: string | number;
  /** The agent's id. */
  id?: string | number;
  /** The agent's name. */
  name?: string;
  /** Gives the agent's token, where the gateway asks for one. It is asked for with each login, and before the last one ends. */
  token?: () => string | undefined | Promise<string | undefined>;
  /** For the backend, where it decides who may log in. */
  password?: string;
  /** `sessionStorage`: a page that is loaded again goes on with its session. Without it, it logs in anew. */
  storage?: Storage;
}

/** The group, the agent's id and name. */
export interface Identity {
  bid: string;
  id: string;
  name: string;
}

/** What an agent says of itself. */
export type Status = 'online' | 'busy' | 'away';

/** One agent, listed once, however many sessions it has. */
export interface Agent {
  /** The `customer_id` as text: 17 and "17" are one agent. */
  id: string;
  name: string;
  /** Of several sessions the best one's: online before busy before away. */
  status: Status;
}

export interface State {
  name: 'connecting' | 'online' | 'waiting' | 'closed';
  /**
   * `waiting` (and then `connecting`): `offline`, `lost`, `silent`, `restart`, `full`, `busy`, `too-fast`, `too-slow`, `too-long`, `token`, `away`.
   * `closed`, which is final: `logged-out`, `taken-over`, `ended`, `not-allowed`, `protocol`, or the code by which the login was refused.
   */
  reason: string | null;
  /** Until the next attempt, while `waiting`. */
  seconds: number | null;
}

/** Something that was said. */
export interface Saying {
  /** The id of the speaker's call. */
  id: string | null;
  /** The speaker's id. */
  from: string;
  /** The speaker's name. */
  name: string;
  /** The agent it was said to; null: to the room. */
  to: string | null;
  content: string;
  /** Milliseconds since the epoch, by the server's clock. */
  time: number;
}

/** Where a push was published; nulls: it came without a channel. */
export interface Place {
  channel: string | null;
  position: { epoch: string; off: number } | null;
}

export interface CallOptions {
  /** Milliseconds. Without it a call waits until its outcome is known, through any outage. */
  timeout?: number;
  signal?: AbortSignal;
  /** false: after all earlier calls that said so, and before all later ones. Default: true. */
  parallel?: boolean;
  /** It may be done twice: it is sent again also where the session was lost meanwhile. */
  idempotent?: boolean;
}

export interface SayOptions {
  timeout?: number;
  signal?: AbortSignal;
  /** Of `newId`: for whoever wants to know the echo again, or to say it again without saying it twice. */
  id?: string;
  /** It was sent before, and nobody knows whether it was said. */
  again?: boolean;
}

export class KefuError extends Error {
  constructor(code: string | number, message?: string);
  /**
   * The gateway's code (a text such as "10006"), the backend's status (a number), or `unknown`, `timeout`, `aborted`, `full`, `closed`,
   * `unsupported`, `too-long`, `argument`.
   */
  code: string | number;
}

export interface Kefu {
  /** Settled with the first login; rejected where that is refused. */
  readonly ready: Promise<void>;
  readonly state: State;
  /** As asked for; once online by the gateway's word. */
  readonly identity: Identity;
  /** The session's public id. */
  readonly client: string | null;
  /** The session's own state, as it was set last. */
  readonly status: Status;
  /** What the gateway answers itself, `say` among them or not. All else goes to the backend. */
  readonly methods: string[];
  /** Who is in the group, oneself included, as last heard. */
  readonly agents: Agent[];
  /** So many calls wait that the next one fails with `full`. */
  readonly full: boolean;
  /** What the connection goes over: `http` where the network blocks WebSocket. Null: there is none now. */
  readonly transport: 'websocket' | 'http' | null;
  /** When the gateway was last heard (ms since the epoch); 0: not yet. */
  readonly heardAt: number;

  /** After a restart of the gateway: others may be on their way back, and what is said to one who is not there waits for so long. */
  readonly othersMayReturn: boolean;

  agent(id: string): Agent | undefined;

  /**
   * Calls a method of the backend. Settled with the JSON that it has answered; rejected with a {@link KefuError}. The body is an object, and has no
   * `method`, no `id` and no `again`: those are the request's own.
   */
  call(method: string, body?: object, options?: CallOptions): Promise<any>;

  /**
   * Says something to an agent, or with null to the room. Settled when it is known to be said. What is said to one of them keeps its order. Fails with
   * `unsupported` where `methods` has no `say`.
   *
   * @returns `time`: when it was said, by the gateway's clock (ms since the epoch); null: it is not known
   */
  say(to: string | number | null, content: string, options?: SayOptions): Promise<{ time: number | null }>;

  /**
   * Says how the agent is, for this session. It stays through lost lines, a reload and another login. Settled when the gateway has it; rejected
   * with 404 or what your backend answers where the gateway is too old for it.
   */
  setStatus(status: Status): Promise<void>;

  /** An id for {@link SayOptions}. */
  newId(): string;

  /** Each returns a function that takes the listener away. */
  on(type: 'state', listener: (state: State) => void): () => void;
  on(type: 'presence', listener: (change: { agents: Agent[]; joined: Agent[]; left: Agent[] }) => void): () => void;
  /** An agent who was there already has another state. */
  on(type: 'status', listener: (agent: Agent) => void): () => void;
  on(type: 'say', listener: (saying: Saying) => void): () => void;
  /** What the backend pushes: all of it, or one method's (`push:new_order`). */
  on(type: 'push' | `push:${string}`, listener: (push: any, at: Place) => void): () => void;
  /** Not everything that was published in these channels could be had: load again what you show. */
  on(type: 'missed', listener: (what: { channels: string[] }) => void): () => void;
  /** The token ends within a minute, and `token` has no other one: call `renew` when it has. */
  on(type: 'expiring', listener: () => void): () => void;

  /** Shows the token that `token` gives now. */
  renew(): Promise<void>;

  /** Does not wait for the next attempt. */
  retry(): void;

  /** Logs in again as the same agent, after `closed` for any reason but `logged-out`. */
  reopen(): void;

  /** Logs out. What waits is not sent any more. */
  close(): void;
}
