"""Copy link: one button that puts the page's address, with the whole scenario, on the clipboard."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.words.text import TEXT

WIDTH_PX = 108  # of the longest of the languages

HTML = """
<button type="button" class="copy-link"></button><output class="copy-said" aria-live="polite"></output>
"""
CSS = """
.copy-link { height: 40px; padding: 0 0.75rem; border-radius: 0.5rem; cursor: pointer;
  font: inherit; font-size: 0.875rem;
  color: var(--st-text-color); background: var(--st-background-color); border: 1px solid var(--st-border-color); }
.copy-link:hover, .copy-link:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.copy-link:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.copy-said { position: absolute; top: 42px; left: 0; font-size: 0.875rem; color: var(--st-text-color); }
.copy-said input { width: 12rem; }
"""
SCRIPT = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector(".copy-link");
  const said = parentElement.querySelector(".copy-said");
  const address = new URL(window.location.href);
  address.search = "?" + data.query + "=" + data.link;
  button.textContent = data.words.copy_link;
  button.dataset.address = address.href;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(address.href);
      said.textContent = data.words.copied;
      setTimeout(() => { said.textContent = ""; }, 3000);
    } catch {
      const field = document.createElement("input");
      field.readOnly = true;
      field.value = address.href;
      field.setAttribute("aria-label", data.words.link_to_copy);
      said.replaceChildren(field);
      field.select();
    }
  };
}
"""


@cache
def _component() -> Any:
    import streamlit as st

    return st.components.v2.component("pumplab_copy", html=HTML, css=CSS, js=SCRIPT, isolate_styles=False)


def show(query: str, link: str) -> None:
    """The button, for the name and the text of the address's query."""
    words = {name: TEXT[name] for name in ("copy_link", "copied", "link_to_copy")}
    _component()(data={"link": link, "query": query, "words": words}, key="copy link", height=40, width=WIDTH_PX)
