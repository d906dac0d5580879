// One button that puts the address of the page, with the whole scenario, on the clipboard.

import { element } from "./page.js";

/** @import { Component } from "./types" */

const ANSWER_MS = 3000; // for which the answer stays

/** @param {Component<{ link: string, query: string, words: Record<string, string> }>} component */
export default function mount({ data, parentElement }) {
  /** @param {string} selector @returns {any} */
  const find = (selector) => parentElement.querySelector(selector);
  const button = find(".copy-link") ?? element("button", "copy-link", parentElement);
  const answer = find(".copy-said") ?? element("output", "copy-said", parentElement);
  const address = new URL(window.location.href);
  address.search = `?${data.query}=${data.link}`;
  button.type = "button";
  button.textContent = data.words.copy_link;
  button.dataset.address = address.href;
  answer.setAttribute("aria-live", "polite");
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(address.href);
      answer.textContent = data.words.copied;
      setTimeout(() => answer.replaceChildren(), ANSWER_MS);
    } catch {
      const field = document.createElement("input");
      field.readOnly = true;
      field.value = address.href;
      field.setAttribute("aria-label", data.words.link_to_copy);
      answer.replaceChildren(field);
      field.select();
    }
  };
}
