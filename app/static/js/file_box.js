// The framework calls its file box mere decoration and yet gives it a name; named, it is a group.

/** @import { Component } from "./types" */

const BOX = '[data-testid="stFileUploaderDropzone"][role="presentation"]';

/** @param {Component} component */
export default function mount({ parentElement }) {
  const near = parentElement.closest('[data-testid="stVerticalBlock"]') ?? document.body;
  const mend = () => near.querySelectorAll(BOX).forEach((box) => box.setAttribute("role", "group"));
  const watch = new MutationObserver(mend);
  watch.observe(near, { subtree: true, childList: true });
  mend();
  return () => watch.disconnect();
}
