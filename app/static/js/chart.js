// One chart: drawn by the chart library out of one packet of bytes, drawn again in place, with the shared time cursor.
//
// A packet holds the figure, what it says in words, and its numbers. The cursor and the line of numbers below the chart
// follow the clock of the page; a click in the chart sets it. Nothing here asks the server.

import { plotly } from "./chart_library.js";
import { durationOf, isOfClock, perDay, readout } from "./chart_readout.js";
import { fit, followRoom, inRoom } from "./chart_room.js";
import { save } from "./chart_save.js";
import { clock } from "./clock.js";
import { isDark, onGround, watchGround } from "./ground.js";
import { unpack } from "./packet.js";
import { element } from "./page.js";

/** @import { Axis, ChartHeader, Component, Host } from "./types" */

/** @typedef {ReturnType<typeof build>} Chart */

/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap();
const STILL_PX = 4; // a press that moves less is no drag
const UNREAD_MS = 120; // numbers that follow sooner than that cannot be read
/**
 * @param {unknown} value
 * @returns {value is { "@": string }}
 */
const isColumn = (value) => typeof value === "object" && value !== null && "@" in value;

/** @param {Uint8Array} bytes */
export function parse(bytes) {
  const { header, arrays } = unpack(bytes);
  const { figure } = /** @type {ChartHeader} */ (header);
  for (const trace of figure.data)
    for (const [name, value] of Object.entries(trace)) if (isColumn(value)) trace[name] = arrays[value["@"]];
  return /** @type {ChartHeader} */ (header);
}

/** @param {HTMLElement} parent */
function build(parent) {
  const root = element("div", "pumplab-chart", parent);
  const chart = {
    root,
    host: /** @type {Host} */ (element("div", "chart-host", root)),
    cursor: element("div", "chart-cursor", root),
    readout: element("output", "chart-readout", root),
    save: element("button", "chart-save", root),
    header: /** @type {ChartHeader | null} */ (null),
    frame: "", // of what is drawn
    turn: 0,
    writtenMs: 0,
    leave: () => {},
  };
  chart.save.type = "button";
  chart.host.setAttribute("role", "img");
  chart.readout.setAttribute("aria-live", "off");
  return chart;
}

/**
 * What must stay for a change of numbers alone: everything but the numbers.
 * @param {ChartHeader} header
 */
function frameOf({ figure }) {
  const bare = figure.data.map((trace) => ({ ...trace, x: null, y: null }));
  return JSON.stringify([bare, figure.layout]);
}

/**
 * @param {Chart} chart
 * @param {ChartHeader} header
 */
async function draw(chart, header) {
  const Plotly = await plotly(header.library);
  const host = chart.host;
  header.figure = onGround(header.figure, header.by_ground ?? [], isDark(chart.root));
  const { data, layout } = header.figure;
  const frame = frameOf(header);
  if (host.data && frame === chart.frame) {
    await Plotly.restyle(
      host,
      { x: data.map(({ x }) => x), y: data.map(({ y }) => y) },
      data.map((_, k) => k),
    );
  } else {
    const isNew = !host.data;
    const sized = { ...layout, width: host.clientWidth || undefined };
    await inRoom(Plotly, host, () => Plotly.react(host, data, sized, { displayModeBar: false }));
    if (isNew) host.on?.("plotly_relayout", () => move(chart, true));
  }
  chart.frame = frame;
  chart.root.dataset.rev = String(Number(chart.root.dataset.rev ?? 0) + 1);
}

/**
 * A press that is let go where it began sets the clock; the library itself would answer only near a point of a curve.
 * @param {Chart} chart
 */
