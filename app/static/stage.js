// Pump, line and canal at one moment, drawn from one packet of bytes; moving the time slider asks nobody.
//
// parse(packet) reads the bytes, momentAt(packet, fraction) picks one moment, describe(packet, moment) says it
// in words, draw(canvas, packet, moment, colours) paints it. A mounted stage keeps only what the viewer chose.

const OKABE_ITO = { blue: "#0072B2", vermilion: "#D55E00", green: "#009E73", purple: "#CC79A7", sky: "#56B4E9" };
const TRUTH = { light: OKABE_ITO.blue, dark: OKABE_ITO.sky }; // solid everywhere
const BELIEF = OKABE_ITO.purple; // dashed everywhere
const LOST = OKABE_ITO.vermilion;
const RAMPS = {
  line: { light: ["#BFE1F5", "#56B4E9", "#0072B2", "#00456E"], dark: ["#06304A", "#005A8E", "#2B8FCC", "#84CCF4"] },
  canal: { light: ["#A8E0CE", "#3DBD98", "#008361", "#00382A"], dark: ["#04382B", "#00694C", "#1FA57F", "#86E0C4"] },
};
const RADIANS_PER_ML = 8; // turn of the drawn rotor per pumped volume
const START_FRACTION = 0.4;
const NARROW = 480; // pixels: below this the phone drawing
const ENTRY_CM = 46; // where the drawn catheter enters the canal: the small of the back
const ML_PER_CM = 0.0022; // typical catheter: how much of the line the drawing places inside the canal
const LEAST_FLOW = 0.0005; // mL/day: less is written, and drawn, as none
const MECHANISMS = { // working, at rest
  roller: ["roller turning", "roller still"],
  valve: ["valves working", "valves at rest"],
  gas: ["gas pushing", "gas at rest"],
};
const LEAST_MCG_ML = 0.0005; // less would be written as 0
const stages = new WeakMap();
let lastFraction = START_FRACTION; // a stage mounted anew shows the moment last looked at

// ---------------------------------------------------------------- packet

export function parse(bytes) {
  const copy = bytes.slice(); // own buffer, so that float32 views start on a multiple of 4
  const headerLength = new DataView(copy.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(4, 4 + headerLength)));
  const arrays = {};
  let start = 4 + headerLength;
  for (const [name, shape] of header.arrays) {
    const count = shape.reduce((product, size) => product * size, 1);
    arrays[name] = new Float32Array(copy.buffer, start, count);
    start += 4 * count;
  }
  const n = arrays.day.length;
  const leakFlow = (leak, i) => arrays.leak_ml_day[leak * n + i];
  const pumpedFlow = Float64Array.from(arrays.tip_ml_day, (tip, i) =>
    header.leak_ml.reduce((sum, _, leak) => sum + leakFlow(leak, i), tip + (arrays.second_ml_day?.[i] ?? 0)));
  const rotorFlow = arrays.rotor_ml_day ?? pumpedFlow; // a slipping rotor turns and moves nothing
  const turnedMl = new Float64Array(n);
  for (let i = 1; i < n; i++) turnedMl[i] = turnedMl[i - 1] + rotorFlow[i - 1] * (arrays.day[i] - arrays.day[i - 1]);
  const topDose = Math.max(1e-9, ...arrays.believed_mcg_day, ...arrays.tip_mcg_day);
  return { header, arrays, n, levels: arrays.csf_mcg_ml.length / n, leakFlow, pumpedFlow, rotorFlow, turnedMl, topDose };
}

export function momentAt(packet, fraction) {
  const { header, arrays: a, n, levels } = packet;
  const day = fraction * header.duration_day;
  let i = 0;
  while (i + 1 < n && a.day[i + 1] <= day + 1e-6 * header.duration_day) i++;
  const plugs = [];
  for (let k = a.plug_start[i]; k < a.plug_start[i + 1]; k++) plugs.push({ ml: a.plug_ml[k], mcgMl: a.plug_mcg_ml[k] });
  return {
    day: a.day[i],
    believedMl: a.believed_ml[i],
    trueMl: a.true_ml[i],
    reservoirMcgMl: a.reservoir_mcg_ml ? a.reservoir_mcg_ml[i] : null,
    believedDose: a.believed_mcg_day[i],
    tipDose: a.tip_mcg_day[i],
    tipFlow: a.tip_ml_day[i],
    secondFlow: a.second_ml_day ? a.second_ml_day[i] : null,
    pumpedFlow: packet.pumpedFlow[i],
    rotorFlow: packet.rotorFlow[i],
    rotorAngle: packet.turnedMl[i] * RADIANS_PER_ML,
    leaks: header.leak_ml.map((ml, leak) => ({ ml, flow: packet.leakFlow(leak, i) })),
    plugs,
    csf: a.csf_mcg_ml.subarray(i * levels, (i + 1) * levels),
    blocked: a.blocked_frac[i],
    tipCm: a.tip_cm ? a.tip_cm[i] : header.tip_cm,
    mechanism: header.mechanism ?? "roller",
    news: header.happenings.filter(([at]) => at <= a.day[i] + 1e-6 * header.duration_day).at(-1),
  };
}

