// The skin above pump and line, and the needle or knife that has just gone through it.

import { LOST } from "./stage_look.js";
import { segment, stroke, textWidth, write } from "./stage_pen.js";

/** @import { Scene } from "./types" */

const LASTS = 0.02; // share of the run for which a visit is drawn

/** @param {Scene} scene */
export function drawSkin(scene) {
  const { pen, moment, look } = scene;
  const { header } = scene.packet;
  const { skinY, box, canal, wide } = scene.places;
  const end = canal.left - (wide ? 50 : 30);
  const over = box.left + 16;
  segment(pen, 0, skinY, end, skinY, look.wall, 3);
  /**
   * @param {string} text
   * @param {number} x
   * @param {string} colour
   * @param {boolean} bold
   */
  const word = (text, x, colour, bold) => {
    const length = textWidth(scene, text, bold);
    pen.fillStyle = look.background;
    pen.fillRect(x, skinY - 8, length + 12, 16);
    write(scene, text, x + 6, skinY, { colour, bold });
  };
  word(header.words.skin, over, look.quiet, false);
  const { visit } = moment;
  if (!visit || moment.day - visit[0] > LASTS * header.duration_day) return;
  const x = visit[1] === "needle" ? (box.left + box.right) / 2 : box.right + 60;
  word(header.words[visit[1]], x + 6, look.text, true);
  if (visit[1] === "needle") {
    segment(pen, x, skinY - 8, x, skinY + 16, look.background, 7);
    segment(pen, x, skinY - 8, x, skinY + 16, look.text, 3);
    return;
  }
  pen.beginPath();
  for (const dx of [-12, 0, 12]) {
    pen.moveTo(x - 24 + dx, skinY - 6);
    pen.lineTo(x - 24 + dx, skinY + 6);
  }
  stroke(pen, LOST, 3);
}
