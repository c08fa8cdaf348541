// @ts-check

/** Where a key leads among the choices. @type {Record<string, (at: number, columns: number, count: number) => number>} */
const STEPS = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at, columns) => at + columns,
  ArrowUp: (at, columns) => at - columns,
  Home: () => 0,
  End: (_at, _columns, count) => count - 1,
};

/** A button, and the panel of choices that it opens. The keys of a menu; it closes by a choice, by Escape and by going elsewhere. */
export class Dropdown {
  #button;
  #panel;
  #columns;
  #back;

  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} panel has a button with a `value` for each choice
   * @param {object} how
   * @param {(value: string) => void} how.choose
   * @param {HTMLElement} [how.back] gets the focus when it closes by a choice or by Escape
   * @param {number} [how.columns] so many choices stand side by side
   */
  constructor(button, panel, { choose, back = button, columns = 1 }) {
    this.#button = button;
    this.#panel = panel;
    this.#columns = columns;
    this.#back = back;
    button.addEventListener('click', () => (panel.hidden ? this.#open() : this.#close()));
    panel.addEventListener('keydown', (event) => this.#pressed(event));
    panel.addEventListener('click', ({ target }) => {
      const choice = /** @type {Element} */ (target).closest('button');
      if (!choice) return;
      this.#close();
      choose(choice.value);
    });
    for (const type of /** @type {const} */ (['pointerdown', 'focusin'])) {
      document.addEventListener(type, ({ target }) => {
        if (![button, panel].some((part) => part.contains(/** @type {Node} */ (target)))) this.#show(false);
      });
    }
  }

  #open() {
    this.#show(true);
    (this.#choices.find((choice) => choice.getAttribute('aria-checked') === 'true') ?? this.#choices[0])?.focus();
  }

  #close() {
    this.#back.focus();
    this.#show(false);
  }

  /** @param {boolean} open */
  #show(open) {
    this.#panel.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
  }

  get #choices() {
    return [...this.#panel.querySelectorAll('button')];
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key } = event;
    const choices = this.#choices;
    const at = choices.findIndex((choice) => choice === document.activeElement);
    if (key === 'Escape') this.#close();
    else if (key in STEPS) choices[STEPS[key](at, this.#columns, choices.length)]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
