// What the viewer plays with: buttons, speed, the time slider, and the lanes of what happened above it.

import { clock } from "./clock.js";
import { element, setText } from "./page.js";
import { capital, emergencyWords, fill, number, units } from "./stage_words.js";

/** @import { Header, Lane, Moment, Packet, Player, Words } from "./types" */

// in a square of 20
const ICONS = {
  last: "M4 4h2.5v12H4zM16 4v12L7.5 10z",
  step_back: "M13.5 4v12L5.5 10z",
  step_on: "M6.5 4v12l8-6z",
  next: "M13.5 4H16v12h-2.5zM4 4v12l8.5-6z",
  play: "M5 3v14l12-7z",
  pause: "M5 3h3.5v14H5zM11.5 3H15v14h-3.5z",
};
const ACTS = {
  last: () => clock.jump(-1),
  step_back: () => clock.step(-1),
  play: () => (clock.playing ? clock.pause() : clock.play()),
  step_on: () => clock.step(1),
  next: () => clock.jump(1),
};
const PAGE = 0.1; // share of the run
const CLOSE_DAY = 0.04;

/**
 * @param {HTMLElement} button
 * @param {keyof typeof ICONS} name
 */
function icon(button, name) {
  if (button.dataset.icon === name) return;
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  button.replaceChildren(drawing);
  button.dataset.icon = name;
}

/** @param {HTMLElement} root */
export function buildPlayer(root) {
  const keys = element("div", "stage-keys", root);
  const strip = element("div", "stage-strip", root);
  const row = element("div", "stage-buttons", keys);
  /** @param {keyof typeof ACTS} name */
  const act = (name) => {
    const button = element("button", `stage-${name}`, row);
    button.type = "button";
    button.addEventListener("click", ACTS[name]);
    icon(button, name);
    return button;
  };
  const buttons = {
    last: act("last"),
    step_back: act("step_back"),
    play: act("play"),
    step_on: act("step_on"),
    next: act("next"),
  };
  const speed = element("select", "stage-speed", keys);
  speed.addEventListener("change", () => clock.setSpeed(clock.speeds[speed.selectedIndex].speed));
  const alarm = element("p", "stage-emergency", keys);
  const news = element("p", "stage-news", keys);
  const lanes = element("div", "stage-lanes", strip);
  lanes.setAttribute("role", "group");
  lanes.addEventListener("keydown", walk);
  const time = element("div", "stage-time", strip);
  const day = element("span", "stage-day", time);
  const slider = element("input", "", time);
  Object.assign(slider, { type: "range", min: 0, step: "any" });
  slider.addEventListener("input", () => clock.setDay(Number(slider.value)));
  slider.addEventListener("keydown", scrub);
  const head = element("i", "stage-head");
  return { row, buttons, speed, alarm, news, lanes, day, slider, head, furniture: "" };
}

/**
 * Arrows go from moment to moment, pages by a tenth of the run.
 * @param {KeyboardEvent} event
 */
function scrub(event) {
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
  /** @type {Record<string, number>} */
  const pages = { PageUp: PAGE, PageDown: -PAGE, Home: -1, End: 1 };
  if (event.key in steps) clock.step(steps[event.key]);
  else if (event.key in pages) clock.setDay(clock.day + pages[event.key] * clock.duration);
  else return;
  event.preventDefault();
}

/**
 * One stop for the keyboard; from there arrows go from mark to mark.
 * @param {KeyboardEvent} event
 */
