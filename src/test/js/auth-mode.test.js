// @ts-check

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { authMode } from '../../main/webapp/console/auth-mode.js';

const realFetch = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = realFetch;
});

/** @param {() => Response} answer */
function serve(answer) {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    return answer();
  };
  return asked;
}

test('asks where no proxy hides the answer', async () => {
  const asked = serve(() => Response.json({ mode: 'jwt' }));
  assert.equal(await authMode(), 'jwt');
  assert.deepEqual(asked, ['auth']);
});

test('another answer, or none, is no mode', async () => {
  serve(() => Response.json({ mode: 'new' }));
  assert.equal(await authMode(), null);
  serve(() => new Response('<html>', { status: 502 }));
  assert.equal(await authMode(), null);
  serve(() => {
    throw new TypeError('no network');
  });
  assert.equal(await authMode(), null);
});
