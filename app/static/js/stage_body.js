// Beside the picture: what the person would feel, as bars with the patient's words, and the pump's alarms, as lamps.

import { element, setText } from "./page.js";
import { bandState, capital, fill, number, SIDES } from "./stage_words.js";

/** @import { Body, Header, Moment, Packet } from "./types" */

/** @param {HTMLElement} parent */
export function buildBody(parent) {
  return {
    root: element("div", "stage-body", parent),
    furniture: "", // what bars and lamps were made for
    bars: /** @type {ReturnType<typeof addBar>[]} */ ([]),
    lamps: /** @type {{ lamp: HTMLElement, state: HTMLElement }[]} */ ([]),
  };
}

/**
 * @param {HTMLElement} parent
 * @param {Header["indices"][number]} index
 * @param {Header["words"]} words
 */
function addBar(parent, [array, name, band], words) {
  const row = element("p", "stage-index", parent);
  row.dataset.index = array;
  const side = SIDES[array];
  const label = element("span", "stage-index-name", row, side ? capital(words[side]) : name);
  row.title = side ? `${capital(words[side])}: ${name}` : name;
  if (side) element("span", "stage-hidden", label, `: ${name}`);
  const bar = element("span", "stage-index-bar", row);
  const level = element("i", "", bar);
  const value = element("span", "stage-index-value", row);
  if (band) {
    const mark = element("b", "", bar);
    const text = fill(words.band, { low: number(band[0], 2), high: number(band[1], 2) });
    Object.assign(mark.style, { left: `${100 * band[0]}%`, width: `${100 * (band[1] - band[0])}%` });
    row.title = `${name}: ${text}`;
    element("span", "stage-hidden", label, ` (${text})`);
  }
  return { row, value, level, word: element("span", "stage-index-word", row) };
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
  body.bars = indices.map((index) => addBar(body.root, index, words));
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
  moment.indices.forEach((index, k) => moveBar(body.bars[k], index, header));
  moment.lamps.forEach(({ sound }, k) => {
    const { lamp, state } = body.lamps[k];
    const name = sound === null ? "off" : sound.replace("-", "");
    if (lamp.dataset.sound === name) return;
    lamp.dataset.sound = name;
    setText(state, ` ${words[`lamp_${name}`]}`);
  });
}

/**
 * @param {Body["bars"][number]} bar
 * @param {Moment["indices"][number]} index
 * @param {Header} header
 */
function moveBar({ row, value, level, word }, index, { words }) {
  if (index.value === null) {
    row.dataset.state = "not_modelled";
    setText(value, words.not_modelled);
    return;
  }
  const state = index.band ? bandState(index.value, index.band) : "";
  row.dataset.state = state;
  setText(value, number(index.value, 2));
  level.style.width = `${100 * Math.min(Math.max(index.value, 0), 1)}%`;
  setText(word, state ? words[state] : index.word);
}
