// The picture in words, from the table of words that came with the packet.

import { inSigns } from "./page.js";
import { LEAST_FLOW } from "./stage_packet.js";

/** @import { Band, Header, IndexName, Moment, Packet, Plug, Side } from "./types" */

const LARGER = [100, 10, 1, 0.1, 0.01, 0.001, 0]; // a number as large as that has so many digits after the point
const LEAST_MCG_ML = 0.0005; // less would be written as 0
const ALIKE = 0.02; // plugs closer than this share of the strongest count as one
const MOST_PLUGS = 4;
/** @type {Partial<Record<IndexName, Side>>} */
export const SIDES = { excess_index: "too_much", withdrawal_index: "too_little" };

/**
 * Where an index lies to its band, as a key of the words.
 * @param {number} value
 * @param {Band} band
 */
export const bandState = (value, [low, high]) =>
  value < low ? "less_than_meant" : value > high ? "more_than_meant" : "in_band";

/**
 * About three digits, thousands apart, no trailing zero.
 * @param {number} value
 * @param {number} [digits]
 */
export function number(value, digits) {
  const size = Math.abs(value);
  digits ??= LARGER.findIndex((least) => size >= least);
  const text = (Math.floor(value * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
  return inSigns(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/**
 * @param {string} text
 * @param {Record<string, string>} facts
 */
export const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

/** @param {string} words */
export const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/**
 * How numbers are written in the units that were chosen.
 * @param {Header} header
 */
export function units({ units: { amount, flow, time }, words }) {
  return {
    dose: (/** @type {number} */ mcgDay) => number(mcgDay * amount[0]),
    doseUnit: `${amount[1]}/${words.unit_day}`,
    amount: (/** @type {number} */ mcg) => `${number(mcg * amount[0])} ${amount[1]}`,
    strength: (/** @type {number} */ mcgMl) => number(mcgMl * amount[0]),
    strengthUnit: `${amount[1]}/mL`,
    flow: (/** @type {number} */ mlDay) => `${number(mlDay * flow[0])} ${flow[1]}`,
    time: (/** @type {number} */ day, digits = 1) => number(day * time[0], digits),
    moment: time[1],
    times: time[2],
  };
}

/**
 * @param {Header} header
 * @param {Moment} moment
 */
export function mechanismWords({ words }, moment) {
  if (moment.rotorFlow < LEAST_FLOW) return fill(words.no_flow, { mechanism: words[`${moment.mechanism}_off`] });
  const working = words[`${moment.mechanism}_on`];
  return moment.pumpedFlow < LEAST_FLOW ? fill(words.in_vain, { mechanism: working }) : working;
}

/**
 * Plugs that look alike as one: [{ ml, mcgMl }].
 * @param {Plug[]} plugs
 * @param {number} peakMcgMl
 */
function alike(plugs, peakMcgMl) {
  /** @type {Plug[]} */
  const runs = [];
  for (const { ml, mcgMl } of plugs) {
    const last = runs.at(-1);
    if (last && Math.abs(last.mcgMl - mcgMl) < ALIKE * peakMcgMl) last.ml += ml;
    else runs.push({ ml, mcgMl });
  }
  return runs;
}

/**
 * @param {Header} header
 * @param {Moment} moment
 * @param {ReturnType<typeof units>} say
 */
function lineWords({ words, peak_mcg_ml }, { plugs }, say) {
  const runs = alike(plugs, peak_mcg_ml);
  const parts = runs
    .slice(0, MOST_PLUGS)
    .map(({ ml, mcgMl }) =>
      fill(words.plug, { ml: number(ml, 3), strength: `${say.strength(mcgMl)} ${say.strengthUnit}` }),
    );
  if (runs.length > MOST_PLUGS) parts.push(words.and_more);
  return fill(words.line, { plugs: parts.join(`${words.then} `) });
}

/**
 * @param {Header} header
 * @param {Moment} moment
 * @param {ReturnType<typeof units>} say
 */
function canalWords({ words, canal_cm }, { csf }, say) {
  const highest = Math.max(...csf);
  if (highest < LEAST_MCG_ML) return highest > 0 ? words.hardly : words.no_drug;
  const cm = ((csf.indexOf(highest) + 0.5) * canal_cm) / csf.length;
  return fill(words.highest, { strength: `${say.strength(highest)} ${say.strengthUnit}`, cm: number(cm, 0) });
}

/**
 * @param {Header} header
 * @param {Moment["indices"][number]} index
 */
function indexWords({ words }, index) {
  const { array, value, band, word } = index;
  const side = words[SIDES[array] ?? ""];
  const name = side ? `${side} (${index.name})` : index.name;
  if (value === null) return `${name} ${words.not_modelled}`;
  const parts = [`${name} ${number(value, 2)}`];
  if (band) parts.push(`(${fill(words.band, { low: number(band[0], 2), high: number(band[1], 2) })})`);
  const state = band ? words[bandState(value, band)] : word;
  return state ? `${parts.join(" ")}: ${state}` : parts.join(" ");
}

/**
 * An emergency at the moment as plain words, the patient's word behind it; empty where there is none.
 * @param {Header} header
 * @param {Moment} moment
 */
export function emergencyWords({ words, drug }, { emergency, indices }) {
  if (!emergency) return "";
  const [side, isDistress] = emergency;
  const word = indices.find(({ array }) => SIDES[array] === side)?.word;
  const text = fill(words[isDistress ? "is_distress" : "is_emergency"], { side: words[side], drug });
  return word ? `${text} - ${word}` : text;
}

/**
 * @param {Packet} packet
 * @param {Moment} moment
 * @returns {string}
 */
export function describe({ header }, moment) {
  const { words } = header;
  const say = units(header);
  const sentences = [
    capital(fill(words.at_of, { moment: say.moment, at: say.time(moment.day), end: say.time(header.duration_day) })),
    fill(words.says, {
      believed: say.dose(moment.believedDose),
      received: say.dose(moment.tipDose),
      unit: say.doseUnit,
    }),
  ];
  if (header.is_filled ?? true) {
    sentences.push(fill(words.reservoir, { true: number(moment.trueMl), believed: number(moment.believedMl) }));
    sentences.push(`${capital(mechanismWords(header, moment))}.`);
    if (moment.trueMl <= header.unpumpable_ml) sentences.push(words.nothing_left);
  } else sentences.push(words.no_pump);
  sentences.push(lineWords(header, moment, say));
  if (moment.tipFlow <= -LEAST_FLOW) sentences.push(fill(words.backwards, { flow: say.flow(-moment.tipFlow) }));
  if (moment.secondFlow !== null) sentences.push(fill(words.second, { flow: say.flow(moment.secondFlow) }));
  for (const { ml, flow } of moment.leaks)
    if (flow >= LEAST_FLOW) sentences.push(fill(words.leak, { ml: number(ml), flow: say.flow(flow) }));
  if (moment.tissueMcg || moment.lostMcg)
    sentences.push(fill(words.tissue, { held: say.amount(moment.tissueMcg), lost: say.amount(moment.lostMcg) }));
  if (moment.blocked > 0)
    sentences.push(
      moment.blocked >= 0.995 ? words.blocked : fill(words.holds_back, { share: number(100 * moment.blocked, 0) }),
    );
  if (Number.isNaN(moment.tipCm)) sentences.push(fill(words.tip_outside, { space: words[spaceKey(moment)] }));
  else sentences.push(fill(words.tip_at, { level: moment.tipLevel }));
  sentences.push(canalWords(header, moment, say));
  const emergency = emergencyWords(header, moment);
  if (emergency) sentences.splice(1, 0, `${emergency}.`);
  const indices = moment.indices.map((index) => indexWords(header, index)).join("; ");
  if (indices) sentences.push(fill(words.indices, { indices }));
  const on = moment.lamps
    .filter(({ sound }) => sound)
    .map(({ name }) => words[name])
    .join(", ");
  if (moment.lamps.length) sentences.push(on ? fill(words.lamps_on, { lamps: on }) : words.lamps_off);
  return sentences.join(" ");
}

/**
 * What a leak loses at a moment.
 *
 * @param {Header} header
 * @param {number} flow
 */
export const lostWords = (header, flow) => fill(header.words.lost_now, { flow: units(header).flow(flow) });

/** @param {Moment} moment */
export const spaceKey = ({ tipSpace }) => `space_${tipSpace}`;
