// Where everything of the picture is, in CSS pixels.

/** @import { Moment, Packet, Point, Spot } from "./types" */

const WIDE = 400; // pixels: from here on the drawing of a desk
export const ENTRY_CM = 43; // where the drawn catheter enters the canal: the small of the back

/**
 * @param {number} width
 * @param {number} height
 * @param {Packet} packet
 * @param {Moment} moment
 */
export function layout(width, height, { header }, moment) {
  const wide = width >= WIDE;
  const size = 14;
  const row = size + 3;
  const thick = wide ? 18 : 15;
  const skinY = 8;
  const [canalRight, canalWidth] = [width - 36, wide ? 52 : 36];
  const canal = {
    left: canalRight - canalWidth,
    x: canalRight - canalWidth / 2,
    right: canalRight,
    top: row + 3,
    bottom: height - 3,
  };
  /** @param {number} cm */
  const yOf = (cm) => canal.top + (canal.bottom - canal.top) * Math.min(Math.max(cm / header.canal_cm, 0), 1);
  const lineY = Math.round(yOf(ENTRY_CM));
  const box = { left: 2, top: skinY + 10, right: wide ? 192 : 150, bottom: height - 3 };
  const gauge = { left: box.left + 9, right: box.left + (wide ? 58 : 33), top: box.top + 9, bottom: box.bottom - 9 };
  const r = wide ? 19 : 14;
  const rotor = { r, x: box.right + r * 0.6, y: lineY };
  const legendY = lineY - thick / 2 - 1.95 * row;
  const apart = thick / 2 + row - 4; // the word "tip" stays clear of the line
  const tipY = yOf(moment.tipCm);
  const tipWordY = Math.abs(tipY - lineY) >= apart ? tipY : lineY + Math.sign(tipY - lineY || -1) * apart;
  const isByLegend = tipWordY > legendY - 3 * row && tipWordY < legendY + size; // the legend makes room for it
  const lane = { left: rotor.x + rotor.r + 4, right: canal.left - (isByLegend ? (wide ? 38 : 30) : 8) };
  const outside = Number.isNaN(moment.tipCm);
  /** @type {Point[]} */
  const corners = [[rotor.x + rotor.r - 1, lineY]];
  if (outside) corners.push([canal.left - 26, lineY]);
  else corners.push([canal.x, lineY], [canal.x, tipY]);
  const tube = curve(corners, wide ? 18 : 14);
  return {
    wide,
    size,
    row,
    thick,
    skinY,
    floorY: height - 9,
    bottom: height,
    canal,
    yOf,
    lineY,
    box,
    gauge,
    rotor,
    lane,
    legendY,
    outside,
    tipWordY,
    tube,
  };
}

/**
 * A polyline with rounded corners, and every place on it by distance from its start.
 * @param {Point[]} corners
 * @param {number} radius
 */
function curve(corners, radius) {
  /** @type {number[]} */
  const xs = [];
  /** @type {number[]} */
  const ys = [];
  /** @type {number[]} */
  const at = [];
  /**
   * @param {number} x
   * @param {number} y
   */
  const add = (x, y) => {
    const last = xs.length - 1;
    at.push(last < 0 ? 0 : at[last] + Math.hypot(x - xs[last], y - ys[last]));
    xs.push(x);
    ys.push(y);
  };
  /**
   * @param {Point} from
   * @param {Point} to
   * @param {number} step
   */
  const towards = ([ax, ay], [bx, by], step) => {
    const whole = Math.hypot(bx - ax, by - ay) || 1;
    const share = Math.min(step, whole / 2) / whole;
    return [ax + (bx - ax) * share, ay + (by - ay) * share];
  };
  add(...corners[0]);
  for (let k = 1; k + 1 < corners.length; k++) {
    const corner = corners[k];
    const [sx, sy] = towards(corner, corners[k - 1], radius);
    const [ex, ey] = towards(corner, corners[k + 1], radius);
    for (let t = 0; t <= 1; t += 0.125) {
      const u = 1 - t;
      add(u * u * sx + 2 * u * t * corner[0] + t * t * ex, u * u * sy + 2 * u * t * corner[1] + t * t * ey);
    }
  }
  add(...corners[corners.length - 1]);
  /** @param {number} s */
  const piece = (s) => {
    let k = 0;
    while (k + 2 < at.length && at[k + 1] < s) k++;
    return k;
  };
  /**
   * @param {number} s
   * @returns {Spot}
   */
  const place = (s) => {
    const k = piece(s);
    const share = (s - at[k]) / (at[k + 1] - at[k] || 1);
    return {
      x: xs[k] + (xs[k + 1] - xs[k]) * share,
      y: ys[k] + (ys[k + 1] - ys[k]) * share,
      angle: Math.atan2(ys[k + 1] - ys[k], xs[k + 1] - xs[k]),
    };
  };
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} from
   * @param {number} to
   */
  const trace = (context, from, to) => {
    const start = place(from);
    const end = place(to);
    context.beginPath();
    context.moveTo(start.x, start.y);
    for (let k = piece(from) + 1; k < at.length && at[k] < to; k++) if (at[k] > from) context.lineTo(xs[k], ys[k]);
    context.lineTo(end.x, end.y);
  };
  return { length: at[at.length - 1], place, trace };
}
