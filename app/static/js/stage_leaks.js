// What goes wrong along the line: the pinch that holds back, the drops from a leak, and the puddle in tissue.

import { LOST } from "./stage_look.js";
import { across, drawDrop, stroke, textWidth, write } from "./stage_pen.js";
import { fill, lostWords, units } from "./stage_words.js";

/** @import { Line, Scene, Spot } from "./types" */

const DROPS = 40; // that fall from a leak in the whole run

/**
 * @param {Scene} scene
 * @param {Spot} spot
 */
export function drawPinch({ pen, moment, places, look }, { x, y, angle }) {
  const { thick } = places;
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  const edge = thick / 2 + 4;
  const reach = edge - (thick / 2) * (1 - moment.blocked);
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

/**
 * Drops fall as fluid is lost, each from the leak to the floor.
 * @param {Scene} scene
 * @param {Line["leaks"][number]} leak
 * @param {number} k
 */
export function drawLeak(scene, { flow, s }, k) {
  const { pen, packet, moment, look } = scene;
  const { tube, thick, row, lineY, canal, floorY, wide } = scene.places;
  const mouth = tube.place(s);
  const half = thick / 2;
  const inCanal = mouth.x > canal.left;
  const upright = Math.abs(Math.sin(mouth.angle)) > 0.7;
  across(pen, mouth, half + 3, LOST, 4);
  const phase = ((moment.lostMl * DROPS) / (packet.lostMl.at(-1) || 1)) % 1;
  const x = upright ? mouth.x - half - 8 : mouth.x;
  const top = upright ? mouth.y : mouth.y + half + 9;
  const room = Math.max(floorY - 3 - top, 14);
  for (let drop = 0; drop < 2; drop++) {
    const share = (phase + drop / 2) % 1;
    drawDrop(pen, x, top + room * share, 5 - share, look);
  }
  if (!wide) return;
  const text = lostWords(packet.header, flow);
  const length = textWidth(scene, text, true);
  const fits = mouth.x + 12 + length < canal.left - 4;
  const at = inCanal ? canal.left - 8 - length : fits ? mouth.x + 12 : mouth.x - 12 - length;
  write(scene, text, at, lineY + half + row - 4 + k * row, { bold: true, plate: true });
}

/**
 * What was lost collects as a puddle: as wide as what lies in tissue now, beside the most that ever does.
 * @param {Scene} scene
 * @param {Line} line
 */
export function drawTissue(scene, { sOf }) {
  const { pen, packet, moment, look } = scene;
  const { tube, canal, box, wide, floorY, lane } = scene.places;
  const { header } = packet;
  const say = units(header);
  if (!packet.topTissue || !(moment.tissueMcg || moment.lostMcg)) return;
  // at the leak; else beside the tip; what never was in the line lies in the pocket of the pump
  const leak = header.leak_ml.length ? sOf(header.leak_ml[0]) : packet.topLost ? tube.length : null;
  const place = leak === null ? box.right + 40 : tube.place(leak).x;
  const x = Math.min(Math.max(place, lane.left + 30), canal.left - 40);
  const share = Math.sqrt(moment.tissueMcg / packet.topTissue);
  const most = wide ? 46 : 26;
  pen.beginPath();
  pen.ellipse(x, floorY + 5, Math.max(most * share, 3), Math.max(7 * share, 1.5), 0, 0, 2 * Math.PI);
  pen.fillStyle = LOST;
  pen.fill();
  stroke(pen, look.background, 1);
  const facts = { held: say.amount(moment.tissueMcg), lost: say.amount(moment.lostMcg) };
  const texts = [header.words.in_tissue, header.words.in_tissue_short]
    .slice(wide ? 0 : 1)
    .map((words) => fill(words, facts));
  for (const text of texts) {
    const length = textWidth(scene, text);
    const right = x + most + 8;
    const left = x - most - 8 - length;
    const at = right + length < canal.left - 4 ? right : left > box.right + 4 || text === texts.at(-1) ? left : null;
    if (at === null) continue;
    write(scene, text, Math.max(at, box.right + 4), floorY, { plate: true });
    break;
  }
}
