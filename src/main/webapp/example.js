import { connect } from './sdk/kefu.js';

const item = (text) => Object.assign(document.createElement('li'), { textContent: text });
const show = (list, lines) => document.getElementById(list).replaceChildren(...lines.map(item));

const kefu = connect({ url: 'chat', bid: 1, id: 17, name: 'Ann', storage: sessionStorage });
kefu.on('state', ({ name, reason }) => show('state', [reason ? `${name}: ${reason}` : name]));
kefu.on('presence', ({ agents }) => show('agents', agents.map(({ id, name }) => `${name} (${id})`)));

const load = () =>
  kefu.call('order/list', { page: 1 }).then(
    ({ orders }) => show('orders', orders.map(({ id, what }) => `${id}: ${what}`)),
    ({ code }) => show('orders', [`not loaded: ${code}`]),
  );
kefu.on('missed', load);
kefu.on('push:new_order', load);
load();