// ---------------------------------------------------------------- words

// About three digits and no trailing zero.
export function number(value, digits) {
  const size = Math.abs(value);
  digits ??= size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = (Math.floor(value * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
  return digits ? text.replace(/\.?0+$/, "") : text;
}

function mechanismWords(moment) {
  const [working, resting] = MECHANISMS[moment.mechanism];
  if (moment.rotorFlow < LEAST_FLOW) return `${resting}: no flow`;
  return moment.pumpedFlow < LEAST_FLOW ? `${working}, but nothing flows` : working;
}

const capital = (words) => words[0].toUpperCase() + words.slice(1);

function blockedWords(moment) {
  if (moment.blocked <= 0) return "";
  return moment.blocked >= 0.995 ? "blocked" : `holds back ${number(100 * moment.blocked, 0)} %`;
}

export function describe({ header }, moment) {
  const words = [
    `Day ${number(moment.day, 1)} of ${number(header.duration_day, 1)}.`,
    `Pump believes it gives ${number(moment.believedDose)} mcg/day; tip receives ${number(moment.tipDose)} mcg/day.`,
  ];
  if (header.is_filled ?? true) {
    words.push(`Reservoir: true ${number(moment.trueMl)} mL, pump believes ${number(moment.believedMl)} mL.`);
    words.push(`${capital(mechanismWords(moment))}.`);
    if (moment.trueMl <= header.unpumpable_ml) words.push("Nothing left that can be pumped.");
  } else words.push("No pump is filled.");
  if (moment.tipFlow <= -LEAST_FLOW)
    words.push(`CSF runs backwards through the tip, ${number(-moment.tipFlow)} mL/day.`);
  if (moment.secondFlow !== null) words.push(`Second tip gets ${number(moment.secondFlow)} mL/day.`);
  for (const { ml, flow } of moment.leaks)
    if (flow >= LEAST_FLOW) words.push(`Leak ${number(ml)} mL from the pump loses ${number(flow)} mL/day.`);
  if (moment.blocked > 0) words.push(`Catheter ${blockedWords(moment)}.`);
  if (Number.isNaN(moment.tipCm)) words.push("Tip outside the canal.");
  const highest = Math.max(...moment.csf);
  if (highest >= LEAST_MCG_ML) {
    const cm = (moment.csf.indexOf(highest) + 0.5) * header.canal_cm / moment.csf.length;
    words.push(`Highest drug in the canal ${number(highest)} mcg/mL, ${number(cm, 0)} cm below the head.`);
  } else words.push(highest > 0 ? "Hardly any drug in the canal." : "No drug in the canal.");
  return words.join(" ");
}

// ---------------------------------------------------------------- colour

const palette = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();

// Red, green and blue of any colour the page can name.
function rgb(colour) {
  if (!known.has(colour)) {
    palette.fillStyle = colour;
    palette.fillRect(0, 0, 1, 1);
    known.set(colour, [...palette.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
  }
  return known.get(colour);
}

const lightness = ([r, g, b]) => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;

// Colours and font as the page shows them now; a ramp starts at the plain background, which means no drug.
function look(element) {
  const style = getComputedStyle(element);
  const theme = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = rgb(theme("--st-background-color", "#ffffff"));
  const mode = lightness(background) < 0.5 ? "dark" : "light";
  const text = rgb(theme("--st-text-color", mode === "dark" ? "#ffffff" : "#000000"));
  const mix = (part) => `rgb(${text.map((t, k) => Math.round(t * part + background[k] * (1 - part)))})`;
  const ramp = (name) => {
    const stops = [background, ...RAMPS[name][mode].map(rgb)];
    return (share) => {
      const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
      const k = Math.min(Math.floor(place), stops.length - 2);
      return stops[k].map((low, c) => Math.round(low + (stops[k + 1][c] - low) * (place - k)));
    };
  };
  return {
    mode, truth: TRUTH[mode], font: theme("--st-font", "sans-serif"),
    background: `rgb(${background})`, text: mix(1), quiet: mix(0.72), wall: mix(0.55), faint: mix(0.16),
    line: ramp("line"), canal: ramp("canal"),
  };
}

// ---------------------------------------------------------------- places

// Where everything stands, in CSS pixels.
function layout(width, height, { header }, moment) {
  const wide = width >= NARROW;
  const size = wide ? 14 : 12;
  const row = size + 3;
  const thick = wide ? 18 : 15;
  const skinY = 9;
  const canal = { right: width - (wide ? 36 : 30), top: row + 3, bottom: height - 3 };
  canal.left = canal.right - (wide ? 52 : 36);
  canal.x = (canal.left + canal.right) / 2;
  const yOf = (cm) => canal.top + (canal.bottom - canal.top) * Math.min(Math.max(cm / header.canal_cm, 0), 1);
  const lineY = Math.round(yOf(ENTRY_CM));
  const box = { left: 2, top: skinY + 11, right: wide ? 192 : 134, bottom: height - 3 };
  const gauge = { left: box.left + 9, right: box.left + (wide ? 58 : 33), top: box.top + 9, bottom: box.bottom - 9 };
  const rotor = { r: wide ? 19 : 14, y: lineY };
  rotor.x = box.right + rotor.r * 0.6;
  const legendY = lineY - thick / 2 - 1.95 * row;
  const apart = thick / 2 + row - 4; // the word "tip" stays clear of the line
  const tipY = yOf(moment.tipCm);
  const tipWordY = Math.abs(tipY - lineY) >= apart ? tipY : lineY + Math.sign(tipY - lineY || -1) * apart;
  const beside = tipWordY > legendY - 3 * row && tipWordY < legendY + size; // the legend makes room for it
  const lane = { left: rotor.x + rotor.r + 4, right: canal.left - (beside ? (wide ? 38 : 30) : 8) };
  const start = [rotor.x + rotor.r - 1, lineY];
  const outside = Number.isNaN(moment.tipCm);
  const end = outside ? [[canal.left - 26, lineY]] : [[canal.x, lineY], [canal.x, tipY]];
  const tube = curve([start, ...end], wide ? 18 : 14);
  return {
    wide, size, row, thick, skinY, canal, yOf, lineY, box, gauge, rotor, lane, legendY, outside, tipWordY, tube,
  };
}

// A polyline with rounded corners, and every place on it by distance from its start.
function curve(corners, radius) {
  const xs = [], ys = [], at = [];
  const add = (x, y) => {
    const last = xs.length - 1;
    at.push(last < 0 ? 0 : at[last] + Math.hypot(x - xs[last], y - ys[last]));
    xs.push(x); ys.push(y);
  };
  const towards = ([ax, ay], [bx, by], step) => {
    const whole = Math.hypot(bx - ax, by - ay) || 1;
    const share = Math.min(step, whole / 2) / whole;
    return [ax + (bx - ax) * share, ay + (by - ay) * share];
  };
  add(...corners[0]);
  for (let k = 1; k + 1 < corners.length; k++) {
    const corner = corners[k];
    const [sx, sy] = towards(corner, corners[k - 1], radius), [ex, ey] = towards(corner, corners[k + 1], radius);
    for (let t = 0; t <= 1; t += 0.125) {
      const u = 1 - t;
      add(u * u * sx + 2 * u * t * corner[0] + t * t * ex, u * u * sy + 2 * u * t * corner[1] + t * t * ey);
    }
  }
  add(...corners.at(-1));
  const piece = (s) => {
    let k = 0;
    while (k + 2 < at.length && at[k + 1] < s) k++;
    return k;
  };
  const place = (s) => {
    const k = piece(s), share = (s - at[k]) / (at[k + 1] - at[k] || 1);
    return {
      x: xs[k] + (xs[k + 1] - xs[k]) * share, y: ys[k] + (ys[k + 1] - ys[k]) * share,
      angle: Math.atan2(ys[k + 1] - ys[k], xs[k + 1] - xs[k]),
    };
  };
  const trace = (context, from, to) => {
    const start = place(from), end = place(to);
    context.beginPath();
    context.moveTo(start.x, start.y);
    for (let k = piece(from) + 1; k < at.length && at[k] < to; k++) if (at[k] > from) context.lineTo(xs[k], ys[k]);
    context.lineTo(end.x, end.y);
  };
  return { length: at.at(-1), place, trace };
}

// ---------------------------------------------------------------- picture

export function draw(canvas, packet, moment, colours) {
  const { width, height } = canvas.getBoundingClientRect();
  if (width < 40 || height < 40) return false;
  const dots = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dots);
  canvas.height = Math.round(height * dots);
  const pen = canvas.getContext("2d");
  pen.scale(dots, dots);
  pen.lineJoin = "round";
  const scene = { pen, packet, moment, places: layout(width, height, packet, moment), look: colours };
  drawSkin(scene);
  drawPump(scene);
  drawCanal(scene);
  drawLine(scene);
  drawRotor(scene);
  drawLegend(scene);
  drawNews(scene);
  return true;
}

function write(scene, text, x, y, { align = "left", bold = false, colour = scene.look.text, plate = false } = {}) {
  const { pen, places, look } = scene;
  pen.font = `${bold ? "700" : "400"} ${places.size}px ${look.font}`;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  if (plate) {
    pen.strokeStyle = look.background;
    pen.lineWidth = 5;
    pen.strokeText(text, x, y);
  }
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

function textWidth({ pen, places, look }, text, bold = false) {
  pen.font = `${bold ? "700" : "400"} ${places.size}px ${look.font}`;
  return pen.measureText(text).width;
}

function stroke(pen, colour, lineWidth, dash = []) {
  pen.strokeStyle = colour;
  pen.lineWidth = lineWidth;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}

function segment(pen, x1, y1, x2, y2, colour, lineWidth, dash) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  stroke(pen, colour, lineWidth, dash);
}

function drawSkin(scene) {
  const { pen, places: { skinY, box, canal }, look } = scene;
  const end = canal.left - 30, over = box.left + 16;
  pen.beginPath();
  pen.moveTo(0, skinY);
  pen.lineTo(end, skinY);
  stroke(pen, look.wall, 3);
  pen.fillStyle = look.background;
  pen.fillRect(over, skinY - 8, textWidth(scene, "skin") + 12, 16);
  write(scene, "skin", over + 6, skinY, { colour: look.quiet });
}

function drawPump(scene) {
  const { pen, packet: { header }, moment, places, look } = scene;
  const { box, gauge, row } = places;
  pen.beginPath();
  pen.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 16);
  pen.fillStyle = look.faint;
  pen.fill();
  stroke(pen, look.wall, 3);

  const yOf = (ml) => gauge.bottom - (gauge.bottom - gauge.top) * Math.min(Math.max(ml / header.capacity_ml, 0), 1.03);
  const gaugeWidth = gauge.right - gauge.left;
  const outline = () => {
    pen.beginPath();
    pen.roundRect(gauge.left, gauge.top, gaugeWidth, gauge.bottom - gauge.top, 5);
  };
  outline();
  pen.fillStyle = look.background;
  pen.fill();
  pen.save();
  outline();
  pen.clip();
  const strength = moment.reservoirMcgMl;
  pen.fillStyle = strength === null ? look.wall : `rgb(${look.line(strength / header.peak_mcg_ml)})`;
  pen.fillRect(gauge.left, yOf(moment.trueMl), gaugeWidth, gauge.bottom - yOf(moment.trueMl));
  segment(pen, gauge.left, yOf(moment.trueMl), gauge.right, yOf(moment.trueMl), look.text, 2.5);
  pen.beginPath();
  pen.rect(gauge.left, yOf(header.unpumpable_ml), gaugeWidth, gauge.bottom - yOf(header.unpumpable_ml));
  pen.clip();
  for (let x = gauge.left - 40; x < gauge.right; x += 9) {
    segment(pen, x, gauge.bottom, x + 40, gauge.bottom - 40, look.background, 5);
    segment(pen, x, gauge.bottom, x + 40, gauge.bottom - 40, look.text, 2.5);
  }
  pen.restore();
  outline();
  stroke(pen, look.wall, 2.5);

  const hasAlarm = header.alarm_ml > 0; // a gas-driven pump has none
  const low = hasAlarm && moment.believedMl <= header.alarm_ml, empty = moment.trueMl <= header.unpumpable_ml;
  const alarm = `${low ? "ALARM" : "alarm"} ${number(header.alarm_ml)} mL`;
  const unpumpable = empty ? "empty" : places.wide ? "cannot be pumped" : "not pumpable";
  const labels = [
    { ml: moment.trueMl, text: `true ${number(moment.trueMl, 1)} mL`, bold: true },
    { ml: moment.believedMl, text: `believed ${number(moment.believedMl, 1)} mL`, line: BELIEF, dash: [7, 4] },
    ...(hasAlarm ? [{ ml: header.alarm_ml, text: alarm, bold: low, line: LOST, dash: [2.5, 3] }] : []),
    { ml: header.unpumpable_ml / 2, text: unpumpable, bold: empty },
  ];
  for (const label of labels) label.y = label.at = yOf(label.ml);
  spread(labels, gauge.top + 3, gauge.bottom - 3, row - 1);
  for (const { at, y, text, bold, line = look.quiet, dash } of labels) {
    const from = dash ? gauge.left : gauge.right;
    if (dash) {
      segment(pen, from, at, gauge.right, at, look.background, 5);
      segment(pen, from, at, gauge.right, at, line, 3, dash);
    }
    segment(pen, gauge.right + 1, at, gauge.right + 8, y, line, 2.5, dash);
    write(scene, text, gauge.right + 11, y, { bold });
  }
  const lowest = places.rotor.y - places.rotor.r - row / 2;
  const open = (y) => labels.every((label) => Math.abs(label.y - y) >= row);
  for (let y = box.top + row; y < lowest; y += row / 2) {
    if (!open(y)) continue;
    write(scene, "pump", box.right - 12, y, { align: "right", colour: look.quiet });
    break;
  }
}

// Push labels apart, top to bottom and back, so that none covers another.
function spread(labels, top, bottom, gap) {
  labels.sort((a, b) => a.at - b.at);
  let least = top;
  for (const label of labels) least = (label.y = Math.max(label.y, least)) + gap;
  let most = bottom;
  for (const label of labels.toReversed()) most = (label.y = Math.min(label.y, most)) - gap;
}

function drawRotor({ pen, moment, places: { rotor }, look }) {
  const turning = moment.rotorFlow >= LEAST_FLOW;
  pen.beginPath();
  pen.arc(rotor.x, rotor.y, rotor.r, 0, 2 * Math.PI);
  pen.fillStyle = look.background;
  pen.fill();
  stroke(pen, turning ? look.truth : look.wall, 3);
  if (moment.mechanism !== "roller") {
    chevron(pen, { x: rotor.x, y: rotor.y, angle: 0 }, turning ? rotor.r * 0.55 : 0, look);
    return;
  }
  for (let arm = 0; arm < 3; arm++) {
    const angle = moment.rotorAngle + arm * 2 * Math.PI / 3;
    const x = rotor.x + Math.cos(angle) * rotor.r * 0.62, y = rotor.y + Math.sin(angle) * rotor.r * 0.62;
    segment(pen, rotor.x, rotor.y, x, y, look.text, 2.5);
    pen.beginPath();
    pen.arc(x, y, rotor.r * 0.24, 0, 2 * Math.PI);
    pen.fillStyle = look.text;
    pen.fill();
  }
}

function drawCanal(scene) {
  const { pen, packet: { header }, moment, places, look } = scene;
  const { canal, yOf } = places;
  const n = moment.csf.length, step = (canal.bottom - canal.top) / n;
  const outline = () => {
    pen.beginPath();
    pen.roundRect(canal.left, canal.top, canal.right - canal.left, canal.bottom - canal.top, [4, 4, 18, 18]);
  };
  pen.save();
  outline();
  pen.clip();
  moment.csf.forEach((mcgMl, k) => {
    pen.fillStyle = `rgb(${look.canal(mcgMl / header.csf_peak_mcg_ml)})`;
    pen.fillRect(canal.left, canal.top + k * step, canal.right - canal.left, step + 0.6);
  });
  pen.restore();
  outline();
  stroke(pen, look.wall, 3);
  const [title, edge] = places.wide ? ["spinal canal", canal.right + 10] : ["canal", canal.right + 4];
  write(scene, title, edge, places.size / 2 + 1, { align: "right" });
  let free = -Infinity;
  for (const [name, cm] of header.levels) {
    const y = yOf(cm), textY = Math.min(Math.max(y, canal.top + 4), canal.bottom - 5);
    segment(pen, canal.right + 1, y, canal.right + 8, y, look.wall, 2.5);
    if (textY < free) continue;
    write(scene, name, canal.right + 11, textY);
    free = textY + places.size;
  }
}

function drawLine(scene) {
  const { moment, places } = scene;
  const line = measure(scene);
  const runs = drawPlugs(scene, line);
  across(scene.pen, places.tube.place(line.joint), places.thick / 2 + 5, scene.look.text, 4);
  nameSections(scene, line);
  const taken = [[line.joint - 6, line.joint + 6]]; // stretches of the line where nothing more fits
  if (line.pinch !== null) taken.push([line.pinch - 14, line.pinch + 14]);
  for (const { s } of line.leaks) taken.push([s - 8, s + 8]);
  writeStrengths(scene, line, runs, taken);
  drawArrows(scene, line, taken);
  if (line.pinch !== null) drawPinch(scene, places.tube.place(line.pinch));
  line.leaks.forEach((leak, k) => drawLeak(scene, leak, k));
  drawSecondTip(scene);
  drawTip(scene);
  nameRoller(scene, line);
}

// Where volumes lie on the drawn line, as distance from the pump; the part inside the canal keeps its own share.
function measure({ packet: { header }, moment, places: { tube, canal, outside } }) {
  const level = Math.min(tube.length, canal.left - tube.place(0).x); // the level part, before the canal
  const whole = moment.plugs.reduce((sum, plug) => sum + plug.ml, 0) || 1;
  const insideMl = outside ? 0 : Math.min(Math.abs(ENTRY_CM - moment.tipCm) * ML_PER_CM, 0.9 * header.catheter_ml);
  const entryMl = whole - insideMl, entry = insideMl ? level : tube.length;
  const sOf = (ml) => ml <= entryMl
    ? Math.max(ml / entryMl, 0) * entry
    : entry + Math.min((ml - entryMl) / insideMl, 1) * (tube.length - entry);
  const blockMl = header.block_ml ?? header.path_ml + 0.4 * header.catheter_ml;
  return {
    sOf, level,
    joint: sOf(header.path_ml), // the pump's own tubing ends, the catheter begins
    pinch: moment.blocked > 0 ? sOf(blockMl) : null,
    leaks: moment.leaks.filter(({ flow }) => flow >= LEAST_FLOW).map((leak) => ({ ...leak, s: sOf(leak.ml) })),
  };
}

// Paint every plug in its colour; give back runs of plugs that look alike.
function drawPlugs({ pen, packet: { header }, moment, places: { tube, thick }, look }, { sOf }) {
  tube.trace(pen, 0, tube.length);
  stroke(pen, look.background, thick + 8);
  stroke(pen, look.wall, thick + 5);
  stroke(pen, look.background, thick);
  const runs = [];
  let ml = 0;
  for (const { ml: volume, mcgMl } of moment.plugs) {
    const from = sOf(ml), to = sOf((ml += volume));
    tube.trace(pen, from, Math.min(to + 0.6, tube.length)); // the overlap hides the seam
    stroke(pen, `rgb(${look.line(mcgMl / header.peak_mcg_ml)})`, thick);
    const last = runs.at(-1);
    if (last && Math.abs(last.mcgMl - mcgMl) < 0.02 * header.peak_mcg_ml) last.to = to;
    else runs.push({ from, to, mcgMl });
  }
  return runs;
}

function nameSections(scene, { joint, level }) {
  const { moment, places: { tube, thick, lineY, row, canal } } = scene;
  const left = tube.place(0).x, blocked = blockedWords(moment);
  let end = canal.left - 6;
  const name = (text, from, to, bold) => {
    const length = textWidth(scene, text, bold);
    const x = Math.max(left, Math.min(left + (from + to) / 2 - length / 2, end - length));
    if (x + length > end + 1) return;
    write(scene, text, x, lineY - thick / 2 - row + 4, { bold });
    end = x - 8;
  };
  name(`catheter ${blocked}`.trim(), joint, level, blocked !== "");
  name("pump tubing", 0, Math.min(joint, level), false);
}

// Concentration written inside the line, wherever a run is long enough.
function writeStrengths(scene, { joint, level }, runs, taken) {
  const { packet: { header }, places: { tube }, look } = scene;
  for (const { from, to, mcgMl } of runs) {
    const text = number(mcgMl), end = Math.min(to, level - 10);
    const half = textWidth(scene, text) / 2 + 3;
    const middle = [(from + end) / 2, (from + Math.min(end, joint)) / 2, (Math.max(from, joint) + end) / 2]
      .find((s) => s - half > from && s + half < end && free(taken, s - half, s + half));
    if (middle === undefined) continue;
    const { x, y } = tube.place(middle);
    const bright = lightness(look.line(mcgMl / header.peak_mcg_ml)) > 0.45;
    write(scene, text, x, y + 0.5, { align: "center", colour: bright ? "#000000" : "#FFFFFF" });
    taken.push([middle - half, middle + half]);
  }
}

// Arrows point where the fluid goes; behind a leak less flows, and the arrow is smaller.
function drawArrows({ pen, moment, places: { tube, thick, wide }, look }, { leaks, joint }, taken) {
  const spacing = tube.length / Math.max(3, Math.round(tube.length / (wide ? 52 : 32)));
  const most = Math.max(moment.pumpedFlow, Math.abs(moment.tipFlow));
  for (let s = spacing / 2; s < tube.length - 4; s += spacing) {
    const branch = s < joint ? moment.secondFlow ?? 0 : 0; // the second catheter leaves at the joint
    const flow = moment.tipFlow + branch + leaks.reduce((sum, leak) => sum + (leak.s > s ? leak.flow : 0), 0);
    if (Math.abs(flow) < LEAST_FLOW || !free(taken, s - 6, s + 6)) continue;
    chevron(pen, tube.place(s), Math.sign(flow) * (0.4 + 0.6 * Math.abs(flow) / most) * thick * 0.42, look);
  }
}

function nameRoller(scene, { leaks }) {
  const { lane, lineY, thick, row, tube } = scene.places;
  const backwards = scene.moment.tipFlow <= -LEAST_FLOW;
  const text = backwards ? "CSF runs backwards" : scene.packet.header.is_filled ?? true ? mechanismWords(scene.moment) : "";
  const end = lane.left + textWidth(scene, text) + 10;
  const drops = leaks.map((leak) => tube.place(leak.s).x).filter((x) => x < end);
  const x = Math.max(lane.left, ...drops.map((drop) => drop + 14));
  write(scene, text, x, lineY + thick / 2 + 2 * row - 6, { bold: text !== MECHANISMS[scene.moment.mechanism][0] });
}

const free = (taken, from, to) => taken.every(([a, b]) => to < a || from > b);

function across(pen, { x, y, angle }, half, colour, lineWidth) {
  const dx = -Math.sin(angle) * half, dy = Math.cos(angle) * half;
  segment(pen, x - dx, y - dy, x + dx, y + dy, colour, lineWidth);
}

function chevron(pen, { x, y, angle }, size, look) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  pen.beginPath();
  pen.moveTo(-size * 0.7, -Math.abs(size));
  pen.lineTo(size * 0.9, 0);
  pen.lineTo(-size * 0.7, Math.abs(size));
  pen.closePath();
  stroke(pen, look.background, 3);
  pen.fillStyle = look.text;
  pen.fill();
  pen.restore();
}

function drawPinch({ pen, moment, places: { thick }, look }, { x, y, angle }) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  const edge = thick / 2 + 4, reach = edge - (thick / 2) * (1 - moment.blocked);
  for (const side of [-1, 1]) {
    pen.beginPath();
    pen.moveTo(-13, side * edge);
    pen.lineTo(0, side * (edge - reach));
    pen.lineTo(13, side * edge);
    pen.closePath();
    pen.fillStyle = LOST;
    pen.fill();
    stroke(pen, look.background, 1.5);
  }
  pen.restore();
}

