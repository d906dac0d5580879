// The chart library, fetched once when the first chart is drawn.

/** @import { Library } from "./types" */

/** @type {Promise<Library> | undefined} */
let library;

/**
 * @param {string} name
 * @returns {Promise<Library>}
 */
export function plotly(name) {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(name, document.baseURI).href;
    script.onload = () => (window.Plotly ? done(window.Plotly) : failed(new Error(name)));
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}
