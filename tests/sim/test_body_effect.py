"""Effects: the slow filters are exact, tolerance and disease shift the curve, and a tracer has none."""

from __future__ import annotations

import math
from dataclasses import fields

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import catalogue
from sim.body.canal import Canal, network
from sim.body.drug import Drug
from sim.body.effect import EffectCourse, EffectStart, Indices, follow_effect, hill, steady_opening
from sim.body.entry import TipPlace, enter, hand_bolus
from sim.body.person import steady_amounts
from sim.exact import Steps
from sim.exact.fading import fading
from sim.exact.lag import Cubics, Lag, moments
from sim.exact.network import NetworkCourse, follow
from sim.exact.samples import lagging
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, to_tick
from tests.oracles import body_oracle
from tests.strategies import spread

SHELF = catalogue().drugs
ACTING = sorted(name for name, drug in SHELF.items() if drug.effect is not None)
DAY_H = 24.0


def course_of(
    drug: Drug, dose: Steps, jumps: list[tuple[float, str, float]] | None = None, **start: float
) -> NetworkCourse:
    inputs, _, _ = enter(dose, [(0, TipPlace("T12"))])
    return follow(network(drug, Canal()), inputs, jumps or [], start, int(dose.edge_tick[-1]))


def constant(mcg_day: float, days: float) -> Steps:
    return Steps.from_hours([0.0, DAY_H * days], [mcg_day / DAY_H])


