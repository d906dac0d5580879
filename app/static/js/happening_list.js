// What happened, line by line: the line of the moment stands out, and a line that is chosen moves the clock there.

import { clock } from "./clock.js";

const lists = new WeakMap();

function build(parent) {
  const list = document.createElement("ol");
  list.className = "pumplab-happenings";
  parent.append(list);
  return { list, days: [], at: null };
}

function fill(state, { rows, words }) {
  state.list.setAttribute("aria-label", words);
  state.days = rows.map(([day]) => day);
  state.at = null;
  state.list.replaceChildren(...rows.map(([day, when, what]) => {
    const line = document.createElement("li"), button = document.createElement("button"), moment = document.createElement("strong");
    button.type = "button";
    moment.textContent = when;
    button.append(moment, `: ${what}`);
    button.addEventListener("click", () => {
      clock.pause();
      clock.setDay(day);
    });
    line.append(button);
    return line;
  }));
}

// The last line that has happened at the clock's day.
function follow(state) {
  const near = 1e-6 * clock.duration;
  let at = state.days.length - 1;
  while (at >= 0 && state.days[at] > clock.day + near) at--;
  if (at === state.at) return;
  state.at = at;
  [...state.list.children].forEach((line, k) => {
    line.className = k === at ? "now" : k < at ? "past" : "";
    line.firstChild.setAttribute("aria-current", k === at ? "time" : "false");
  });
  const line = state.list.children[at];
  if (line && clock.playing) state.list.scrollTop = line.offsetTop - state.list.offsetTop - state.list.clientHeight / 2;
}

export default function mount({ data, parentElement }) {
  let state = lists.get(parentElement);
  if (!state) {
    lists.set(parentElement, (state = build(parentElement)));
    state.leave = clock.subscribe(() => follow(state));
  }
  fill(state, data);
  follow(state);
  return () => {
    state.leave();
    parentElement.replaceChildren();
    lists.delete(parentElement);
  };
}
