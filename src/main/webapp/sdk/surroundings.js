// @ts-check

/**
 * What happens to the page that a client is in. Where there is none (Node), nothing does.
 *
 * @param {object} told
 * @param {() => void} told.online the network is back
 * @param {() => void} told.seen the page is looked at again
 * @param {() => void} told.hidden nobody looks at it: the browser may drop it, without a word
 * @param {() => void} told.offline
 * @param {() => void} told.mayLeave the page is about to go away, or begins a download, or its user is asked and stays
 * @param {() => void} told.leaving the page goes away, perhaps for ever
 * @param {() => void} told.back it was not for ever: the page was kept as it was
 * @param {any} [page] its window
 * @returns {() => void} stops it
 */
export function watch({ online, seen, hidden, offline, mayLeave, leaving, back }, page = globalThis) {
  const { document } = page;
  if (!document) return () => {};
  /** @type {[EventTarget, string, (event: any) => void][]} */
  const watched = [
    [page, 'online', online],
    [page, 'offline', offline],
    [page, 'focus', seen],
    [page, 'beforeunload', mayLeave],
    [page, 'pagehide', leaving],
    [page, 'pageshow', ({ persisted }) => persisted && back()],
    [document, 'visibilitychange', () => (document.visibilityState === 'visible' ? seen() : hidden())],
    [document, 'resume', seen],
  ];
  for (const [target, type, listener] of watched) target.addEventListener(type, listener);
  return () => {
    for (const [target, type, listener] of watched) target.removeEventListener(type, listener);
  };
}