function drawLeak(scene, { flow, s }, k) {
  const { pen, places: { tube, thick, row, lineY, canal, box }, look } = scene;
  const mouth = tube.place(s), half = thick / 2;
  const inCanal = mouth.x > canal.left, upright = Math.abs(Math.sin(mouth.angle)) > 0.7;
  across(pen, mouth, half + 3, LOST, 4);
  for (let drop = 0; drop < 3; drop++) {
    const r = 5 - drop * 0.7;
    if (upright) drawDrop(pen, mouth.x - half - 8, mouth.y + drop * 12, r, look);
    else drawDrop(pen, mouth.x, Math.min(mouth.y + half + 9 + drop * 12, box.bottom), r, look);
  }
  const text = `${number(flow)} mL/day lost`;
  const length = textWidth(scene, text, true);
  const fits = mouth.x + 12 + length < canal.left - 4;
  const x = inCanal ? canal.left - 8 - length : fits ? mouth.x + 12 : mouth.x - 12 - length;
  write(scene, text, x, lineY + half + row - 4 + k * row, { bold: true, plate: true });
}

function drawDrop(pen, x, y, r, look) {
  pen.beginPath();
  pen.moveTo(x, y - 1.7 * r);
  pen.quadraticCurveTo(x + 1.5 * r, y + 0.4 * r, x, y + r);
  pen.quadraticCurveTo(x - 1.5 * r, y + 0.4 * r, x, y - 1.7 * r);
  stroke(pen, look.background, 3);
  pen.fillStyle = LOST;
  pen.fill();
}

