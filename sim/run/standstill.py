"""Every stretch in which nothing leaves the reservoir: where nothing else tells of its start or its end, this does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from sim.device.hydraulics import Delivery
from sim.exact.steps import TICK_PER_H, Steps, Ticks, to_tick
from sim.happening import Happening, happen
from sim.scenario.timeline import Timeline

SAME_TICK: Final = 1000  # a millisecond
LEAST_TICK: Final = TICK_PER_H // 60  # a shorter pause is none
SAID_TICK: Final = 50_000  # what the length of a bolus may be rounded by in its sentence
# what tells that flow stops or starts; alarms, fronts and the person do not
TELLING: Final = frozenset(
    (
        "fault_end",
        "burst",
        "release",
        "refill",
        "programmed",
        "reprogrammed",
        "bridge_bolus",
        "bridge_bolus_done",
        "priming_bolus",
        "bolus",
        "mri",
        "valve_shut",
        "valves_open",
        "valve_reset",
        "restart",
        "fault_start",
        "motor_stall",
        "slip",
        "run_dry",
        "reset_alarm",
        "eos",
    )
)


def standstills(pumped: Steps, since: int | None = None) -> list[tuple[int, int]]:
    """(start, end) in ticks of each stretch without flow, the last one to the end of the signal.

    since: tick from which nothing had flowed where the signal begins; None if something did.

    >>> hour = [0.0, 1.0, 2.0, 3.0]
    >>> [(a // TICK_PER_H, b // TICK_PER_H) for a, b in standstills(Steps.from_hours(hour, [1.0, 0.0, 1.0]))]
    [(1, 2)]
    """
    is_still = np.concatenate([[False], pumped.value <= 0.0, [False]]).astype(np.int8)
    change = np.diff(is_still)
    starts, ends = (pumped.edge_tick[np.flatnonzero(change == sign)].tolist() for sign in (1, -1))
    first = int(pumped.edge_tick[0])
    if since is not None and starts[:1] == [first]:
        starts[0] = since
    elif since is not None:  # it ends where the signal begins
        starts, ends = [since, *starts], [first, *ends]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if b - a >= LEAST_TICK]


def still_since(pumped: Steps, tick: int, since: int | None = None) -> int | None:
    """Tick from which nothing has flowed up to a tick; None if something flowed just before it."""
    first = int(pumped.edge_tick[0])
    if tick <= first:
        return since
    before = pumped.cut(first, tick)
    moving = np.flatnonzero(before.value > 0.0)
    if not len(moving):
        return first if since is None else since
    start = int(before.edge_tick[moving[-1] + 1])
    return start if start < tick else None


def standstill_story(timeline: Timeline, delivery: Delivery, since: int | None) -> Iterator[Happening]:
    """The start and the end of each stretch without flow, as far as no other happening tells of it.

    A bolus says how long it takes, and so when it ends. A run may begin without flow, and end so.
    """
    every = [*timeline.happenings, *delivery.happenings]
    pushes = [push.start / TICK_PER_H for push in timeline.pushes if push.kind in TELLING]
    telling = _ticks([*pushes, *(happening.time_h for happening in every if happening.kind in TELLING)])
    over = _ticks(
        [
            row.time_h + float(dict(row.facts)["over_min"]) / 60.0
            for row in every
            if row.kind in ("bolus", "priming_bolus")
        ]
    )
    last = int(delivery.pumped.edge_tick[-1])
    for start, end in standstills(delivery.pumped, since):
        if start > 0 and not _has(telling, start, SAME_TICK) and not _has(over, start, SAID_TICK):
            yield happen(start / TICK_PER_H, "no_flow")
        if end < last and not _has(telling, end, SAME_TICK):
            yield happen(end / TICK_PER_H, "flow")


def _ticks(hours: Sequence[float]) -> Ticks:
    return np.sort(to_tick(np.array(hours, dtype=np.float64)))


def _has(ticks: Ticks, tick: int, slack: int) -> bool:
    """Whether one of the rising ticks is that one, or nearly so."""
    return bool(np.searchsorted(ticks, tick + slack, side="right") > np.searchsorted(ticks, tick - slack))
