// Pump, line and canal at one moment, drawn from one packet of bytes; playing and looking through time ask nobody.
//
// A mounted stage follows the clock of the page. Each part lives in a file of its own.

import { clock } from "./clock.js";
import { element, setText } from "./page.js";
import { watchGround } from "./ground.js";
import { onPaper } from "./paper.js";
import { buildBody, moveBody } from "./stage_body.js";
import { drawCanal, drawLegend } from "./stage_canal.js";
import { drawLine } from "./stage_line.js";
import { look, BELIEF } from "./stage_look.js";
import { calmDay, momentAt, parse } from "./stage_packet.js";
import { layout } from "./stage_places.js";
import { buildPlayer, furnish, movePlayer } from "./stage_player.js";
import { drawMechanism, drawPump } from "./stage_pump.js";
import { drawSkin } from "./stage_skin.js";
import { describe, number, units } from "./stage_words.js";

/** @import { Component, Look, Moment, Packet, Scene } from "./types" */

const START = 0.4; // share of the run at which a story that is new is shown
const NARROW = 620; // pixels: below this the parts go below one another
const BRIEF_S = 0.15; // while it plays, a push that is over sooner does not flash by,
const BRIEF_DAY = 1 / 12; // unless it lasts hours
const WORDS_MS = 400; // while it plays, the words follow no sooner than that
/** @typedef {ReturnType<typeof build>} Stage */

/** @type {WeakMap<HTMLElement, Stage>} */
const stages = new WeakMap();
let story = ""; // the run last shown
/** @type {Map<string, number>} */
const lastDays = new Map(); // of each run, the day that was looked at when its page was left

/**
 * One number of the two, with its bar.
 *
 * @param {string} name
 * @param {HTMLElement} parent
 */
function buildNumber(name, parent) {
  const row = element("p", `stage-number ${name}`, parent);
  const label = element("span", "stage-label", row);
  const value = element("strong", "", row);
  const unit = element("span", "stage-unit", row);
  const share = element("span", "stage-share", row);
  return { label, value, unit, share, bar: element("i", "", element("span", "stage-bar", row)) };
}

/** @param {HTMLElement} parent */
function build(parent) {
  const root = element("div", "pumplab-stage", parent);
  root.dataset.rev = "0";
  root.style.setProperty("--stage-belief", BELIEF);
  const numbers = element("div", "stage-numbers", root);
  const [believed, received] = [buildNumber("believed", numbers), buildNumber("received", numbers)];
  const say = element("button", "stage-say", numbers);
  const scene = element("div", "stage-scene", root);
  const picture = element("div", "stage-picture", scene);
  const canvas = element("canvas", "", picture);
  canvas.setAttribute("role", "img");
  const text = element("p", "stage-said", picture);
  text.hidden = true;
  say.type = "button";
  say.setAttribute("aria-pressed", "false");
  say.addEventListener("click", () => {
    text.hidden = !text.hidden;
    say.setAttribute("aria-pressed", String(!text.hidden));
  });
  const state = {
    root,
    canvas,
    say,
    text,
    believed,
    received,
    body: buildBody(scene),
    player: buildPlayer(element("div", "stage-player", root)),
    packet: /** @type {Packet | null} */ (null),
    focus: /** @type {number | null} */ (null),
    rev: 0,
    waiting: 0,
    writtenMs: 0,
    colours: /** @type {Look | null} */ (null),
    leave: [clock.subscribe(() => paint(state)), watchGround(() => paint(state)), onPaper(root, () => paint(state))],
    watch: new ResizeObserver(() => schedule(state)),
  };
  state.watch.observe(root);
  document.fonts.ready.then(() => schedule(state));
  return state;
}

/** @param {Stage} state */
function schedule(state) {
  state.waiting ||= requestAnimationFrame(() => {
    state.waiting = 0;
    paint(state);
  });
}

/**
 * @param {Stage} state
 * @param {Uint8Array} bytes
 */
