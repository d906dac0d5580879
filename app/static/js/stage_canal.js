// The spinal canal: levels shaded by concentration, the second tip, and the legend of the colours.

import { segment, stroke, textWidth, write } from "./stage_pen.js";
import { fill, units } from "./stage_words.js";

/** @import { Ramp, Scene } from "./types" */

/** @param {Scene} scene */
export function drawCanal(scene) {
  const { pen, moment, places, look } = scene;
  const { header } = scene.packet;
  const { canal, yOf } = places;
  const n = moment.csf.length;
  const step = (canal.bottom - canal.top) / n;
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
  const [title, edge] = places.wide
    ? [header.words.canal, canal.right + 10]
    : [header.words.canal_short, canal.right + 4];
  write(scene, title, edge, places.size / 2 + 1, { align: "right" });
  let free = -Infinity;
  for (const [name, cm] of header.levels) {
    const y = yOf(cm);
    const textY = Math.min(Math.max(y, canal.top + 4), canal.bottom - 5);
    segment(pen, canal.right + 1, y, canal.right + 8, y, look.wall, 2.5);
    if (textY < free) continue;
    write(scene, name, canal.right + 11, textY);
    free = textY + places.size;
  }
}

/**
 * A line of its own from the joint to a ring in the canal.
 * @param {Scene} scene
 * @param {number} jointS
 */
export function drawSecondTip(scene, jointS) {
  const { pen, moment, places, look } = scene;
  const { header } = scene.packet;
  if (moment.secondFlow === null || header.second_tip_cm === undefined) return;
  const { canal, thick, tube, floorY } = places;
  const y = places.yOf(header.second_tip_cm);
  const x = canal.right - thick / 2 - 2;
  const joint = tube.place(jointS);
  /** @type {[colour: string, width: number, dash: number[]][]} */
  const strokes = [
    [look.wall, 5, []],
    [look.background, 2, [4, 3]],
  ];
  for (const [colour, width, dash] of strokes) {
    pen.beginPath();
    pen.moveTo(joint.x, joint.y + thick / 2 + 3);
    pen.lineTo(joint.x, floorY);
    pen.lineTo(x, floorY);
    pen.lineTo(x, y);
    stroke(pen, colour, width, dash);
  }
  pen.beginPath();
  pen.arc(x, y, thick / 2 - 2, 0, 2 * Math.PI);
  pen.fillStyle = look.background;
  pen.fill();
  stroke(pen, look.text, 3);
  write(scene, header.words.second_tip, canal.left - 8, y, { align: "right", bold: true, plate: true });
}

/** @param {Scene} scene */
export function drawLegend(scene) {
  const { pen, places, look } = scene;
  const { header } = scene.packet;
  const { row, legendY } = places;
  const { left, right } = places.lane;
  const { words } = header;
  const say = units(header);
  const [line, canal] = places.wide ? [words.in_line, words.in_canal] : [words.in_line_short, words.in_canal_short];
  /** @type {[name: string, ramp: Ramp, peak: number][]} */
  const rows = [
    [line, look.line, header.peak_mcg_ml],
    [canal, look.canal, header.csf_peak_mcg_ml],
  ];
  const title = fill(words.drug_title, { drug: header.drug, unit: say.strengthUnit });
  const short = fill(words.drug_title_short, { unit: say.strengthUnit });
  write(scene, textWidth(scene, title) <= right - left ? title : short, left, legendY - 2 * row);
  const names = Math.max(...rows.map(([name]) => textWidth(scene, name)));
  const tops = Math.max(...rows.map(([, , peak]) => textWidth(scene, say.strength(peak))));
  const zero = right - left - names - tops > 45 ? "0" : ""; // a phone's short bar starts at the plain background
  const from = left + names + textWidth(scene, zero) + (zero ? 10 : 5);
  const to = Math.max(Math.min(right - tops - 5, from + 150), from + 12);
  rows.forEach(([name, ramp, peak], k) => {
    const y = legendY - (1 - k) * row;
    write(scene, name, left, y);
    write(scene, zero, from - 5, y, { align: "right" });
    const colours = pen.createLinearGradient(from, 0, to, 0);
    ramp.stops.forEach((stop, place) => colours.addColorStop(place / (ramp.stops.length - 1), `rgb(${stop})`));
    pen.beginPath();
    pen.rect(from, y - 5.5, to - from, 11);
    pen.fillStyle = colours;
    pen.fill();
    stroke(pen, look.wall, 1);
    write(scene, say.strength(peak), to + 5, y);
  });
}
