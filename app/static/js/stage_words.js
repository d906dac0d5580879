// The picture in words, from the table of words that came with the packet.

import { LEAST_FLOW } from "./stage_packet.js";

const LARGER = [100, 10, 1, 0.1, 0.01, 0.001, 0]; // a number as large as that has so many digits after the point
const LEAST_MCG_ML = 0.0005; // less would be written as 0
const ALIKE = 0.02; // plugs closer than this share of the strongest are told as one
const MOST_PLUGS = 4;

// About three digits, thousands apart, no trailing zero.
export function number(value, digits) {
  const size = Math.abs(value);
  digits ??= LARGER.findIndex((least) => size >= least);
  const text = (Math.floor(value * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
  const [whole, part = ""] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ","), rest = part.replace(/0+$/, "");
  return rest ? `${grouped}.${rest}` : grouped;
}

export const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

export const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

// How numbers are written in the units that were chosen.
export function units({ units: { amount, flow, time }, words }) {
  return {
    dose: (mcgDay) => number(mcgDay * amount[0]), doseUnit: `${amount[1]}/${words.unit_day}`,
    amount: (mcg) => `${number(mcg * amount[0])} ${amount[1]}`,
    strength: (mcgMl) => number(mcgMl * amount[0]), strengthUnit: `${amount[1]}/mL`,
    flow: (mlDay) => `${number(mlDay * flow[0])} ${flow[1]}`,
    time: (day, digits = 1) => number(day * time[0], digits), moment: time[1], times: time[2],
  };
}

export function mechanismWords({ words }, moment) {
  if (moment.rotorFlow < LEAST_FLOW) return fill(words.no_flow, { mechanism: words[`${moment.mechanism}_off`] });
  const working = words[`${moment.mechanism}_on`];
  return moment.pumpedFlow < LEAST_FLOW ? fill(words.in_vain, { mechanism: working }) : working;
}

// Plugs that look alike as one: [{ ml, mcgMl }].
export function alike(plugs, peakMcgMl) {
  const runs = [];
  for (const { ml, mcgMl } of plugs) {
    const last = runs.at(-1);
    if (last && Math.abs(last.mcgMl - mcgMl) < ALIKE * peakMcgMl) last.ml += ml;
    else runs.push({ ml, mcgMl });
  }
  return runs;
}

function lineWords({ words, peak_mcg_ml }, { plugs }, say) {
  const runs = alike(plugs, peak_mcg_ml);
  const told = runs.slice(0, MOST_PLUGS).map(({ ml, mcgMl }) =>
    fill(words.plug, { ml: number(ml, 3), strength: `${say.strength(mcgMl)} ${say.strengthUnit}` }));
  if (runs.length > MOST_PLUGS) told.push(words.and_more);
  return fill(words.line, { plugs: told.join(`${words.then} `) });
}

function canalWords({ words, canal_cm }, { csf }, say) {
  const highest = Math.max(...csf);
  if (highest < LEAST_MCG_ML) return highest > 0 ? words.hardly : words.no_drug;
  const cm = ((csf.indexOf(highest) + 0.5) * canal_cm) / csf.length;
  return fill(words.highest, { strength: `${say.strength(highest)} ${say.strengthUnit}`, cm: number(cm, 0) });
}

function indexWords({ words }, { name, value, band }) {
  if (!band) return `${name} ${number(value, 2)}`;
  return `${name} ${number(value, 2)} (${fill(words.band, { low: number(band[0], 2), high: number(band[1], 2) })})`;
}

export function describe({ header }, moment) {
  const { words } = header, say = units(header);
  const told = [
    capital(fill(words.at_of, { moment: say.moment, at: say.time(moment.day), end: say.time(header.duration_day) })),
    fill(words.says, { believed: say.dose(moment.believedDose), received: say.dose(moment.tipDose), unit: say.doseUnit }),
  ];
  if (header.is_filled ?? true) {
    told.push(fill(words.reservoir, { true: number(moment.trueMl), believed: number(moment.believedMl) }));
    told.push(`${capital(mechanismWords(header, moment))}.`);
    if (moment.trueMl <= header.unpumpable_ml) told.push(words.nothing_left);
  } else told.push(words.no_pump);
  told.push(lineWords(header, moment, say));
  if (moment.tipFlow <= -LEAST_FLOW) told.push(fill(words.backwards, { flow: say.flow(-moment.tipFlow) }));
  if (moment.secondFlow !== null) told.push(fill(words.second, { flow: say.flow(moment.secondFlow) }));
  for (const { ml, flow } of moment.leaks)
    if (flow >= LEAST_FLOW) told.push(fill(words.leak, { ml: number(ml), flow: say.flow(flow) }));
  if (moment.tissueMcg || moment.lostMcg)
    told.push(fill(words.tissue, { held: say.amount(moment.tissueMcg), lost: say.amount(moment.lostMcg) }));
  if (moment.blocked > 0)
    told.push(moment.blocked >= 0.995 ? words.blocked : fill(words.holds_back, { share: number(100 * moment.blocked, 0) }));
  if (Number.isNaN(moment.tipCm)) told.push(fill(words.tip_outside, { space: words[spaceKey(moment)] }));
  else told.push(fill(words.tip_at, { level: moment.tipLevel }));
  told.push(canalWords(header, moment, say));
  const indices = moment.indices.map((index) => indexWords(header, index)).join(", ");
  if (indices) told.push(fill(words.indices, { indices }));
  const on = moment.lamps.filter(({ sound }) => sound).map(({ name }) => words[name]).join(", ");
  if (moment.lamps.length) told.push(on ? fill(words.lamps_on, { lamps: on }) : words.lamps_off);
  return told.join(" ");
}

export const spaceKey = ({ tipSpace }) => `space_${tipSpace}`;
