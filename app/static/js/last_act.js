// What was done last on the page, until the server has answered it; where it never did, it is done once more.

import { forget, recall, remember } from "./tab_memory.js";

/** @typedef {"press" | "range" | "text" | "option" | "other"} Kind */
/** @typedef {{ css: string, tag: string, place: number }} Where */
/** @typedef {{ kind: Kind, where: Where, value: string, time?: number }} Act */

const STORE = "pumplab act";
const STATE = "data-test-script-state"; // of the framework's own element
const ANSWERED_MS = 1500; // after which the server has heard of an act, if it is to hear of it
const PATIENCE_MS = 15_000;
const MOST_STEPS = 500; // of a slider
const REACHED = "button, a, input, textarea, [role=option], [role=tab], [role=radio], .pl-sketch";

/** @type {Act | null} */
let act = null;
/** @type {Where | null} */
let list = null; // the list of choices that was opened last
let timer = 0;
let isHeld = false; // nobody knows yet whether the server that heard of it is the one that drew the page

for (const name of ["click", "change", "keyup", "pointerup"]) document.addEventListener(name, note, true);

/** @param {Event} event */
function note(event) {
  const it = event.target instanceof Element ? event.target.closest(REACHED) : null;
  if (!it) return;
  setTimeout(() => {
    const noted = described(it, event.type);
    if (!noted) return;
    act = { ...noted, time: performance.now() };
    clearTimeout(timer);
    timer = setTimeout(clear, ANSWERED_MS);
  });
}

/**
 * @param {Element} it
 * @param {string} type
 * @returns {Act | null}
 */
function described(it, type) {
  if (it.getAttribute("role") === "option") {
    return type === "click" && list ? { kind: "option", where: list, value: it.textContent ?? "" } : null;
  }
  const where = whereIs(it);
  if (it.classList.contains("pl-sketch")) return type === "click" ? null : { kind: "other", where, value: "" };
  if (it instanceof HTMLInputElement || it instanceof HTMLTextAreaElement) {
    if (it.getAttribute("role") === "combobox") list = where;
    if (it.type === "range") return type === "click" ? null : { kind: "range", where, value: it.value };
    if (!["radio", "checkbox"].includes(it.type)) {
      return type === "change" ? { kind: "text", where, value: it.value } : null;
    }
  }
  return type === "click" ? { kind: "press", where, value: "" } : null;
}

function clear() {
  if (isCalm() && !isHeld) act = null;
  else timer = setTimeout(clear, ANSWERED_MS);
}

/**
 * The nearest room with a name, and the place among the likes of it in there.
 * @param {Element} it
 * @returns {Where}
 */
function whereIs(it) {
  const room = it.closest("[class*=st-key-]");
  const name = [...(room?.classList ?? [])].find((word) => word.startsWith("st-key-"));
  const css = name ? `.${CSS.escape(name)}` : "body";
  return { css, tag: it.tagName, place: [...(room ?? document.body).querySelectorAll(it.tagName)].indexOf(it) };
}

/** @param {Where} where */
function found({ css, tag, place }) {
  const it = [...(document.querySelector(css)?.querySelectorAll(tag) ?? [])][place];
  return it instanceof HTMLElement && !it.matches(":disabled") ? it : null;
}

/**
 * Whether what was done last has to be remembered until more is known; what was answered before need not be.
 * @param {boolean} isOn
 */
export function hold(isOn) {
  if (isOn && !isHeld && isCalm() && performance.now() - (act?.time ?? 0) > ANSWERED_MS) act = null;
  isHeld = isOn;
}

/** Keeps what was done last over a new opening of the page, where no answer has come to it. */
export function keepAct() {
  if (act) remember(STORE, JSON.stringify(act));
}

/**
 * Does once more what was kept, once; says so where it cannot be done.
 * @param {() => void} giveUp
 */
export async function repeatAct(giveUp) {
  const text = recall(STORE);
  if (!text) return;
  forget(STORE);
  /** @type {Act} */
  const last = JSON.parse(text);
  const it = last.kind === "other" ? null : await soon(() => isCalm() && found(last.where));
  if (!it || !(await repeat(it, last))) giveUp();
}

function isCalm() {
  return document.querySelector(`[${STATE}]`)?.getAttribute(STATE) === "notRunning";
}

/**
 * @template T
 * @param {() => T | null | false} look
 * @returns {Promise<T | null>}
 */
async function soon(look) {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const it = look();
    if (it) return it;
    await new Promise((done) => setTimeout(done, 50));
  }
  return null;
}

/**
 * @param {HTMLElement} it
 * @param {Act} last
 */
async function repeat(it, { kind, value }) {
  if (kind === "option") {
    it.click();
    const options = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[role=option]")]);
    const option = await soon(() => options().find((one) => one.textContent === value) ?? null);
    option?.click();
    return option !== null;
  }
  if (kind === "range" && it instanceof HTMLInputElement) return slide(it, Number(value));
  if (kind === "text") write(it, value);
  else it.click();
  return true;
}

/**
 * Step by step, as the arrow keys go.
 * @param {HTMLInputElement} slider
 * @param {number} value
 */
function slide(slider, value) {
  slider.focus();
  for (let n = 0; n < MOST_STEPS && Number(slider.value) !== value; n++) {
    const [before, key] = [slider.value, Number(slider.value) < value ? "ArrowRight" : "ArrowLeft"];
    for (const name of ["keydown", "keyup"]) slider.dispatchEvent(new KeyboardEvent(name, { key, bubbles: true }));
    if (slider.value === before) break;
  }
  return Number(slider.value) === value;
}

/**
 * @param {HTMLElement} field
 * @param {string} value
 */
function write(field, value) {
  field.focus();
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, value); // past the framework's own
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  field.blur();
}
