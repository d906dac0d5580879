"""The straight line from scenario to result, top to bottom. Teaching only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import network
from sim.body.effect import Opening, follow_effect, steady_amounts, steady_opening
from sim.device.carriage import carry_line
from sim.device.hydraulics import Delivery, deliver
from sim.device.reservoir import Content
from sim.exact.network import follow
from sim.exact.steps import Ticks, to_tick
from sim.intake import take_in
from sim.result.result import Result
from sim.sampling import Run
from sim.scenario.drive import signal
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Outcomes, Timeline, build
from sim.story import story

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
    # 1, 2 what is ordered, what goes wrong, what leaves the reservoir and passes the line
    timeline, delivery = _plan(scenario, shelf)
    return _runs(scenario, timeline, delivery, time_h)


def _plan(scenario: Scenario, shelf: Catalogue) -> tuple[Timeline, Delivery]:
    """Plan and flows that agree: a refill that could not be given is taken back, a burst opens the line."""
    happened = Outcomes()
    while True:
        timeline = build(scenario, shelf, happened)
        opening = Content(0.0, (0.0,) * len(timeline.drugs))
        delivery = deliver(timeline.demand, timeline.fills, timeline.belief, timeline.pump, opening)
        places = timeline.fill_places
        refused = [(timeline.fills[k].tick, places[k]) for k in delivery.refused if places[k] not in happened.refused]
        bursts = [tick for tick in delivery.burst_ticks if tick not in happened.burst_ticks]
        if not refused and not bursts:
            return timeline, delivery
        # the earliest first: what comes later may then come otherwise
        if refused and min(refused)[0] <= min(bursts, default=min(refused)[0]):
            happened = replace(happened, refused=happened.refused | {min(refused)[1]})
        else:
            happened = replace(happened, burst_ticks=(*happened.burst_ticks, min(bursts)))


def _runs(scenario: Scenario, timeline: Timeline, delivery: Delivery, time_h: ArrayLike | None) -> Result:
    """One run per drug of the mixture, all through the same flows; the first one carries the others."""
    runs = []
    for k, drug in enumerate(timeline.drugs):
        # 3 plugs through the line
        csf_kpa, plugs = scenario.surroundings.csf_kpa, timeline.start_plugs[k]
        carriage = carry_line(timeline.spells, delivery, plugs, timeline.end_tick, csf_kpa, k)
        # 4 canal and body
        intake = take_in(scenario, timeline, delivery, carriage, k)
        body = network(drug, scenario.canal, intake.routes)
        start, opening = _body_start(scenario, timeline, k)
        course = follow(body, intake.inputs, intake.jumps, start, timeline.end_tick)
        # 5 effects
        factor = signal(timeline.conditions, lambda one: one.ec50_factor, timeline.end_tick + 1)
        effects = follow_effect(
            course, drug, scenario.canal, opening, timeline.end_tick,
            tolerance=scenario.tolerance, ec50_factor=factor,
        )  # fmt: skip
        told = story(timeline, delivery, carriage)
        runs.append(Run(scenario, timeline, delivery, carriage, intake, course, effects, told, k))
    tick = _asked(time_h, runs[0], timeline.end_tick - 1)
    names = (scenario.drug, *scenario.with_drugs)
    others = {name: run.result(tick) for name, run in zip(names[1:], runs[1:], strict=True)}
    return runs[0].result(tick, others=others)


def _body_start(scenario: Scenario, timeline: Timeline, k: int) -> tuple[dict[str, float], Opening]:
    """Amounts and effect sites at hour 0, and the slow filters: nothing, or steady at the first dose."""
    if scenario.body_start == "empty":
        return {}, Opening()
    drug, canal = timeline.drugs[k], scenario.canal
    amounts = steady_amounts(drug, canal, scenario.tip_level, timeline.start_mcg_h[k])
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