function drawTip(scene) {
  const { pen, places, look } = scene;
  const { x, y } = places.tube.place(places.tube.length);
  pen.beginPath();
  pen.arc(x, y, places.thick / 2 - 1, 0, 2 * Math.PI);
  pen.fillStyle = look.text;
  pen.fill();
  stroke(pen, look.background, 2.5);
  if (places.outside) {
    const wordY = y + places.thick / 2 + places.row - 4;
    write(scene, "tip outside the canal", x + 8, wordY, { align: "right", bold: true, plate: true });
    return;
  }
  const { canal, tipWordY } = places, lead = places.wide ? 10 : 5;
  segment(pen, canal.left - lead, tipWordY, x - places.thick / 2 + 1, y, look.text, 2.5);
  write(scene, "tip", canal.left - lead - 3, tipWordY, { align: "right", bold: true, plate: true });
}

function drawSecondTip(scene) {
  const { pen, packet: { header }, moment, places, look } = scene;
  if (moment.secondFlow === null) return;
  const { canal, thick } = places, y = places.yOf(header.second_tip_cm), x = canal.right - thick / 2 - 2;
  pen.beginPath();
  pen.arc(x, y, thick / 2 - 2, 0, 2 * Math.PI);
  pen.fillStyle = look.background;
  pen.fill();
  stroke(pen, look.text, 3);
  write(scene, "2nd tip", canal.left - 8, y, { align: "right", bold: true, plate: true });
}

