// What goes wrong along the line: the pinch that holds back, the drops from a leak, and the puddle in tissue.

import { LOST } from "./stage_look.js";
import { across, drawDrop, stroke } from "./stage_pen.js";

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
 */
export function drawLeak(scene, { s }) {
  const { pen, packet, moment, look, taken } = scene;
  const { tube, thick, floorY } = scene.places;
  const mouth = tube.place(s);
  const half = thick / 2;
  const upright = Math.abs(Math.sin(mouth.angle)) > 0.7;
  across(pen, mouth, half + 3, LOST, 4);
  const phase = ((moment.lostMl * DROPS) / (packet.lostMl.at(-1) || 1)) % 1;
  const x = upright ? mouth.x - half - 8 : mouth.x;
  const top = upright ? mouth.y : mouth.y + half + 9;
  const room = Math.max(floorY - 3 - top, 14);
  taken.push([x - 5, top - 8, x + 5, top + room + 5]);
  for (let drop = 0; drop < 2; drop++) {
    const share = (phase + drop / 2) % 1;
    drawDrop(pen, x, top + room * share, 5 - share, look);
  }
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
  scene.puddle = { left: x - most, right: x + most };
}
