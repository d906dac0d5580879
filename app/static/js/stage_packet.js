// The packet of a run: its bytes read, and any moment of it between two that were sent.
//
// Flows, doses and blocks hold from one moment sent to the next; volumes, concentrations and indices go straight; the
// content of the line moves with the flow. The instant before each jump was sent, so nothing is drawn halfway through it.

import { unpack } from "./packet.js";
import { advance } from "./stage_flow.js";

/** @import { Numbers, Packet, Plug, Sent } from "./types" */

export const LEAST_FLOW = 0.0005; // mL/day: less is written, and drawn, as none
const BESIDE_DAY = 2e-11; // moments a microsecond apart are two sides of one jump
const LEAST_SHARE = 0.001; // of the most drug that is ever lost: less is written as none

/**
 * @param {Uint8Array} bytes
 * @returns {Packet}
 */
export function parse(bytes) {
  const { header, arrays } = unpack(bytes);
  const n = arrays.day.length;
  return known(
    /** @type {Sent} */ (/** @type {unknown} */ ({ header, arrays, n, levels: arrays.csf_mcg_ml.length / n })),
  );
}

/**
 * What is asked of a packet again and again.
 * @param {Sent} sent
 * @returns {Packet}
 */
function known(sent) {
  const { header, arrays: a, n } = sent;
  /**
   * @param {number} leak
   * @param {number} i
   */
  const leakFlow = (leak, i) => a.leak_ml_day[leak * n + i];
  /** @param {number} i */
  const lossFlow = (i) => header.leak_ml.reduce((sum, _, leak) => sum + leakFlow(leak, i), 0);
  const pumpedFlow = Float64Array.from(a.tip_ml_day, (tip, i) => tip + lossFlow(i) + (a.second_ml_day?.[i] ?? 0));
  const rotorFlow = a.rotor_ml_day ?? pumpedFlow; // a slipping rotor turns and moves nothing
  const [topTissue, topLost] = [highest(a.tissue_mcg), highest(a.lost_mcg)];
  return {
    ...sent,
    leakFlow,
    lossFlow,
    pumpedFlow,
    rotorFlow,
    turnedMl: running(a.day, rotorFlow),
    lostMl: running(
      a.day,
      Float64Array.from(a.day, (_, i) => lossFlow(i)),
    ),
    topTissue,
    topLost,
    leastMcg: LEAST_SHARE * Math.max(topTissue, topLost),
    frames: Array.from(a.day).filter((day, i) => !(a.day[i + 1] - day < BESIDE_DAY)),
    ...stretches(sent, pumpedFlow),
  };
}

/** @param {Numbers} values */
const highest = (values) => Array.from(values).reduce((most, value) => Math.max(most, value), 0);

/**
 * Running total of what flows, at each moment sent.
 * @param {Numbers} day
 * @param {Numbers} flow
 */
function running(day, flow) {
  const total = new Float64Array(day.length);
  for (let i = 1; i < day.length; i++) total[i] = total[i - 1] + flow[i - 1] * (day[i] - day[i - 1]);
  return total;
}

/**
 * Times in which flow and dose at the tip stay the same: where each begins, and which one a moment lies in.
 * @param {Sent} sent
 * @param {Numbers} pumpedFlow
 */
function stretches({ arrays: a, n }, pumpedFlow) {
  /** @type {number[]} */
  const starts = [];
  const stretchOf = new Uint32Array(n);
  const steady = [a.tip_mcg_day, a.tip_ml_day, a.believed_mcg_day, pumpedFlow];
  for (let i = 0; i < n; i++) {
    const isSame = steady.every((values) => values[i] === values[i - 1]);
    if (i === 0 || !isSame) starts.push(i);
    stretchOf[i] = starts.length - 1;
  }
  return { starts, stretchOf };
}

/**
 * Place of the last moment sent that is not after `day`.
 * @param {Sent} packet
 * @param {number} day
 */