function drawLegend(scene) {
  const { pen, packet: { header }, places, look } = scene;
  const { row, lane: { left, right }, legendY } = places;
  const [line, canal] = places.wide ? ["in line", "in canal"] : ["line", "canal"];
  const rows = [[line, look.line, header.peak_mcg_ml], [canal, look.canal, header.csf_peak_mcg_ml]];
  const title = `${header.drug}, mcg/mL`;
  write(scene, textWidth(scene, title) <= right - left ? title : "drug, mcg/mL", left, legendY - 2 * row);
  const names = Math.max(...rows.map(([name]) => textWidth(scene, name)));
  const tops = Math.max(...rows.map(([, , peak]) => textWidth(scene, number(peak))));
  const zero = right - left - names - tops > 45 ? "0" : ""; // a phone's short bar starts at the plain background
  const from = left + names + textWidth(scene, zero) + (zero ? 10 : 5);
  const to = Math.max(Math.min(right - tops - 5, from + 150), from + 12);
  rows.forEach(([name, ramp, peak], k) => {
    const y = legendY - (1 - k) * row;
    write(scene, name, left, y);
    write(scene, zero, from - 5, y, { align: "right" });
    for (let x = from; x < to; x++) {
      pen.fillStyle = `rgb(${ramp((x - from) / (to - from))})`;
      pen.fillRect(x, y - 5, Math.min(1.5, to - x), 10);
    }
    pen.beginPath();
    pen.rect(from, y - 5.5, to - from, 11);
    stroke(pen, look.wall, 1);
    write(scene, number(peak), to + 5, y);
  });
}

