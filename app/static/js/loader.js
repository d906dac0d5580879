// Stands in for a component on the page: fetches the component's own file once and hands everything on to it.

/** @import { Component } from "./types" */

/** @param {Component} component */
export default async function mount(component) {
  const address = new URL("@ADDRESS@", document.baseURI);
  const file = await import(address.href);
  return file.default(component);
}
