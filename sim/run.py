"""The straight line from scenario to result, top to bottom. Teaching only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import network
from sim.body.effect import Opening, follow_effect, steady_amounts, steady_opening
from sim.body.entry import Place, enter
from sim.device.carriage import carry_line
from sim.device.catheter import storage_ml
from sim.device.hydraulics import deliver
from sim.exact.network import follow
from sim.exact.steps import Ticks, to_tick
from sim.result.result import Result
from sim.sampling import Run, story
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline, build

N_EVEN = 2001


def simulate(scenario: Scenario, time_h: ArrayLike | None = None, catalogue: Catalogue | None = None) -> Result:
    """Run a scenario: exact at any time asked, by default at 2,001 even times and all edges.

    time_h: (m,) hours that do not fall, from 0 to the duration. Raises ScenarioError with every
    device and cross-field problem, ValueError on times outside the run.

    >>> from sim.scenario.library import read_scenario
    >>> result = simulate(read_scenario("quiet-pump"), time_h=[0.0, 4800.0])
    >>> result.reservoir_true_ml.round(6).tolist()
    [20.0, 1.4]
    """
    shelf = packaged() if catalogue is None else catalogue
    # 1 what is ordered and what goes wrong; a refill that would overfill is taken back
    refused: frozenset[int] = frozenset()
    while True:
        timeline = build(scenario, shelf, refused)
        # 2 what leaves the reservoir, and what the line lets through
        delivery = deliver(
            timeline.wanted, timeline.blocked, timeline.fills, timeline.belief, timeline.pump,
            storage_ml(timeline.lines[0][1]),
        )  # fmt: skip
        if delivery.refused <= refused:
            break
        refused |= {min(delivery.refused - refused)}
    # 3 plugs through the line
    carriage = carry_line(timeline.lines, delivery, timeline.start_plugs, timeline.end_tick)
    # 4 canal and body
    body = network(timeline.drug, scenario.canal)
    inputs, _, _ = enter(carriage.tip_dose, [(0, Place(scenario.tip_level))])
    start, opening = _body_start(scenario, timeline)
    course = follow(body, inputs | {"tissue": carriage.leak_dose}, (), start, timeline.end_tick)
    # 5 effects
    effects = follow_effect(course, timeline.drug, scenario.canal, opening, timeline.end_tick)
    run = Run(scenario, timeline, delivery, carriage, course, effects, story(timeline, delivery, carriage))
    return run.result(_asked(time_h, run, timeline.end_tick - 1))


def _body_start(scenario: Scenario, timeline: Timeline) -> tuple[dict[str, float], Opening]:
    """Amounts and effect sites at hour 0, and the slow filters: nothing, or steady at the first dose."""
    if scenario.body_start == "empty":
        return {}, Opening()
    drug, canal = timeline.drug, scenario.canal
    amounts = steady_amounts(drug, canal, scenario.tip_level, timeline.start_mcg_h)
    sites, opening = steady_opening(drug, canal, amounts)
    return amounts | sites, opening


def _asked(time_h: ArrayLike | None, run: Run, last_tick: int) -> Ticks:
    if time_h is None:
        even = np.rint(np.linspace(0.0, last_tick, N_EVEN)).astype(np.int64)
        edges = np.concatenate([signal.edge_tick for signal in run.signals().values()])
        return np.unique(np.concatenate([even, edges[edges <= last_tick]]))
    asked = to_tick(np.atleast_1d(np.asarray(time_h, dtype=np.float64)))
    if asked.ndim != 1 or not len(asked) or (np.diff(asked) < 0).any():
        raise ValueError("time_h must be one row of times that do not fall")
    if asked[0] < 0 or asked[-1] > last_tick:
        raise ValueError(f"time_h must lie between 0 and the duration, {last_tick / 3.6e9:g} h")
    return asked
