// A chart keeps to the room it is given, on the screen and on paper.

import { onPaper } from "./paper.js";

/** @import { Host, Library } from "./types" */

/**
 * Do something to a chart; where its key then needs more or fewer rows than before, draw it once more: the library
 * places the key by the height that it had.
 * @param {Library} library
 * @param {Host} host
 * @param {() => Promise<unknown>} act
 */
export async function inRoom(library, host, act) {
  const before = host._fullLayout?._size?.t;
  await act();
  if (before !== undefined && before !== host._fullLayout?._size?.t) await library.redraw(host);
}

/**
 * Fit a chart to the width of its place.
 * @param {Library} library
 * @param {Host} host
 */
export async function fit(library, host) {
  const width = host.clientWidth;
  if (!width || !host.data || width === host._fullLayout?.width) return;
  await inRoom(library, host, () => library.relayout(host, { width, autosize: false }));
}

/**
 * Follow the width of the place, on the screen and on paper; gives back how to stop.
 * @param {Host} host
 * @param {() => void} refit
 */
export function followRoom(host, refit) {
  const watch = new ResizeObserver(refit);
  watch.observe(host);
  const leave = onPaper(host, refit);
  return () => {
    watch.disconnect();
    leave();
  };
}
