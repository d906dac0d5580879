// The packet of a run: its bytes read, and any moment of it between two that were sent.
//
// Flows, doses and blocks hold from one moment sent to the next; volumes, concentrations and indices go straight; the
// content of the line moves with the flow. The instant before each jump was sent, so nothing is drawn halfway through it.

import { unpack } from "./packet.js";

export const LEAST_FLOW = 0.0005; // mL/day: less is written, and drawn, as none
const BESIDE_DAY = 2e-11; // moments a microsecond apart are two sides of one jump
const LEAST_SHARE = 0.001; // of the most drug that is ever lost: less is written as none

export function parse(bytes) {
  const { header, arrays } = unpack(bytes);
  return known({ header, arrays, n: arrays.day.length, levels: arrays.csf_mcg_ml.length / arrays.day.length });
}

// What is asked of a packet again and again.
function known(packet) {
  const { header, arrays: a, n } = packet;
  packet.leakFlow = (leak, i) => a.leak_ml_day[leak * n + i];
  packet.lossFlow = (i) => header.leak_ml.reduce((sum, _, leak) => sum + packet.leakFlow(leak, i), 0);
  const pumpedFlow = Float64Array.from(a.tip_ml_day, (tip, i) => tip + packet.lossFlow(i) + (a.second_ml_day?.[i] ?? 0));
  const rotorFlow = a.rotor_ml_day ?? pumpedFlow; // a slipping rotor turns and moves nothing
  const turnedMl = running(a.day, rotorFlow);
  Object.assign(packet, {
    pumpedFlow, rotorFlow, turnedMl,
    lostMl: running(a.day, a.day.map((_, i) => packet.lossFlow(i))),
    topTissue: highest(a.tissue_mcg), topLost: highest(a.lost_mcg),
    leastMcg: LEAST_SHARE * Math.max(highest(a.tissue_mcg), highest(a.lost_mcg)),
    frames: Array.from(a.day).filter((day, i) => !(a.day[i + 1] - day < BESIDE_DAY)),
    ...stretches(packet, pumpedFlow),
  });
  return packet;
}

const highest = (values) => values.reduce((most, one) => Math.max(most, one), 0);

// Running total of what flows, at each moment sent.
function running(day, flow) {
  const total = new Float64Array(day.length);
  for (let i = 1; i < day.length; i++) total[i] = total[i - 1] + flow[i - 1] * (day[i] - day[i - 1]);
  return total;
}

// Times in which flow and dose at the tip stay the same: where each begins, and which one a moment lies in.
function stretches({ arrays: a, n }, pumpedFlow) {
  const starts = [], stretchOf = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const same = i && [a.tip_mcg_day, a.tip_ml_day, a.believed_mcg_day, pumpedFlow].every((one) => one[i] === one[i - 1]);
    if (!same) starts.push(i);
    stretchOf[i] = starts.length - 1;
  }
  return { starts, stretchOf };
}

