// What happened, line by line: the line of the moment stands out, and a line that is chosen moves the clock there.

import { clock } from "./clock.js";
import { element } from "./page.js";

/** @import { Component } from "./types" */

/** @typedef {ReturnType<typeof build>} List */
/** @typedef {{ rows: [day: number, when: string, what: string, kind: string][], words: string }} Data */

/** @type {WeakMap<HTMLElement, List>} */
const lists = new WeakMap();

/** @param {HTMLElement} parent */
function build(parent) {
  const state = {
    list: element("ol", "pumplab-happenings", parent),
    lines: /** @type {HTMLLIElement[]} */ ([]),
    days: /** @type {number[]} */ ([]),
    at: /** @type {number | null} */ (null), // the line of the moment
    leave: () => {},
  };
  state.leave = clock.subscribe(() => follow(state));
  return state;
}

/**
 * @param {List} state
 * @param {Data} data
 */
function fill(state, { rows, words }) {
  state.list.setAttribute("aria-label", words);
  state.days = rows.map(([day]) => day);
  state.at = null;
  state.lines = rows.map(([day, when, what, kind]) => {
    const line = element("li", "");
    if (kind === "emergency" || kind === "distress") line.dataset.kind = kind;
    const button = element("button", "", line);
    button.type = "button";
    element("strong", "", button, when);
    button.append(`: ${what}`);
    button.addEventListener("click", () => {
      clock.pause();
      clock.setDay(day);
    });
    return line;
  });
  state.list.replaceChildren(...state.lines);
}

/**
 * The last line that has happened at the clock's day.
 * @param {List} state
 */
function follow(state) {
  const near = 1e-6 * clock.duration;
  let at = state.days.length - 1;
  while (at >= 0 && state.days[at] > clock.day + near) at--;
  if (at === state.at) return;
  state.at = at;
  state.lines.forEach((line, k) => {
    line.className = k === at ? "now" : k < at ? "past" : "";
    line.firstElementChild?.setAttribute("aria-current", k === at ? "time" : "false");
  });
  const line = state.lines[at];
  if (line && clock.playing) state.list.scrollTop = line.offsetTop - state.list.offsetTop - state.list.clientHeight / 2;
}

/** @param {Component<Data>} component */
export default function mount({ data, parentElement }) {
  const state = lists.get(parentElement) ?? build(parentElement);
  lists.set(parentElement, state);
  fill(state, data);
  follow(state);
  return () => {
    state.leave();
    parentElement.replaceChildren();
    lists.delete(parentElement);
  };
}
