"""Laws that hold in extreme but legal scenarios too: hundreds of orders, many faults, ten years, no time at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings

from sim import Scenario, ScenarioError, population
from sim.body.canal import Canal, Routes, network
from sim.body.level import LEVELS
from sim.exact import LinearSystem, Steps, respond
from sim.exact.ladder import Ladder
from sim.exact.propagator import Propagator
from sim.exact.steps import TICK_PER_H
from tests.building import fault, rate, refill, scenario
from tests.looking import drugs_of, handled_mcg, run
from tests.strategies import SHELF, crowded_scenarios

FEW = settings(max_examples=max(settings.default.max_examples // 8, 3))


def hourly(kind: dict[str, object], n: int = 720) -> list[dict[str, object]]:
    return [{**kind, "at_day": i / 24.0} for i in range(n)]


# 721 orders and 14 faults: each hour something is ordered, each day the tip moves and the wall tears
FAULTS = [
    *(
        fault("migration", 1.0 + i, end_day=1.5 + i, space="epidural", level=LEVELS[3 * i], csf_frac=0.3)
        for i in range(7)
    ),
    *(fault("tear", 10.0 + i, end_day=10.4 + i, lost_frac=0.1 * i) for i in range(7)),
]
CROWDS = {
    "rates": hourly({"kind": "rate", "dose_mcg_day": 100.0}),
    "single boluses": hourly({"kind": "trial_shot", "dose_mcg": 1.0, "space": "epidural"}),
    "infusions": hourly({"kind": "trial_infusion", "dose_mcg_day": 5.0, "lasts_day": 0.02, "space": "epidural"}),
    "tiny boluses": hourly({"kind": "trial_shot", "dose_mcg": 1e-290}),
}


def is_sound(example: Scenario) -> None:
    """Every microgram is somewhere, none is missing, and all is a number; any warning is an error."""
    end_h = 24.0 * example.duration_day
    for result in drugs_of(run(example, np.linspace(0.0, end_h, 200))):
        assert result.ledger.error_frac <= 1e-9
        assert np.isfinite(result.ledger.amount_mcg).all()
        assert result.ledger.amount_mcg.min() >= -1e-12 * handled_mcg(result)


@pytest.mark.parametrize("orders", CROWDS.values(), ids=CROWDS)
def test_inv_01_an_order_an_hour_and_two_weeks_of_faults_lose_nothing(orders):
    example = scenario(31, refill(2000), rate(200), *orders[1:], faults=FAULTS)
    assert (len(example.orders), len(example.faults)) == (721, 14)
    is_sound(example)


@FEW
@given(crowded_scenarios())
def test_inv_01_in_a_crowded_scenario_every_microgram_is_somewhere(example):
    try:
        run(example, [0.0])
    except ScenarioError:
        assume(False)  # so many orders ask for what the reservoir cannot hold
    is_sound(example)


def test_inv_01_many_people_lose_nothing_in_a_crowded_scenario():
    people = population(
        scenario(31, refill(2000), rate(200), *CROWDS["infusions"][1:], faults=FAULTS), 3, 1, bands=False
    )
    assert np.abs(people.ledger_error_frac).max() <= 1e-9


# ------------------------------------------------------------------ no time at all


def test_inv_04_within_no_time_nothing_moves_and_nothing_enters():
    system = network(SHELF.drugs["morphine-like"], Canal(), Routes(LEVELS, True))
    inputs = range(len(system.names))
    still = Propagator(system.generator(), len(system.names) + 1, inputs).matrix(0)
    assert np.array_equal(still, np.eye(len(still)))


def test_inv_04_within_no_time_nothing_moves_for_many_people_either():
    rate = np.array([[[-0.5, 0.0], [0.5, 0.0]]])
    ladder = Ladder(rate, 2, np.array([[1.0], [0.0]]), TICK_PER_H, [])
    assert np.array_equal(ladder.move(ladder.identity, 0), ladder.identity)
    ladder.keep(0)
    assert np.array_equal(ladder.own[0], ladder.identity)


@pytest.mark.parametrize("count", [2, 7, 50])
def test_inv_09_an_instant_may_be_asked_many_times(count):
    system = LinearSystem(["blood"], losses=[("blood", 0.5)])
    inputs = {"blood": Steps.from_hours([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0], [1.0, 0.0, 2.0, 0.0, 3.0, 0.0])}
    once = respond(system, inputs, [(1.0, "blood", 2.0)], time_h=[0.0, 1.0, 4.5, 9.0])
    often = respond(system, inputs, [(1.0, "blood", 2.0)], time_h=np.repeat([0.0, 1.0, 4.5, 9.0], count))
    assert np.array_equal(often.amount, np.repeat(once.amount, count, axis=0))


@pytest.mark.parametrize("per_h", [0.0, 5e-324, 1e-300, 1e-30, 3.6e9])
def test_inv_01_the_slowest_and_the_fastest_rates_lose_nothing(per_h):
    system = LinearSystem(["a", "b"], [("a", "b", per_h), ("b", "a", 0.1 * per_h)], [("b", 0.5 * per_h)])
    inputs = {"a": Steps.from_hours([0.0, 1e5], [2.0])}
    held = respond(system, inputs, start={"b": 3.0}, time_h=[0.0, 1e-9, 1.0, 1e5, 1e6])
    total = held.amount.sum(axis=1) + held.cleared
    assert total == pytest.approx(3.0 + 2.0 * np.minimum(held.time_h, 1e5), rel=1e-12)
