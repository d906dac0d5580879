"""Emergencies: when too much or too little of a drug begins to be one, and when it no longer is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import Scenario, go_on, population, simulate
from sim.body.crowd import Variability
from sim.body.emergency import emergencies, excess_rule, withdrawal_rule
from sim.exact.steps import TICK_PER_H, to_tick
from sim.happening import HARM, Emergency
from sim.run.saved_state import SavedState
from tests.building import fault, rate, refill, scenario
from tests.oracles import harm_oracle
from tests.sim.test_harm import CASES, DAY_H, HARMFUL, SHELF, by_pump, run_of

MINUTE_H = 1.0 / 60.0
SIDES = [name for name in HARMFUL if SHELF[name].is_adapting]
DANGEROUS = [name for name in SIDES if SHELF[name].family in ("baclofen", "clonidine")]


def brief(spells: Any, digits: int = 6) -> list[tuple[str, bool, float, float | None]]:
    return [
        (one.side, one.is_distress, round(one.start_h, digits), None if one.end_h is None else round(one.end_h, digits))
        for one in spells
    ]


# ------------------------------------------------------------------ begin and end


@pytest.mark.parametrize("name", CASES)
def test_spells_begin_and_end_within_a_minute_of_an_integrator_that_looks_every_minute(name):
    own, history, start, dose, boluses, usual_mcg_h, end_h = CASES[name]
    time_h = np.arange(0.0, end_h - 0.001, MINUTE_H)
    there = harm_oracle.run(own, "T12", dose, boluses, time_h, history, usual_mcg_h, start)
    over, is_used = (0.5, True) if own == "baclofen" else (0.45, history == "pump")
    too_much = harm_oracle.spells(
        time_h, there["excess"], there["ratio"],
        begins=lambda index, ratio: index > over and (ratio >= 2.0 or not is_used),
        ends=lambda index, ratio: index < 0.25 or (ratio < 2.0 and is_used),
    )  # fmt: skip
    too_little = harm_oracle.spells(
        time_h, there["withdrawal"], there["ratio"],
        begins=lambda index, ratio: index > 0.3 and ratio <= 0.5,
        ends=lambda index, ratio: ratio > 0.5,
    )  # fmt: skip
    sides = (("too_much", too_much), ("too_little", too_little))
    expected = sorted(((side, *spell) for side, spells in sides for spell in spells), key=lambda spell: spell[1])
    seen = run_of(name)[0].emergencies(0, {})
    assert [one.side for one in seen] == [side for side, _, _ in expected]
    for one, (_, low, high) in zip(seen, expected, strict=True):
        assert one.start_h == pytest.approx(low, abs=MINUTE_H + 1e-6)
        assert (one.end_h is None) == (high is None)
        if high is not None:
            assert one.end_h == pytest.approx(high, abs=MINUTE_H + 1e-6)


def test_the_cases_above_hold_spells_of_both_sides_that_end_and_that_last():
    spells = [spell for name in CASES for spell in run_of(name)[0].emergencies(0, {})]
    assert {spell.side for spell in spells} == {"too_much", "too_little"}
    assert {spell.end_h is None for spell in spells} == {True, False}
    assert len(spells) >= 5


def spells_of(index: list[float], ratio: list[float], rule: Any, **own: Any) -> list[Emergency]:
    """Spells of straight lines through an index and a drive, an hour apart."""
    node = TICK_PER_H * np.arange(len(index))

    def reading(tick: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.interp(tick, node, index), np.interp(tick, node, ratio)

    return emergencies(rule, node, reading(node), reading, own.pop("since", 0), **own)


def test_too_much_lasts_until_the_index_is_far_below_what_began_it():
    rule = excess_rule(SHELF["baclofen-like"], is_accustomed=True)
    (spell,) = spells_of([0.1, 0.7, 0.3, 0.7, 0.1], [1.0, 4.0, 4.0, 4.0, 4.0], rule)
    # over 0.5 two thirds of an hour up; below 0.25 three quarters of the way down
    assert (spell.start_h, spell.end_h) == pytest.approx((2.0 / 3.0, 3.75), abs=1.0 / 200.0)
    # less than twice the usual ends it at any index, and keeps it from beginning again
    (spell,) = spells_of([0.1, 0.7, 0.7, 0.7], [4.0, 4.0, 0.0, 0.0], rule)
    assert spell.end_h == pytest.approx(1.5, abs=1.0 / 200.0)
    assert spells_of([0.1, 0.9, 0.9], [1.0, 1.9, 1.9], rule) == []
    # a person never treated is used to nothing
    naive = excess_rule(SHELF["morphine-like"], is_accustomed=False)
    (spell,) = spells_of([0.0, 0.9, 0.9], [0.0, 0.1, 0.1], naive)
    assert (spell.start_h, spell.end_h) == (pytest.approx(0.5, abs=1.0 / 200.0), None)


def test_too_little_lasts_until_the_drug_is_back_even_while_the_index_fades():
    rule = withdrawal_rule(SHELF["baclofen-like"])
    (spell,) = spells_of([0.0, 0.6, 0.1, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0], rule)
    assert (spell.start_h, spell.end_h) == pytest.approx((0.5, 3.5), abs=1.0 / 200.0)
    assert spells_of([0.0, 0.6, 0.6], [1.0, 0.6, 0.51], rule) == []
    assert spells_of([0.0, 0.29, 0.29], [0.0, 0.0, 0.0], rule) == []
    assert withdrawal_rule(SHELF["ziconotide-like"]) is withdrawal_rule(SHELF["bupivacaine-like"]) is None


def test_what_lasts_at_the_first_look_keeps_its_start_and_nothing_begins_too_early():
    rule = withdrawal_rule(SHELF["clonidine-like"])
    (spell,) = spells_of([0.1, 0.1], [0.0, 1.0], rule, open_since=-5 * TICK_PER_H)
    assert (spell.start_h, spell.end_h) == pytest.approx((-5.0, 0.5), abs=1.0 / 200.0)
    (spell,) = spells_of([0.6, 0.6, 0.6], [0.0, 0.0, 0.0], rule, since=TICK_PER_H + 7)
    assert spell.start_h == pytest.approx(1.0, abs=1.0 / 200.0)
    assert spell.start_h * TICK_PER_H >= TICK_PER_H + 7 - 1e-3


# ------------------------------------------------------------------ who depends on a drug


@pytest.mark.parametrize("name", DANGEROUS)
@pytest.mark.parametrize(
    ("start", "stop_day", "is_felt"), [("empty", 9.0, False), ("empty", 17.0, True), ("steady", 1.0, True)]
)
def test_nobody_depends_on_a_drug_before_two_weeks_of_it(name, start, stop_day, is_felt):
    usual = SHELF[name].reference_mcg_day
    orders = [refill(10.0 * usual), rate(usual), {"kind": "stop", "at_day": stop_day}]
    run = simulate(scenario(stop_day + 4.0, *orders, drug=name, body_start=start), time_h=[0.0])
    assert run.withdrawal_course[1].max() > 0.3
    assert [spell.side for spell in run.emergencies] == (["too_little"] if is_felt else [])
    if is_felt:
        assert stop_day * DAY_H < run.emergencies[0].start_h < (stop_day + 3.0) * DAY_H
        assert not run.emergencies[0].is_distress


@pytest.mark.parametrize("name", sorted(set(SIDES) - set(DANGEROUS)))
def test_stopping_an_opioid_is_distress_and_no_emergency(name):
    run = simulate(by_pump(name, (0.0, 1.0), (5.0, 0.0)), time_h=[0.0])
    assert [(spell.side, spell.is_distress) for spell in run.emergencies] == [("too_little", True)]
    assert [one.kind for one in run.happenings if one.kind in HARM] == ["distress"]


@pytest.mark.parametrize(("name", "mcg_day"), [("baclofen-like", 50.0), ("clonidine-like", 40.0)])
def test_stopping_a_low_dose_is_a_declared_miss(name, mcg_day):
    orders = [refill(10.0 * mcg_day), rate(mcg_day), {"kind": "stop", "at_day": 2.0}]
    run = simulate(scenario(12.0, *orders, drug=name, body_start="steady"), time_h=[0.0])
    assert run.withdrawal_course[1].max() < 0.3
    assert run.emergencies == ()


def test_a_tracer_and_tablets_alone_harm_nobody():
    tracer = simulate(scenario(20, refill(500), rate(100), rate(5000, at_day=2), drug="tracer"), time_h=[0.0])
    tablets = [{"kind": "oral", "at_day": 0.0, "dose_mcg": 3e5, "every_h": 8.0, "end_day": 20.0}]
    for run in (tracer, *(simulate(scenario(30, *tablets, drug=name, line_start="csf"), time_h=[0.0])
                          for name in ("morphine-like", "baclofen-like"))):  # fmt: skip
        assert run.emergencies == ()
        assert run.excess_index is None
        assert not [one for one in run.happenings if one.kind in HARM]


def test_a_mixture_tells_the_harms_of_all_its_drugs():
    mixture = scenario(
        12, refill(2000, with_actual_mcg_ml=[20000.0, 20000.0]), rate(300), {"kind": "stop", "at_day": 4.0},
        rate(3000.0, at_day=8.0), with_drugs=["morphine-like", "bupivacaine-like"], body_start="steady",
    )  # fmt: skip
    run = simulate(mixture, time_h=[0.0])
    harms = [one.text for one in run.happenings if one.kind in ("emergency", "distress")]
    for title in ("Baclofen-like", "Morphine-like"):
        assert [text for text in harms if title in text and "too little" in text], title
    for title in ("Baclofen-like", "Morphine-like", "Bupivacaine-like"):
        assert [text for text in harms if title in text and "too much" in text], title
    spells = [spell for one in (run, *run.others.values()) for spell in one.emergencies]
    assert len(harms) == len(spells)
    for title, one in zip(("Morphine-like", "Bupivacaine-like"), run.others.values(), strict=True):
        own = [happening.time_h for happening in run.happenings if happening.kind in HARM and title in happening.text]
        ends = [spell.end_h for spell in one.emergencies if spell.end_h is not None]
        assert own == sorted([*(spell.start_h for spell in one.emergencies), *ends])


# ------------------------------------------------------------------ saving


SAVED: dict[str, Scenario] = {
    "a restart after a gap, with folds that fade": by_pump(
        "morphine-like", (0.0, 1.0), (1.0, 0.0), (31.0, 1.0), (33.0, 6.0), (34.0, 1.0), days=40.0
    ),
    "baclofen ten times too much, then none, then the old dose": by_pump(
        "baclofen-like", (0.0, 1.0), (1.0, 10.0), (1.5, 0.0), (6.0, 1.0), days=9.0
    ),
    "a mixture after two weeks": scenario(
        24, refill(2000, with_actual_mcg_ml=[2000.0]), rate(300), rate(2400, at_day=2.0), rate(300, at_day=2.5),
        {"kind": "stop", "at_day": 18.0}, rate(300, at_day=21.0), with_drugs=["clonidine-like"],
        faults=[fault("tear", 10.0, lost_frac=0.2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_inv_10_saved_anywhere_the_same_harm_follows(name):
    whole = simulate(SAVED[name], time_h=[0.0])
    ends = [hour for spell in whole.emergencies for hour in (spell.start_h, spell.end_h) if hour is not None]
    assert len(ends) >= 4
    # before, just after, and in the middle of every spell, and some odd instants
    places = sorted({*(hour + gap for hour in ends for gap in (-0.5, 1e-6, 5.0)), 0.0, 30.0, 5.1 * DAY_H})
    for at_h in [hour for hour in places if 0.0 <= hour < 24.0 * SAVED[name].duration_day]:
        state = SavedState.model_validate_json(whole.save(at_h).model_dump_json())
        rest = go_on(state, time_h=[24.0 * SAVED[name].duration_day])
        runs = [(whole, rest), *zip(whole.others.values(), rest.others.values(), strict=True)]
        for (there, here), held in zip(runs, state.drugs, strict=True):
            later = [one for one in there.emergencies if one.end_h is None or to_tick(one.end_h) > held.edge_tick]
            assert brief(here.emergencies) == brief(later), at_h
        log = [one for one in whole.happenings if one.time_h >= state.tick / TICK_PER_H and one.kind in HARM]
        assert [one for one in rest.happenings if one.kind in HARM] == log, at_h


# ------------------------------------------------------------------ many people


ALIKE = Variability(spinal_cv_frac=0.0, loss_cv_frac=0.0, dispersion_cv_frac=0.0, production_cv_frac=0.0)


@pytest.mark.parametrize("name", HARMFUL)
def test_the_peak_of_harm_in_people_all_alike_is_that_of_the_single_run(name):
    example = by_pump(name, (0.0, 1.0), (3.0, 5.0), days=6.0)
    one = simulate(example, time_h=[0.0])
    people = population(example, 2, 3, variability=ALIKE, every_h=0.5)
    assert people.peak_excess_index == pytest.approx(np.full(2, one.excess_course[1].max()), abs=2e-4)
