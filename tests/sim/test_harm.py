"""Too much of a drug: the index of excess, and what a body is used to and forgets; laws, paper, an integrator."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario, catalogue, simulate
from sim.body.canal import Canal, network
from sim.body.drug import Drug
from sim.body.effect import EffectCourse, EffectStart, follow_effect, steady_opening
from sim.body.entry import TipPlace, enter, hand_bolus
from sim.body.excess import excess_index
from sim.body.person import Person, person_of, steady_amounts
from sim.exact import Steps
from sim.exact.lag import Cubics
from sim.exact.network import NetworkCourse, follow
from sim.exact.steps import TICK_PER_H, to_tick
from tests.building import fault, rate, refill, scenario
from tests.oracles import harm_oracle

SHELF = catalogue().drugs
HARMFUL = sorted(name for name, drug in SHELF.items() if drug.excess is not None)
OPIOIDS = [name for name in HARMFUL if SHELF[name].family == "opioid"]
OTHERS = [name for name in HARMFUL if SHELF[name].family != "opioid"]
DAY_H = 24.0


def course_of(
    drug: Drug, dose: Steps, boluses: list[tuple[float, float]] | None = None, **start: float
) -> NetworkCourse:
    """A body under a dose at T12, with boluses (hour, mcg) there at once."""
    inputs, _, _ = enter(dose, [(0, TipPlace("T12"))])
    jumps = [jump for hour, mcg in boluses or [] for jump in hand_bolus(hour, mcg, "T12", 0.0)]
    return follow(network(drug, Canal()), inputs, jumps, start, int(dose.edge_tick[-1]))


def read(effects: EffectCourse, course: NetworkCourse, time_h: np.ndarray) -> np.ndarray:
    tick = to_tick(time_h)
    return effects.at(tick, course.at_tick(tick).followed).excess


# ------------------------------------------------------------------ a signal with a lid


@st.composite
def climbs(draw: st.DrawFn) -> Cubics:
    """Signals that only rise or only fall on each panel, with kinks, rests and steep parts."""
    many = draw(st.integers(1, 8))
    node = np.cumsum([0, *draw(st.lists(st.integers(2, 10**12), min_size=many, max_size=many))])
    value = np.array(draw(st.lists(st.floats(0.0, 9.0), min_size=many + 1, max_size=many + 1)))
    # slopes from 0 to 3 times the mean slope keep a cubic from turning round
    mean = np.diff(value) / (np.diff(node) / TICK_PER_H)
    tilt = np.array(draw(st.lists(st.floats(0.0, 3.0), min_size=2 * many, max_size=2 * many)))
    after, before = np.append(tilt[:many] * mean, 0.0), np.append(0.0, tilt[many:] * mean)
    return Cubics.through(node, value, before, after)


@given(climbs(), st.floats(0.1, 9.0), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_a_capped_signal_is_the_signal_or_the_limit_whichever_is_less(signal, limit, shares):
    tick = np.array([round(share * int(signal.node_tick[-1])) for share in shares])
    capped = signal.capped(limit)
    there = capped.at(tick, capped.panel(tick))
    # a crossing is found to a tick: so much may a steep signal have moved meanwhile
    steep = 9.0 * 3.0 / int(np.diff(signal.node_tick).min())
    expected = np.minimum(signal.at(tick, signal.panel(tick)), limit)
    assert np.abs(there - expected).max() <= 1e-11 + steep


@given(climbs(), st.floats(0.1, 9.0))
def test_a_lid_takes_the_area_over_it_and_nothing_else(signal, limit):
    exact = 0.0
    for size, power in zip(np.diff(signal.node_tick), signal.power.T, strict=True):
        roots = np.roots(np.trim_zeros((power - [limit, 0, 0, 0])[::-1], "f"))
        cuts = sorted({0.0, 1.0, *(float(root.real) for root in roots if abs(root.imag) < 1e-9 and 0 < root.real < 1)})
        for low, high in pairwise(cuts):
            middle = np.polyval(power[::-1], 0.5 * (low + high))
            antiderivative = np.polyint(power[::-1])
            area = np.polyval(antiderivative, high) - np.polyval(antiderivative, low)
            exact += float(size) * (limit * (high - low) if middle > limit else area)
    capped = signal.capped(limit)
    found = float(np.diff(capped.node_tick) @ (capped.power.T @ (1.0 / np.arange(1.0, 5.0))))
    # each crossing may be a tick off
    assert found == pytest.approx(exact, rel=1e-9, abs=10.0 * 9.0)


def test_what_rests_at_the_limit_is_left_as_it_is():
    rest = Cubics.through(np.array([0, 10, 20]), np.full(3, 2.0), np.zeros(3), np.zeros(3))
    assert rest.capped(2.0).power.tolist() == rest.power.tolist()
    assert rest.capped(3.0).power.tolist() == rest.power.tolist()
    assert rest.capped(1.0).power[0].tolist() == [1.0, 1.0]


# ------------------------------------------------------------------ the index


@pytest.mark.parametrize("name", HARMFUL)
@given(doses=st.tuples(st.floats(0.0, 20.0), st.floats(0.0, 20.0)))
def test_more_drug_is_never_less_harm(name, doses):
    # of a person without folds; folds fade less the more drug there is, and a gap may turn the order round
    drug, time_h = SHELF[name], np.linspace(0.0, 95.0, 20)
    person = person_of(drug, history="naive")
    index = []
    for factor in sorted(doses):
        dose = Steps.from_hours([0.0, 48.0, 96.0], [factor * drug.reference_mcg_day / DAY_H, 0.0])
        course = course_of(drug, dose)
        effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), person=person)
        index.append(read(effects, course, time_h))
    assert (index[1] >= index[0] - 1e-12).all()
    assert index[1].max() > index[0].max() or doses[0] == pytest.approx(doses[1], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("history", ["naive", "tablets", "pump"])
def test_without_drug_there_is_no_harm(name, history):
    drug = SHELF[name]
    course = course_of(drug, Steps.from_hours([0.0, 2000.0], [0.0]))
    person = person_of(drug, history=history)
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), person=person)
    assert not read(effects, course, np.linspace(0.0, 2000.0, 50)).any()
    assert not any(spell.side == "too_much" for spell in effects.emergencies(0, {}))


@pytest.mark.parametrize("name", HARMFUL)
def test_the_index_is_its_formula_of_the_followed_levels(name):
    drug, person = SHELF[name], person_of(SHELF[name], history="naive")
    course = course_of(drug, Steps.from_hours([0.0, 40.0, 90.0], [drug.reference_mcg_day / 6.0, 0.0]), [(50.0, 40.0)])
    effects = follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), person=person)
    time_h = np.linspace(0.0, 90.0, 40)
    followed = course.at_tick(to_tick(time_h)).followed
    drive = np.zeros(40)
    for site, place, usual in zip(drug.excess.sites, drug.excess_sites, person.accustomed_mcg_ml, strict=True):
        half = site.accustomed_ratio * usual if site.ec50_mcg_ml is None else site.ec50_mcg_ml
        drive += followed[:, drug.sites().index(place)] / half
    expected = drive**drug.excess.hill_gamma / (1.0 + drive**drug.excess.hill_gamma)
    assert read(effects, course, time_h) == pytest.approx(expected, rel=1e-12)


def test_an_index_has_known_values_and_never_leaves_0_to_1():
    assert excess_index(np.array([0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1e12]), 2.0) == pytest.approx(
        [0.0, 0.1, 4.0 / 13.0, 0.5, 1.0]
    )
    assert float(excess_index(-1e-18, 0.3)) == 0.0


# ------------------------------------------------------------------ answers known on paper


def by_pump(name: str, *doses: tuple[float, float], days: float = 18.0, **fields: Any) -> Scenario:
    """A person accustomed to the reference dose by pump; doses: (from day, times the reference), 0 stops."""
    usual = SHELF[name].reference_mcg_day
    orders = [
        rate(times * usual, at_day=day) if times > 0.0 else {"kind": "stop", "at_day": day} for day, times in doses
    ]
    own = {"drug": name, "body_start": "steady", "accustomed_mcg_day": usual}
    return scenario(days, refill(10.0 * usual), *orders, **own, **fields)


def steady_index(name: str, times: float, tip: str = "T12") -> float:
    """Excess of a person by pump on the reference dose, who has long had some times that dose."""
    run = simulate(by_pump(name, (0.0, times), tip_level=tip), time_h=[17.0 * DAY_H])
    return float(run.excess_index[0])


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(("times", "index"), [(1.0, 0.10), (2.0, 4.0 / 13.0), (4.0, 0.64), (10.0, 100.0 / 109.0)])
@pytest.mark.parametrize("tip", ["T12", "T4"])
def test_a_multiple_of_the_accustomed_dose_reads_the_same_for_every_drug_and_tip(name, times, index, tip):
    # g = 2 and E = 3 accustomed levels: (n / 3)^2 / (1 + (n / 3)^2)
    assert steady_index(name, times, tip) == pytest.approx(index, abs=2e-3)


@pytest.mark.parametrize("name", OPIOIDS)
@pytest.mark.parametrize(("times", "index"), [(1.0, 0.22), (2.0, 0.36), (4.0, 0.53), (10.0, 0.74)])
def test_a_multiple_of_an_opioids_reference_dose_reads_as_fitted(name, times, index):
    assert steady_index(name, times) == pytest.approx(index, abs=0.006)


@pytest.mark.parametrize(("mcg", "index"), [(50.0, 0.06), (75.0, 0.12), (100.0, 0.19)])
def test_a_screening_bolus_of_baclofen_stays_far_from_harm(mcg, index):
    trial = {"kind": "trial_shot", "at_day": 0.1, "dose_mcg": mcg}
    run = simulate(scenario(2, trial, line_start="csf"), time_h=[0.0])
    assert run.excess_course[1].max() == pytest.approx(index, abs=0.006)
    assert run.emergencies == ()


def restart(days: float, name: str) -> Scenario:
    """A pump that gives the reference dose, stands still for some days, and gives it again."""
    return by_pump(name, (0.0, 1.0), (1.0, 0.0), (1.0 + days, 1.0), days=days + 15.0)


GAPS = [(14.0, 0.345, 0.333), (30.0, 0.515, 0.480), (60.0, 0.773, 0.704)]


@pytest.mark.parametrize(("days", "at_once", "peak"), GAPS)
def test_the_old_dose_after_a_gap_is_an_overdose_on_restart(days, at_once, peak):
    # the old level, were it there at once: folds have halved every 14 days
    person = person_of(SHELF["morphine-like"])
    left = 0.5 ** (days / 14.0)
    parts = zip(person.accustomed_mcg_ml, person.excess_half_mcg_ml, person.excess_folds, strict=True)
    drive = sum(level / (half * (1.0 + (fold - 1.0) * left)) for level, half, fold in parts)
    assert drive / (1.0 + drive) == pytest.approx(at_once, abs=1e-3)
    # it climbs for a day, and meanwhile the body begins to grow used to it again
    run = simulate(restart(days, "morphine-like"), time_h=[0.0])
    assert run.excess_course[1].max() == pytest.approx(peak, abs=2e-3)
    assert [spell.side for spell in run.emergencies] == ["too_little", "too_much"][: 1 if days == 14.0 else 2]


def test_after_a_gap_a_drug_without_folds_does_no_more_than_before():
    run = simulate(restart(60.0, "baclofen-like"), time_h=[0.0])
    assert run.excess_course[1].max() == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("name", HARMFUL)
def test_neither_the_disease_nor_tolerance_moves_what_too_much_or_too_little_does(name):
    def run(**fields: Any) -> Scenario:
        return by_pump(name, (0.0, 1.0), (5.0, 3.0), (10.0, 0.0), days=30.0, **fields)

    plain, other = (
        simulate(one, np.linspace(0.0, 720.0, 60))
        for one in (run(), run(tolerance="steep", faults=[fault("disease_change", 2.0, ec50_factor=3.0)]))
    )
    assert other.excess_index == pytest.approx(plain.excess_index, rel=1e-9, abs=1e-12)
    assert other.excess_course[1].max() == pytest.approx(plain.excess_course[1].max(), rel=1e-9)
    if plain.withdrawal_index is not None:
        assert other.withdrawal_index == pytest.approx(plain.withdrawal_index, rel=1e-9, abs=1e-12)
    assert other.emergencies == plain.emergencies
    assert np.abs(other.effect_index - plain.effect_index).max() > 0.01


# ------------------------------------------------------------------ an integrator that shares no code


BACLOFEN = [(0.0, 12.5), (60.0, 0.0), (300.0, 50.0), (500.0, 12.5)]
MORPHINE = [(0.0, 5000.0 / 24.0), (100.0, 0.0), (1000.0, 5000.0 / 24.0), (1300.0, 1e4), (1330.0, 5000.0 / 24.0)]
CASES = {
    "baclofen stopped and quadrupled": ("baclofen", "pump", "steady", BACLOFEN, [(200.0, 300.0)], 12.5, 700.0),
    "morphine by pump, a long gap, the old dose, a slip": (
        "morphine", "pump", "steady", MORPHINE, [(1100.0, 3000.0), (1100.5, 800.0)], 5000.0 / 24.0, 1500.0,
    ),
    "morphine after tablets": (
        "morphine", "tablets", "empty", [(0.0, 100.0), (200.0, 400.0), (600.0, 0.0)], [(20.0, 500.0)], 100.0, 900.0,
    ),
    "morphine never before": (
        "morphine", "naive", "empty", [(48.0, 20.0)], [(0.0, 300.0), (24.0, 5000.0)], 50.0, 200.0,
    ),
}  # fmt: skip


def run_of(name: str, halvings: int = 0) -> tuple[EffectCourse, NetworkCourse]:
    """The model's run of a case."""
    own, history, start, dose, boluses, usual_mcg_h, end_h = CASES[name]
    drug = SHELF[f"{own}-like"]
    hour, value = zip(*dose, strict=True)
    lead = ((0.0,), (0.0,)) if hour[0] > 0.0 else ((), ())
    steps = Steps.from_hours([*lead[0], *hour, end_h], [*lead[1], *value])
    person: Person = person_of(drug, Canal(), "T12", DAY_H * usual_mcg_h, history)
    opening, held = EffectStart(), {}
    if start == "steady":
        held = steady_amounts(drug, Canal(), "T12", usual_mcg_h)
        sites, opening = steady_opening(drug, Canal(), held, person)
        held |= sites
    course = course_of(drug, steps, boluses, **held)
    effects = follow_effect(course, drug, Canal(), opening, int(course.edge[-1]), person=person, halvings=halvings)
    return effects, course


