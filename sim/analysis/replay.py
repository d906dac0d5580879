"""A dosing table played back into canal and body: the same amounts, by whoever wrote it. Teaching only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import Canal, Routes, network
from sim.body.drug import Drug
from sim.exact.network import Response, respond
from sim.exact.steps import TICK_PER_H, Steps, to_tick
from sim.refusal import ScenarioError, literal, nearest

NEEDED = ("TIME", "AMT", "EVID", "CMT")
OPTIONAL = ("ID", "RATE", "II", "ADDL", "TYPE")
DOSE, OTHER = 1, (0, 2)


def replay(
    table: Mapping[str, Sequence[object]], drug: Drug, canal: Canal | None = None, *, time_h: ArrayLike
) -> Response:
    """What canal and body hold at `time_h` (m,) under a dosing table of one person; hours and mcg.

    table: columns of equal length; TIME, AMT, EVID and CMT are needed, RATE, II and ADDL are 0 without
    a column. EVID 1 is a dose into the state CMT, 0 and 2 are no doses. Raises ScenarioError with one
    sentence per problem.

    >>> from sim.scenario.library import catalogue
    >>> table = {"TIME": [0.0], "AMT": [100.0], "EVID": [1], "CMT": ["csf_20"]}
    >>> held = replay(table, catalogue().drugs["baclofen-like"], time_h=[0.0, 1000.0])
    >>> held.of("csf_20").round(6).tolist()
    [100.0, 0.0]
    """
    rows = _rows(table)
    states = {str(row["CMT"]) for row in rows}
    routes = Routes(
        tuple(sorted(name.removeprefix("epidural_") for name in states if name.startswith("epidural_"))),
        "gut" in states,
    )
    try:
        body = network(drug, canal or Canal(), routes)
    except (ValueError, KeyError) as error:
        raise ScenarioError([f"CMT: {error}"]) from None
    unknown = sorted(states - set(body.names))
    problems = [f"CMT = {literal(name)} is no state of the body{nearest(name, body.names)}" for name in unknown]
    if problems:
        raise ScenarioError(problems)
    jumps = [(at, str(row["CMT"]), amount) for row in rows if row["RATE"] == 0.0 for at, amount in _times(row)]
    inputs: dict[str, Steps] = {}
    for name in states:
        flows = [row for row in rows if row["CMT"] == name and row["RATE"] != 0.0]
        if flows:
            inputs[name] = _signal(flows)
    return respond(body, inputs, jumps, time_h=time_h)


def _rows(table: Mapping[str, Sequence[object]]) -> list[dict[str, float | str]]:
    """The doses, checked: numbers that are finite and not below 0, columns of one length."""
    problems = [f"column {name} is missing" for name in NEEDED if name not in table]
    known = (*NEEDED, *OPTIONAL)
    problems += [f"column {literal(name)} is unknown{nearest(name, known)}" for name in table if name not in known]
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) > 1:
        problems.append("columns are unequal: " + ", ".join(f"{name} has {size}" for name, size in lengths.items()))
    if problems:
        raise ScenarioError(problems)
    people = sorted({str(person) for person in table.get("ID", ())})
    if len(people) > 1:
        problems.append(f"ID holds {len(people)} people; one at a time can be played back")
    rows = []
    for i in range(lengths["TIME"]):
        row = {name: table[name][i] if name in table else 0.0 for name in (*NEEDED, "RATE", "II", "ADDL")}
        numbers = {name: value for name, value in row.items() if name != "CMT"}
        wrong = [
            f"{name}[{i}] = {literal(value)} is not a number from 0 on"
            for name, value in numbers.items()
            if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not _is_legal(float(value))
        ]
        if not wrong and row["EVID"] not in (DOSE, *OTHER):
            wrong.append(f"EVID[{i}] = {literal(row['EVID'])} is not known here; 0, 1 and 2 are")
        problems += wrong
        if not wrong and row["EVID"] == DOSE:
            rows.append({name: value if name == "CMT" else float(value) for name, value in row.items()})  # type: ignore[arg-type]
    if problems:
        raise ScenarioError(problems)
    return rows  # type: ignore[return-value]


def _is_legal(value: float) -> bool:
    return math.isfinite(value) and value >= 0.0


def _times(row: Mapping[str, float | str]) -> list[tuple[float, float]]:
    """(hour, amount) of a dose and of those that repeat it."""
    first, gap, amount = (float(row[name]) for name in ("TIME", "II", "AMT"))
    return [(first + k * gap, amount) for k in range(int(float(row["ADDL"])) + 1)]


def _signal(rows: Sequence[Mapping[str, float | str]]) -> Steps:
    """Amount per hour of all infusions into one state; overlapping ones add up."""
    start, end, rate = [], [], []
    for row in rows:
        size = max(round(float(row["AMT"]) / float(row["RATE"]) * TICK_PER_H), 1)
        for at, amount in _times(row):
            tick = int(to_tick(at))
            start.append(tick)
            end.append(tick + size)
            rate.append(amount / (size / TICK_PER_H))
    edge = np.unique(np.array([0, *start, *end], dtype=np.int64))
    value = np.zeros(len(edge) - 1)
    for low, high, per_h in zip(np.searchsorted(edge, start), np.searchsorted(edge, end), rate, strict=True):
        value[low:high] += per_h
    return Steps(edge, value)
