// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../main/webapp/console/conversation.js';
import { lastWords } from '../../main/webapp/console/last-words.js';
import { isShared, ownersOf, plain, shownName } from '../../main/webapp/console/names.js';
import { Roster } from '../../main/webapp/console/roster.js';
import { folded, lastHit } from '../../main/webapp/console/search.js';
import { statusWords } from '../../main/webapp/console/status-words.js';
import { heldOrder, MOST_OTHERS, sideRows } from '../../main/webapp/console/side-rows.js';

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Who sits there, as the roster asks for it. */
class Table extends EventTarget {
  /** @type {{ id: string, name: string }[]} */
  agents = [];
}

/** @param {{ id: string, name: string }} agent @returns {import('../../main/webapp/sdk/kefu.js').Agent} */
const here = (agent) => ({ ...agent, status: 'online' });

/** @param {Conversation} conversation @param {string} content @param {boolean} [own] */
const hear = (conversation, content, own = false) =>
  conversation.hear({ id: null, from: own ? '17' : '18', name: '李四', to: null, content, time: 5_000 }, own);

const room = new Conversation(null);
const talk = new Conversation('18', '李四');
hear(room, '早上好');
hear(talk, '退货的 `客户` 又来了');
const agents = [{ id: '17', name: '张三' }, { id: '18', name: '李四' }, { id: '19', name: 'Ann' }, { id: '20', name: 'Bob' }].map(here);
const list = { conversations: [room, talk], agents, self: '17' };

/** @param {Parameters<typeof sideRows>[0]} what */
const keys = (what) => sideRows(what).rows.map(({ key }) => key);

test('conversations come first, then whoever else is online, and never oneself', () => {
  assert.deepEqual(keys(list), ['room', 'agent:18', 'others', 'agent:19', 'agent:20']);
  assert.equal(sideRows(list).others, 2);
});

test('an agent whose conversation is listed is there once, online or not', () => {
  const [, row] = sideRows(list).rows;
  assert.deepEqual([row.name, row.status], ['李四', 'online']);
  const [, gone] = sideRows({ ...list, agents: agents.slice(0, 1) }).rows;
  assert.deepEqual([gone.name, gone.status], ['李四', 'offline']);
  const [own, busy] = sideRows({ ...list, agents: [{ ...agents[1], status: 'busy' }] }).rows;
  assert.deepEqual([own.status, busy.status], [null, 'busy']);
});

test('the search looks into names, ids and what was said', () => {
  assert.deepEqual(keys({ ...list, wanted: 'BOB' }), ['others', 'agent:20']);
  assert.deepEqual(keys({ ...list, wanted: '19' }), ['others', 'agent:19']);
  assert.deepEqual(keys({ ...list, wanted: ' 早上 ' }), ['room']);
  assert.deepEqual(keys({ ...list, wanted: '李' }), ['agent:18']);
  assert.deepEqual(keys({ ...list, wanted: '没有这个' }), []);
});

test('what was found last is shown with the words around it', () => {
  hear(talk, '先问是不是Return的');
  const { before, match, after } = /** @type {import('../../main/webapp/console/search.js').Hit} */ (lastHit(talk, folded('RETURN')));
  assert.deepEqual([before, match, after], ['先问是不是', 'Return', '的']);
  assert.equal(lastHit(talk, '退货')?.entry, talk.heard[0].key);
  assert.equal(lastHit(talk, '没有'), null);
  hear(talk, '再说退货');
  assert.equal(lastHit(talk, '退货')?.entry, talk.heard.at(-1)?.key);
  for (const [text, shown] of [
    ['Customers with E1042 should', '…with '],
    ['Customers E1042', 'Customers '],
    ['one two three E1042', '…two three '],
    ['请让所有遇到这个问题的客户先清E1042', '…有遇到这个问题的客户先清'],
    ['x'.repeat(40) + ' E1042', '…xxxxxxxxxxx '],
  ]) {
    hear(talk, text);
    assert.equal(lastHit(talk, 'e1042')?.before, shown);
  }
});

test('case that changes the length of a word does not shift what is found', () => {
  assert.equal(folded('İstanbul ABC').indexOf('abc'), 'İstanbul ABC'.indexOf('ABC'));
});

test('of a crowd no more is listed than is looked at, and the search finds the rest', () => {
  const crowd = Array.from({ length: 1_000 }, (_, n) => ({ id: `a${n}`, name: `agent ${n}` }));
  const { rows, others } = sideRows({ ...list, conversations: [room], agents: crowd });
  assert.deepEqual([rows.length, others], [MOST_OTHERS + 2, 1_000]);
  assert.deepEqual(keys({ ...list, conversations: [], agents: crowd, wanted: 'agent 999' }), ['others', 'agent:a999']);
});

test('under the pointer rows stay where they are, and new ones come at the end', () => {
  const { rows } = sideRows(list);
  const before = ['room', 'agent:20', 'agent:18'];
  assert.deepEqual(heldOrder(rows, before).map(({ key }) => key), ['room', 'agent:20', 'agent:18', 'others', 'agent:19']);
});

