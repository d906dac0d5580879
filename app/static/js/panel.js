// A panel comes last in the order of Tab, far from its button: who opens it by keyboard goes on inside it.

/** @import { Component } from "./types" */

/** @type {WeakMap<HTMLElement, HTMLElement>} the button from which a panel was opened, by a place inside the panel */
const openers = new WeakMap();

/** @param {Component} component */
export default function mount({ parentElement }) {
  const opener = document.activeElement;
  const panel = /** @type {HTMLElement | null} */ (parentElement.closest('[role="dialog"]'));
  if (panel && opener instanceof HTMLElement && opener.getAttribute("aria-haspopup") === "dialog") {
    openers.set(parentElement, opener);
    panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
  }
  return () => {
    // who closes the panel is back at its button, unless something else was chosen
    if (document.activeElement === document.body) openers.get(parentElement)?.focus({ preventScroll: true });
  };
}
