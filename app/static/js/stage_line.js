// The line from pump to tip: plugs in their colours, arrows, blocks, leaks and the drops that collect in tissue.

import { drawLeak, drawPinch, drawTissue } from "./stage_leaks.js";
import { lightness } from "./stage_look.js";
import { across, chevron, free, segment, stroke, textWidth, write } from "./stage_pen.js";
import { LEAST_FLOW } from "./stage_packet.js";
import { outsideWords, writeNotes } from "./stage_notes.js";
import { ENTRY_CM } from "./stage_places.js";
import { drawSecondTip } from "./stage_canal.js";
import { fill, number, units } from "./stage_words.js";

/** @import { Line, Moment, Packet, Places, Scene, Stretch } from "./types" */

/** @typedef {{ from: number, to: number, mcgMl: number }} LineRun */

const ML_PER_CM = 0.0022; // typical catheter: how much of the line the drawing places inside the canal

/** @param {Scene} scene */
export function drawLine(scene) {
  const { places } = scene;
  const line = measure(scene);
  drawSecondTip(scene, line.joint);
  drawTissue(scene, line);
  const runs = drawPlugs(scene, line);
  across(scene.pen, places.tube.place(line.joint), places.thick / 2 + 5, scene.look.text, 4);
  nameSections(scene, line);
  /** @type {Stretch[]} */
  const taken = [[line.joint - 6, line.joint + 6]]; // stretches of the line where nothing more fits
  if (line.pinch !== null) taken.push([line.pinch - 14, line.pinch + 14]);
  for (const { s } of line.leaks) taken.push([s - 8, s + 8]);
  writeStrengths(scene, line, runs, taken);
  drawArrows(scene, line, taken);
  if (line.pinch !== null) drawPinch(scene, places.tube.place(line.pinch));
  line.leaks.forEach((leak) => drawLeak(scene, leak));
  drawTip(scene);
  writeNotes(scene, line);
}

/**
 * Where volumes lie on the drawn line, as distance from the pump; the part inside the canal keeps its own share.
 * @param {{ packet: Packet, moment: Moment, places: Places }} scene
 */
export function measure({ packet, moment, places }) {
  const { header } = packet;
  const { tube, canal, outside } = places;
  const level = Math.min(tube.length, canal.left - tube.place(0).x); // the level part, before the canal
  const whole = moment.plugs.reduce((sum, plug) => sum + plug.ml, 0) || 1;
  const insideMl = outside ? 0 : Math.min(Math.abs(ENTRY_CM - moment.tipCm) * ML_PER_CM, 0.9 * header.catheter_ml);
  const entryMl = whole - insideMl;
  const entry = insideMl ? level : tube.length;
  /** @param {number} ml */
  const sOf = (ml) =>
    ml <= entryMl
      ? Math.max(ml / entryMl, 0) * entry
      : entry + Math.min((ml - entryMl) / insideMl, 1) * (tube.length - entry);
  const blockMl = header.block_ml ?? header.path_ml + 0.4 * header.catheter_ml;
  return {
    sOf,
    level,
    joint: sOf(header.path_ml), // the pump's own tubing ends, the catheter begins
    pinch: moment.blocked > 0 ? sOf(blockMl) : null,
    leaks: moment.leaks.filter(({ flow }) => flow >= LEAST_FLOW).map((leak) => ({ ...leak, s: sOf(leak.ml) })),
  };
}

/**
 * Paint every plug in its colour; give back runs of plugs that look alike.
 * @param {Scene} scene
 * @param {Line} line
 */
function drawPlugs({ pen, packet, moment, places, look }, { sOf }) {
  const { header } = packet;
  const { tube, thick } = places;
  tube.trace(pen, 0, tube.length);
  stroke(pen, look.background, thick + 8);
  stroke(pen, look.wall, thick + 5);
  stroke(pen, look.background, thick);
  /** @type {LineRun[]} */
  const runs = [];
  let ml = 0;
  for (const { ml: volume, mcgMl } of moment.plugs) {
    const from = sOf(ml);
    const to = sOf((ml += volume));
    tube.trace(pen, from, Math.min(to + 0.6, tube.length)); // the overlap hides the seam
    stroke(pen, `rgb(${look.line(mcgMl / header.peak_mcg_ml)})`, thick);
    const last = runs.at(-1);
    if (last && Math.abs(last.mcgMl - mcgMl) < 0.02 * header.peak_mcg_ml) last.to = to;
    else runs.push({ from, to, mcgMl });
  }
  return runs;
}

