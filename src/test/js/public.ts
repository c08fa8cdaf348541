// What a page in TypeScript writes. Never run: it is there for the compiler.
import { connect, KefuError, type Agent, type Kefu, type Saying } from '../../main/webapp/sdk/kefu.js';

export async function page(): Promise<void> {
  const kefu: Kefu = connect({ url: new URL('https://desk.example/chat/chat'), bid: 41, token: async () => 'eyJ', storage: sessionStorage });
  const stop: () => void = kefu.on('state', ({ name, reason, seconds }) => console.log(name === 'waiting', reason?.length, seconds ?? 0 + 1));
  kefu.on('presence', ({ agents, joined, left }) => console.log([...agents, ...joined, ...left].map(({ id }: Agent) => id)));
  kefu.on('status', ({ id, status }: Agent) => console.log(id, status === 'busy'));
  kefu.on('say', ({ from, to, content }: Saying) => console.log(from, to ?? 'all', content));
  kefu.on('push:new_order', (order, { channel, position }) => console.log(order.id, channel, position?.off));
  kefu.on('missed', ({ channels }) => console.log(channels.join()));
  try {
    await kefu.ready;
    await kefu.call('order/list', { page: 1 }, { timeout: 5_000, signal: AbortSignal.timeout(10), parallel: false, idempotent: true });
    await kefu.setStatus('away');
    await kefu.say(null, 'hello', { id: kefu.newId() });
  } catch (error) {
    if (error instanceof KefuError && error.code === 'timeout') stop();
  }
  // @ts-expect-error there is no such event
  kefu.on('nothing', () => {});
  // @ts-expect-error nobody is called without a method
  kefu.call();
  kefu.close();
}
