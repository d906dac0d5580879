// The language of the page, for listeners, spelling, hyphens and the signs in numbers.

/** @import { Component } from "./types" */

/** @param {Component<{ language: string, decimal: string, thousands: string }>} component */
export default function mount({ data }) {
  const { lang, dataset } = document.documentElement;
  if (lang !== data.language) document.documentElement.lang = data.language;
  Object.assign(dataset, { decimal: data.decimal, thousands: data.thousands });
}
