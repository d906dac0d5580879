// Strokes that the parts of the picture share: words, lines, arrows, drops.

import { LOST } from "./stage_look.js";

/** @import { Box, Scene, Spot, Stretch, Look } from "./types" */

const APART = 3; // pixels that words keep from one another

/**
 * @param {Scene} scene
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ align?: CanvasTextAlign, bold?: boolean, colour?: string, plate?: boolean }} [how]
 */
export function write(
  scene,
  text,
  x,
  y,
  { align = "left", bold = false, colour = scene.look.text, plate = false } = {},
) {
  const { pen, places, look, taken } = scene;
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
  const { width } = pen.measureText(text);
  const left = x - width * { left: 0, start: 0, center: 0.5, right: 1, end: 1 }[align];
  taken.push([left, y - places.size / 2, left + width, y + places.size / 2]);
}

/**
 * Whether a box touches no words and no drops that are there already.
 * @param {Scene} scene
 * @param {Box} box
 */
export const isFree = ({ taken }, [left, top, right, bottom]) =>
  taken.every(([l, t, r, b]) => r + APART < left || l - APART > right || b < top + 1 || t > bottom - 1);

/**
 * @param {Scene} scene
 * @param {string} text
 * @param {boolean} [bold]
 */
export function textWidth({ pen, places, look }, text, bold = false) {
  pen.font = `${bold ? "700" : "400"} ${places.size}px ${look.font}`;
  return pen.measureText(text).width;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 * @param {number} lineWidth
 * @param {number[]} [dash]
 */
export function stroke(pen, colour, lineWidth, dash = []) {
  pen.strokeStyle = colour;
  pen.lineWidth = lineWidth;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {string} colour
 * @param {number} lineWidth
 * @param {number[]} [dash]
 */
export function segment(pen, x1, y1, x2, y2, colour, lineWidth, dash) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  stroke(pen, colour, lineWidth, dash);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Spot} spot
 * @param {number} half
 * @param {string} colour
 * @param {number} lineWidth
 */
export function across(pen, { x, y, angle }, half, colour, lineWidth) {
  const dx = -Math.sin(angle) * half;
  const dy = Math.cos(angle) * half;
  segment(pen, x - dx, y - dy, x + dx, y + dy, colour, lineWidth);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Spot} spot
 * @param {number} size
 * @param {Look} look
 */
export function chevron(pen, { x, y, angle }, size, look) {
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

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {Look} look
 */
export function drawDrop(pen, x, y, r, look) {
  pen.beginPath();
  pen.moveTo(x, y - 1.7 * r);
  pen.quadraticCurveTo(x + 1.5 * r, y + 0.4 * r, x, y + r);
  pen.quadraticCurveTo(x - 1.5 * r, y + 0.4 * r, x, y - 1.7 * r);
  stroke(pen, look.background, 3);
  pen.fillStyle = LOST;
  pen.fill();
}

/**
 * Whether a stretch of the line is still without a mark.
 * @param {Stretch[]} taken
 * @param {number} from
 * @param {number} to
 */
export const free = (taken, from, to) => taken.every(([a, b]) => to < a || from > b);
