// The line of numbers below a chart: the value of every curve at the day of the clock, if the clock goes through its run.

import { inSigns } from "./page.js";

/** @import { ChartHeader, Trace } from "./types" */

/** @param {ChartHeader} header */
export const perDay = ({ figure }) => figure.layout.meta?.per_day ?? 1;

/**
 * Days that the axis of time holds.
 * @param {ChartHeader} header
 */
export const durationOf = ({ figure }) => figure.layout.meta?.duration_day ?? 0;

/**
 * Whether the clock goes through the run that a chart draws.
 * @param {ChartHeader} header
 * @param {{ duration: number }} clock
 */
export const isOfClock = (header, { duration }) =>
  duration > 0 && Math.abs(durationOf(header) - duration) <= 1e-6 * duration;

/**
 * Value of every curve at a day: held for stairs, straight between points for lines.
 * @param {Trace} trace
 * @param {number} at
 */
export function valueAt({ x, y, line }, at) {
  if (!x?.length || !y || at < x[0] || at > x[x.length - 1] + 1e-6 * Math.abs(x[x.length - 1])) return null;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle - 1;
  }
  if (line?.shape === "hv" || low === x.length - 1) return y[low];
  return y[low] + (y[low + 1] - y[low]) * Math.min(Math.max((at - x[low]) / (x[low + 1] - x[low] || 1), 0), 1);
}

/** @param {number} value */
const digits = (value) => {
  const short = Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3));
  return inSigns(short.toLocaleString("en", { maximumFractionDigits: 6, useGrouping: false }));
};

/**
 * @param {ChartHeader} header
 * @param {number} day
 */
export function readout(header, day) {
  const at = day * perDay(header);
  const parts = [];
  for (const trace of header.figure.data) {
    const value = valueAt(trace, at);
    const isGhost = trace.line?.dash === "dot"; // is behind, and is read off where it differs
    if (value !== null && trace.name && !isGhost) parts.push(`${trace.name} ${digits(value)}`);
  }
  const unit = header.figure.layout.xaxis?.title?.text ?? "";
  return `${header.moment} ${digits(at)} ${unit}${parts.length ? ": " : ""}${parts.join("; ")}`;
}
