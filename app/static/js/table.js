// A table of texts in a box that scrolls, by hand or by keyboard.

import { element } from "./page.js";

/** @import { Component } from "./types" */

const MOST_FITTING = 3; // columns that fit a phone
const COLUMN_REM = 7;
const SHORT = { words: 16, word: 36 }; // letters of a text that is not broken into lines

/** @param {Component<{ caption: string, columns: string[], rows: string[][], marked: number[] }>} component */
export default function mount({ data, parentElement }) {
  parentElement.querySelector(".pl-table")?.remove();
  const box = element("div", "pl-table", parentElement);
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.caption);
  const table = element("table", "", box);
  if (data.columns.length > MOST_FITTING) table.style.minWidth = `${COLUMN_REM * data.columns.length}rem`;
  element("caption", "", table, data.caption);
  const head = element("tr", "", element("thead", "", table));
  for (const title of data.columns) element("th", "", head, title).scope = "col";
  const body = element("tbody", "", table);
  data.rows.forEach((texts, k) => {
    const row = element("tr", data.marked.includes(k) ? "marked" : "", body);
    texts.forEach((text, i) => {
      if (i === 0) element("th", "", row, text).scope = "row";
      else element("td", isShort(text) ? "short" : "", row, text);
    });
  });
}

/** @param {string} text */
const isShort = (text) => text.length < (text.includes(" ") ? SHORT.words : SHORT.word);