function drawNews(scene) {
  const { moment, places } = scene;
  if (!moment.news) return;
  const { row, lane: { left }, canal, skinY } = places;
  const right = canal.left - 8;
  const lines = [""];
  for (const word of `Day ${number(moment.news[0], 1)}: ${moment.news[1]}`.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (textWidth(scene, longer, true) <= right - left) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length > 2) lines.splice(2, Infinity), (lines[1] += " …");
  lines.forEach((text, k) => write(scene, text, left, skinY + (k + 1) * (row - 1), { bold: true }));
}

// ---------------------------------------------------------------- the page

const BODY = `
  <div class="stage-numbers">
    <p class="stage-number believed"><span class="stage-label">pump believes</span> <strong></strong>
      <span>mcg/day</span><span class="stage-bar"><i></i></span></p>
    <p class="stage-number received"><span class="stage-label">tip receives</span> <strong></strong>
      <span>mcg/day</span> <span class="stage-share"></span><span class="stage-bar"><i></i></span></p>
  </div>
  <div class="stage-picture"><canvas role="img"></canvas></div>
  <div class="stage-time">
    <span class="stage-day"></span>
    <div class="stage-track"><input type="range" min="0" aria-label="Time in days"></div>
  </div>
  <p class="stage-words" aria-live="off"></p>`;

