// The chart library, fetched once when the first chart is drawn; what fails to come is asked for again.

/** @import { Library } from "./types" */

const PAUSES_MS = [300, 1500];
/** @type {Promise<Library> | undefined} */
let library;

/**
 * @param {string} name
 * @returns {Promise<Library>}
 */
export function plotly(name) {
  library ??= fetched(name).catch((error) => {
    library = undefined; // the next chart tries once more
    throw error;
  });
  return library;
}

/**
 * @param {string} name
 * @returns {Promise<Library>}
 */
async function fetched(name) {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await load(name);
    } catch {
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
  return load(name);
}

/**
 * @param {string} name
 * @returns {Promise<Library>}
 */
function load(name) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(name, document.baseURI).href;
    script.onload = () => (window.Plotly ? done(window.Plotly) : failed(new Error(name)));
    script.onerror = () => {
      script.remove();
      failed(new Error(name));
    };
    document.head.append(script);
  });
}
