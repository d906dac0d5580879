"""A dosing table played back into canal and body: the same amounts, whatever tool wrote it. Teaching only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.dose_table import Dose, read_doses
from sim.body.canal import Canal, Routes, network
from sim.body.drug import Drug
from sim.exact.network import Response, respond
from sim.exact.steps import TICK_PER_H, Steps, to_tick

BY_MOUTH = ("gut", "not_absorbed")


def replay(
    table: Mapping[str, Sequence[object]], drug: Drug, canal: Canal | None = None, *, time_h: ArrayLike
) -> Response:
    """What canal and body hold at `time_h` (m,) under a dosing table of one person; hours and mcg.

    table: columns of equal length, lists or those of a data frame, row by row whatever its index; TIME,
    AMT, EVID and CMT are needed, RATE, II and ADDL are 0 without a column. EVID 1 is a dose into the state
    CMT, 0 and 2 are no doses. Up to 50,000 rows and 100,000 doses, which end within 1,000,000 h. Raises
    ScenarioError with one sentence per problem, which names column and row (from 0 on).

    >>> from sim.scenario.library import catalogue
    >>> table = {"TIME": [0.0], "AMT": [100.0], "EVID": [1], "CMT": ["csf_20"]}
    >>> held = replay(table, catalogue().drugs["baclofen-like"], time_h=[0.0, 1000.0])
    >>> held.of("csf_20").round(6).tolist()
    [100.0, 0.0]
    """
    doses = read_doses(table, drug)
    states = {dose.state for dose in doses}
    levels = sorted(name.removeprefix("epidural_") for name in states if name.startswith("epidural_"))
    body = network(drug, canal or Canal(), Routes(tuple(levels), not states.isdisjoint(BY_MOUTH)))
    jumps = [(at, dose.state, dose.mcg) for dose in doses if dose.mcg_h == 0.0 for at in _times_h(dose)]
    inputs: dict[str, Steps] = {}
    for name in body.names:
        flows = [dose for dose in doses if dose.state == name and dose.mcg_h > 0.0]
        if flows:
            inputs[name] = _signal(flows)
    return respond(body, inputs, jumps, time_h=time_h)


def _times_h(dose: Dose) -> list[float]:
    """Hours at which a dose and those that repeat it begin."""
    return [dose.first_h + k * dose.every_h for k in range(dose.n)]


def _signal(doses: Sequence[Dose]) -> Steps:
    """Amount per hour of all infusions into one state; overlapping ones add up."""
    start, end, rate = [], [], []
    for dose in doses:
        size = round(dose.mcg / dose.mcg_h * TICK_PER_H)
        for at in _times_h(dose):
            tick = int(to_tick(at))
            start.append(tick)
            end.append(tick + size)
            rate.append(dose.mcg / (size / TICK_PER_H))
    edge = np.unique(np.array([0, *start, *end], dtype=np.int64))
    value = np.zeros(len(edge) - 1)
    for low, high, per_h in zip(np.searchsorted(edge, start), np.searchsorted(edge, end), rate, strict=True):
        value[low:high] += per_h
    return Steps(edge, value)
