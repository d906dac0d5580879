// A number beside a slider. Every entry carries a turn, so that the server takes each up once and never an old one.

import { element } from "./page.js";

/** @import { Component } from "./types" */

/** @typedef {{ label: string, value: number | null, heard: number }} Data */
/** @typedef {{ input: HTMLInputElement, turn: number, data: Data, report: Component["setStateValue"] }} Box */

/** @type {WeakMap<HTMLElement, Box>} */
const boxes = new WeakMap();

/** @param {Component<Data>} component */
export default function mount({ data, parentElement, setStateValue }) {
  let box = boxes.get(parentElement);
  if (!box) boxes.set(parentElement, (box = build(parentElement, data, setStateValue)));
  Object.assign(box, { data, report: setStateValue });
  box.input.setAttribute("aria-label", data.label);
  if (data.heard >= box.turn) write(box); // else an entry is still on its way
}

/**
 * @param {HTMLElement} parent
 * @param {Data} data
 * @param {Component["setStateValue"]} report
 */
function build(parent, data, report) {
  const input = element("input", "typed-number", parent);
  Object.assign(input, { type: "number", step: "any" });
  const box = { input, turn: 0, data, report };
  input.addEventListener("change", () => {
    const value = input.value === "" ? null : Number(input.value);
    box.turn = Math.max(box.turn, box.data.heard) + 1;
    box.report("entry", { value, turn: box.turn });
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") write(box);
  });
  return box;
}

/** @param {Box} box */
function write({ input, data: { value } }) {
  input.value = value === null ? "" : String(value);
}
