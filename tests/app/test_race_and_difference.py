"""Charts beside the usual ones: the race of clocks, the difference strip, the band of people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app import figures, runs
from app.components.chart import encode
from app.figures import Look
from app.figures.clocks import SHAPE
from app.figures.difference import differ
from app.figures.theme import DARK_INK, LIGHT_INK
from app.runs import bands
from app.words import reader
from app.words.text import TEXT
from app.words.units import Units
from sim import RACERS, catalogue, race, simulate
from sim.analysis.population import population
from sim.scenario import as_intended, with_values
from tests.building import fault, flow, rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))
LOOK = Look("test", 330, DARK_INK)


@pytest.fixture(autouse=True)
def spoken():
    yield
    reader.speak()


# ------------------------------------------------------------------ the race of clocks


def raced(name):
    example = SCENARIOS[name]
    return race(example, runs.run(example)), example.duration_day


@every
def test_every_clock_has_its_lane_its_name_and_where_it_strikes_a_mark_of_its_own(name):
    clocks, duration_day = raced(name)
    figure = figures.race(clocks, duration_day, LOOK)
    bars = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert sorted(bar["y"][0] for bar in bars) == list(range(len(RACERS)))
    struck = [racer for racer in RACERS if clocks.day(racer) is not None and clocks.day(racer) <= duration_day]
    assert [mark["x"] for mark in marks] == [[clocks.day(racer)] for racer in struck]
    texts = [one["text"] for one in figure["layout"]["annotations"]]
    assert len(texts) == len(RACERS) + clocks.is_wrong
    assert sum(TEXT["clocks_never"] in text for text in texts) == sum(clocks.day(racer) is None for racer in RACERS)
    assert encode(figure, {})


def test_no_two_clocks_share_a_shape():
    assert set(SHAPE) == set(RACERS)
    assert len({shape for shape, _ in SHAPE.values()}) == len(RACERS)


def test_the_race_is_drawn_in_the_readers_unit_of_time():
    clocks, duration_day = raced("hidden-kink")
    reader.speak(units=Units(time="h"))
    figure = figures.race(clocks, duration_day, LOOK)
    assert figure["layout"]["meta"] == {"per_day": 24.0, "duration_day": 40.0}
    assert figure["layout"]["xaxis"]["range"] == [0.0, 960.0]
    assert figure["layout"]["shapes"][0]["x0"] == 240.0
    marks = [trace["x"][0] for trace in figure["data"] if trace["mode"] == "markers"]
    assert 24.0 * clocks.visit_day in marks


def test_the_race_is_told_from_the_first_clock_to_the_last():
    words = figures.describe_race(*raced("hidden-kink"))
    assert words.startswith("From day 10 on something goes wrong. Effect below its band: day 10.09, +2.24 h;")
    assert words.index("Effect below") < words.index("Refill would find over 1 mL wrong") < words.index("Next visit")
    assert "First alarm of the pump: not in this run" in words
    words = figures.describe_race(*raced("clean-break"))
    assert "Next visit: day 180, after this run (by the pump's count)" in words
    assert figures.describe_race(*raced("missed-visit")).startswith("No fault and no wrong refill in this run")
    assert "First alarm of the pump (low reservoir): day 72" in figures.describe_race(*raced("missed-visit"))


# ------------------------------------------------------------------ the difference strip


@every
@pytest.mark.parametrize("which", figures.CURVES)
def test_a_run_does_not_differ_from_itself(name, which):
    result = runs.run(SCENARIOS[name])
    gap = differ(result, result, which)
    if gap is None:
        assert result.effect_index is None
        return
    assert not gap.points[1].any()
    figure = figures.difference(result, result, which, LOOK, "itself")
    assert figure["layout"]["annotations"][0]["text"] == "no difference from: itself"


@every
@pytest.mark.parametrize("which", figures.CURVES)
def test_what_one_run_has_more_the_other_has_less(name, which):
    result, ghost = runs.run(SCENARIOS[name]), runs.run(as_intended(SCENARIOS[name]))
    one, other = differ(result, ghost, which), differ(ghost, result, which)
    if one is None:
        return
    np.testing.assert_allclose(one.points[1], -other.points[1], atol=1e-9 * one.size)
    assert np.isfinite(one.points[1]).all()
    assert encode(figures.difference(result, ghost, which, LOOK, "as intended"), {})


@every
def test_the_difference_of_the_doses_encloses_what_was_not_delivered(name):
    result, ghost = runs.run(SCENARIOS[name]), runs.run(as_intended(SCENARIOS[name]))
    day, value = differ(result, ghost, "dose").points
    missing = float(result.delivered_mcg[-1] - ghost.delivered_mcg[-1])
    assert float(np.diff(day) @ value[:-1]) == pytest.approx(missing, rel=1e-6, abs=1e-6 * ghost.delivered_mcg[-1])


def test_the_dose_differs_from_the_very_edge_on():
    example = SCENARIOS["clean-break"]
    day, value = differ(runs.run(example), runs.run(as_intended(example)), "dose").points
    assert day.tolist() == [0.0, 30.0, pytest.approx(60.0)]
    assert value.tolist() == [0.0, pytest.approx(-200.0), pytest.approx(-200.0)]


def test_two_runs_with_the_same_refill_do_not_differ_around_it():
    # the fault adds edges on one side only, just before the refill
    orders = [refill(2000), flow(0.25), refill(2000, at_day=20.0)]
    wrong = [fault("tear", 19.999, lost_frac=0.5, end_day=19.9995)]
    one, other = simulate(scenario(40, *orders, faults=wrong)), simulate(scenario(40, *orders))
    gap = differ(one, other, "volume")
    assert np.abs(gap.points[1]).max() < 1e-9


def test_a_fault_that_does_next_to_nothing_makes_next_to_no_difference_anywhere():
    # its edges fall where the curves bend
    for name in ("quiet-pump", "first-drop", "stronger-drug", "bolus-or-infusion"):
        example = SCENARIOS[name]
        wrong = [
            fault("tear", at, lost_frac=1e-9, end_day=at + 0.01)
            for at in (0.013, 0.1, 0.5 * example.duration_day + 0.007)
        ]
        one, other = simulate(with_values(example, {"faults": wrong, "controls": ()})), simulate(example)
        for which in figures.CURVES:
            gap = differ(one, other, which)
            assert gap.top <= 1e-6 * gap.size
            assert gap.spike_mcg == 0.0


def test_a_refill_in_one_run_alone_is_a_step_and_no_slope():
    one = simulate(scenario(40, refill(2000), flow(0.25), refill(2000, at_day=20.1)))
    other = simulate(scenario(40, refill(2000), flow(0.25)))
    day, value = differ(one, other, "volume").points
    # 5.025 mL had left; it is full again
    assert value[day < 20.1 - 1e-6].max() < 1e-9
    assert value[day > 20.1 + 1e-6].min() == pytest.approx(5.025, abs=1e-6)


def test_a_bolus_in_one_run_alone_is_a_step_of_the_concentration():
    bolus_by_hand = {"kind": "trial_shot", "at_day": 1.0, "dose_mcg": 50.0}
    one = simulate(scenario(3, refill(2000), rate(100), bolus_by_hand))
    other = simulate(scenario(3, refill(2000), rate(100)))
    day, value = differ(one, other, "csf").points
    assert np.abs(value[day < 1.0 - 1e-6]).max() < 1e-12
    assert value[day >= 1.0].max() > 0.0


def test_runs_of_different_lengths_are_compared_as_far_as_both_go():
    long, short = (simulate(scenario(days, refill(2000), rate(200))) for days in (40, 25))
    for which in figures.CURVES:
        day, value = differ(long, short, which).points
        assert day[-1] == pytest.approx(25.0)
        # lines between points half an hour apart cut the steep first rise
        assert np.abs(value).max() < 0.07 * differ(long, short, which).size
        assert np.abs(value[day > 2.0]).max() < 1e-3 * differ(long, short, which).size


def test_a_spike_above_the_strip_is_told_in_words():
    one = simulate(scenario(10, refill(2000), rate(200), {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2}))
    other = simulate(scenario(10, refill(2000), rate(200)))
    figure = figures.difference(one, other, "dose", LOOK, "without it")
    texts = [one["text"] for one in figure["layout"]["annotations"]]
    assert "400 mcg at once, off the scale" in texts
    assert figure["layout"]["yaxis"]["range"][1] < 1000.0
    words = figures.describe_difference(one, other, "dose", "without it")
    assert words.endswith("Besides: 400 mcg at once, off the scale.")
    assert "0,000" not in words


@pytest.mark.parametrize(
    ("which", "unit"), [("dose", "mg/day"), ("csf", "mg/mL"), ("volume", "mL"), ("effect", "index")]
)
def test_the_strip_has_the_readers_unit_and_a_sign_in_words(which, unit):
    example = SCENARIOS["half-a-leak"]
    both = runs.run(example), runs.run(as_intended(example))
    reader.speak(units=Units(amount="mg"))
    figure = figures.difference(*both, which, LOOK, "a <b>bold</b> name")
    layout = figure["layout"]
    if which != "volume":
        assert [one["text"] for one in layout["annotations"]][:2] == [
            "more than: a &lt;b>bold&lt;/b> name",
            "less than: a &lt;b>bold&lt;/b> name",
        ]
    assert layout["yaxis"]["title"]["text"] == unit
    low, high = layout["yaxis"]["range"]
    assert -low == high > np.abs(figure["data"][0]["y"]).max()


def test_the_difference_is_told_in_a_sentence():
    example = SCENARIOS["clean-break"]
    both = runs.run(example), runs.run(as_intended(example))
    assert figures.describe_difference(*both, "dose", "as intended") == (
        "Tip dose, difference from: as intended. Between -200 mcg/day and 0 mcg/day; at the end -200 mcg/day."
    )
    assert figures.describe_difference(*both, "volume", "b") == "True volume, difference from: b. None."


def test_an_effect_that_is_not_modelled_has_no_difference():
    tracer = simulate(scenario(5, refill(2000), rate(200), drug="tracer"))
    assert figures.difference(tracer, tracer, "effect", LOOK, "b") is None
    assert figures.describe_difference(tracer, tracer, "effect", "b") == TEXT["effect_not_modelled"]


# ------------------------------------------------------------------ many people


FEW = 40


@pytest.mark.parametrize("curve", bands.BANDS)
def test_a_band_lies_in_order_and_is_that_of_the_population(curve):
    example = SCENARIOS["half-a-leak"]
    found = bands.band(example, curve, FEW, 3)
    low, middle, high = found.band
    assert (low <= middle).all()
    assert (middle <= high).all()
    again = population(example, FEW, 3, every_h=bands.every_h(example))
    np.testing.assert_array_equal(found.band, again.band[bands.BANDS[curve]])
    assert (found.day[0], found.day[-1]) == (0.0, pytest.approx(30.0))
    assert f"{FEW} people drawn with seed 3" in found.words


def test_the_same_people_are_run_once():
    example = SCENARIOS["half-a-leak"]
    assert bands.people(example, FEW, 1) is bands.people(example, FEW, 1)


@pytest.mark.parametrize("curve", bands.SAME_FOR_ALL)
def test_people_do_not_differ_in_their_device_and_that_is_said(curve):
    assert bands.band(SCENARIOS["half-a-leak"], curve) == TEXT["people_device"]


def test_what_cannot_be_run_in_many_people_is_said_in_a_sentence():
    example = scenario(5, refill(2000), rate(200), drug="tracer")
    assert bands.band(example, "effect", FEW) == TEXT["people_no_effect"]
    assert not isinstance(bands.band(example, "lumbar", FEW), str)
    broken = with_values(example, {"orders.0.in_ml": 90.0})
    words = bands.band(broken, "lumbar", FEW)
    assert words.startswith(TEXT["people_refused"])
    assert "20" in words
    assert bands.band(example, "lumbar", 0).startswith(TEXT["people_refused"])
    with pytest.raises(KeyError):
        bands.band(example, "nose")


def test_of_a_mixture_the_first_drug_is_followed_and_that_is_said():
    mixed = refill(20000, with_actual_mcg_ml=[500.0])
    example = scenario(5, mixed, rate(5000), drug="morphine-like", with_drugs=["clonidine-like"])
    assert TEXT["people_first_drug"] in bands.band(example, "lumbar", FEW).words


@every
def test_no_band_has_more_points_than_a_chart_shows(name):
    example = SCENARIOS[name]
    assert 24.0 * example.duration_day / bands.every_h(example) <= bands.N_TIME


@pytest.mark.parametrize("ink", [DARK_INK, LIGHT_INK])
def test_a_band_lies_behind_the_curves_and_inside_the_axis(ink):
    example, look = SCENARIOS["half-a-leak"], replace(LOOK, ink=ink)
    result, ghost = runs.run(example), runs.run(as_intended(example))
    figure = figures.csf(result, ghost, {"L4": "L4"}, runs.ranges(example), look)
    found = bands.band(example, "lumbar", FEW)
    banded = figures.with_band(figure, found.day, found.band, "L4", look, factor=2.0)
    assert banded["data"][3:] == figure["data"]
    assert banded["data"][1]["fill"] == "tonexty"
    np.testing.assert_allclose(banded["data"][2]["y"], 2.0 * found.band[1], rtol=1e-6)
    assert banded["layout"]["yaxis"]["range"][1] >= 2.0 * found.band[2].max()
    names = [trace["name"] for trace in banded["data"]]
    assert len(set(names)) == len(names)
    # the figure that came in is left alone
    assert figure["layout"]["yaxis"]["range"][1] == runs.ranges(example).csf_mcg_ml
    assert encode(banded, {})


def test_what_differs_between_people_stands_with_its_grade():
    rows = bands.assumptions()
    assert [one.value for one in rows] == ["0.3", "0.4", "0.6", "0.25"]
    assert [one.grade for one in rows] == ["derived", "derived", "illustrative", "illustrative"]
