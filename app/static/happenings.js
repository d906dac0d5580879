// What happened, line by line: the line of the moment stands out, and a line that is chosen moves the clock there.

const query = new URL(import.meta.url).search;
const lists = new WeakMap();

const STYLE = `
.pumplab-happenings { margin: 0; padding: 0; list-style: none; max-height: 100%; overflow-y: auto; }
.pumplab-happenings button { display: block; width: 100%; min-height: 32px; padding: 4px 10px; cursor: pointer;
  text-align: left; font: inherit; font-size: 15px; line-height: 1.35; color: var(--st-text-color); background: none;
  border: 0; border-left: 4px solid transparent; border-radius: 0 6px 6px 0; }
.pumplab-happenings button:hover { background: var(--st-secondary-background-color); }
.pumplab-happenings button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: -3px; }
.pumplab-happenings li.past button { border-left-color: color-mix(in srgb, var(--st-text-color) 35%, transparent); }
.pumplab-happenings li.now button { border-left-color: var(--st-primary-color); font-weight: 600;
  background: var(--st-secondary-background-color); }
.pumplab-happenings strong { font-variant-numeric: tabular-nums; }
@media (pointer: coarse) { .pumplab-happenings button { min-height: 44px; } }
`;

function build(parent) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const list = document.createElement("ol");
  list.className = "pumplab-happenings";
  parent.append(style, list);
  return { list, days: [], at: null };
}

function fill(state, { rows, words }, clock) {
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
function follow(state, clock) {
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

export default async function mount({ data, parentElement }) {
  const { clock } = await import(new URL("clock.js" + query, import.meta.url).href);
  let state = lists.get(parentElement);
  if (!state) {
    lists.set(parentElement, (state = build(parentElement)));
    state.leave = clock.subscribe(() => follow(state, clock));
  }
  fill(state, data, clock);
  follow(state, clock);
  return () => {
    state.leave();
    parentElement.replaceChildren();
    lists.delete(parentElement);
  };
}