// Place of the last moment sent that is not after `day`.
export function frameAt({ arrays: { day: days }, n }, day) {
  let low = 0, high = n - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (days[middle] <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

// A push that would flash by within `brief` days is passed over: the day just before it is looked at instead.
export function calmDay(packet, day, brief) {
  const { arrays: { day: days }, starts, stretchOf, n } = packet;
  const here = stretchOf[frameAt(packet, day)];
  const length = (s) => (s + 1 < starts.length ? days[starts[s + 1]] : days[n - 1]) - days[starts[s]];
  const size = length(here);
  if (size >= brief) return day;
  for (let s = here - 1; s >= Math.max(0, here - 6); s--)
    if (length(s) >= Math.min(brief, 4 * size)) return days[starts[s + 1] - 1];
  return day;
}

// The picture at a day; `shownDay` is what is written where the moment drawn is another.
export function momentAt(packet, day, shownDay = day) {
  const { header, arrays: a, n, levels } = packet;
  const i = frameAt(packet, day), j = Math.min(i + 1, n - 1);
  const span = a.day[j] - a.day[i];
  const share = span > 0 ? Math.min(Math.max((day - a.day[i]) / span, 0), 1) : 0;
  const passed = share * span;
  const straight = (values, from = i, to = j) => values[from] + (values[to] - values[from]) * share;
  const atLeast = (mcg) => (mcg >= packet.leastMcg ? mcg : 0);
  const leaks = header.leak_ml.map((ml, leak) => ({ ml, flow: packet.leakFlow(leak, i) }));
  const secondFlow = a.second_ml_day ? a.second_ml_day[i] : null;
  const csf = Float64Array.from({ length: levels }, (_, k) => straight(a.csf_mcg_ml, i * levels + k, j * levels + k));
  const tip = header.tips.findLast(([from]) => from <= day) ?? header.tips[0];
  const sent = [];
  for (let k = a.plug_start[i]; k < a.plug_start[i + 1]; k++) sent.push({ ml: a.plug_ml[k], mcgMl: a.plug_mcg_ml[k] });
  const flows = {
    leaks, secondFlow: secondFlow ?? 0, tipFlow: a.tip_ml_day[i], pathMl: header.path_ml,
    entersMcgMl: a.reservoir_mcg_ml?.[i] ?? sent[0]?.mcgMl ?? 0, csfMcgMl: nearTip(csf, tip[2], header.canal_cm),
  };
  const byHand = a.port_ml_day ? a.port_ml_day[i] !== 0 : false; // moments during a push stand close together
  return {
    day: shownDay, gapDay: span,
    believedMl: straight(a.believed_ml), trueMl: straight(a.true_ml),
    reservoirMcgMl: a.reservoir_mcg_ml ? a.reservoir_mcg_ml[i] : null,
    believedDose: a.believed_mcg_day[i], tipDose: a.tip_mcg_day[i], tipFlow: a.tip_ml_day[i],
    secondFlow, leaks, pumpedFlow: packet.pumpedFlow[i], rotorFlow: packet.rotorFlow[i],
    turnedMl: packet.turnedMl[i] + packet.rotorFlow[i] * passed,
    lostMl: packet.lostMl[i] + packet.lossFlow(i) * passed,
    plugs: byHand ? sent : advance(sent, flows, passed),
    csf, blocked: a.blocked_frac[i],
    lostMcg: atLeast(straight(a.lost_mcg)), tissueMcg: atLeast(straight(a.tissue_mcg)),
    tipLevel: tip[1], tipCm: tip[3] === "intrathecal" ? tip[2] : NaN, tipSpace: tip[3],
    mechanism: header.mechanism ?? "roller",
    indices: header.indices.map(([array, name, band]) => ({ array, name, band, value: straight(a[array]) })),
    lamps: header.lamps.map(([name, spans]) => ({
      name, sound: spans.findLast(([from, to]) => from <= day && (to === null || day < to))?.[2] ?? null,
    })),
    news: header.happenings.findLast(([at]) => at <= day),
    visit: (header.visits ?? []).findLast(([at]) => at <= day),
  };
}

const nearTip = (csf, cm, canalCm) => csf[Math.min(Math.max(Math.floor((cm / canalCm) * csf.length), 0), csf.length - 1)];

// The content of the line after `days` of steady flow: what the pump gives comes in, less goes on behind each leak, and
// where the flow is negative CSF comes in at the tip. The volume stays what it is.
export function advance(plugs, { leaks, secondFlow, tipFlow, pathMl, entersMcgMl, csfMcgMl }, days) {
  const wholeMl = plugs.reduce((sum, plug) => sum + plug.ml, 0);
  if (!(days > 0) || !(wholeMl > 0)) return plugs;
  // pieces between the places where something leaves, from the tip back to the pump
  const exits = [...leaks, { ml: pathMl, flow: secondFlow }].filter(({ flow }) => flow !== 0);
  const ends = exits.map(({ ml, flow }) => ({ ml: Math.min(ml, wholeMl), flow })).sort((x, y) => x.ml - y.ml);
  const pieces = [{ to: wholeMl, flow: tipFlow }];
  for (const { ml, flow } of ends.toReversed()) {
    pieces[0].from = ml;
    pieces.unshift({ to: ml, flow: pieces[0].flow + flow });
  }
  pieces[0].from = 0;
  for (const piece of pieces) piece.held = cut(plugs, piece.from, piece.to);
  // downstream with the flow, then upstream against it
  let arriving = { plugs: [], ml: 0, last: entersMcgMl };
  for (const piece of pieces) {
    const size = piece.to - piece.from, ml = piece.flow * days;
    if (ml > 0) {
      const train = [...stretched(arriving, ml), ...piece.held];
      piece.next = cut(train, 0, size);
      arriving = { plugs: cut(train, size, size + ml), ml, last: entersMcgMl };
    } else arriving = { plugs: [], ml: 0, last: entersMcgMl };
  }
  arriving = { plugs: [], ml: 0, last: csfMcgMl };
  for (const piece of pieces.toReversed()) {
    const size = piece.to - piece.from, ml = -piece.flow * days;
    if (ml > 0) {
      const train = [...piece.held, ...stretched(arriving, ml)];
      piece.next = cut(train, ml, ml + size);
      arriving = { plugs: cut(train, 0, ml), ml, last: csfMcgMl };
    } else arriving = { plugs: [], ml: 0, last: csfMcgMl };
  }
  return joined(pieces.flatMap((piece) => piece.next ?? piece.held));
}

// What arrives, as the share that goes on: the same train, each plug shorter; or simply more of one fluid.
const stretched = ({ plugs, ml: was, last }, ml) =>
  was > 0 ? plugs.map((plug) => ({ ...plug, ml: (plug.ml * ml) / was })) : [{ ml, mcgMl: last }];

// The part of a train of plugs between two volumes from its start.
export function cut(plugs, from, to) {
  const found = [];
  let start = 0;
  for (const { ml, mcgMl } of plugs) {
    const low = Math.max(start, from), high = Math.min(start + ml, to);
    if (high > low) found.push({ ml: high - low, mcgMl });
    start += ml;
  }
  return found;
}

function joined(plugs) {
  const found = [];
  for (const plug of plugs) {
    const last = found.at(-1);
    if (last && last.mcgMl === plug.mcgMl) last.ml += plug.ml;
    else found.push({ ...plug });
  }
  return found;
}
