// What the viewer plays with: buttons, speed, the time slider, and the lanes of what happened above it.

import { clock } from "./clock.js";
import { element, setText } from "./page.js";
import { capital, fill, number, units } from "./stage_words.js";

const ICONS = { // in a square of 20
  last: "M4 4h2.5v12H4zM16 4v12L7.5 10z", step_back: "M13.5 4v12L5.5 10z", step_on: "M6.5 4v12l8-6z",
  next: "M13.5 4H16v12h-2.5zM4 4v12l8.5-6z", play: "M5 3v14l12-7z", pause: "M5 3h3.5v14H5zM11.5 3H15v14h-3.5z",
};
const ACTS = {
  last: () => clock.jump(-1), step_back: () => clock.step(-1), play: () => (clock.playing ? clock.pause() : clock.play()),
  step_on: () => clock.step(1), next: () => clock.jump(1),
};
const PAGE = 0.1; // share of the run
const CLOSE_DAY = 0.04;

function icon(button, name) {
  if (button.dataset.icon === name) return;
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  button.replaceChildren(drawing);
  button.dataset.icon = name;
}

export function buildPlayer(root) {
  const keys = element("div", "stage-keys", root), strip = element("div", "stage-strip", root);
  const row = element("div", "stage-buttons", keys), buttons = {};
  for (const name of Object.keys(ACTS)) {
    buttons[name] = element("button", `stage-${name}`, row);
    buttons[name].type = "button";
    buttons[name].addEventListener("click", ACTS[name]);
    icon(buttons[name], name);
  }
  const speed = element("select", "stage-speed", keys);
  speed.addEventListener("change", () => clock.setSpeed(clock.speeds[speed.selectedIndex].speed));
  const news = element("p", "stage-news", keys);
  const lanes = element("div", "stage-lanes", strip);
  lanes.setAttribute("role", "group");
  lanes.addEventListener("keydown", walk);
  const time = element("div", "stage-time", strip);
  const day = element("span", "stage-day", time), slider = element("input", "", time);
  Object.assign(slider, { type: "range", min: 0, step: "any" });
  slider.addEventListener("input", () => clock.setDay(Number(slider.value)));
  slider.addEventListener("keydown", scrub);
  return { keys, strip, row, buttons, speed, news, lanes, day, slider, head: null, said: "" };
}

// Arrows go from moment to moment, pages by a tenth of the run.
function scrub(event) {
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
  const pages = { PageUp: PAGE, PageDown: -PAGE, Home: -1, End: 1 };
  if (event.key in steps) clock.step(steps[event.key]);
  else if (event.key in pages) clock.setDay(clock.day + pages[event.key] * clock.duration);
  else return;
  event.preventDefault();
}

// One stop for the keyboard; from there arrows go from mark to mark.
function walk(event) {
  const marks = [...event.currentTarget.querySelectorAll("button")].sort((a, b) => a.dataset.from - b.dataset.from);
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || !marks.length) return;
  event.preventDefault();
  const next = Math.min(Math.max(marks.indexOf(document.activeElement) + step, 0), marks.length - 1);
  marks.forEach((mark, k) => (mark.tabIndex = k === next ? 0 : -1));
  marks[next].focus();
}

// The parts of the player that stay while the run plays.
export function furnish(player, { header }) {
  const { words } = header, say = units(header);
  for (const name of ["last", "step_back", "step_on", "next"]) nameIt(player.buttons[name], words[name]);
  player.row.setAttribute("aria-label", words.play);
  player.row.setAttribute("role", "group");
  player.speed.setAttribute("aria-label", words.speed);
  player.slider.setAttribute("aria-label", fill(words.time, { unit: say.times }));
  player.slider.max = header.duration_day;
  const options = clock.speeds.map(({ speed, factor }) => {
    const plain = fill(words.each_second, { span: spanWords(speed, words) });
    return `${factor === null ? words.slow_motion : `${factor}\u00d7`}: ${plain}`;
  });
  player.speed.replaceChildren(...options.map((text) => element("option", "", null, text)));
  const lanes = JSON.stringify([header.lanes, header.duration_day, header.units, words.timeline]);
  if (lanes === player.said) return; // what has the focus keeps it
  player.said = lanes;
  player.lanes.setAttribute("aria-label", words.timeline);
  player.lanes.replaceChildren(...header.lanes.map((lane) => buildLane(lane, header, say)));
  const tracks = element("div", "stage-tracks", player.lanes);
  player.head = element("i", "stage-head", tracks);
  const first = player.lanes.querySelector("button");
  if (first) first.tabIndex = 0;
}

function nameIt(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}

function buildLane([lane, spans], { duration_day, words }, say) {
  const row = element("div", `stage-lane lane-${lane}`), at = (day) => `${capital(say.moment)} ${say.time(day)}`;
  element("span", "stage-lane-name", row, words[lane]);
  const track = element("div", "stage-lane-track", row);
  for (const [from, to, text] of spans) {
    const mark = element("button", to === null ? "stage-mark" : "stage-mark stage-span", track);
    mark.type = "button";
    mark.tabIndex = -1;
    mark.dataset.from = from;
    mark.style.left = `${(100 * from) / duration_day}%`;
    if (to !== null) mark.style.width = `${(100 * (to - from)) / duration_day}%`;
    const facts = { from: at(from), to: to === null ? "" : say.time(to), text };
    nameIt(mark, fill(to === null ? words.at : words.until, facts));
    mark.addEventListener("click", () => clock.setDay(from));
  }
  return row;
}

// A length of time in the largest unit in which it is at least 1.
function spanWords(days, words) {
  const scales = [["day", 1], ["hour", 1 / 24], ["minute", 1 / 1440]];
  const [name, size] = scales.find(([, one]) => days >= 0.999 * one) ?? scales.at(-1);
  const count = days / size, text = number(count, count >= 10 ? 0 : 1);
  return `${text} ${words[text === "1" ? name : `${name}s`]}`;
}

// The parts that move with the clock.
export function movePlayer(player, { header }, moment) {
  const { words } = header, say = units(header), { buttons, slider, speed } = player;
  const close = !clock.playing && moment.gapDay > 0 && moment.gapDay < CLOSE_DAY; // minutes are told apart
  const day = `${say.moment} ${say.time(moment.day, close ? 4 : 1)}`;
  setText(player.day, `${day} / ${say.time(header.duration_day)}`);
  if (Number(slider.value) !== clock.day) slider.value = clock.day;
  slider.setAttribute("aria-valuetext", day);
  player.head.style.transform = `translateX(${(100 * clock.day) / header.duration_day}%)`;
  icon(buttons.play, clock.playing ? "pause" : "play");
  const act = words[clock.playing ? "pause" : "play"];
  if (buttons.play.title !== act) nameIt(buttons.play, act);
  const place = clock.speeds.findIndex((one) => one.speed === clock.speed);
  if (speed.selectedIndex !== place) speed.selectedIndex = place;
  const { news } = moment;
  const told = news && fill(words.at, { from: `${capital(say.moment)} ${say.time(news[0])}`, text: news[1] });
  setText(player.news, told ?? words.nothing_yet);
}
