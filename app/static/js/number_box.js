// A box for a number. The server reads what is typed: here nothing is read but what an arrow key steps from.
// Every entry carries a turn, so that the server takes each up once and never an old one.

import { element, setText } from "./page.js";

/** @import { Component } from "./types" */

/**
 * @typedef {{ label: string, text: string, number: number | null, heard: number, problem: string, step: number,
 *   ends: [number | null, number | null], help: string, has_label: boolean }} Data
 * @typedef {ReturnType<typeof build>} Box
 */

/** @type {WeakMap<HTMLElement, Box>} */
const boxes = new WeakMap();
let made = 0;

/** @param {Component<Data>} component */
export default function mount({ data, parentElement, setStateValue }) {
  let box = boxes.get(parentElement);
  if (!box) boxes.set(parentElement, (box = build(parentElement, data, setStateValue)));
  Object.assign(box, { data, report: setStateValue });
  const { input, label, more } = box;
  label.hidden = !data.has_label;
  setText(label, data.label);
  setText(more, [data.problem, data.help].filter(Boolean).join(" "));
  input.setAttribute("aria-label", data.label);
  input.title = data.help;
  input.setAttribute("aria-invalid", String(Boolean(data.problem)));
  if (data.heard >= box.turn) write(box); // else an entry is still on its way
}

/**
 * @param {HTMLElement} parent
 * @param {Data} data
 * @param {Component["setStateValue"]} report
 */
function build(parent, data, report) {
  const id = `typed-number-${++made}`;
  const label = element("label", "typed-label", parent);
  const input = element("input", "typed-number", parent);
  const more = element("span", "typed-more", parent);
  Object.assign(label, { htmlFor: id });
  Object.assign(more, { id: `${id}-more` });
  Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", id });
  input.setAttribute("role", "spinbutton");
  input.setAttribute("aria-describedby", more.id);
  const box = { input, label, more, turn: 0, data, report };
  input.addEventListener("change", () => enter(box, input.value, null));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") write(box);
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (way) {
      event.preventDefault();
      step(box, way);
    }
  });
  return box;
}

/**
 * @param {Box} box
 * @param {string} text
 * @param {number | null} number
 */
function enter(box, text, number) {
  box.turn = Math.max(box.turn, box.data.heard) + 1;
  box.report("entry", { text, number, turn: box.turn });
}

/**
 * One step from the number that the box shows; from a text that was not sent or could not be read there is none.
 * @param {Box} box
 * @param {number} way
 */
function step(box, way) {
  const { input, data } = box;
  const from = numberIn(input);
  if (from === null) return;
  const [low, high] = data.ends;
  const goal = Number((from + way * data.step).toPrecision(12));
  const to = Math.min(Math.max(goal, low ?? -Infinity), high ?? Infinity);
  if (to === from) return;
  show(input, inText(to), to);
  enter(box, input.value, to);
}

/**
 * A number as the server writes it: its digits with the decimal sign of the page, thousands together.
 * @param {number} value
 */
const inText = (value) => String(value).replace(".", document.documentElement.dataset.decimal ?? ".");

/** @param {Box} box */
function write({ input, data: { text, number } }) {
  show(input, text, number);
}

/**
 * @param {HTMLInputElement} input
 * @param {string} text
 * @param {number | null} value
 */
function show(input, text, value) {
  if (input.value !== text) input.value = text;
  input.dataset.text = text;
  if (value === null) {
    input.removeAttribute("aria-valuenow");
    delete input.dataset.number;
  } else {
    input.setAttribute("aria-valuenow", String(value));
    input.dataset.number = String(value);
  }
  input.setAttribute("aria-valuetext", text);
}

/**
 * The number that a box shows; null while it shows another text.
 * @param {HTMLInputElement} input
 */
function numberIn({ value, dataset }) {
  return value === dataset.text && dataset.number !== undefined ? Number(dataset.number) : null;
}