function build(parent) {
  const root = document.createElement("div");
  root.className = "pumplab-stage";
  root.dataset.rev = "0";
  root.style.setProperty("--stage-belief", BELIEF);
  root.innerHTML = BODY;
  parent.append(root);
  const find = (css) => root.querySelector(css);
  const state = {
    root, canvas: find("canvas"), slider: find("input"), packet: null, fraction: lastFraction, focus: null, rev: 0, waiting: 0,
    clock: find(".stage-day"), words: find(".stage-words"), track: find(".stage-track"), share: find(".stage-share"),
    believed: find(".believed strong"), received: find(".received strong"),
    bars: [find(".believed i"), find(".received i")],
  };
  state.slider.addEventListener("input", () => {
    const share = Number(state.slider.value) / state.packet.header.duration_day;
    state.fraction = lastFraction = Math.min(share, 1);
    schedule(state);
  });
  state.watch = new ResizeObserver(() => schedule(state));
  state.watch.observe(root);
  document.fonts.ready.then(() => schedule(state));
  return state;
}

function schedule(state) {
  if (state.waiting || !state.packet) return;
  state.waiting = requestAnimationFrame(() => {
    state.waiting = 0;
    paint(state);
  });
}

function takePacket(state, bytes) {
  state.packet = parse(bytes);
  const { header, n } = state.packet;
  const focus = header.focus_day ?? null;
  if (focus !== state.focus && focus !== null) {
    state.fraction = lastFraction = Math.min(focus / header.duration_day, 1); // go where the moved fault is at work
  }
  state.focus = focus;
  state.slider.max = header.duration_day;
  state.slider.step = (header.duration_day / Math.max(n - 1, 1)) * (1 - 1e-9); // just short: the last step exists
  state.slider.value = state.fraction * header.duration_day;
  state.track.querySelectorAll(".stage-mark").forEach((mark) => mark.remove());
  for (const [day] of header.happenings) {
    const mark = document.createElement("span");
    mark.className = "stage-mark";
    mark.style.left = `calc(8px + (100% - 16px) * ${day / header.duration_day})`;
    state.track.append(mark);
  }
}