function frameAt({ arrays, n }, day) {
  const days = arrays.day;
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (days[middle] <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A push that would flash by within `brief` days is passed over: the day just before it is looked at instead.
 * @param {Packet} packet
 * @param {number} day
 * @param {number} brief
 */
export function calmDay(packet, day, brief) {
  const { starts, stretchOf, n } = packet;
  const { day: days } = packet.arrays;
  const here = stretchOf[frameAt(packet, day)];
  /** @param {number} s */
  const length = (s) => (s + 1 < starts.length ? days[starts[s + 1]] : days[n - 1]) - days[starts[s]];
  const size = length(here);
  if (size >= brief) return day;
  for (let s = here - 1; s >= Math.max(0, here - 6); s--)
    if (length(s) >= Math.min(brief, 4 * size)) return days[starts[s + 1] - 1];
  return day;
}

/**
 * The picture at a day; `shownDay` is what is written where the moment drawn is another.
 * @param {Packet} packet
 * @param {number} day
 * @param {number} shownDay
 */
export function momentAt(packet, day, shownDay = day) {
  const { header, arrays: a, n, levels } = packet;
  const i = frameAt(packet, day);
  const j = Math.min(i + 1, n - 1);
  const span = a.day[j] - a.day[i];
  const share = span > 0 ? Math.min(Math.max((day - a.day[i]) / span, 0), 1) : 0;
  const passed = share * span;
  /**
   * @param {Numbers} values
   * @param {number} from
   * @param {number} to
   */
  const straight = (values, from = i, to = j) => values[from] + (values[to] - values[from]) * share;
  /** @param {number} mcg */
  const atLeast = (mcg) => (mcg >= packet.leastMcg ? mcg : 0);
  const leaks = header.leak_ml.map((ml, leak) => ({ ml, flow: packet.leakFlow(leak, i) }));
  const secondFlow = a.second_ml_day ? a.second_ml_day[i] : null;
  const csf = Float64Array.from({ length: levels }, (_, k) => straight(a.csf_mcg_ml, i * levels + k, j * levels + k));
  const tip = last(header.tips, ([from]) => from <= day) ?? header.tips[0];
  /** @type {Plug[]} */
  const sent = [];
  for (let k = a.plug_start[i]; k < a.plug_start[i + 1]; k++) sent.push({ ml: a.plug_ml[k], mcgMl: a.plug_mcg_ml[k] });
  const flows = {
    leaks,
    secondFlow: secondFlow ?? 0,
    tipFlow: a.tip_ml_day[i],
    pathMl: header.path_ml,
    entersMcgMl: a.reservoir_mcg_ml?.[i] ?? sent[0]?.mcgMl ?? 0,
    csfMcgMl: nearTip(csf, tip[2], header.canal_cm),
  };
  const byHand = a.port_ml_day ? a.port_ml_day[i] !== 0 : false; // moments during a push are close together
  return {
    day: shownDay,
    gapDay: span,
    believedMl: straight(a.believed_ml),
    trueMl: straight(a.true_ml),
    alarmMl: a.alarm_ml ? a.alarm_ml[i] : header.alarm_ml,
    reservoirMcgMl: a.reservoir_mcg_ml ? a.reservoir_mcg_ml[i] : null,
    believedDose: a.believed_mcg_day[i],
    tipDose: a.tip_mcg_day[i],
    tipFlow: a.tip_ml_day[i],
    secondFlow,
    leaks,
    pumpedFlow: packet.pumpedFlow[i],
    rotorFlow: packet.rotorFlow[i],
    turnedMl: packet.turnedMl[i] + packet.rotorFlow[i] * passed,
    lostMl: packet.lostMl[i] + packet.lossFlow(i) * passed,
    plugs: byHand ? sent : advance(sent, flows, passed),
    csf,
    blocked: a.blocked_frac[i],
    lostMcg: atLeast(straight(a.lost_mcg)),
    tissueMcg: atLeast(straight(a.tissue_mcg)),
    tipLevel: tip[1],
    tipCm: tip[3] === "intrathecal" ? tip[2] : NaN,
    tipSpace: tip[3],
    mechanism: header.mechanism ?? "roller",
    indices: header.indices.map(([array, name, band, grades]) => {
      const values = a[array];
      const value = values ? straight(values) : null; // null: not modelled
      return { array, name, band, value, word: last(grades, ([low]) => value !== null && value > low)?.[1] ?? "" };
    }),
    emergency: last(header.emergencies, ([, , from, to]) => from <= day && (to === null || day < to)) ?? null,
    lamps: header.lamps.map(([name, spans]) => ({
      name,
      sound: last(spans, ([from, to]) => from <= day && (to === null || day < to))?.[2] ?? null,
    })),
    news: last(header.happenings, ([at]) => at <= day),
    visit: last(header.visits ?? [], ([at]) => at <= day),
  };
}

/**
 * The last of a list of which something holds.
 *
 * @template Thing
 * @param {Thing[]} list
 * @param {(thing: Thing) => boolean} isIt
 */
const last = (list, isIt) => list.filter(isIt).at(-1);

/**
 * @param {Float64Array} csf
 * @param {number} cm
 * @param {number} canalCm
 */
const nearTip = (csf, cm, canalCm) =>
  csf[Math.min(Math.max(Math.floor((cm / canalCm) * csf.length), 0), csf.length - 1)];
