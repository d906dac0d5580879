// The address of the page holds all that is under way. It is kept up to date without a step in the list of Back.
//
// Where another session answers than the one that drew the page, that one is lost: nothing is written then, the page
// opens its own address again, and what was done last is done once more. Where an address could not be read, the tab
// goes back to what it showed before, and the server says why.

import { hold, keepAct, repeatAct } from "./last_act.js";
import { recall, remember } from "./tab_memory.js";

/** @import { Component } from "./types" */

/** @typedef {{ query: string, link: string, token: string, asked: number, refused: string }} Data */

const STORE = "pumplab link"; // the last one that was written
const LINE = "data-test-connection-state"; // of the framework's own element
let token = "";
let asked = 0; // how often the server of this session was asked whether it is there
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
  const before = isNew && data.refused ? recall(STORE) : null;
  if (before) {
    const bad = new URL(window.location.href).searchParams.get(data.query) ?? "";
    window.location.replace(addressOf([data.query, before], [data.refused, bad]));
    return;
  }
  if (isNew || data.asked > asked) hold(false);
  ({ token, asked } = data);
  write(data);
  if (isNew) {
    watchLine();
    repeatAct(() => setTriggerValue("missed", Date.now()));
  }
}

/** @param {Data} data */
function write({ query, link }) {
  const address = addressOf([query, link]);
  if (address !== window.location.href) window.history.replaceState(window.history.state, "", address);
  remember(STORE, link);
}

/** @param {[string, string][]} parts */
function addressOf(...parts) {
  const address = new URL(window.location.href);
  const others = [...address.searchParams].filter(([name]) => name.startsWith("embed")); // the framework's own
  address.search = new URLSearchParams([...others, ...parts]).toString();
  return address.href;
}

// a line that was lost and is there again: who answers now?
function watchLine() {
  const app = document.querySelector(`[${LINE}]`);
  if (!app) return;
  let wasThere = true;
  new MutationObserver(() => {
    const isThere = app.getAttribute(LINE) === "CONNECTED";
    if (!isThere) hold(true);
    else if (!wasThere) tellServer();
    wasThere = isThere;
  }).observe(app, { attributes: true, attributeFilter: [LINE] });
}
