"""A run as a dosing table in the field's usual columns, for any pharmacokinetic tool."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from sim.exact.steps import TICK_PER_H, Steps, to_tick
from sim.result.result import Result

COLUMNS = ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "EVID", "CMT", "TYPE")
LEAST_TRAIN = 3  # doses in a row that share one line

DosingRow = tuple[int, float, float, float, float, int, int, str, str]


def dosing_table(result: Result, person: int = 1) -> dict[str, list[float] | list[int] | list[str]]:
    """Columns ID TIME AMT RATE II ADDL EVID CMT TYPE of equal length, by time; hours and mcg.

    Infusions have AMT and RATE > 0 and last AMT / RATE; amounts at once have RATE 0; equal doses at even
    distances share a line (II, ADDL). CMT is the state's name. What is no dose is EVID 2 with its kind as
    TYPE. A body that starts with drug has it as amounts at hour 0.

    >>> from sim.run.simulate import simulate
    >>> from sim.scenario.library import read_scenario
    >>> table = dosing_table(simulate(read_scenario("first-drop"), time_h=[0.0]))
    >>> sorted(set(table["EVID"])), sorted(set(table["CMT"]))
    ([1, 2], ['', 'csf_15', 'csf_16'])
    """
    rows: list[DosingRow] = [
        (person, 0.0, amount, 0.0, 0.0, 0, 1, state, "start") for state, amount in result.opening_mcg.items() if amount
    ]
    rows += [
        (person, time_h, amount, 0.0, 0.0, 0, 1, state, "at once") for time_h, state, amount in result.jumps if amount
    ]
    for state, signal in result.doses.items():
        rows += [(person, *line, 1, state, "infusion") for line in _infusions(signal)]
    rows += [(person, happening.time_h, 0.0, 0.0, 0.0, 0, 2, "", happening.kind) for happening in result.happenings]
    # at one instant doses come first, reports of them after
    rows.sort(key=lambda row: (to_tick(row[1]), row[6], row[7]))
    return {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}  # type: ignore[misc]


def _infusions(signal: Steps) -> list[tuple[float, float, float, float, int]]:
    """(TIME, AMT, RATE, II, ADDL) of a signal in amount per hour; even trains share a line."""
    running = np.flatnonzero(signal.value > 0.0)
    start = signal.edge_tick[running].tolist()
    size = np.diff(signal.edge_tick)[running].tolist()
    rate = signal.value[running].tolist()
    lines: list[tuple[float, float, float, float, int]] = []
    alike = sorted(zip(size, rate, start, strict=True))
    for (ticks, mcg_h), equal in groupby(alike, key=lambda infusion: infusion[:2]):
        lines += [
            (first / TICK_PER_H, mcg_h * ticks / TICK_PER_H, mcg_h, gap / TICK_PER_H, more)
            for first, gap, more in _trains([at for _, _, at in equal])
        ]
    return lines


def _trains(ticks: Sequence[int]) -> list[tuple[int, int, int]]:
    """(first, distance, how many more) of rising ticks; what is not even is alone."""
    trains, i = [], 0
    while i < len(ticks):
        j = i + 1
        while j + 1 < len(ticks) and ticks[j + 1] - ticks[j] == ticks[i + 1] - ticks[i]:
            j += 1
        if j < len(ticks) and j - i + 1 >= LEAST_TRAIN:
            trains.append((ticks[i], ticks[i + 1] - ticks[i], j - i))
            i = j + 1
        else:
            trains.append((ticks[i], 0, 0))
            i += 1
    return trains