def hourly(mcg_h: float, days: int) -> Steps:
    """5 minutes of twelve times the hourly dose in every hour."""
    start = np.arange(24 * days) * TICK_PER_H
    edge = np.append(np.stack([start, start + TICK_PER_H // 12], axis=1).ravel(), days * TICK_PER_DAY)
    return Steps(edge, np.tile([12.0 * mcg_h, 0.0], 24 * days))


def read(effects: EffectCourse, course: NetworkCourse, time_h: np.ndarray) -> Indices:
    tick = to_tick(time_h)
    return effects.at(tick, course.at_tick(tick).followed)


# ------------------------------------------------------------------ reading a course


@st.composite
def doses(draw: st.DrawFn) -> Steps:
    """Doses whose spans last from a second to weeks, some of them again and again."""
    span_h = st.one_of(spread(1.0 / 3600.0, 500.0), st.sampled_from([0.25, 1.0]))
    spans = draw(st.lists(span_h, min_size=1, max_size=12))
    return Steps.from_hours([0.0, *np.cumsum(spans)], [draw(st.floats(0.0, 1000.0)) for _ in spans])


@st.composite
def boluses(draw: st.DrawFn, last_h: float) -> list[tuple[float, str, float]]:
    return [
        jump
        for _ in range(draw(st.integers(0, 3)))
        for jump in hand_bolus(draw(st.floats(0.0, 1.0)) * last_h, draw(st.floats(0.0, 500.0)), "L3")
    ]


@given(doses(), st.data())
def test_rows_moved_read_what_the_moved_states_hold(dose, data):
    drug = SHELF["morphine-like"]
    last = int(dose.edge_tick[-1])
    course = course_of(drug, dose, data.draw(boluses(last / TICK_PER_H)))
    weights = {"csf_03": 0.5, "plasma": 2.0, "effect site": 3.0}
    rows = np.stack([course.row(weights), course.row({"excess site 1": 1.0})])
    offset = np.array([0, 7, 1 << 20, TICK_PER_H // 3, 5 * TICK_PER_H + 1, 400 * TICK_PER_H])
    reach = np.searchsorted(offset, np.diff(np.append(course.edge, last + 1)), side="left")
    tick = np.concatenate([edge + offset[:many] for edge, many in zip(course.edge, reach, strict=True)])
    held = course.at_tick(tick)
    there = np.stack(
        [
            0.5 * held.of("csf_03") + 2.0 * held.of("plasma") + 3.0 * held.followed[:, 0],
            held.followed[:, 1],
        ],
        axis=1,
    )
    scale = max(float(np.abs(there).max()), 1e-300)
    assert np.abs(course.read_after(rows, offset, reach) - there).max() <= 1e-13 * scale
    assert np.abs(course.read(rows, tick) - there).max() <= 1e-13 * scale


def test_an_unknown_place_to_read_is_refused():
    with pytest.raises(ValueError, match="csf_99"):
        course_of(SHELF["tracer"], constant(1.0, 1.0)).row({"csf_99": 1.0})


# ------------------------------------------------------------------ filters


@pytest.mark.parametrize("fade", [1e-12, 1e-6, 1e-3, 0.3, 0.999999, 1.0, 1.5, 10.0, 31.6, 200.0, 1e6, 1e12])
def test_the_moments_of_a_fading_memory_are_exact(fade):
    # by parts; the differences of near numbers cost up to 48 digits
    with mpmath.workdps(100):
        a = mpmath.mpf(fade)
        exact = [1 - mpmath.exp(-a)]
        for n in (1, 2, 3):
            exact.append(1 - n / a * exact[-1])
        there = [float(one) for one in exact]
    assert moments(np.array([fade]))[:, 0] == pytest.approx(there, rel=1e-13)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(-9.0, 9.0)), max_size=60), st.floats(-9.0, 9.0))
def test_a_fading_value_is_what_one_step_after_the_other_gives(steps, start):
    kept, taken = np.array([step[0] for step in steps]), np.array([start, *(step[1] for step in steps)])
    by_hand = [start]
    for share, more in steps:
        by_hand.append(share * by_hand[-1] + more)
    found = fading(kept, np.stack([taken, 2.0 * taken], axis=1))
    assert found[:, 0] == pytest.approx(by_hand, rel=1e-14, abs=1e-13)
    assert found[:, 1] == pytest.approx(2.0 * found[:, 0], rel=1e-14)


def test_a_filter_of_samples_is_the_filter_of_the_straight_lines_through_them():
    # also over gaps so long that nothing is kept, and a last one shorter than the others
    time_h = np.array([0.0, 1.0, 2.0, 3.0, 3.25, 5000.0, 5001.0])
    people = np.array([[0.0, 1.0, 3.0, 2.0, 2.0, 7.0, 0.5], [1.0, 0.0, 0.0, 0.0, 4.0, 1.0, 1.0]])
    found = lagging(people, time_h, 0.7)
    for samples, lagged in zip(people, found, strict=True):
        slope = np.diff(samples) / np.diff(time_h)
        lines = Cubics.through(to_tick(time_h), samples, np.append(0.0, slope), np.append(slope, 0.0))
        assert lagged == pytest.approx(Lag.of(lines, 0.7, 0.0).value, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("per_h", [1e-5, 0.01, 1.0, 50.0])
def test_a_filter_of_a_straight_line_is_known_on_paper(per_h):
    # signal t: lag = t - (1 - exp(-k t)) / k, whatever the panels
    hour = np.array([0.0, 1e-3, 0.2, 1.0, 30.0, 31.0, 400.0])
    line = Cubics.through(to_tick(hour), hour, np.ones(7), np.ones(7))
    lag = Lag.of(line, per_h, 0.0)
    asked = np.array([0.0, 5e-4, 0.1, 0.2, 7.0, 30.5, 200.0, 399.0, 400.0])
    exact = [t + math.expm1(-per_h * t) / per_h for t in asked]
    assert lag.at(to_tick(asked)) == pytest.approx(exact, rel=1e-9, abs=1e-15)


def test_a_filter_of_a_constant_stays_where_it_is_over_ten_years_without_an_edge():
    drug = SHELF["baclofen-like"]
    amounts = steady_amounts(drug, Canal(), "T12", 300.0 / DAY_H)
    sites, opening = steady_opening(drug, Canal(), amounts)
    course = course_of(drug, constant(300.0, 3650.0), **amounts, **sites)
    effects = follow_effect(course, drug, Canal(), opening, int(course.edge[-1]))
    seen = read(effects, course, DAY_H * np.linspace(0.0, 3650.0, 500))
    assert seen.adapted == pytest.approx(np.full(500, opening.adapted_index), abs=1e-9)
    assert seen.withdrawal.max() <= 1e-9


@pytest.mark.parametrize("name", ACTING)
@given(dose=doses(), data=st.data())
def test_the_filters_do_not_depend_on_how_finely_time_was_cut(name, dose, data):
    # doses near the reference; hand boluses bend the site at once
    drug = SHELF[name]
    drug = drug.model_copy(update={"is_adapting": True, "adaptation_half_life_h": 72.0})
    drug = drug.model_copy(update={"tolerance": drug.tolerance or SHELF["morphine-like"].tolerance})
    factor = drug.reference_mcg_day / 24.0 / 100.0
    dose = Steps(dose.edge_tick, factor * dose.value)
    last = int(dose.edge_tick[-1])
    jumps = [(h, cell, factor * mcg) for h, cell, mcg in data.draw(boluses(last / TICK_PER_H))]
    course = course_of(drug, dose, jumps)
    time_h = np.linspace(0.0, last / TICK_PER_H, 50)
    start = EffectStart(adapted_index=0.7, tolerance_index=0.2)
    coarse, fine = (
        read(follow_effect(course, drug, Canal(), start, last, tolerance="steep", halvings=n), course, time_h)
        for n in (0, 2)
    )
    assert np.abs(coarse.adapted - fine.adapted).max() <= 1e-6
    assert np.abs(coarse.tolerance - fine.tolerance).max() <= 1e-6
    assert np.abs(coarse.effect - fine.effect).max() <= 1e-6
    assert coarse.adapted[0] == 0.7
    assert coarse.tolerance[0] == 0.2


@pytest.mark.parametrize("habit", ["low", "moderate", "steep"])
@pytest.mark.parametrize("start", ["empty", "steady"])
def test_tolerance_agrees_with_an_integrator_that_shares_no_code(habit, start):
    drug = SHELF["baclofen-like"]
    preset = drug.tolerance_course(habit)
    dose = Steps.from_hours([0.0, 40.0, 41.0, 500.0, 2000.0], [12.5, 40.0, 0.0, 25.0])
    time_h = np.linspace(0.0, 1999.0, 23)
    listed = [(0.0, 12.5), (40.0, 40.0), (41.0, 0.0), (500.0, 25.0)]
    there = body_oracle.run_effect(
        "T12", listed, time_h, start, tolerance=(preset.rise_factor, 24.0 * preset.half_life_day)
    )
    opening, amounts = EffectStart(), {}
    if start == "steady":
        amounts = steady_amounts(drug, Canal(), "T12", 12.5)
        sites, opening = steady_opening(drug, Canal(), amounts)
        amounts |= sites
    course = course_of(drug, dose, **amounts)
    seen = read(follow_effect(course, drug, Canal(), opening, int(course.edge[-1]), tolerance=habit), course, time_h)
    for name in ("effect", "adapted", "withdrawal", "tolerance"):
        assert np.abs(getattr(seen, name) - there[name]).max() <= 1e-6, name


# ------------------------------------------------------------------ what shifts the curve


@pytest.mark.parametrize("name", ACTING)
def test_half_of_the_effect_is_reached_at_the_reference_dose_by_definition(name):
    drug = SHELF[name]
    amounts = steady_amounts(drug, Canal(), "T12", drug.reference_mcg_day / DAY_H)
    sites, opening = steady_opening(drug, Canal(), amounts)
    course = course_of(drug, constant(drug.reference_mcg_day, 60.0), **amounts, **sites)
    seen = read(follow_effect(course, drug, Canal(), opening, int(course.edge[-1])), course, np.array([1400.0]))
    if drug.effect.ec50_ratio is not None:
        assert seen.effect[0] == pytest.approx(0.5, abs=1e-9)
    # whoever is used to a drug has a tenth of the harm at that dose; an opioid's share is its folds' doing
    assert seen.excess[0] == pytest.approx(0.1, abs=1e-6) or drug.family == "opioid"
    if drug.family == "opioid":
        assert seen.excess[0] == pytest.approx(0.22, abs=0.005)


def test_a_worse_disease_needs_as_much_more_drug():
    drug = SHELF["clonidine-like"]
    one, twice = (course_of(drug, constant(factor * 150.0, 30.0)) for factor in (1.0, 2.0))
    last, time_h = int(one.edge[-1]), np.linspace(0.0, 700.0, 40)
    worse = Steps.from_hours([0.0, 720.0], [2.0])
    plain = read(follow_effect(one, drug, Canal(), EffectStart(), last), one, time_h)
    same = read(follow_effect(twice, drug, Canal(), EffectStart(), last, ec50_factor=worse), twice, time_h)
    assert same.effect == pytest.approx(plain.effect, rel=1e-12)
    # the device and the receptor know nothing of the disease
    ill = read(follow_effect(one, drug, Canal(), EffectStart(), last, ec50_factor=worse), one, time_h)
    assert (ill.effect[1:] < plain.effect[1:]).all()
    for name in ("excess", "adapted", "withdrawal"):
        assert getattr(ill, name).tobytes() == getattr(plain, name).tobytes(), name


@pytest.mark.parametrize("value", [[1.0, 0.0], [-1.0, 1.0]])
def test_a_disease_factor_that_is_not_above_nothing_is_refused(value):
    drug = SHELF["morphine-like"]
    course = course_of(drug, constant(5000.0, 30.0))
    step = Steps.from_hours([0.0, 360.0, 720.0], value)
    with pytest.raises(ValueError, match="ec50_factor must be above 0"):
        follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), ec50_factor=step)


def test_a_disease_that_steps_moves_the_effect_at_that_instant_and_no_other_time():
    drug = SHELF["clonidine-like"]
    course = course_of(drug, constant(150.0, 30.0))
    step = Steps.from_hours([0.0, 360.0, 720.0], [1.0, 3.0])
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), ec50_factor=step)
    before, after = read(effects, course, np.array([360.0 - 1e-9 * 300.0, 360.0])).effect
    assert [before, after] == pytest.approx([0.5, 1.0 / (1.0 + 3.0**2.4)], abs=1e-6)
    hour, index = effects.dense()
    assert (np.diff(hour) > 0.0).all()
    assert index[hour < 360.0][-1] == pytest.approx(0.5, abs=1e-6)
    assert index[hour >= 360.0][0] == pytest.approx(1.0 / (1.0 + 3.0**2.4), abs=1e-6)


