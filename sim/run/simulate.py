"""The straight line from scenario to result, top to bottom. Teaching only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import network
from sim.body.effect import EffectStart, follow_effect, steady_opening
from sim.body.person import Person, person_of, steady_amounts
from sim.exact.network import follow
from sim.exact.steps import Steps, Ticks, distinct, join, to_hour, to_tick
from sim.result.result import Result
from sim.run.body_input import is_modelled, take_in
from sim.run.delivery import carry_drug, plan
from sim.run.event_log import Tip, story
from sim.run.harm import Harm, harm_of, harm_story
from sim.run.sampling import Run
from sim.run.saved_state import DrugState, SavedState
from sim.run.saving import save
from sim.run.standstill import standstill_story
from sim.scenario.command import signal
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline

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
    return _run(scenario, time_h, packaged() if catalogue is None else catalogue, None)


def go_on(state: SavedState, time_h: ArrayLike | None = None, catalogue: Catalogue | None = None) -> Result:
    """The rest of a run that was saved (`result.save(hour)`), equal to the whole run from there on.

    time_h: (m,) hours that do not fall, from the saved instant to the duration. Two things start anew: the
    fine steps of a mixed prime that is under way, and the dense course of the effect, which begins at the
    body's last change.

    >>> from sim.scenario.library import read_scenario
    >>> whole = simulate(read_scenario("quiet-pump"), time_h=[4800.0])
    >>> rest = go_on(whole.save(1234.5), time_h=[4800.0])
    >>> bool(abs(rest.delivered_mcg[0] / whole.delivered_mcg[0] - 1.0) < 1e-12)
    True
    """
    return _run(state.scenario, time_h, packaged() if catalogue is None else catalogue, state)


def _run(scenario: Scenario, time_h: ArrayLike | None, shelf: Catalogue, saved: SavedState | None) -> Result:
    """One run per drug of the mixture, all through the same flows; the first one carries the others."""
    # 1, 2 what is ordered, what goes wrong, what leaves the reservoir and passes the line
    timeline, delivery = plan(scenario, shelf, saved)
    factor = signal(timeline.conditions, lambda condition: condition.ec50_factor, timeline.end_tick + 1)
    parts = []
    for k, drug in enumerate(timeline.drugs):
        # 3 plugs through the line
        carriage = carry_drug(scenario, timeline, delivery, k, saved)
        # 4 canal and body
        intake = take_in(scenario, timeline, delivery, carriage, k)
        person = _person(scenario, timeline, k)
        start = _start(scenario, timeline, k, saved, person)
        if saved is not None:
            intake = replace(intake, inputs=_with_past(intake.inputs, saved.drugs[k], saved.tick))
        body = network(drug, scenario.canal, intake.routes)
        course = follow(body, intake.inputs, intake.jumps, start.amounts, timeline.end_tick, start.tick)
        # 5 effects
        effects = follow_effect(
            course, drug, scenario.canal, start.effect, timeline.end_tick,
            tolerance=scenario.tolerance, ec50_factor=factor, person=person,
        )  # fmt: skip
        own = None if saved is None else saved.drugs[k]
        harm = harm_of(effects, intake, scenario, own) if is_modelled(timeline, intake) else Harm()
        parts.append((carriage, intake, course, effects, harm, start))
    # 6 what happened; what any drug does to the body, and where flow ends, stands in the story of each
    common = [happening for k, part in enumerate(parts) for happening in harm_story(part[4], timeline.drugs[k])]
    if not scenario.is_stroke_shown:  # between two strokes flow does not end
        common += standstill_story(timeline, delivery, None if saved is None else saved.still_since)
    runs = [
        Run(
            scenario, timeline, delivery, carriage, intake, course, effects, harm,
            story(timeline, delivery, carriage, intake.into_csf, start.tip, common, k), k, start.tip, saved,
        )
        for k, (carriage, intake, course, effects, harm, start) in enumerate(parts)
    ]  # fmt: skip
    tick = _ticks(time_h, runs[0], 0 if saved is None else saved.tick, timeline.end_tick - 1)
    names = (scenario.drug, *scenario.with_drugs)
    others = {name: run.result(tick) for name, run in zip(names[1:], runs[1:], strict=True)}
    return runs[0].result(tick, others=others, save=lambda hour: save(runs, int(runs[0].inside(hour)[0])))


def _person(scenario: Scenario, timeline: Timeline, k: int) -> Person | None:
    """Who takes the drug; None for a tracer, which nobody feels."""
    drug, accustomed_mcg_day = timeline.drugs[k], 24.0 * timeline.accustomed_mcg_h[k] or None
    if drug.effect is None:
        return None
    return person_of(drug, scenario.canal, scenario.tip_level, accustomed_mcg_day, scenario.history)


@dataclass(frozen=True, slots=True)
class _Start:
    """What a body holds where its course begins."""

    amounts: dict[str, float]  # and effect sites
    effect: EffectStart
    tick: int = 0
    tip: Tip = field(default_factory=Tip)


def _start(scenario: Scenario, timeline: Timeline, k: int, saved: SavedState | None, person: Person | None) -> _Start:
    """Nothing, the steady values at the accustomed dose, or what was saved."""
    if saved is not None:
        own = saved.drugs[k]
        effect = EffectStart(own.adapted_index, own.tolerance_index, own.accustomed_frac)
        return _Start(own.amount_mcg | own.site_mcg_ml, effect, own.edge_tick, Tip(own.has_delivered, own.tip_mcg_ml))
    if scenario.body_start == "empty":
        return _Start({}, EffectStart())
    drug, canal = timeline.drugs[k], scenario.canal
    amounts = steady_amounts(drug, canal, scenario.tip_level, timeline.accustomed_mcg_h[k])
    sites, opening = steady_opening(drug, canal, amounts, person)
    return _Start(amounts | sites, opening)


def _with_past(inputs: dict[str, Steps], own: DrugState, tick: int) -> dict[str, Steps]:
    """Inputs that begin at the body's last change, before the saved instant."""
    if own.edge_tick == tick:
        return inputs
    past = np.array([own.edge_tick, tick])
    return {
        name: join([Steps(past, np.array([own.inflow_mcg_h.get(name, 0.0)])), signal])
        for name, signal in inputs.items()
    }


def _ticks(time_h: ArrayLike | None, run: Run, first_tick: int, last_tick: int) -> Ticks:
    if time_h is None:
        even = np.rint(np.linspace(first_tick, last_tick, N_EVEN)).astype(np.int64)
        edges = np.concatenate([signal.edge_tick for signal in run.signals.values()])
        return distinct(even, edges[(edges >= first_tick) & (edges <= last_tick)])
    tick = to_tick(np.atleast_1d(np.asarray(time_h, dtype=np.float64)))
    if tick.ndim != 1 or not len(tick) or (np.diff(tick) < 0).any():
        raise ValueError("time_h must be one row of times that do not fall")
    if tick[0] < first_tick or tick[-1] > last_tick:
        raise ValueError(f"time_h must lie between {to_hour(first_tick):g} and the duration, {to_hour(last_tick):g} h")
    return tick
