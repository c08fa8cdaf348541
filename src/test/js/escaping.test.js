// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unescapeHtml } from '../../main/webapp/sdk/escaping.js';

test('the five escapes of v1 are undone', () => {
  assert.equal(unescapeHtml('&lt;b id=&quot;x&quot;&gt;Tom &amp; Jerry&#039;s&lt;/b&gt;'), `<b id="x">Tom & Jerry's</b>`);
});

test('what was typed as an entity stays one', () => {
  assert.equal(unescapeHtml('&amp;lt;'), '&lt;');
  assert.equal(unescapeHtml('&amp;amp;amp;'), '&amp;amp;');
});

test('no other entity is touched', () => {
  assert.equal(unescapeHtml('&nbsp; &#39; &#x27; &LT; & 客服'), '&nbsp; &#39; &#x27; &LT; & 客服');
});
