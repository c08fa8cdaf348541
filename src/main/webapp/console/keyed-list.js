// @ts-check

/**
 * Makes `parent` show `items` in their order, one child each. A child lives as long as its key is there, so that
 * focus, selection and what a screen reader has announced stay.
 *
 * @template Item
 * @param {Element} parent
 * @param {Item[]} items
 * @param {object} how
 * @param {(item: Item) => string} how.key
 * @param {(item: Item) => HTMLElement} how.create
 * @param {(child: HTMLElement, item: Item) => void} how.update
 */
export function showKeyed(parent, items, { key, create, update }) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(items.map(key));
  /** @type {Map<string | undefined, HTMLElement>} */
  const present = new Map();
  for (const child of /** @type {HTMLElement[]} */ ([...parent.children])) {
    if (wanted.has(child.dataset.key ?? '')) present.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const child = present.get(key(item)) ?? created(create(item), key(item));
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  if (focused?.isConnected && focused !== document.activeElement) /** @type {HTMLElement} */ (focused).focus();
}

/** @param {HTMLElement} child @param {string} key */
function created(child, key) {
  child.dataset.key = key;
  return child;
}