function walk(event) {
  const lanes = /** @type {HTMLElement} */ (event.currentTarget);
  const marks = [...lanes.querySelectorAll("button")].sort((a, b) => Number(a.dataset.from) - Number(b.dataset.from));
  /** @type {Record<string, number | undefined>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  const step = steps[event.key];
  if (step === undefined || !marks.length) return;
  event.preventDefault();
  const next = Math.min(
    Math.max(marks.findIndex((mark) => mark === document.activeElement) + step, 0),
    marks.length - 1,
  );
  marks.forEach((mark, k) => (mark.tabIndex = k === next ? 0 : -1));
  marks[next].focus();
}

/**
 * The parts of the player that stay while the run plays.
 * @param {Player} player
 * @param {Packet} packet
 */
export function furnish(player, { header }) {
  const { words } = header;
  const say = units(header);
  for (const name of /** @type {const} */ (["last", "step_back", "step_on", "next"]))
    nameIt(player.buttons[name], words[name]);
  player.row.setAttribute("aria-label", words.play);
  player.row.setAttribute("role", "group");
  player.speed.setAttribute("aria-label", words.speed);
  player.slider.setAttribute("aria-label", fill(words.time, { unit: say.times }));
  player.slider.max = String(header.duration_day);
  const options = clock.speeds.map(({ speed, factor }) => {
    const plain = fill(words.each_second, { span: spanWords(speed, words) });
    return `${factor === null ? words.slow_motion : `${factor}\u00d7`}: ${plain}`;
  });
  player.speed.replaceChildren(...options.map((text) => element("option", "", null, text)));
  const lanes = JSON.stringify([header.lanes, header.duration_day, header.units, words.timeline]);
  if (lanes === player.furniture) return; // what has the focus keeps it
  player.furniture = lanes;
  player.lanes.setAttribute("aria-label", words.timeline);
  player.lanes.replaceChildren(...header.lanes.map((lane) => buildLane(lane, header, say)));
  element("div", "stage-tracks", player.lanes).append(player.head);
  const first = player.lanes.querySelector("button");
  if (first) first.tabIndex = 0;
}

/**
 * @param {HTMLElement} button
 * @param {string} text
 */
function nameIt(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}

/**
 * @param {Lane} lane
 * @param {Header} header
 * @param {ReturnType<typeof units>} say
 */
function buildLane([lane, spans], { duration_day, words }, say) {
  const row = element("div", `stage-lane lane-${lane}`);
  /** @param {number} day */
  const at = (day) => `${capital(say.moment)} ${say.time(day)}`;
  element("span", "stage-lane-name", row, words[lane]);
  const track = element("div", "stage-lane-track", row);
  for (const [from, to, text, more = ""] of spans) {
    const mark = element("button", to === null ? "stage-mark" : `stage-mark stage-span ${more}`, track);
    mark.type = "button";
    mark.tabIndex = -1;
    mark.dataset.from = String(from);
    mark.style.left = `${(100 * from) / duration_day}%`;
    if (to !== null) mark.style.width = `${(100 * (to - from)) / duration_day}%`;
    const facts = { from: at(from), to: to === null ? "" : say.time(to), text };
    nameIt(mark, fill(to === null ? words.at : words.until, facts));
    mark.addEventListener("click", () => clock.setDay(from));
  }
  return row;
}

/**
 * A length of time in the largest unit in which it is at least 1.
 * @param {number} days
 * @param {Words} words
 */
function spanWords(days, words) {
  /** @type {[name: string, days: number][]} */
  const scales = [
    ["day", 1],
    ["hour", 1 / 24],
    ["minute", 1 / 1440],
  ];
  const [name, size] = scales.find(([, length]) => days >= 0.999 * length) ?? scales[scales.length - 1];
  const count = days / size;
  const text = number(count, count >= 10 ? 0 : 1);
  return `${text} ${words[text === "1" ? name : `${name}s`]}`;
}

/**
 * The parts that move with the clock.
 * @param {Player} player
 * @param {Packet} packet
 * @param {Moment} moment
 */
export function movePlayer(player, { header }, moment) {
  const { words } = header;
  const say = units(header);
  const { buttons, slider, speed } = player;
  const close = !clock.playing && moment.gapDay > 0 && moment.gapDay < CLOSE_DAY; // minutes are written too
  const day = `${say.moment} ${say.time(moment.day, close ? 4 : 1)}`;
  setText(player.day, `${day} / ${say.time(header.duration_day)}`);
  if (Number(slider.value) !== clock.day) slider.value = String(clock.day);
  slider.setAttribute("aria-valuetext", day);
  player.head.style.transform = `translateX(${(100 * clock.day) / header.duration_day}%)`;
  icon(buttons.play, clock.playing ? "pause" : "play");
  const act = words[clock.playing ? "pause" : "play"];
  if (buttons.play.title !== act) nameIt(buttons.play, act);
  const place = clock.speeds.findIndex((choice) => choice.speed === clock.speed);
  if (speed.selectedIndex !== place) speed.selectedIndex = place;
  const { news, emergency } = moment;
  setText(player.alarm, emergencyWords(header, moment));
  player.alarm.classList.toggle("distress", Boolean(emergency?.[1]));
  const last = news && fill(words.at, { from: `${capital(say.moment)} ${say.time(news[0])}`, text: news[1] });
  setText(player.news, last ?? words.nothing_yet);
}
