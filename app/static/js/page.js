// What every component does with the page: elements with a class and a text, texts that change only where they do,
// and numbers in the signs of the language that the page is in.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {Element | null} [parent]
 * @param {string} [text]
 */
export function element(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

/**
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A number that is written with a point and no thousands, in the signs of the page.
 * @param {string} plain
 */
export function inSigns(plain) {
  const { decimal = ".", thousands = "," } = globalThis.document?.documentElement?.dataset ?? {};
  const [whole, part] = plain.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  return part === undefined ? grouped : `${grouped}${decimal}${part}`;
}
