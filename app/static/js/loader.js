// Stands in for a component on the page: fetches the component's own file and hands everything on to it. What fails to
// come is asked for again; then a sentence stands in its place, and the next change of the page tries once more.

/** @import { Component } from "./types" */

/** @typedef {{ default: (component: Component) => unknown }} File */

const PAUSES_MS = [300, 1500];
/** @type {Record<string, string>} */
const SENTENCES = JSON.parse("@SENTENCES@");
const ADDRESS = new URL("@ADDRESS@", document.baseURI).href;
/** @type {Promise<File> | undefined} */
let file;

/** @returns {Promise<File>} */
async function fetched() {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await import(ADDRESS);
    } catch {
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
  return import(ADDRESS);
}

/** @param {Component} component */
export default async function mount(component) {
  const place = component.parentElement;
  const sentence = () => place.querySelector(":scope > .pumplab-missing");
  try {
    const cleaned = await (await (file ??= fetched())).default(component);
    sentence()?.remove();
    return cleaned;
  } catch (error) {
    file = undefined;
    console.error(error);
    if (!sentence()) {
      const said = document.createElement("p");
      said.className = "pumplab-missing";
      said.setAttribute("role", "alert");
      said.textContent = SENTENCES[document.documentElement.lang] ?? SENTENCES.en;
      place.append(said);
    }
    return undefined;
  }
}
