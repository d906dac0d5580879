// The framework calls its file box mere decoration and yet gives it a name; named, it is a group. In the frame of
// another site a browser keeps back the cookie without which no file is taken: there a sentence leads out of the frame.

import { element } from "./page.js";

/** @import { Component } from "./types" */

const BOX = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
const COOKIE = "_streamlit_xsrf=";

/** @param {Component<{ framed: string, leave: string }>} component */
export default function mount({ data, parentElement }) {
  const near = parentElement.closest('[data-testid="stVerticalBlock"]') ?? document.body;
  const mend = () => near.querySelectorAll(BOX).forEach((box) => box.setAttribute("role", "group"));
  const watch = new MutationObserver(mend);
  watch.observe(near, { subtree: true, childList: true });
  mend();
  parentElement.querySelector(".pumplab-framed")?.remove();
  if (window.top !== window && !document.cookie.includes(COOKIE)) {
    const note = element("p", "pumplab-framed", parentElement, `${data.framed} `);
    const out = element("a", "", note, data.leave);
    out.href = location.href;
    out.target = "_blank";
    out.rel = "noopener";
  }
  return () => watch.disconnect();
}
