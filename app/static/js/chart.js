// One chart: drawn by the chart library out of one packet of bytes, drawn again in place, with the shared time cursor.
//
// A packet holds the figure, what it says in words, and its numbers. The cursor and the line of numbers below the chart
// follow the clock of the page; a click in the chart sets it. Nothing here asks the server.

import { clock } from "./clock.js";
import { unpack } from "./packet.js";

const charts = new WeakMap();
const STILL_PX = 4; // a press that moves less is no drag
let library;

function plotly(name) {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(name, document.baseURI).href;
    script.onload = () => done(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

export function parse(bytes) {
  const { header, arrays } = unpack(bytes);
  for (const trace of header.figure.data)
    for (const [name, value] of Object.entries(trace)) if (value?.["@"]) trace[name] = arrays[value["@"]];
  return header;
}

function build(parent) {
  const root = document.createElement("div");
  root.className = "pumplab-chart";
  const make = (tag, name) => {
    const one = document.createElement(tag);
    one.className = name;
    root.append(one);
    return one;
  };
  const chart = {
    root, host: make("div", "chart-host"), cursor: make("div", "chart-cursor"), readout: make("output", "chart-readout"),
    save: make("button", "chart-save"), header: null, drawn: "", turn: 0, told: 0,
  };
  chart.save.type = "button";
  chart.host.setAttribute("role", "img");
  chart.readout.setAttribute("aria-live", "off");
  parent.append(root);
  return chart;
}

// What must stay for a change of numbers alone: everything but the numbers.
function frameOf({ figure }) {
  const bare = figure.data.map((trace) => ({ ...trace, x: null, y: null }));
  return JSON.stringify([bare, figure.layout]);
}

async function draw(chart, header) {
  const Plotly = await plotly(header.library);
  const { data, layout } = header.figure;
  const frame = frameOf(header), host = chart.host;
  if (host.data && frame === chart.drawn) {
    await Plotly.restyle(host, { x: data.map(({ x }) => x), y: data.map(({ y }) => y) }, data.map((_, k) => k));
  } else {
    const config = { displayModeBar: false, responsive: true };
    const isNew = !host.data;
    await Plotly.react(host, data, { ...layout, autosize: true }, config);
    if (isNew) host.on("plotly_relayout", () => move(chart, true));
  }
  chart.drawn = frame;
  chart.root.dataset.rev = String(Number(chart.root.dataset.rev ?? 0) + 1);
}

// A press that is let go where it began sets the clock; the library itself would answer only near a point of a curve.
function hearPresses(chart) {
  const { host } = chart;
  let from = null;
  host.addEventListener("pointerdown", (event) => { from = event.isPrimary && event.button === 0 ? event : null; }, true);
  const letGo = (event) => {
    const began = from, across = host._fullLayout?.xaxis, up = host._fullLayout?.yaxis;
    from = null;
    if (!began || !across || !chart.header.has_cursor || event.type === "pointercancel") return;
    if (Math.hypot(event.clientX - began.clientX, event.clientY - began.clientY) > STILL_PX) return;
    const { left, top } = host.getBoundingClientRect();
    const x = event.clientX - left - across._offset, y = event.clientY - top - up._offset;
    if (x >= 0 && x <= across._length && y >= 0 && y <= up._length) clock.setDay(across.p2d(x) / perDay(chart));
  };
  window.addEventListener("pointerup", letGo, true);
  window.addEventListener("pointercancel", letGo, true);
  return () => {
    window.removeEventListener("pointerup", letGo, true);
    window.removeEventListener("pointercancel", letGo, true);
  };
}

const perDay = (chart) => chart.header.figure.layout.meta?.per_day ?? 1;

// The cursor is moved over the chart, which stands still.
function move(chart, isForced = false) {
  const { host, cursor, header } = chart;
  const across = host._fullLayout?.xaxis, up = host._fullLayout?.yaxis;
  if (!header?.has_cursor || !across || !up || !(clock.duration > 0)) return;
  const x = across.d2p(clock.day * perDay(chart));
  const isInside = x >= -1 && x <= across._length + 1;
  cursor.style.visibility = isInside ? "visible" : "hidden";
  cursor.style.transform = `translate(${(across._offset + x - 1).toFixed(1)}px, ${up._offset}px)`;
  cursor.style.height = `${up._length}px`;
  chart.root.dataset.day = String(clock.day);
  const now = performance.now();
  if (!isForced && clock.playing && now - chart.told < 120) return; // numbers that nobody can read are not written
  chart.told = now;
  chart.readout.textContent = readout(chart, clock.day);
}

// Value of every curve at a day: held for stairs, straight between points for lines.
export function valueAt({ x, y, line }, at) {
  if (!x?.length || at < x[0] || at > x[x.length - 1] + 1e-6 * Math.abs(x[x.length - 1])) return null;
  let low = 0, high = x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle - 1;
  }
  if (line?.shape === "hv" || low === x.length - 1) return y[low];
  return y[low] + (y[low + 1] - y[low]) * Math.min(Math.max((at - x[low]) / (x[low + 1] - x[low] || 1), 0), 1);
}

const digits = (value) => Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3)).toLocaleString("en", { maximumFractionDigits: 6 });

