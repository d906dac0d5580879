// Words below the line: what is lost, what the mechanism does, what lies in tissue. Each goes where there is room;
// where there is none, what is amiss stays and what goes well is left out.

import { isFree, textWidth, write } from "./stage_pen.js";
import { LEAST_FLOW } from "./stage_packet.js";
import { fill, lostWords, mechanismWords, spaceKey, units } from "./stage_words.js";

/** @import { Line, Scene } from "./types" */

/** @typedef {{ lines: string[], x: number, y: number }} Note */

const MOST_LINES = 2; // of one note

/**
 * @param {Scene} scene
 * @param {Line} line
 */
export function writeNotes(scene, line) {
  if (scene.places.wide) for (const leak of line.leaks) nameLeak(scene, leak);
  nameMechanism(scene, line);
  nameTissue(scene);
}

/**
 * Write the first of some notes that touches nothing and is not cut.
 * @param {Scene} scene
 * @param {Note[]} notes
 * @param {boolean} bold
 */
function writeFirst(scene, notes, bold) {
  const { box, rotor, lane, canal, row, size, bottom } = scene.places;
  const note = notes.find(({ lines, x, y }) => {
    if (!lines.length) return false;
    const right = x + Math.max(...lines.map((text) => textWidth(scene, text, bold)));
    const end = y + (lines.length - 1) * row + size / 2;
    const left = y - size / 2 > rotor.y + rotor.r ? box.right + 4 : lane.left;
    const isInside = x >= left && right <= canal.left - 4 && end <= bottom;
    return isInside && isFree(scene, [x, y - size / 2, right, end]);
  });
  note?.lines.forEach((text, k) => write(scene, text, note.x, note.y + k * row, { bold, plate: true }));
}

/**
 * Where the first line of words below the line stands.
 * @param {Scene} scene
 */
const firstY = ({ places: { lineY, thick, row } }) => lineY + thick / 2 + row - 4;

/**
 * What a leak loses, at the right of its drops, at their left, or a line further down.
 * @param {Scene} scene
 * @param {Line["leaks"][number]} leak
 */
function nameLeak(scene, { flow, s }) {
  const { canal, tube, row } = scene.places;
  const text = lostWords(scene.packet.header, flow);
  const length = textWidth(scene, text, true);
  const mouth = tube.place(s).x;
  const across = mouth > canal.left ? [canal.left - 8 - length] : [mouth + 12, mouth - 12 - length];
  const y = firstY(scene);
  const notes = [y, y + row].flatMap((down) => across.map((x) => ({ lines: [text], x, y: down })));
  writeFirst(scene, notes, true);
}

/**
 * A text in two lines, parted at the space nearest to its middle.
 * @param {string} text
 */
function halved(text) {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  const middle = text.length / 2;
  if (!spaces.length) return [text];
  const at = spaces.reduce((best, space) => (Math.abs(space - middle) < Math.abs(best - middle) ? space : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * What the mechanism does; on a phone whatever is amiss instead, one below the other.
 * @param {Scene} scene
 * @param {Line} line
 */
function nameMechanism(scene, { leaks }) {
  const { lane, tube, wide, outside, canal } = scene.places;
  const { header } = scene.packet;
  const { words } = header;
  const backwards = scene.moment.tipFlow <= -LEAST_FLOW;
  const works = mechanismWords(header, scene.moment);
  const text = backwards ? words.runs_back : (header.is_filled ?? true) ? works : "";
  const isAmiss = backwards || works !== words[`${scene.moment.mechanism}_on`];
  const lost = leaks.map(({ flow }) => lostWords(header, flow));
  const amiss = [...(outside ? [outsideWords(scene)] : []), ...(isAmiss ? [text] : []), ...lost];
  const [plain, heavy] = wide || !amiss.length ? [[text], isAmiss] : [amiss, true];
  const end = lane.left + textWidth(scene, text) + 10;
  const drops = wide ? leaks.map((leak) => tube.place(leak.s).x).filter((x) => x < end) : [];
  const x = Math.max(lane.left, ...drops.map((drop) => drop + 14));
  const room = canal.left - 8 - x;
  const lines = plain
    .filter(Boolean)
    .flatMap((note) => (textWidth(scene, note, heavy) > room ? halved(note) : [note]))
    .slice(0, MOST_LINES);
  const short = text && isAmiss && !backwards ? [words.nothing_flows] : lines.slice(0, 1);
  const y = firstY(scene);
  writeFirst(
    scene,
    [lines, short].map((each) => ({ lines: each, x, y })),
    heavy,
  );
}

/**
 * Where the tip lies if not in the canal.
 * @param {Scene} scene
 */
export function outsideWords({ packet, moment }) {
  const { words } = packet.header;
  return fill(words.tip_outside, { space: words[spaceKey(moment)] });
}

/**
 * What lies in tissue, beside its puddle.
 * @param {Scene} scene
 */
function nameTissue(scene) {
  const { packet, moment, puddle } = scene;
  const { floorY, wide } = scene.places;
  if (!puddle) return;
  const { words } = packet.header;
  const say = units(packet.header);
  const facts = { held: say.amount(moment.tissueMcg), lost: say.amount(moment.lostMcg) };
  const texts = [words.in_tissue, words.in_tissue_short].slice(wide ? 0 : 1).map((each) => fill(each, facts));
  const notes = texts.flatMap((text) =>
    [puddle.right + 8, puddle.left - 8 - textWidth(scene, text)].map((x) => ({ lines: [text], x, y: floorY })),
  );
  writeFirst(scene, notes, false);
}