test('agents of the same name are known, and one agent in two sessions is one', () => {
  const names = [{ id: '1', name: 'Ann' }, { id: '2', name: ' ＡＮＮ' }, { id: '3', name: 'Bob' }, { id: '3', name: 'Bob' }];
  const owners = ownersOf(names);
  assert.equal(isShared(owners, { id: '1', name: 'ann' }), true);
  assert.equal(isShared(owners, { id: '3', name: 'Bob' }), false);
  assert.equal(isShared(owners, { id: '4', name: 'Bob' }), true, 'the one who is not there');
  assert.equal(isShared(owners, { id: '5', name: 'Cat' }), false);
  assert.equal(isShared(ownersOf([...names, { id: '1', name: 'Ann' }]), { id: '1', name: 'Ann' }), true);
});

test('who is online is put in order when that has changed, and not with every frame', () => {
  const table = new Table();
  let compared = 0;
  const roster = new Roster(/** @type {any} */ (table), (a, b) => ((compared += 1), compare(a, b)));
  table.agents = [{ id: '2', name: 'Bob' }, { id: '3', name: 'Ann' }, { id: '1', name: 'Ann' }];
  assert.deepEqual(roster.agents.map(({ id }) => id), ['1', '3', '2']);
  assert.equal(roster.hasNamesakeOf({ id: '1', name: 'Ann' }), true);
  const once = compared;
  assert.equal(roster.agents.length, 3);
  assert.equal(compared, once);
  table.agents = table.agents.slice(0, 1);
  table.dispatchEvent(new Event('presence'));
  assert.deepEqual(roster.agents.map(({ id }) => id), ['2']);
  assert.equal(roster.hasNamesakeOf({ id: '1', name: 'Ann' }), false);
});

test('how an agent is, is told as far as it is known', () => {
  /** @type {any} */ const language = { say: (/** @type {string} */ key, /** @type {any} */ values) => (values ? `${key}: ${values.status}` : key) };
  const seat = Object.assign(new Table(), { state: { name: 'connecting' } });
  const roster = new Roster(/** @type {any} */ (seat), compare);
  const words = () => statusWords('busy', roster.known, language);
  assert.equal(words(), 'status.unknown');
  seat.agents = [{ id: '1', name: 'Ann' }];
  for (const [line, said] of [['online', 'status.busy'], ['waiting', 'status.then: status.busy'], ['closed', 'status.then: status.busy'], ['online', 'status.busy']]) {
    seat.state = { name: line };
    seat.dispatchEvent(new Event('state'));
    assert.equal(words(), said);
  }
});

test('a name turns nothing around, and stays on one line', () => {
  assert.equal(plain('Ann\u202e\u2066\nmoc.live'), 'Ann   moc.live');
  assert.equal(plain('محمد'), 'محمد');
});

test('an agent of whose name nothing would be seen is called by the id', () => {
  for (const unseen of ['', ' ', '\u202e', '\u200b\u200d\u2060', '\u00a0\u3000', '\u3164\u115f', '\u2800', '\u00ad\ufe0f', '\u{e0041}']) {
    assert.equal(shownName('19', unseen), '19', JSON.stringify(unseen));
  }
  assert.equal(shownName('19', '👩\u200d🔧'), '👩\u200d🔧');
  assert.equal(shownName('19', '\u202eAnn'), 'Ann');
});

test('names that differ only in what is not seen are told apart by their ids', () => {
  const owners = ownersOf([{ id: '1', name: 'Ann' }, { id: '2', name: 'A\u200bnn\u2800' }, { id: '3', name: '4' }, { id: '4', name: '\u200b' }, { id: '5', name: '\u202e' }]);
  assert.ok(isShared(owners, { id: '1', name: 'Ann' }));
  assert.ok(isShared(owners, { id: '3', name: '4' }));
  assert.ok(!isShared(owners, { id: '5', name: '\u202e' }));
});

test('a row says who said what last, or what was begun', () => {
  /** @type {any} */ const language = { say: (/** @type {string} */ key, /** @type {any} */ values) => (values ? `${values.name}: ${values.text}` : key) };
  const one = new Conversation(null);
  assert.deepEqual(lastWords(one, language), { kind: 'none', text: '', time: 0 });
  hear(one, '```\ncode\n```\nand\ntext');
  assert.deepEqual(lastWords(one, language), { kind: 'said', text: '李四: code and text', time: 5_000 });
  one.gap(1, 2);
  hear(one, '好', true);
  assert.equal(lastWords(one, language).text, 'message.own: 好');
  one.draft = '没写完';
  assert.deepEqual(lastWords(one, language), { kind: 'draft', text: '没写完', time: 5_000 });
  one.draft = '';
  one.hear({ id: null, from: '19', name: '\u200b', to: null, content: '在吗', time: 6_000 }, false);
  assert.equal(lastWords(one, language).text, '19: 在吗');
  hear(talk, '1');
  assert.equal(lastWords(talk, language).text, '1', 'in private there is only one who speaks');
});
