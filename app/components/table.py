"""A plain table of texts that scrolls inside its own box, on a phone too, by hand or by keyboard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

CSS = """
.pl-table { overflow-x: auto; border: 1px solid rgba(127, 127, 127, 0.45); border-radius: 0.5rem; }
.pl-table:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.pl-table table { border-collapse: collapse; width: 100%; color: var(--st-text-color);
  font-family: var(--st-font); font-size: 0.875rem; line-height: 1.35; }
.pl-table caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.pl-table th, .pl-table td { padding: 0.35rem 0.6rem; text-align: left; vertical-align: top;
  border-top: 1px solid rgba(127, 127, 127, 0.3); overflow-wrap: anywhere; min-width: 3.5rem; }
.pl-table thead th { border-top: 0; overflow-wrap: break-word; font-weight: 600;
  background: var(--st-secondary-background-color); }
.pl-table tbody th { font-weight: 600; position: sticky; left: 0; min-width: 7.5rem; max-width: 16rem;
  background: var(--st-background-color); }
.pl-table td.short { white-space: nowrap; overflow-wrap: normal; }
.pl-table tr.marked :is(td, th) { font-weight: 600;
  background: color-mix(in srgb, #D55E00 16%, var(--st-background-color)); }
@media (max-width: 640px) { .pl-table tbody th { max-width: 8rem; } }
"""
SCRIPT = """
export default function ({ data, parentElement }) {
  const make = (tag, text, of) => {
    const one = document.createElement(tag);
    if (text !== undefined) one.textContent = text;
    of.append(one);
    return one;
  };
  parentElement.querySelector(".pl-table")?.remove();
  const box = make("div", undefined, parentElement);
  box.className = "pl-table";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.caption);
  const table = make("table", undefined, box);
  if (data.columns.length > 3) table.style.minWidth = `${7 * data.columns.length}rem`;
  make("caption", data.caption, table);
  const head = make("tr", undefined, make("thead", undefined, table));
  for (const title of data.columns) make("th", title, head).scope = "col";
  const body = make("tbody", undefined, table);
  data.rows.forEach((row, k) => {
    const line = make("tr", undefined, body);
    if (data.marked.includes(k)) line.className = "marked";
    row.forEach((text, i) => {
      const cell = make(i === 0 ? "th" : "td", text, line);
      if (i === 0) cell.scope = "row";
      else if (text.length < (text.includes(" ") ? 16 : 36)) cell.className = "short";
    });
  });
}
"""


@cache
def _component() -> Any:
    import streamlit as st

    return st.components.v2.component("pumplab_table", css=CSS, js=SCRIPT, isolate_styles=False)


def show(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], marked: Collection[int] = ()) -> None:
    """A table with a caption for listeners; texts appear as they are; `marked` rows, by place, stand out."""
    data = {"caption": caption, "columns": list(columns), "rows": [list(row) for row in rows], "marked": sorted(marked)}
    _component()(data=data, key=f"table {caption}")
