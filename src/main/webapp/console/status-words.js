// @ts-check

/**
 * How an agent is, in words: no more than is known.
 *
 * @param {import('../sdk/kefu.js').Status | 'offline'} status as it was heard last
 * @param {import('./roster.js').Known} known
 * @param {Pick<import('./language.js').Language, 'say'>} language
 */
export function statusWords(status, known, language) {
  if (known === 'never') return language.say('status.unknown');
  const words = language.say(`status.${status}`);
  return known === 'now' ? words : language.say('status.then', { status: words });
}