@pytest.mark.parametrize("name", CASES)
def test_harm_and_fading_agree_with_an_integrator(name):
    own, history, start, dose, boluses, usual_mcg_h, end_h = CASES[name]
    time_h = np.linspace(0.0, end_h, 301)[:-1]
    effects, course = run_of(name)
    there = harm_oracle.run(own, "T12", dose, boluses, time_h, history, usual_mcg_h, start)
    tick = to_tick(time_h)
    seen = effects.at(tick, course.at_tick(tick).followed)
    assert np.abs(seen.excess - there["excess"]).max() <= 1e-6
    assert np.abs(seen.withdrawal - there["withdrawal"]).max() <= 1e-6
    if effects.excess.fading is not None:
        assert np.abs(effects.excess.fading.at(tick) - there["left"]).max() <= 1e-6
    else:
        assert history == "naive" or own == "baclofen"


@pytest.mark.parametrize("name", CASES)
def test_the_index_does_not_depend_on_how_finely_time_was_cut(name):
    coarse, fine = (run_of(name, halvings) for halvings in (0, 2))
    time_h = np.linspace(0.0, CASES[name][-1], 2000)[:-1]
    one, other = (read(effects, course, time_h) for effects, course in (coarse, fine))
    assert np.abs(one - other).max() <= 1e-6
    tick = to_tick(time_h)
    one, other = (effects.excess.drive_at(tick) for effects, _ in (coarse, fine))
    indices = [excess_index(drive, coarse[0].excess.gamma) for drive in (one, other)]
    # read off the cubics, as for the start of an emergency: a ten-thousandth is far less than a minute
    assert np.abs(indices[0] - indices[1]).max() <= 1e-4


