// What this tab remembers from one opening of the page to the next; nothing where the browser forbids it.

/**
 * @param {string} name
 * @param {string} text
 */
export function remember(name, text) {
  try {
    window.sessionStorage.setItem(name, text);
  } catch {
    // a page inside another one may have no memory
  }
}

/** @param {string} name */
export function recall(name) {
  try {
    return window.sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    window.sessionStorage.removeItem(name);
  } catch {
    // there is nothing to forget
  }
}