/**
 * @param {Scene} scene
 * @param {Line} line
 */
function nameSections(scene, { joint, level }) {
  const { words } = scene.packet.header;
  const { tube, thick, lineY, row, canal, tipWordY } = scene.places;
  const left = tube.place(0).x;
  const { blocked } = scene.moment;
  const share = number(100 * blocked, 0);
  const catheter = blocked <= 0 ? words.catheter : blocked >= 0.995 ? words.is_blocked : fill(words.is_held, { share });
  const y = lineY - thick / 2 - row + 4;
  const tip = textWidth(scene, tipWord(scene), true);
  let end = canal.left - (Math.abs(tipWordY - y) < row ? tip + 24 : 6);
  /**
   * @param {string} text
   * @param {number} from
   * @param {number} to
   * @param {boolean} bold
   */
  const name = (text, from, to, bold) => {
    const length = textWidth(scene, text, bold);
    const x = Math.max(left, Math.min(left + (from + to) / 2 - length / 2, end - length));
    if (x + length > end + 1) return;
    write(scene, text, x, y, { bold });
    end = x - 8;
  };
  name(catheter, joint, level, blocked > 0);
  name(words.tubing, 0, Math.min(joint, level), false);
}

/**
 * Concentration written inside the line, wherever a run is long enough.
 * @param {Scene} scene
 * @param {Line} line
 * @param {LineRun[]} runs
 * @param {Stretch[]} taken
 */
function writeStrengths(scene, { joint, level }, runs, taken) {
  const { header } = scene.packet;
  const { tube } = scene.places;
  const { look } = scene;
  for (const { from, to, mcgMl } of runs) {
    const text = units(header).strength(mcgMl);
    const end = Math.min(to, level - 10);
    const half = textWidth(scene, text) / 2 + 3;
    const middle = [(from + end) / 2, (from + Math.min(end, joint)) / 2, (Math.max(from, joint) + end) / 2].find(
      (s) => s - half > from && s + half < end && free(taken, s - half, s + half),
    );
    if (middle === undefined) continue;
    const { x, y } = tube.place(middle);
    const bright = lightness(look.line(mcgMl / header.peak_mcg_ml)) > 0.45;
    write(scene, text, x, y + 0.5, { align: "center", colour: bright ? "#000000" : "#FFFFFF" });
    taken.push([middle - half, middle + half]);
  }
}

/**
 * Arrows point where the fluid goes; behind a leak less flows, and the arrow is smaller.
 * @param {Scene} scene
 * @param {Line} line
 * @param {Stretch[]} taken
 */
function drawArrows({ pen, moment, places, look }, { leaks, joint }, taken) {
  const { tube, thick, wide } = places;
  const spacing = tube.length / Math.max(3, Math.round(tube.length / (wide ? 52 : 32)));
  const most = Math.max(moment.pumpedFlow, Math.abs(moment.tipFlow));
  for (let s = spacing / 2; s < tube.length - 4; s += spacing) {
    const branch = s < joint ? (moment.secondFlow ?? 0) : 0; // the second catheter leaves at the joint
    const flow = moment.tipFlow + branch + leaks.reduce((sum, leak) => sum + (leak.s > s ? leak.flow : 0), 0);
    if (Math.abs(flow) < LEAST_FLOW || !free(taken, s - 6, s + 6)) continue;
    chevron(pen, tube.place(s), Math.sign(flow) * (0.4 + (0.6 * Math.abs(flow)) / most) * thick * 0.42, look);
  }
}

/** @param {Scene} scene */
const tipWord = ({ packet, moment }) => `${packet.header.words.tip} ${moment.tipLevel}`;

/** @param {Scene} scene */
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
    if (places.wide) write(scene, outsideWords(scene), x + 8, wordY, { align: "right", bold: true, plate: true });
    return;
  }
  const { canal, tipWordY } = places;
  const lead = places.wide ? 10 : 5;
  segment(pen, canal.left - lead, tipWordY, x - places.thick / 2 + 1, y, look.text, 2.5);
  write(scene, tipWord(scene), canal.left - lead - 3, tipWordY, { align: "right", bold: true, plate: true });
}
