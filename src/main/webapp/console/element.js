// @ts-check

/**
 * A new element. Text becomes text, whatever is in it.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean>} [attributes] `true` sets an empty one, `false` none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) created.setAttribute(name, value === true ? '' : value);
  }
  created.append(...children);
  return created;
}

/**
 * The element of that id, which is in the markup.
 *
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page lacks #${id}`);
  return found;
}

/**
 * Sets the text only where it is another: a live region would read it again.
 *
 * @param {Element | null} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target && target.textContent !== text) target.textContent = text;
}
