"""A plain table of texts that scrolls inside its own box, on a phone too, by hand or by keyboard."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.components.component import component


def show(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], marked: Collection[int] = ()) -> None:
    """A table with a caption for listeners; texts appear as they are; `marked` rows, by place, stand out."""
    data = {"caption": caption, "columns": list(columns), "rows": [list(row) for row in rows], "marked": sorted(marked)}
    component("table")(data=data, key=f"table {caption}")
