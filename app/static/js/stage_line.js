// The line from pump to tip: plugs in their colours, arrows, blocks, leaks and the drops that collect in tissue.

import { LOST, lightness } from "./stage_look.js";
import { across, chevron, drawDrop, free, segment, stroke, textWidth, write } from "./stage_pen.js";
import { LEAST_FLOW } from "./stage_packet.js";
import { ENTRY_CM } from "./stage_places.js";
import { drawSecondTip } from "./stage_canal.js";
import { fill, mechanismWords, number, spaceKey, units } from "./stage_words.js";

const ML_PER_CM = 0.0022; // typical catheter: how much of the line the drawing places inside the canal
const DROPS = 40; // that fall from a leak in the whole run
const MOST_LINES = 2; // below the line

export function drawLine(scene) {
  const { moment, places } = scene;
  const line = measure(scene);
  drawSecondTip(scene, line.joint);
  drawTissue(scene, line);
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
  drawTip(scene);
  nameMechanism(scene, line);
}

// Where volumes lie on the drawn line, as distance from the pump; the part inside the canal keeps its own share.
export function measure({ packet: { header }, moment, places: { tube, canal, outside } }) {
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
  const { packet: { header: { words } }, moment, places: { tube, thick, lineY, row, canal, tipWordY } } = scene;
  const left = tube.place(0).x, { blocked } = moment;
  const share = number(100 * blocked, 0);
  const catheter = blocked <= 0 ? words.catheter : blocked >= 0.995 ? words.is_blocked : fill(words.is_held, { share });
  const y = lineY - thick / 2 - row + 4, tip = textWidth(scene, tipWord(scene), true);
  let end = canal.left - (Math.abs(tipWordY - y) < row ? tip + 24 : 6);
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

// Concentration written inside the line, wherever a run is long enough.
function writeStrengths(scene, { joint, level }, runs, taken) {
  const { packet: { header }, places: { tube }, look } = scene;
  for (const { from, to, mcgMl } of runs) {
    const text = units(header).strength(mcgMl), end = Math.min(to, level - 10);
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

// A text in two lines, parted at the space nearest to its middle.
function halved(text) {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index), middle = text.length / 2;
  if (!spaces.length) return [text];
  const at = spaces.reduce((best, one) => (Math.abs(one - middle) < Math.abs(best - middle) ? one : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

const isAmiss = ({ packet: { header }, moment }) =>
  moment.tipFlow <= -LEAST_FLOW || mechanismWords(header, moment) !== header.words[`${moment.mechanism}_on`];

// Below the line: what the mechanism does; on a phone whatever is amiss instead, one below the other.
function nameMechanism(scene, { leaks }) {
  const { lane, lineY, thick, row, tube, wide, outside, canal } = scene.places, { header } = scene.packet, { words } = header;
  const backwards = scene.moment.tipFlow <= -LEAST_FLOW;
  const text = backwards ? words.runs_back : header.is_filled ?? true ? mechanismWords(header, scene.moment) : "";
  const bold = isAmiss(scene);
  const lost = leaks.map(({ flow }) => lostWords(scene, flow));
  const amiss = [...(outside ? [outsideWords(scene)] : []), ...(bold ? [text] : []), ...lost];
  const notes = wide || !amiss.length ? [text] : amiss;
  const end = lane.left + textWidth(scene, text) + 10;
  const drops = wide ? leaks.map((leak) => tube.place(leak.s).x).filter((x) => x < end) : [];
  const x = Math.max(lane.left, ...drops.map((drop) => drop + 14)), room = canal.left - 8 - x;
  const heavy = bold || notes === amiss;
  const lines = notes.flatMap((one) => (textWidth(scene, one, heavy) > room ? halved(one) : [one])).slice(0, MOST_LINES);
  lines.forEach((one, k) =>
    write(scene, one, x, lineY + thick / 2 + (k + 1) * row - 4, { bold: heavy, plate: true }));
}

const lostWords = ({ packet: { header } }, flow) => fill(header.words.lost_now, { flow: units(header).flow(flow) });

const outsideWords = ({ packet: { header: { words } }, moment }) =>
  fill(words.tip_outside, { space: words[spaceKey(moment)] });

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

// Drops fall as fluid is lost, each from the leak to the floor.
function drawLeak(scene, { flow, s }, k) {
  const { pen, packet, moment, places: { tube, thick, row, lineY, canal, floorY, wide }, look } = scene;
  const mouth = tube.place(s), half = thick / 2;
  const inCanal = mouth.x > canal.left, upright = Math.abs(Math.sin(mouth.angle)) > 0.7;
  across(pen, mouth, half + 3, LOST, 4);
  const phase = ((moment.lostMl * DROPS) / (packet.lostMl.at(-1) || 1)) % 1;
  const x = upright ? mouth.x - half - 8 : mouth.x, top = upright ? mouth.y : mouth.y + half + 9;
  const room = Math.max(floorY - 3 - top, 14);
  for (let drop = 0; drop < 2; drop++) {
    const share = (phase + drop / 2) % 1;
    drawDrop(pen, x, top + room * share, 5 - share, look);
  }
  if (!wide) return;
  const text = lostWords(scene, flow), length = textWidth(scene, text, true);
  const fits = mouth.x + 12 + length < canal.left - 4;
  const at = inCanal ? canal.left - 8 - length : fits ? mouth.x + 12 : mouth.x - 12 - length;
  write(scene, text, at, lineY + half + row - 4 + k * row, { bold: true, plate: true });
}

// What was lost collects as a puddle: as wide as what lies in tissue now, beside the most that ever does.
function drawTissue(scene, { sOf }) {
  const { pen, packet, moment, places: { tube, canal, box, wide, floorY, lane }, look } = scene;
  const { header } = packet, { words } = header, say = units(header);
  if (!packet.topTissue || !(moment.tissueMcg || moment.lostMcg)) return;
  // at the leak; else beside the tip; what never was in the line lies in the pocket of the pump
  const leak = header.leak_ml.length ? sOf(header.leak_ml[0]) : packet.topLost ? tube.length : null;
  const place = leak === null ? box.right + 40 : tube.place(leak).x;
  const x = Math.min(Math.max(place, lane.left + 30), canal.left - 40);
  const share = Math.sqrt(moment.tissueMcg / packet.topTissue), most = wide ? 46 : 26;
  pen.beginPath();
  pen.ellipse(x, floorY + 5, Math.max(most * share, 3), Math.max(7 * share, 1.5), 0, 0, 2 * Math.PI);
  pen.fillStyle = LOST;
  pen.fill();
  stroke(pen, look.background, 1);
  const facts = { held: say.amount(moment.tissueMcg), lost: say.amount(moment.lostMcg) };
  const texts = [words.in_tissue, words.in_tissue_short].slice(wide ? 0 : 1).map((one) => fill(one, facts));
  for (const text of texts) {
    const length = textWidth(scene, text), right = x + most + 8, left = x - most - 8 - length;
    const at = right + length < canal.left - 4 ? right : left > box.right + 4 || text === texts.at(-1) ? left : null;
    if (at === null) continue;
    write(scene, text, Math.max(at, box.right + 4), floorY, { plate: true });
    break;
  }
}

const tipWord = ({ packet: { header: { words } }, moment }) => `${words.tip} ${moment.tipLevel}`;

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
  const { canal, tipWordY } = places, lead = places.wide ? 10 : 5;
  segment(pen, canal.left - lead, tipWordY, x - places.thick / 2 + 1, y, look.text, 2.5);
  write(scene, tipWord(scene), canal.left - lead - 3, tipWordY, { align: "right", bold: true, plate: true });
}