function hearPresses(chart) {
  const { host } = chart;
  /** @type {PointerEvent | null} */
  let from = null;
  host.addEventListener(
    "pointerdown",
    (event) => {
      from = event.isPrimary && event.button === 0 ? event : null;
    },
    true,
  );
  /** @param {PointerEvent} event */
  const letGo = (event) => {
    const start = from;
    const axes = axesOf(host);
    from = null;
    if (!start || !axes || !chart.header?.has_cursor || event.type === "pointercancel") return;
    const { across, up } = axes;
    if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > STILL_PX) return;
    const { left, top } = host.getBoundingClientRect();
    const x = event.clientX - left - across._offset;
    const y = event.clientY - top - up._offset;
    if (!(x >= 0 && x <= across._length && y >= 0 && y <= up._length)) return;
    tellRun(chart.header);
    if (isOfClock(chart.header, clock)) clock.setDay(across.p2d(x) / perDay(chart.header));
  };
  window.addEventListener("pointerup", letGo, true);
  window.addEventListener("pointercancel", letGo, true);
  return () => {
    window.removeEventListener("pointerup", letGo, true);
    window.removeEventListener("pointercancel", letGo, true);
  };
}

/**
 * @param {Host} host
 * @returns {{ across: Axis, up: Axis } | null}
 */
const axesOf = ({ _fullLayout }) => {
  const across = _fullLayout?.xaxis;
  const up = _fullLayout?.yaxis;
  return across && up ? { across, up } : null;
};

/**
 * Where no picture tells the clock of a run, the chart does.
 * @param {ChartHeader} header
 */
function tellRun(header) {
  const duration = durationOf(header);
  if (!header.has_cursor || !(duration > 0) || isOfClock(header, clock) || document.querySelector(".pumplab-stage"))
    return;
  clock.pause();
  clock.setRun({ duration, happenings: [], frames: [] });
}

/**
 * The cursor is moved over the chart, which stands still.
 * @param {Chart} chart
 */
function move(chart, isForced = false) {
  const { host, cursor, header } = chart;
  const axes = axesOf(host);
  if (!header?.has_cursor || !axes) return;
  if (!isOfClock(header, clock)) {
    cursor.style.visibility = "hidden"; // the day is one of another run
    chart.readout.textContent = "";
    return;
  }
  const { across, up } = axes;
  const x = across.d2p(clock.day * perDay(header));
  const isInside = x >= -1 && x <= across._length + 1;
  cursor.style.visibility = isInside ? "visible" : "hidden";
  cursor.style.transform = `translate(${(across._offset + x - 1).toFixed(1)}px, ${up._offset}px)`;
  cursor.style.height = `${up._length}px`;
  chart.root.dataset.day = String(clock.day);
  const now = performance.now();
  if (!isForced && clock.playing && now - chart.writtenMs < UNREAD_MS) return;
  chart.writtenMs = now;
  chart.readout.textContent = readout(header, clock.day);
}

/** @param {Component<Uint8Array>} component */
export default async function mount({ data, parentElement }) {
  if (!data) return undefined;
  let chart = charts.get(parentElement);
  if (!chart) {
    const made = build(parentElement);
    charts.set(parentElement, (chart = made));
    const again = () => made.header && draw(made, made.header);
    const refit = () => window.Plotly && fit(window.Plotly, made.host).then(() => move(made, true));
    const leave = [
      clock.subscribe(() => move(made)),
      hearPresses(made),
      watchGround(again),
      followRoom(made.host, refit),
    ];
    made.leave = () => leave.forEach((stop) => stop());
    made.save.addEventListener("click", () => made.header && save(made.host, made.header));
  }
  const { host, root, leave } = chart;
  const turn = ++chart.turn;
  const header = parse(data);
  chart.host.style.height = `${header.height}px`;
  chart.host.setAttribute("aria-label", header.words);
  chart.readout.hidden = !header.has_cursor;
  chart.save.textContent = "PNG";
  chart.save.setAttribute("aria-label", `${header.save}: ${header.title}`);
  await plotly(header.library);
  if (turn !== chart.turn) return undefined; // a newer packet came meanwhile
  chart.header = header;
  tellRun(header);
  await draw(chart, header);
  move(chart, true);
  return () => {
    leave();
    window.Plotly?.purge(host);
    root.remove();
    charts.delete(parentElement);
  };
}
