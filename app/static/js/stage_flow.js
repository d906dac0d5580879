// The content of the line, moved on by what flows between two moments that were sent.

/** @import { Flows, Plug } from "./types" */

/** @typedef {{ from: number, to: number, flow: number, held: Plug[], next: Plug[] | null }} Piece */
/** @typedef {{ plugs: Plug[], ml: number, last: number }} Train */

/**
 * The content of the line after `days` of steady flow: what the pump gives comes in, less goes on behind each leak, and
 * where the flow is negative CSF comes in at the tip. The volume stays what it is.
 * @param {Plug[]} plugs
 * @param {Flows} flows
 * @param {number} days
 * @returns {Plug[]}
 */
export function advance(plugs, { leaks, secondFlow, tipFlow, pathMl, entersMcgMl, csfMcgMl }, days) {
  const wholeMl = plugs.reduce((sum, plug) => sum + plug.ml, 0);
  if (!(days > 0) || !(wholeMl > 0)) return plugs;
  // pieces between the places where something leaves, from the tip back to the pump
  const exits = [...leaks, { ml: pathMl, flow: secondFlow }].filter(({ flow }) => flow !== 0);
  const ends = exits.map(({ ml, flow }) => ({ ml: Math.min(ml, wholeMl), flow })).sort((x, y) => x.ml - y.ml);
  /** @type {Piece[]} */
  const pieces = [{ from: 0, to: wholeMl, flow: tipFlow, held: [], next: null }];
  for (const { ml, flow } of ends.reverse()) {
    pieces[0].from = ml;
    pieces.unshift({ from: 0, to: ml, flow: pieces[0].flow + flow, held: [], next: null });
  }
  for (const piece of pieces) piece.held = cut(plugs, piece.from, piece.to);
  /**
   * downstream with the flow, then upstream against it
   * @type {Train}
   */
  let arriving = { plugs: [], ml: 0, last: entersMcgMl };
  for (const piece of pieces) {
    const size = piece.to - piece.from;
    const ml = piece.flow * days;
    if (ml > 0) {
      const train = [...stretch(arriving, ml), ...piece.held];
      piece.next = cut(train, 0, size);
      arriving = { plugs: cut(train, size, size + ml), ml, last: entersMcgMl };
    } else arriving = { plugs: [], ml: 0, last: entersMcgMl };
  }
  arriving = { plugs: [], ml: 0, last: csfMcgMl };
  for (const piece of [...pieces].reverse()) {
    const size = piece.to - piece.from;
    const ml = -piece.flow * days;
    if (ml > 0) {
      const train = [...piece.held, ...stretch(arriving, ml)];
      piece.next = cut(train, ml, ml + size);
      arriving = { plugs: cut(train, 0, ml), ml, last: csfMcgMl };
    } else arriving = { plugs: [], ml: 0, last: csfMcgMl };
  }
  return joined(pieces.flatMap((piece) => piece.next ?? piece.held));
}

/**
 * What arrives, as the share that goes on: the same train, each plug shorter; or simply more of one fluid.
 * @param {Train} train
 * @param {number} ml
 * @returns {Plug[]}
 */
const stretch = ({ plugs, ml: before, last }, ml) =>
  before > 0 ? plugs.map((plug) => ({ ...plug, ml: (plug.ml * ml) / before })) : [{ ml, mcgMl: last }];

/**
 * The part of a train of plugs between two volumes from its start.
 * @param {Plug[]} plugs
 * @param {number} from
 * @param {number} to
 */
function cut(plugs, from, to) {
  /** @type {Plug[]} */
  const found = [];
  let start = 0;
  for (const { ml, mcgMl } of plugs) {
    const low = Math.max(start, from);
    const high = Math.min(start + ml, to);
    if (high > low) found.push({ ml: high - low, mcgMl });
    start += ml;
  }
  return found;
}

/** @param {Plug[]} plugs */
function joined(plugs) {
  /** @type {Plug[]} */
  const found = [];
  for (const plug of plugs) {
    const last = found.at(-1);
    if (last && last.mcgMl === plug.mcgMl) last.ml += plug.ml;
    else found.push({ ...plug });
  }
  return found;
}
