"""A box for a number: a text that is read strictly in Python, and arrow keys that step; the door of every such box."""

from __future__ import annotations

from app.components.component import component
from app.words.numbers import number_text

BOX_PX = 34


def show(
    key: str,
    label: str,
    value: float | None,
    n_taken: int,
    *,
    text: str | None = None,
    problem: str = "",
    step: float = 1.0,
    ends: tuple[float | None, float | None] = (None, None),
    help: str = "",
    width: int = 84,
    has_label: bool = True,
) -> None:
    """The box; it shows `value` until something else is typed.

    text: what was typed instead and could not be taken, marked, with the problem; n_taken: how many entries were
    taken up; ends: where stepping ends; help: what else a listener is told. Without a label beside it the box has a
    name for listeners only.
    """
    data = {
        "label": label,
        "text": number_text(value) if text is None else text,
        "number": value if text is None else None,
        "heard": n_taken,
        "problem": problem,
        "step": step,
        "ends": list(ends),
        "help": help,
        "has_label": has_label,
    }
    box = component("number_box")
    height: int | str = "content" if has_label else BOX_PX
    box(data=data, key=key, default={"entry": None}, on_entry_change=_do_nothing, height=height, width=width)


def _do_nothing() -> None:
    """Entries are read when the page runs: a call could be lost where a run is interrupted, a state cannot."""
