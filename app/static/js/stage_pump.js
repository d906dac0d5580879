// The pump: reservoir with what it truly holds and what the pump believes, and the mechanism that pushes.

import { BELIEF, LOST } from "./stage_look.js";
import { chevron, segment, stroke, write } from "./stage_pen.js";
import { LEAST_FLOW } from "./stage_packet.js";
import { fill, number } from "./stage_words.js";

/** @import { Scene } from "./types" */

/** @typedef {{ text: string, bold?: boolean, line?: string, dash?: number[], at: number, y: number }} Label */

const RADIANS = 60; // turn of the drawn rotor in the whole run
const STROKES = 24; // of the drawn valves in the whole run
const ZIGZAG = 7; // pixels between folds of the bellows

/** @param {Scene} scene */
export function drawPump(scene) {
  const { pen, moment, places, look } = scene;
  const { header } = scene.packet;
  const { words } = header;
  const { box, gauge, row } = places;
  pen.beginPath();
  pen.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 16);
  pen.fillStyle = look.faint;
  pen.fill();
  stroke(pen, look.wall, 3);

  /** @param {number} ml */
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
  if (moment.mechanism === "gas") drawBellows(scene, yOf(moment.trueMl));
  outline();
  stroke(pen, look.wall, 2.5);

  if (header.is_filled ?? true) labelGauge(scene, yOf);
  else write(scene, words.no_pump, gauge.right + 11, gauge.bottom - row, { colour: look.quiet });
}

/**
 * Volumes written beside the reservoir, each with a line to its height.
 * @param {Scene} scene
 * @param {(ml: number) => number} yOf
 */
function labelGauge(scene, yOf) {
  const { pen, moment, places, look } = scene;
  const { header } = scene.packet;
  const { words } = header;
  const { box, gauge, row } = places;
  const hasAlarm = moment.alarmMl > 0; // a gas-driven pump has none
  const low = hasAlarm && moment.believedMl <= moment.alarmMl;
  const empty = moment.trueMl <= header.unpumpable_ml;
  const alarm = fill(low ? words.alarm_on : words.alarm_at, { ml: number(moment.alarmMl) });
  const unpumpable = empty ? words.is_empty : places.wide ? words.unpumpable : words.unpumpable_short;
  const believed = fill(words.believed_ml, { ml: number(moment.believedMl, 1) });
  const drafts = [
    { ml: moment.trueMl, text: fill(words.true_ml, { ml: number(moment.trueMl, 1) }), bold: true },
    { ml: moment.believedMl, text: believed, line: BELIEF, dash: [7, 4] },
    ...(hasAlarm ? [{ ml: moment.alarmMl, text: alarm, bold: low, line: LOST, dash: [2.5, 3] }] : []),
    { ml: header.unpumpable_ml / 2, text: unpumpable, bold: empty },
  ];
  /** @type {Label[]} */
  const labels = drafts.map((draft) => ({ ...draft, at: yOf(draft.ml), y: yOf(draft.ml) }));
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
  /** @param {number} y */
  const open = (y) => labels.every((label) => Math.abs(label.y - y) >= row);
  for (let y = box.top + row; y < lowest; y += row / 2) {
    if (!open(y)) continue;
    write(scene, words.pump, box.right - 12, y, { align: "right", colour: look.quiet });
    break;
  }
}

/**
 * Push labels apart, top to bottom and back, so that none covers another.
 * @param {Label[]} labels
 * @param {number} top
 * @param {number} bottom
 * @param {number} gap
 */
function spread(labels, top, bottom, gap) {
  labels.sort((a, b) => a.at - b.at);
  let least = top;
  for (const label of labels) least = (label.y = Math.max(label.y, least)) + gap;
  let most = bottom;
  for (const label of [...labels].reverse()) most = (label.y = Math.min(label.y, most)) - gap;
}

/**
 * Gas presses on folded walls that close as the reservoir empties: dots are the gas.
 * @param {Scene} scene
 * @param {number} topY
 */
function drawBellows({ pen, places, look }, topY) {
  const { gauge } = places;
  for (const side of [1, -1]) {
    const x = side > 0 ? gauge.left : gauge.right;
    pen.beginPath();
    for (let k = 0; k <= ZIGZAG; k++) {
      const y = gauge.bottom + ((topY - gauge.bottom) * k) / ZIGZAG;
      pen.lineTo(x + side * (k % 2 ? 6 : 1), y);
    }
    stroke(pen, look.text, 2);
  }
  pen.fillStyle = look.quiet;
  for (let y = topY - 6; y > gauge.top + 4; y -= 9)
    for (let x = gauge.left + 7; x < gauge.right - 4; x += 9) pen.fillRect(x, y, 2, 2);
}

/** @param {Scene} scene */
export function drawMechanism(scene) {
  const { pen, packet, moment, look } = scene;
  const { rotor } = scene.places;
  const turning = moment.rotorFlow >= LEAST_FLOW;
  const turn = moment.turnedMl / (packet.turnedMl.at(-1) || 1); // share of the run's
  pen.beginPath();
  if (moment.mechanism === "roller") pen.arc(rotor.x, rotor.y, rotor.r, 0, 2 * Math.PI);
  else pen.roundRect(rotor.x - rotor.r, rotor.y - rotor.r * 0.8, 2 * rotor.r, 1.6 * rotor.r, 4);
  pen.fillStyle = look.background;
  pen.fill();
  stroke(pen, turning ? look.truth : look.wall, 3);
  if (moment.mechanism === "roller") drawArms(scene, turn * RADIANS);
  else if (moment.mechanism === "valve") drawValves(scene, turning ? (turn * STROKES) % 1 : null);
  else chevron(pen, { x: rotor.x, y: rotor.y, angle: 0 }, turning ? rotor.r * 0.55 : 0, look);
}

/**
 * @param {Scene} scene
 * @param {number} turn
 */
function drawArms({ pen, places, look }, turn) {
  const { rotor } = places;
  for (let arm = 0; arm < 3; arm++) {
    const angle = turn + (arm * 2 * Math.PI) / 3;
    const x = rotor.x + Math.cos(angle) * rotor.r * 0.62;
    const y = rotor.y + Math.sin(angle) * rotor.r * 0.62;
    segment(pen, rotor.x, rotor.y, x, y, look.text, 2.5);
    pen.beginPath();
    pen.arc(x, y, rotor.r * 0.24, 0, 2 * Math.PI);
    pen.fillStyle = look.text;
    pen.fill();
  }
}

/**
 * Two gates around a small chamber: one opens to fill it, then the other to empty it; at rest both are shut.
 * @param {Scene} scene
 * @param {number | null} phase
 */
function drawValves({ pen, places, look }, phase) {
  const { rotor } = places;
  const reach = rotor.r * 0.5;
  const gate = rotor.r * 0.55;
  const open = phase === null ? [false, false] : [phase < 0.5, phase >= 0.5];
  [-1, 1].forEach((side, k) => {
    const x = rotor.x + side * reach;
    const parts = open[k]
      ? [
          [-gate, -gate * 0.45],
          [gate * 0.45, gate],
        ]
      : [[-gate, gate]];
    for (const [from, to] of parts) segment(pen, x, rotor.y + from, x, rotor.y + to, look.text, 4);
  });
  const fullness = phase === null ? 0.5 : phase < 0.5 ? 2 * phase : 2 - 2 * phase;
  pen.fillStyle = look.truth;
  pen.fillRect(rotor.x - reach + 3, rotor.y + gate * (1 - 2 * fullness), 2 * reach - 6, 2 * gate * fullness);
}
