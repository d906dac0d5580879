// Words that can be tapped: each is a link of the page's text whose title says what it means. The meaning opens below
// the paragraph of the word and stays until it is closed again; one is open at a time.

import { element } from "./page.js";

const TERM = 'a[href^="#term-"]';
const TEXT = '[data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]';

/** @type {{ link: HTMLAnchorElement, note: HTMLElement, watch: MutationObserver } | null} */
let opened = null;

/** For the whole page, however often it is mounted. */
export default function mount() {
  // before anything else hears of it: in a panel that Escape closes too, the first press closes the note alone
  window.addEventListener("click", tap, true);
  window.addEventListener("keydown", press, true);
}

/** @param {Event} event */
const termOf = ({ target }) =>
  target instanceof Element ? /** @type {HTMLAnchorElement | null} */ (target.closest(TERM)) : null;

/** @param {Event} event */
function take(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** @param {MouseEvent} event */
function tap(event) {
  const link = termOf(event);
  if (!link) return;
  take(event);
  toggle(link);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const link = termOf(event);
  if (event.key === " " && link) {
    take(event);
    if (!event.repeat) toggle(link);
  } else if (event.key === "Escape" && opened && isAt(opened.link)) {
    take(event);
    const { link: last } = opened;
    close();
    last.focus();
  }
}

/**
 * Whether the keyboard is in the text of a link, or nowhere in particular.
 * @param {HTMLAnchorElement} link
 */
function isAt(link) {
  const at = document.activeElement;
  return link.isConnected && (at === document.body || Boolean(link.closest(TEXT)?.contains(at)));
}

/** @param {HTMLAnchorElement} link */
function toggle(link) {
  const isOpen = link === opened?.link;
  close();
  if (!isOpen) open(link);
  link.focus({ preventScroll: true }); // not every browser does it where a link is tapped
}

/** @param {HTMLAnchorElement} link */
function open(link) {
  const place = link.closest("p, li") ?? link;
  const note = element("div", "pl-note");
  note.id = "pl-note";
  note.setAttribute("role", "note");
  if (place.matches("li")) place.append(note);
  else place.after(note);
  const [word, ...meaning] = link.title.split(": ");
  element("strong", "", note, word);
  note.append(`: ${meaning.join(": ")}`);
  link.setAttribute("aria-expanded", "true");
  link.setAttribute("aria-controls", note.id);
  // a text that becomes another one takes its note along
  const watch = new MutationObserver(close);
  opened = { link, note, watch };
  const text = link.closest(TEXT);
  if (text) watch.observe(text, { subtree: true, childList: true, characterData: true });
}

function close() {
  if (!opened) return;
  const { link, note, watch } = opened;
  opened = null;
  watch.disconnect();
  note.remove();
  link.removeAttribute("aria-expanded");
  link.removeAttribute("aria-controls");
}
