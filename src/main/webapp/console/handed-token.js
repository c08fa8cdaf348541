// @ts-check

/**
 * Takes what another page has handed in by the address's fragment, `#token=…` or, where the token is for several
 * groups, `#token=…&bid=…`. The fragment is sent to no server; here it leaves the address, and with it the reload, the
 * bookmark and the eyes of whoever looks.
 *
 * @returns {{ token: string, bid: string } | null} null: nothing was handed in
 */
export function takeHanded() {
  const handed = new URLSearchParams(location.hash.slice(1));
  const token = handed.get('token');
  if (token === null) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return { token, bid: handed.get('bid') ?? '' };
}
