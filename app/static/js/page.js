// What every component does with the page: elements with a class and a text, and texts that change only where they do.

export function element(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
