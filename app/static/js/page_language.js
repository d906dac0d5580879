// The language of the page, for listeners, spelling and hyphens.

/** @import { Component } from "./types" */

/** @param {Component<{ language: string }>} component */
export default function mount({ data }) {
  document.documentElement.lang = data.language;
}