function readout(chart, day) {
  const at = day * perDay(chart);
  const parts = [];
  for (const trace of chart.header.figure.data) {
    const value = valueAt(trace, at);
    const isGhost = trace.line?.dash === "dot"; // stands behind, and is read off where it differs
    if (value !== null && trace.name && !isGhost) parts.push(`${trace.name} ${digits(value)}`);
  }
  const unit = chart.header.figure.layout.xaxis?.title?.text ?? "";
  return `${chart.header.moment} ${digits(at)} ${unit}${parts.length ? ": " : ""}${parts.join("; ")}`;
}

// The picture to keep: the chart itself, with its title above and the teaching-only sentence below.
async function save(chart) {
  const { header, host } = chart;
  const Plotly = await plotly(header.library);
  const margin = header.figure.layout.margin ?? {};
  const ground = getComputedStyle(chart.root).getPropertyValue("--st-background-color").trim() || "#FFFFFF";
  const font = host.layout.font;
  const rim = { xref: "paper", yref: "container", x: 0, xanchor: "left", showarrow: false };
  const layout = {
    ...host.layout, autosize: false, width: Math.max(host.clientWidth, 900), height: header.height + 130,
    paper_bgcolor: ground, plot_bgcolor: ground,
    margin: { ...margin, t: (margin.t ?? 26) + 56, b: (margin.b ?? 42) + 46 },
    title: { text: header.title.replaceAll("<", "&lt;"), font: { ...font, size: 18 }, x: 0.01, xanchor: "left", y: 0.98, yanchor: "top" },
    annotations: [...(host.layout.annotations ?? []), {
      ...rim, yref: "paper", y: 0, yanchor: "top", yshift: -(margin.b ?? 42) - 12, text: `<b>${header.banner}</b>`, font,
    }],
  };
  const url = await Plotly.toImage({ data: host.data, layout }, { format: "png", width: layout.width, height: layout.height, scale: 2 });
  const link = document.createElement("a");
  link.href = url;
  link.download = `pumplab-${(header.title || "chart").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60)}.png`;
  link.click();
}

export default async function mount({ data, parentElement }) {
  if (!data) return undefined;
  let chart = charts.get(parentElement);
  if (!chart) {
    charts.set(parentElement, (chart = build(parentElement)));
    const leave = [clock.subscribe(() => move(chart)), hearPresses(chart)];
    chart.leave = () => leave.forEach((one) => one());
    chart.save.addEventListener("click", () => save(chart));
  }
  const turn = ++chart.turn, header = parse(data);
  chart.host.style.height = `${header.height}px`;
  chart.host.setAttribute("aria-label", header.words);
  chart.readout.hidden = !header.has_cursor;
  chart.save.textContent = "PNG";
  chart.save.setAttribute("aria-label", `${header.save}: ${header.title}`);
  await plotly(header.library);
  if (turn !== chart.turn) return undefined; // a newer packet came meanwhile
  chart.header = header;
  await draw(chart, header);
  move(chart, true);
  return () => {
    chart.leave();
    window.Plotly?.purge(chart.host);
    chart.root.remove();
    charts.delete(parentElement);
  };
}
