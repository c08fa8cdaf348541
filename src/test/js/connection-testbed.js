// @ts-check
/** A connection with a gateway and a clock that a test moves, made anew for each test. */
import { beforeEach } from 'node:test';
import { Connection } from '../../main/webapp/sdk/connection.js';
import { FakeClock, FakeGateway } from './fakes.js';

/** @type {FakeClock} */ export let clock;
/** @type {FakeGateway} */ export let gateway;
/** @type {Connection} */ export let connection;
/** @type {string[]} */ export let states;

/** What the connection is told, and what it has asked. */
export let calls = { awaiting: false, asked: 0 };

beforeEach(() => {
  clock = new FakeClock();
  gateway = new FakeGateway();
  states = [];
  calls = { awaiting: false, asked: 0 };
  const { openSocket, openAsking, openStream } = gateway;
  connection = new Connection(
    { url: 'ws://host/chat/chat', openSocket, openAsking, openStream, clock, random: () => 0.5 },
    {
      changed: () => states.push(connection.state),
      opened: () => {},
      received: () => {},
      awaiting: () => calls.awaiting,
      ask: () => (calls.asked += 1) > 0,
    },
  );
});

export function goOnline() {
  gateway.socket.opens();
  connection.ready();
}