@pytest.mark.parametrize(("habit", "rise"), [("low", 0.1), ("moderate", 2.1), ("steep", 20.0)])
def test_in_the_long_run_tolerance_multiplies_the_half_effect_level(habit, rise):
    drug = SHELF["morphine-like"]
    course = course_of(drug, constant(5000.0, 3650.0 * 9))
    time_h = np.array([3649.0 * 9 * DAY_H])
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), tolerance=habit)
    seen = read(effects, course, time_h)
    # occupancy at the reference dose is one half
    assert seen.tolerance[0] == pytest.approx(0.5, abs=1e-5)
    assert seen.effect[0] == pytest.approx(float(hill(np.array([1.0]), 1.0 + rise / 2.0, 2.4)[0]), rel=1e-4)


@pytest.mark.parametrize("habit", ["none", "low", "moderate", "steep"])
def test_the_dense_course_of_the_effect_is_the_index_itself_whatever_the_tolerance(habit):
    drug = SHELF["morphine-like"]
    course = course_of(drug, constant(5000.0, 60.0))
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), tolerance=habit)
    hour, index = effects.dense()
    assert index == pytest.approx(read(effects, course, hour).effect, abs=1e-6)


def test_a_drug_without_tolerance_has_none_whatever_is_asked():
    drug = SHELF["ziconotide-like"]
    course = course_of(drug, constant(5.0, 30.0))
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), tolerance="steep")
    seen = read(effects, course, np.array([600.0]))
    assert seen.tolerance is None
    assert seen.adapted is None
    assert seen.withdrawal is None
    assert seen.effect[0] == pytest.approx(0.5, abs=1e-6)


