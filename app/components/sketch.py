"""A curve that a learner draws by points at given days, by hand or by keyboard, before the run is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.components.component import component

N_STEPS: Final = 40  # about so many steps from the foot of the axis to its top
N_TICKS: Final = 4


@dataclass(frozen=True)
class Paper:
    """What is drawn on: the days of the points, the top of the axis, and the words around."""

    title: str
    y_title: str
    x_title: str
    unit: str
    days: tuple[float, ...]
    marks: tuple[str, ...]  # of each day, on the axis
    high: float
    labels: tuple[str, ...]  # of each point, for listeners


def even_step(high: float, n: int) -> float:
    """A step of 1, 2 or 5 times a power of ten, so that about n of them reach the top.

    >>> even_step(22.0, 40), even_step(1000.0, 40), even_step(1.0, 4)
    (0.5, 20.0, 0.2)
    """
    rough = high / n
    power = 10.0 ** math.floor(math.log10(rough))
    return power * max(size for size in (1.0, 2.0, 5.0) if size * power <= rough * (1.0 + 1e-9))


def ticks(high: float) -> list[float]:
    """Marks of the axis, from 0 up.

    >>> ticks(22.0), ticks(1.0)
    ([0.0, 5.0, 10.0, 15.0, 20.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    step = even_step(high, N_TICKS)
    return [round(step * i, 9) for i in range(int(high / step * (1.0 + 1e-9)) + 1)]


def show(paper: Paper, key: str, height: int, values: Sequence[object] | None, is_locked: bool) -> None:
    """Mount the drawing; values: where the points are, halfway up if None."""
    start = [0.5 * paper.high] * len(paper.days) if values is None else list(values)
    data = {
        "key": key,
        "title": paper.title,
        "yTitle": paper.y_title,
        "xTitle": paper.x_title,
        "unit": paper.unit,
        "days": list(paper.days),
        "marks": list(paper.marks),
        "high": paper.high,
        "labels": list(paper.labels),
        "step": even_step(paper.high, N_STEPS),
        "ticks": ticks(paper.high),
        "values": start,
        "isLocked": is_locked,
    }
    component("sketch")(data=data, key=key, height=height, default={"points": None}, on_points_change=_heard)


def _heard() -> None:
    """A point was moved: the page runs once more."""
