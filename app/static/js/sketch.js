// A curve drawn by points: each point keeps its day and moves up and down, by hand or by keyboard.
//
// One mounted sketch keeps the values while a point moves and reports all of them when it is let go.

import { element, inSigns } from "./page.js";

/** @import { Component } from "./types" */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 64, right: 14, top: 26, bottom: 46 };
const INSET = 16; // the outer points keep clear of the numbers of the axis
const RADIUS = 11;
const REACH = 46; // of a finger
const PAGE_STEPS = 5;
const WAIT_MS = 250; // a held key reports once

/** @typedef {{ key: string, title: string, yTitle: string, xTitle: string, unit: string, days: number[] }} Axes */
/** @typedef {{ marks: string[], labels: string[], ticks: number[], high: number, step: number }} Scale */
/** @typedef {Axes & Scale & { values: number[], isLocked: boolean }} Data */
/** @typedef {(values: number[]) => void} Report */

/** @type {WeakMap<HTMLElement, ReturnType<typeof build>>} */
const sketches = new WeakMap();

/** @param {Component<Data>} component */
export default function mount({ data, parentElement, setStateValue }) {
  let sketch = sketches.get(parentElement);
  if (!sketch || sketch.key !== data.key) {
    sketch?.leave();
    sketch = build(parentElement, data);
    sketches.set(parentElement, sketch);
  }
  const { show, leave } = sketch;
  show(data, (values) => setStateValue("points", values));
  return () => {
    leave();
    sketches.delete(parentElement);
  };
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {Element} parent
 */
function make(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  parent.append(made);
  return made;
}

/**
 * @param {HTMLElement} parent
 * @param {Data} first
 */
function build(parent, first) {
  const box = element("div", "pl-sketch", parent);
  box.setAttribute("role", "group");
  const svg = make("svg", {}, box);
  const state = {
    key: first.key,
    data: first,
    values: [...first.values],
    report: /** @type {Report} */ (() => {}),
    moved: /** @type {number | null} */ (null),
    waiting: 0,
    isDrawing: false,
  };
  const points = () => [.../** @type {NodeListOf<SVGGElement>} */ (svg.querySelectorAll(".point"))];
  /** @param {EventTarget | null} target */
  const isOfPoint = (target) => target instanceof Element && target.closest(".point") !== null;
  const place = () => {
    const { width, height } = box.getBoundingClientRect();
    const { days, high } = state.data;
    const inner = Math.max(width - MARGIN.left - MARGIN.right, 1);
    const tall = Math.max(height - MARGIN.top - MARGIN.bottom, 1);
    return {
      width,
      height,
      inner,
      tall,
      /** @param {number} day */
      x: (day) => MARGIN.left + INSET + ((day - days[0]) / (days[days.length - 1] - days[0])) * (inner - 2 * INSET),
      /** @param {number} value */
      y: (value) => MARGIN.top + (1 - value / high) * tall,
      /** @param {number} y */
      value: (y) => (1 - (y - MARGIN.top) / tall) * high,
    };
  };

  const draw = () => {
    const { data } = state;
    const at = place();
    const focus = points().findIndex((point) => point === document.activeElement);
    state.isDrawing = true;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${at.width} ${at.height}`);
    box.setAttribute("aria-label", data.title);
    for (const tick of data.ticks) {
      const y = at.y(tick);
      make("line", { class: "grid", x1: MARGIN.left, x2: at.width - MARGIN.right, y1: y, y2: y }, svg);
      make("text", { x: MARGIN.left - 8, y: y + 5, "text-anchor": "end" }, svg).textContent = String(tick);
    }
    for (const [i, day] of data.days.entries()) {
      make("line", { class: "grid", x1: at.x(day), x2: at.x(day), y1: MARGIN.top, y2: MARGIN.top + at.tall }, svg);
      const label = make("text", { x: at.x(day), y: at.height - MARGIN.bottom + 18, "text-anchor": "middle" }, svg);
      label.textContent = data.marks[i];
    }
    make("text", { x: 0, y: 14 }, svg).textContent = data.yTitle;
    const foot = make("text", { x: MARGIN.left + at.inner / 2, y: at.height - 8, "text-anchor": "middle" }, svg);
    foot.textContent = data.xTitle;
    const line = state.values.map((value, i) => `${at.x(data.days[i])},${at.y(value)}`).join(" ");
    make("polyline", { class: "drawn", points: line }, svg);
    state.values.forEach((value, i) => {
      const point = make("g", { class: "point", transform: `translate(${at.x(data.days[i])} ${at.y(value)})` }, svg);
      make("rect", { x: -REACH / 2, y: -REACH / 2, width: REACH, height: REACH, class: "reach" }, point);
      make("circle", { r: RADIUS }, point);
      const words = make("text", { y: value > 0.85 * data.high ? 32 : -18, "text-anchor": "middle" }, point);
      words.textContent = text(value);
      const aria = {
        role: "slider",
        tabindex: "0",
        "aria-orientation": "vertical",
        "aria-label": data.labels[i],
        "aria-valuemin": 0,
        "aria-valuemax": data.high,
        "aria-valuenow": value,
        "aria-valuetext": `${text(value)} ${data.unit}`.trim(),
        "aria-disabled": String(data.isLocked),
      };
      for (const [name, content] of Object.entries(aria)) point.setAttribute(name, String(content));
      point.addEventListener("keydown", (event) => press(event, i));
      point.addEventListener("blur", () => {
        if (!state.isDrawing && state.waiting) tell();
      });
    });
    points()[focus]?.focus();
    state.isDrawing = false;
  };

  /** @param {number} value */
  const text = (value) => inSigns(String(Number(value.toPrecision(4))));
  /**
   * @param {number} i
   * @param {number} value
   */
  const set = (i, value) => {
    const { step, high } = state.data;
    const whole = Math.round(value / step) * step;
    state.values[i] = Number(Math.min(Math.max(whole, 0), high).toPrecision(10));
    draw();
  };
  /**
   * @param {KeyboardEvent} event
   * @param {number} i
   */
  const press = (event, i) => {
    const { step, high, isLocked } = state.data;
    const page = PAGE_STEPS * step;
    /** @type {Record<string, number | undefined>} */
    const goal = {
      ArrowUp: state.values[i] + step,
      ArrowRight: state.values[i] + step,
      ArrowDown: state.values[i] - step,
      ArrowLeft: state.values[i] - step,
      PageUp: state.values[i] + page,
      PageDown: state.values[i] - page,
      Home: 0,
      End: high,
    };
    const to = goal[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (isLocked) return;
    set(i, to);
    clearTimeout(state.waiting);
    state.waiting = window.setTimeout(tell, WAIT_MS);
  };
  const tell = () => {
    clearTimeout(state.waiting);
    state.waiting = 0;
    state.report([...state.values]);
  };

  svg.addEventListener("pointerdown", (event) => {
    if (state.data.isLocked || event.button > 0) return;
    // a finger beside the points scrolls the page
    if (event.pointerType === "touch" && !isOfPoint(event.target)) return;
    const at = place();
    const { left, top } = box.getBoundingClientRect();
    const distance = state.data.days.map((day) => Math.abs(at.x(day) - (event.clientX - left)));
    state.moved = distance.indexOf(Math.min(...distance));
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    points()[state.moved].focus();
    set(state.moved, at.value(event.clientY - top));
  });
  svg.addEventListener("pointermove", (event) => {
    if (state.moved === null) return;
    set(state.moved, place().value(event.clientY - box.getBoundingClientRect().top));
  });
  const release = () => {
    if (state.moved === null) return;
    state.moved = null;
    tell();
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  const watch = new ResizeObserver(draw);
  watch.observe(box);

  return {
    key: first.key,
    /**
     * @param {Data} data
     * @param {Report} report
     */
    show(data, report) {
      state.data = data;
      state.report = report;
      box.classList.toggle("locked", data.isLocked);
      draw();
    },
    leave() {
      clearTimeout(state.waiting);
      watch.disconnect();
      box.remove();
    },
  };
}
