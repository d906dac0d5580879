// Beside the picture: what the person would feel, as plain bars, and what the pump would sound, as lamps.

import { element, setText } from "./page.js";
import { fill, number } from "./stage_words.js";

/** @import { Body, Header, Moment, Packet } from "./types" */

/** @param {HTMLElement} parent */
export function buildBody(parent) {
  return {
    root: element("div", "stage-body", parent),
    furniture: "", // what bars and lamps were made for
    bars: /** @type {{ value: HTMLElement, level: HTMLElement }[]} */ ([]),
    lamps: /** @type {{ lamp: HTMLElement, state: HTMLElement }[]} */ ([]),
  };
}

/**
 * One bar for each index, one lamp for each alarm that the pump has.
 * @param {Body} body
 * @param {Header} header
 */
function furnish(body, { indices, lamps, words }) {
  body.root.replaceChildren();
  body.root.hidden = !indices.length && !lamps.length;
  if (indices.length) element("p", "stage-title", body.root, words.illustrative);
  body.bars = indices.map(([array, name, band]) => {
    const row = element("p", "stage-index", body.root);
    const label = element("span", "stage-index-name", row, name);
    row.dataset.index = array;
    const value = element("span", "stage-index-value", row);
    const bar = element("span", "stage-index-bar", row);
    const level = element("i", "", bar);
    if (band) {
      const mark = element("b", "", bar);
      const text = fill(words.band, { low: number(band[0], 2), high: number(band[1], 2) });
      Object.assign(mark.style, { left: `${100 * band[0]}%`, width: `${100 * (band[1] - band[0])}%` });
      row.title = `${name}: ${text}`;
      element("span", "stage-hidden", label, ` (${text})`);
    }
    return { value, level };
  });
  const list = lamps.length ? element("ul", "stage-lamps", body.root) : null;
  list?.setAttribute("aria-label", words.alarms);
  body.lamps = lamps.map(([name]) => {
    const lamp = element("li", "stage-lamp", list, words[name]);
    return { lamp, state: element("span", "stage-hidden", lamp) };
  });
}

/**
 * @param {Body} body
 * @param {Packet} packet
 * @param {Moment} moment
 */
export function moveBody(body, { header }, moment) {
  const { words } = header;
  const wanted = JSON.stringify([header.indices, header.lamps.map(([name]) => name), words.alarms]);
  if (wanted !== body.furniture) furnish(body, header);
  body.furniture = wanted;
  moment.indices.forEach(({ value }, k) => {
    setText(body.bars[k].value, number(value, 2));
    body.bars[k].level.style.width = `${100 * Math.min(Math.max(value, 0), 1)}%`;
  });
  moment.lamps.forEach(({ sound }, k) => {
    const { lamp, state } = body.lamps[k];
    const name = sound === null ? "off" : sound.replace("-", "");
    if (lamp.dataset.sound === name) return;
    lamp.dataset.sound = name;
    setText(state, ` ${words[`lamp_${name}`]}`);
  });
}