def test_a_tracer_has_no_index_at_all():
    drug = SHELF["tracer"]
    course = course_of(drug, constant(1000.0, 3.0))
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), tolerance="moderate")
    seen = read(effects, course, np.array([1.0]))
    assert [getattr(seen, one.name) for one in fields(Indices)] == [None] * 5
    assert effects.dense() is None
    assert steady_opening(drug, Canal(), steady_amounts(drug, Canal(), "T12", 1.0)) == ({}, EffectStart())


def test_after_a_stop_withdrawal_rises_peaks_and_fades_as_published():
    # halves in 9 h, peaks at 27 h, above half its peak until about 105 h
    drug = SHELF["baclofen-like"]
    amounts = steady_amounts(drug, Canal(), "T12", 300.0 / DAY_H)
    sites, opening = steady_opening(drug, Canal(), amounts)
    course = course_of(drug, constant(0.0, 20.0), **amounts, **sites)
    time_h = np.arange(0.0, 300.0, 0.05)
    seen = read(follow_effect(course, drug, Canal(), opening, int(course.edge[-1])), course, time_h)
    assert round(time_h[np.argmax(seen.effect <= 0.5 * seen.effect[0])]) == 9
    assert round(time_h[np.argmax(seen.withdrawal)]) == 27
    above = time_h[seen.withdrawal >= 0.5 * seen.withdrawal.max()]
    assert above[-1] == pytest.approx(105.0, abs=1.0)


