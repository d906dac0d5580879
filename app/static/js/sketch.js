// A curve drawn by points: each point stands at a given day and moves up and down, by hand or by keyboard.
//
// One mounted sketch keeps the values while a point moves and reports all of them when it is let go.

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 64, right: 14, top: 26, bottom: 46 };
const INSET = 16; // the outer points stand clear of the numbers of the axis
const RADIUS = 11;
const REACH = 46; // of a finger
const PAGE_STEPS = 5;
const sketches = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let sketch = sketches.get(parentElement);
  if (!sketch || sketch.key !== data.key) {
    sketch?.leave();
    sketch = mount(parentElement, data);
    sketches.set(parentElement, sketch);
  }
  sketch.show(data, (values) => setStateValue("points", values));
  return () => {
    sketch.leave();
    sketches.delete(parentElement);
  };
}

function make(tag, attributes, of) {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  of.append(one);
  return one;
}

function mount(parent, first) {
  const box = document.createElement("div");
  box.className = "pl-sketch";
  box.setAttribute("role", "group");
  const svg = make("svg", {}, box);
  parent.append(box);
  const state = { key: first.key, data: first, values: [...first.values], report: () => {}, moved: null, waiting: null, isDrawing: false };
  const place = () => {
    const { width, height } = box.getBoundingClientRect();
    const { days, high } = state.data;
    const inner = Math.max(width - MARGIN.left - MARGIN.right, 1);
    const tall = Math.max(height - MARGIN.top - MARGIN.bottom, 1);
    return {
      width, height, inner, tall,
      x: (day) => MARGIN.left + INSET + ((day - days[0]) / (days.at(-1) - days[0])) * (inner - 2 * INSET),
      y: (value) => MARGIN.top + (1 - value / high) * tall,
      value: (y) => (1 - (y - MARGIN.top) / tall) * high,
    };
  };

  const draw = () => {
    const { data } = state;
    const at = place();
    const focused = [...svg.querySelectorAll(".point")].indexOf(document.activeElement);
    state.isDrawing = true;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${at.width} ${at.height}`);
    box.setAttribute("aria-label", data.title);
    for (const tick of data.ticks) {
      make("line", { class: "grid", x1: MARGIN.left, x2: at.width - MARGIN.right, y1: at.y(tick), y2: at.y(tick) }, svg);
      make("text", { x: MARGIN.left - 8, y: at.y(tick) + 5, "text-anchor": "end" }, svg).textContent = String(tick);
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
      words.textContent = said(value);
      const aria = {
        role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-label": data.labels[i],
        "aria-valuemin": 0, "aria-valuemax": data.high, "aria-valuenow": value,
        "aria-valuetext": `${said(value)} ${data.unit}`.trim(), "aria-disabled": String(data.isLocked),
      };
      for (const [name, content] of Object.entries(aria)) point.setAttribute(name, content);
      point.addEventListener("keydown", (event) => press(event, i));
      point.addEventListener("blur", () => { if (!state.isDrawing && state.waiting) tell(); });
    });
    if (focused >= 0) svg.querySelectorAll(".point")[focused].focus();
    state.isDrawing = false;
  };

  const said = (value) => String(Number(value.toPrecision(4)));
  const set = (i, value) => {
    const { step, high } = state.data;
    const whole = Math.round(value / step) * step;
    state.values[i] = Number(Math.min(Math.max(whole, 0), high).toPrecision(10));
    draw();
  };
  const press = (event, i) => {
    const { step, high, isLocked } = state.data;
    const page = PAGE_STEPS * step;
    const to = {
      ArrowUp: state.values[i] + step, ArrowRight: state.values[i] + step,
      ArrowDown: state.values[i] - step, ArrowLeft: state.values[i] - step,
      PageUp: state.values[i] + page, PageDown: state.values[i] - page, Home: 0, End: high,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (isLocked) return;
    set(i, to);
    clearTimeout(state.waiting);
    state.waiting = setTimeout(tell, 250); // a held key reports once
  };
  const tell = () => {
    clearTimeout(state.waiting);
    state.waiting = null;
    state.report([...state.values]);
  };

  svg.addEventListener("pointerdown", (event) => {
    if (state.data.isLocked || event.button > 0) return;
    // a finger beside the points scrolls the page
    if (event.pointerType === "touch" && !event.target.closest(".point")) return;
    const at = place();
    const { left, top } = box.getBoundingClientRect();
    const distance = state.data.days.map((day) => Math.abs(at.x(day) - (event.clientX - left)));
    state.moved = distance.indexOf(Math.min(...distance));
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    svg.querySelectorAll(".point")[state.moved].focus();
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
