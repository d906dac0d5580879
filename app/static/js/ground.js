// Whether the page is dark, asked of the page itself: the reader, the system or its forced colours may change that.

/**
 * Whether text is lighter than what lies behind it.
 * @param {Element} element
 */
export function isDark(element) {
  const [red, green, blue] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? ["0", "0", "0"]).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127;
}

/**
 * Call back when the system changes its colours; gives back how to stop.
 * @param {() => void} act
 */
export function watchGround(act) {
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((text) => matchMedia(text));
  const later = () => requestAnimationFrame(() => requestAnimationFrame(act)); // the page takes them up first
  queries.forEach((query) => query.addEventListener("change", later));
  return () => queries.forEach((query) => query.removeEventListener("change", later));
}

/**
 * A figure in the colours of a ground; each pair is a colour on a light ground and on a dark one.
 * @template Part
 * @param {Part} part
 * @param {[light: string, dark: string][]} pairs
 * @param {boolean} dark
 * @returns {Part}
 */
export function onGround(part, pairs, dark) {
  const to = new Map(pairs.map(([light, night]) => (dark ? [light, night] : [night, light])));
  /**
   * @param {any} value
   * @returns {any}
   */
  const walk = (value) => {
    if (typeof value === "string") return to.get(value) ?? value;
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(part);
}
