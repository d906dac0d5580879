// The address of the page holds all that is under way. It is kept up to date without a step in the list of Back.
//
// Where another session answers than the one that drew the page, that one is lost: nothing is written then, the page
// opens its own address again, and what was done last is done once more.

import { keepAct, repeatAct } from "./last_act.js";

/** @import { Component } from "./types" */

/** @typedef {{ query: string, link: string, token: string }} Data */

const LINE = "data-test-connection-state"; // of the framework's own element
let token = "";
let tellServer = () => {};

/** @param {Component<Data>} component */
export default function mount({ data, setTriggerValue }) {
  tellServer = () => setTriggerValue("back", Date.now());
  if (token && token !== data.token) {
    keepAct();
    window.location.reload();
    return;
  }
  const isNew = !token;
  token = data.token;
  write(data);
  if (isNew) {
    watchLine();
    repeatAct(() => setTriggerValue("missed", Date.now()));
  }
}

/** @param {Data} data */
function write({ query, link }) {
  const address = new URL(window.location.href);
  const others = [...address.searchParams].filter(([name]) => name.startsWith("embed")); // the framework's own
  address.search = new URLSearchParams([...others, [query, link]]).toString();
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address.href);
}

// a line that was lost and is there again: who answers now?
function watchLine() {
  const app = document.querySelector(`[${LINE}]`);
  if (!app) return;
  let wasThere = true;
  new MutationObserver(() => {
    const isThere = app.getAttribute(LINE) === "CONNECTED";
    if (isThere && !wasThere) tellServer();
    wasThere = isThere;
  }).observe(app, { attributes: true, attributeFilter: [LINE] });
}