function paint(state) {
  const { packet, root } = state;
  const moment = momentAt(packet, state.fraction);
  root.classList.toggle("narrow", root.clientWidth < NARROW);
  const day = `day ${number(moment.day, 1)}`;
  state.clock.textContent = `${day} of ${number(packet.header.duration_day, 1)}`;
  state.slider.setAttribute("aria-valuetext", day);
  state.believed.textContent = number(moment.believedDose);
  state.received.textContent = number(moment.tipDose);
  const share = 100 * moment.tipDose / moment.believedDose;
  state.share.textContent = moment.believedDose > 0 ? `(${number(share, 0)} %)` : "";
  [moment.believedDose, moment.tipDose].forEach((dose, k) => {
    state.bars[k].style.width = `${Math.min(100, 100 * dose / packet.topDose)}%`;
  });
  const summary = describe(packet, moment), colours = look(root);
  root.style.colorScheme = colours.mode; // the slider's own track
  root.style.setProperty("--stage-truth", colours.truth);
  if (!draw(state.canvas, packet, moment, colours)) return;
  state.canvas.setAttribute("aria-label", summary);
  state.words.textContent = summary;
  root.dataset.summary = summary;
  root.dataset.rev = String(++state.rev);
}

// The sheet stands beside this file and is wanted once per page.
const sheet = new Promise((done) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("stage.css" + new URL(import.meta.url).search, import.meta.url).href;
  link.onload = link.onerror = done;
  document.head.append(link);
});

export default async function mount({ data, parentElement }) {
  await sheet;
  if (!data) return undefined;
  let state = stages.get(parentElement);
  if (!state) stages.set(parentElement, (state = build(parentElement)));
  takePacket(state, data);
  paint(state);
  return () => {
    state.watch.disconnect();
    cancelAnimationFrame(state.waiting);
    state.root.remove();
    stages.delete(parentElement);
  };
}