function takePacket(state, bytes) {
  const isFirst = state.packet === null;
  const packet = (state.packet = parse(bytes));
  const { header } = packet;
  const isNew = header.story !== story;
  const focus = header.focus_day ?? null;
  if (isNew) clock.pause();
  clock.setRun({
    duration: header.duration_day,
    frames: packet.frames,
    happenings: header.happenings.map(([day]) => day),
  });
  const before = isFirst ? lastDays.get(header.story) : undefined; // somebody comes back to a page
  if (before !== undefined) clock.setDay(before);
  else if (isNew) clock.setDay(START * header.duration_day);
  if (focus !== null && focus !== state.focus) clock.setDay(focus); // go where the moved fault is at work
  if (header.is_playing && (isFirst || isNew)) clock.play(); // the run was asked for
  story = header.story;
  state.focus = focus;
  state.colours = null;
  furnish(state.player, packet);
  setText(state.say, header.words.in_words);
}

/** @param {Stage} state */
function paint(state) {
  const { packet, root } = state;
  if (!packet) return;
  const brief = clock.playing ? Math.min(clock.speed * BRIEF_S, BRIEF_DAY) : 0;
  const moment = momentAt(packet, calmDay(packet, clock.day, brief), clock.day);
  if (clock.isStill) Object.assign(moment, { turnedMl: 0, lostMl: 0 }); // no rotor turns and no drop falls
  root.classList.toggle("narrow", root.clientWidth < NARROW);
  moveNumbers(state, packet, moment);
  moveBody(state.body, packet, moment);
  movePlayer(state.player, packet, moment);
  if (!clock.playing || !state.colours) {
    state.colours = look(root);
    root.style.colorScheme = state.colours.mode; // the slider's own track
    const { truth, harm } = state.colours;
    root.style.setProperty("--stage-truth", truth);
    root.style.setProperty("--stage-too-much", harm.tooMuch);
    root.style.setProperty("--stage-too-little", harm.tooLittle);
    root.style.setProperty("--stage-over", harm.over);
  }
  root.dataset.day = String(clock.day);
  root.dataset.playing = String(clock.playing);
  if (!draw(state.canvas, packet, moment, state.colours)) return;
  root.dataset.rev = String(++state.rev);
  const now = performance.now();
  if (clock.playing && now - state.writtenMs < WORDS_MS) return;
  state.writtenMs = now;
  const words = describe(packet, moment);
  root.dataset.summary = words;
  state.canvas.setAttribute("aria-label", words);
  setText(state.text, words);
}

/**
 * @param {Stage} stage
 * @param {Packet} packet
 * @param {Moment} moment
 */
function moveNumbers({ believed, received }, { header }, moment) {
  const { words } = header;
  const say = units(header);
  const share = (100 * moment.tipDose) / moment.believedDose;
  /** @type {[Stage["believed"], string, number, string][]} */
  const rows = [
    [believed, words.believes, moment.believedDose, ""],
    [received, words.receives, moment.tipDose, moment.believedDose > 0 ? `(${number(share, 0)} %)` : ""],
  ];
  for (const [row, label, dose, more] of rows) {
    setText(row.label, label);
    setText(row.value, say.dose(dose));
    setText(row.unit, say.doseUnit);
    setText(row.share, more);
    row.bar.style.width = `${Math.min(100, (100 * dose) / header.top_mcg_day)}%`;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Packet} packet
 * @param {Moment} moment
 * @param {Look} colours
 */
function draw(canvas, packet, moment, colours) {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width < 40 || height < 40) return false;
  const dots = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * dots), Math.round(height * dots)];
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  const pen = canvas.getContext("2d");
  if (!pen) return false;
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineJoin = "round";
  /** @type {Scene} */
  const scene = { pen, packet, moment, places: layout(width, height, packet, moment), look: colours, taken: [] };
  for (const part of [drawSkin, drawPump, drawCanal, drawLine, drawMechanism, drawLegend]) part(scene);
  return true;
}

/** @param {Component<Uint8Array>} component */
export default function mount({ data, parentElement }) {
  if (!data) return undefined;
  const state = stages.get(parentElement) ?? build(parentElement);
  stages.set(parentElement, state);
  takePacket(state, data); // the clock tells of the run, and the picture is painted once
  return () => {
    clock.pause(); // nobody looks any more
    if (state.packet) lastDays.set(state.packet.header.story, clock.day);
    state.leave.forEach((stop) => stop());
    state.watch.disconnect();
    cancelAnimationFrame(state.waiting);
    state.root.remove();
    stages.delete(parentElement);
  };
}