@given(data=st.data())
@pytest.mark.parametrize("history", ["tablets", "pump"])
def test_random_boluses_and_gaps_fade_the_same_on_halved_panels(history, data):
    drug = SHELF["morphine-like"]
    spans = data.draw(st.lists(st.sampled_from([0.01, 1.0, 7.3, 100.0, 800.0]), min_size=1, max_size=6))
    values = data.draw(st.lists(st.sampled_from([0.0, 50.0, 208.0, 3000.0]), min_size=len(spans), max_size=len(spans)))
    steps = Steps.from_hours([0.0, *np.cumsum(spans)], values)
    end_h = float(sum(spans))
    boluses = data.draw(st.lists(st.tuples(st.floats(0.0, end_h), st.sampled_from([100.0, 5000.0])), max_size=3))
    course, person = course_of(drug, steps, boluses), person_of(drug, history=history)
    last, time_h = int(course.edge[-1]), np.linspace(0.0, end_h, 200)[:-1]
    one, other = (
        follow_effect(course, drug, Canal(), EffectStart(), last, person=person, halvings=halvings)
        for halvings in (0, 2)
    )
    assert np.abs(one.excess.fading.at(to_tick(time_h)) - other.excess.fading.at(to_tick(time_h))).max() <= 1e-6
    assert np.abs(read(one, course, time_h) - read(other, course, time_h)).max() <= 1e-6


@pytest.mark.parametrize("name", OPIOIDS)
@pytest.mark.parametrize("times", [0.1, 1.0, 30.0, 100.0, 300.0, 1000.0])
def test_receptors_that_fill_within_minutes_are_followed_as_exactly(name, times):
    # half of them are held at a level that a large dose passes in the first seconds
    drug, person = SHELF[name], person_of(SHELF[name], history="naive")
    course = course_of(drug, Steps.from_hours([0.0, 48.0], [times * drug.reference_mcg_day / DAY_H]))
    tick = to_tick(np.array([0.01, 0.1, 0.5, 1.0, 5.0, 20.0]))
    one, other = (
        follow_effect(course, drug, Canal(), EffectStart(), int(course.edge[-1]), person=person, halvings=halvings)
        for halvings in (0, 4)
    )
    assert np.abs(one.adapted.at(tick) - other.adapted.at(tick)).max() <= 1e-6