# ------------------------------------------------------------------ many edges


def crossings(hour: np.ndarray, index: np.ndarray, level: float) -> np.ndarray:
    """Hours at which a line through the points crosses a level."""
    above = index - level
    at = np.flatnonzero(np.sign(above[:-1]) * np.sign(above[1:]) < 0)
    return hour[at] + above[at] / (above[at] - above[at + 1]) * (hour[at + 1] - hour[at])


@pytest.mark.parametrize("name", ["morphine-like", "baclofen-like", "bupivacaine-like"])
@pytest.mark.parametrize("dosing", ["hourly", "constant", "stopped"])
def test_a_crossing_of_the_index_is_right_to_a_minute(name, dosing):
    drug = SHELF[name]
    day = drug.reference_mcg_day
    dose = {
        "hourly": hourly(day / 24.0, 3),
        "constant": constant(2.0 * day, 3.0),
        "stopped": Steps.from_hours([0.0, 30.0, 72.0], [day / 12.0, 0.0]),
    }[dosing]
    course = course_of(drug, dose)
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]))
    level = {"morphine-like": 0.4, "baclofen-like": 0.3, "bupivacaine-like": 0.35}[name]
    fine_h = np.arange(0.0, 72.0, 1.0 / 360.0)
    there = crossings(fine_h, read(effects, course, fine_h).effect, level)
    here = crossings(*effects.dense(), level)
    assert len(here) == len(there) >= 1
    assert np.abs(here - there).max() <= 1.0 / 60.0


def test_hourly_boluses_over_half_a_year_keep_the_course_short():
    drug = SHELF["morphine-like"]
    course = course_of(drug, hourly(208.0, 180))
    assert len(course.edge) == 8641
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), tolerance="moderate")
    hour, index = effects.dense()
    assert len(hour) <= 120_000
    assert (np.diff(hour) > 0.0).all()
    assert ((index >= 0.0) & (index <= 1.0)).all()


def test_the_edges_of_other_signals_do_not_move_the_grid():
    drug = SHELF["morphine-like"]
    course = course_of(drug, constant(5000.0, 30.0))
    last = int(course.edge[-1])
    steps = Steps.from_hours(np.arange(0.0, 721.0, 24.0), np.linspace(1.0, 2.0, 30))
    plain = follow_effect(course, drug, Canal(), EffectStart(), last)
    grown = follow_effect(course, drug, Canal(), EffectStart(), last, ec50_factor=steps)
    assert plain.site.node_tick.tobytes() == grown.site.node_tick.tobytes()
    assert math.isclose(plain.dense()[0][-1], grown.dense()[0][-1])
