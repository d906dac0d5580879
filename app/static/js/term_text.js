// Paragraphs with words that can be opened: what a word means stands below its paragraph until it is closed again.

import { element } from "./page.js";

/** @import { Component } from "./types" */

/** @typedef {{ title: string, parts: [text: string, term: string][] }} Paragraph */
/** @typedef {{ paragraphs: Paragraph[], terms: Record<string, [word: string, meaning: string]> }} Data */

/** @type {WeakMap<HTMLElement, string>} what each place shows: a run of the page that changes nothing closes nothing */
const contents = new WeakMap();
/** @type {WeakMap<HTMLElement, HTMLElement>} the button of the panel in which a place is, if it was opened from there */
const openers = new WeakMap();
let nNotes = 0;

/** @param {Component<Data>} component */
export default function mount({ data, parentElement }) {
  const content = JSON.stringify(data);
  if (contents.get(parentElement) !== content) {
    contents.set(parentElement, content);
    parentElement.querySelector(".pl-terms")?.remove();
    const box = element("div", "pl-terms", parentElement);
    build(box, data);
    enter(box, parentElement);
  }
  return () => {
    contents.delete(parentElement);
    parentElement.replaceChildren();
    // who closes the panel is back at its button, unless something else was chosen
    if (document.activeElement === document.body) openers.get(parentElement)?.focus({ preventScroll: true });
  };
}

/**
 * A panel comes last in the order of Tab, far from its button: who has just opened it goes on inside it.
 * @param {HTMLElement} box
 * @param {HTMLElement} place
 */
function enter(box, place) {
  const opener = document.activeElement;
  if (!(opener instanceof HTMLElement) || opener.getAttribute("aria-haspopup") !== "dialog") return;
  if (!box.closest('[role="dialog"]')) return;
  openers.set(place, opener);
  box.tabIndex = -1;
  box.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} box
 * @param {Data} data
 */
function build(box, { paragraphs, terms }) {
  /** @type {HTMLButtonElement | null} */
  let opened = null;

  const close = () => {
    if (!opened) return;
    opened.setAttribute("aria-expanded", "false");
    noteOf(opened)?.replaceChildren();
    opened = null;
  };
  /**
   * @param {HTMLButtonElement} button
   * @param {string} term
   */
  const toggle = (button, term) => {
    const isOpen = button === opened;
    close();
    if (isOpen) return;
    opened = button;
    button.setAttribute("aria-expanded", "true");
    const note = element("p", "", noteOf(button));
    element("strong", "", note, terms[term][0]);
    note.append(`: ${terms[term][1]}`);
  };
  // in a panel that Escape closes too, the first press closes the note alone
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opened) return;
    event.stopPropagation();
    const button = opened;
    close();
    button.focus();
  });

  for (const { title, parts } of paragraphs) {
    const paragraph = element("p", "", box);
    if (title) {
      element("strong", "", paragraph, title);
      paragraph.append(" ");
    }
    const note = element("div", "note", box);
    note.id = `pl-term-note-${++nNotes}`;
    note.setAttribute("role", "note");
    note.setAttribute("aria-live", "polite");
    for (const [text, term] of parts) {
      if (!term) {
        paragraph.append(text);
        continue;
      }
      const button = element("button", "pl-term", paragraph, text);
      button.type = "button";
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", note.id);
      button.addEventListener("click", () => toggle(button, term));
    }
  }
}

/** @param {HTMLButtonElement} button */
const noteOf = (button) => document.getElementById(button.getAttribute("aria-controls") ?? "");
