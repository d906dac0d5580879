"""Charts: stairs for what steps, a unit on every axis, a second sign for every colour, axes that stay."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import figures, runs
from app.figures import Look, parts
from app.figures.ledger import RARE_PLACES
from app.figures.theme import DARK_INK, LIGHT_INK, PLACE_COLOURS, PLACE_PATTERNS
from app.words.text import PLACES, TEXT
from sim import Result, Scenario, catalogue, simulate
from sim.exact import Steps
from sim.scenario import as_intended, with_values
from tests.building import bolus, fault, rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))
LOOK = Look("test", 245, DARK_INK)
MORPHINE = scenario(
    12, refill(20000), rate(5000), drug="morphine-like", faults=[fault("tear", 4, lost_frac=0.5)], title="Morphine"
)
LEVELS = {"T12": "T12 (tip)", "L4": "L4", "T6": "T6", "C4": "C4"}


@dataclass(frozen=True)
class Case:
    """A scenario, its run, its ghost and its axes."""

    scenario: Scenario
    base: Scenario | None = None

    @property
    def result(self) -> Result:
        return runs.run(self.scenario)

    @property
    def ghost(self) -> Result:
        return runs.run(as_intended(self.scenario))

    @property
    def ranges(self) -> figures.Ranges:
        return runs.ranges(self.base or self.scenario)


def two_truths(example: Case, look: Look = LOOK) -> go.Figure:
    return go.Figure(figures.two_truths(example.result, example.ghost, example.ranges, look))


def reservoir(example: Case, look: Look = LOOK) -> go.Figure:
    pump = catalogue().pumps[example.scenario.pump]
    return go.Figure(figures.reservoir(example.result, example.ghost, pump, example.ranges, look))


def csf(example: Case, look: Look = LOOK) -> go.Figure:
    return go.Figure(figures.csf(example.result, example.ghost, LEVELS, example.ranges, look))


def effect(example: Case, look: Look = LOOK) -> go.Figure:
    drug = catalogue().drugs[example.scenario.drug]
    return go.Figure(figures.effect(example.result, example.ghost, drug, look))


def ledger(example: Case, look: Look = LOOK) -> go.Figure:
    return go.Figure(figures.ledger(example.result, example.ranges, look))


LINES: list[Callable[..., go.Figure]] = [two_truths, reservoir, csf, effect]
CASES = [*SCENARIOS.values(), MORPHINE]
every_line = pytest.mark.parametrize("chart", LINES, ids=lambda chart: chart.__name__)
every_chart = pytest.mark.parametrize("chart", [*LINES, ledger], ids=lambda chart: chart.__name__)
every_case = pytest.mark.parametrize("example", CASES, ids=lambda example: example.title)


# ------------------------------------------------------------------ how a chart is drawn


@every_case
def test_what_steps_is_drawn_as_stairs_and_what_moves_as_lines(example):
    assert {trace.line.shape for trace in two_truths(Case(example)).data} == {"hv"}
    for chart in (reservoir, csf, effect):
        assert {trace.line.shape for trace in chart(Case(example)).data} == {"linear"}


@every_case
@every_line
def test_every_axis_bears_its_unit_and_every_line_a_dash_and_a_name_of_its_own(chart, example):
    figure = chart(Case(example))
    assert figure.layout.xaxis.title.text == "days"
    assert figure.layout.yaxis.title.text in ("mcg/day", "mL in the reservoir", "mcg/mL in CSF", "index, illustrative")
    dashes = [trace.line.dash for trace in figure.data]
    assert len(set(dashes)) == len(dashes) >= 2
    assert None not in dashes
    names = [trace.name for trace in figure.data]
    assert len(set(names)) == len(names)
    assert all(names)
    assert figure.layout.showlegend


@every_case
@every_line
def test_the_run_without_faults_stands_behind_every_curve(chart, example):
    figure = chart(Case(example))
    assert "as intended" in figure.data[0].name
    assert figure.data[0].line.dash == "dot"
    free = chart(Case(as_intended(example), base=example))
    np.testing.assert_array_equal(figure.data[0].y, free.data[0].y)
    # without a fault the ghost and the truth are one curve
    np.testing.assert_array_equal(free.data[0].y, free.data[1].y)


@every_chart
def test_a_level_across_a_chart_has_a_dash_and_a_name_beside_it(chart):
    figure = chart(Case(SCENARIOS["missed-visit"]))
    names = [note.text for note in figure.layout.annotations]
    assert len(names) == len(figure.layout.shapes)
    dashes = [shape.line.dash for shape in figure.layout.shapes]
    assert len(set(dashes)) == len(dashes)
    lines = {trace.line.dash for trace in figure.data if trace.type == "scatter"}
    assert all(dash not in ("solid", "dot", None) for dash in dashes)
    assert len(lines) == sum(trace.type == "scatter" for trace in figure.data)


def test_the_reservoir_chart_names_the_levels_of_the_pump():
    figure = reservoir(Case(SCENARIOS["missed-visit"]))
    assert [(shape.y0, shape.y1) for shape in figure.layout.shapes] == [(2.0, 2.0), (1.4, 1.4)]
    assert [note.text for note in figure.layout.annotations] == ["alarm level 2 mL", "cannot be pumped 1.4 mL"]


@every_case
@every_line
def test_no_level_shares_its_dash_with_a_line(chart, example):
    figure = chart(Case(example))
    lines = {trace.line.dash for trace in figure.data}
    assert not lines & {shape.line.dash for shape in figure.layout.shapes}


@every_chart
@pytest.mark.parametrize("ink", [DARK_INK, LIGHT_INK])
def test_a_chart_wears_the_ink_of_its_page_and_keeps_its_zoom(chart, ink):
    figure = chart(Case(SCENARIOS["half-a-leak"]), Look("any name", 300, ink))
    assert figure.layout.font.color == ink
    assert figure.layout.height == 300
    assert figure.layout.uirevision == "any name"
    assert figure.layout.legend.font.color == ink
    for note in figure.layout.annotations:
        assert note.font.color == ink


@every_case
@every_chart
def test_a_chart_holds_only_finite_numbers(chart, example):
    for trace in chart(Case(example)).data:
        assert np.isfinite(np.asarray(trace.x, dtype=float)).all()
        if trace.type == "scatter":
            assert np.isfinite(np.asarray(trace.y, dtype=float)).all()
            assert len(trace.x) == len(trace.y) <= 4 * parts.N_BIN + 8


# ------------------------------------------------------------------ axes


@every_case
def test_the_axes_end_where_the_ranges_say(example):
    case = Case(example)
    for chart, top in [
        (two_truths, case.ranges.dose_mcg_day),
        (reservoir, case.ranges.volume_ml),
        (csf, case.ranges.csf_mcg_ml),
        (effect, 1.05),
    ]:
        figure = chart(case)
        assert figure.layout.yaxis.range[1] == top
        assert -0.05 * top <= figure.layout.yaxis.range[0] <= 0.0
        assert tuple(figure.layout.xaxis.range) == (0.0, example.duration_day)
    assert ledger(case).layout.xaxis.range[1] >= case.ranges.supplied_mcg


@every
def test_the_axes_stay_while_a_control_moves(name):
    example, charts = SCENARIOS[name], (*LINES, ledger)
    before = [chart(Case(example)).layout for chart in charts]
    for control in example.controls:
        moved = Case(with_values(example, dict.fromkeys(control.paths, control.high)), base=example)
        after = [chart(moved).layout for chart in charts]
        assert [layout.xaxis.range for layout in after] == [layout.xaxis.range for layout in before]
        assert [layout.yaxis.range for layout in after] == [layout.yaxis.range for layout in before]


def test_a_peak_above_the_axis_is_told_in_words():
    example = Case(scenario(10, refill(2000), rate(200), bolus(50, 10, 5)))
    (note,) = two_truths(example).layout.annotations
    # 50 mcg in ten minutes on top of 200 mcg/day
    assert note.text == "peak 7,400 mcg/day, off the scale"
    assert note.y == example.ranges.dose_mcg_day
    assert not two_truths(Case(scenario(10, refill(2000), rate(200)))).layout.annotations


def test_a_peak_is_told_in_plain_digits():
    example = Case(scenario(10, refill(2000), rate(200), bolus(50, 5, 5)))
    (note,) = two_truths(example).layout.annotations
    assert note.text == "peak 14,600 mcg/day, off the scale"


# ------------------------------------------------------------------ points


def test_stairs_have_every_edge_and_hold_the_last_value_to_the_end():
    x, y = figures.stairs(Steps.from_hours([0.0, 24.0, 72.0], [2.0, 0.5]), factor=24.0)
    assert x.tolist() == [0.0, 1.0, 3.0]
    assert y.tolist() == [48.0, 12.0, 12.0]


@every_case
def test_the_stairs_of_a_chart_enclose_the_dose_that_was_given(example):
    case = Case(example)
    figure = two_truths(case)
    for trace, total in zip(figure.data, (case.ghost.delivered_mcg, case.result.delivered_mcg), strict=False):
        x, y = np.asarray(trace.x, dtype=float), np.asarray(trace.y, dtype=float)
        # drawn in 32 bits: a push of a minute has a width of some four digits
        assert float(np.diff(x) @ y[:-1]) == pytest.approx(float(total[-1]), rel=3e-4)


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 600))
def test_thinning_keeps_both_extremes_both_ends_and_the_order(seed, n_bin, size):
    chance = np.random.default_rng(seed)
    day, value = np.sort(chance.uniform(0.0, 30.0, size)), chance.normal(0.0, 1e3, size)
    x, y = figures.key_points(day, value, n_bin)
    assert (y.max(), y.min()) == (value.max(), value.min())
    assert (x[0], x[-1], y[0], y[-1]) == (day[0], day[-1], value[0], value[-1])
    assert (np.diff(x) > 0.0).all()
    assert len(x) <= max(4 * n_bin, 1) or len(day) <= 4 * n_bin
    # every point that stays is one that was there
    np.testing.assert_array_equal(y, value[np.searchsorted(day, x)])


@given(st.integers(0, 19_999), st.floats(0.1, 1e3))
def test_a_bolus_survives_thinning_wherever_it_lies(place, height):
    value = np.zeros(20_000)
    value[place] = height
    x, y = figures.key_points(np.linspace(0.0, 365.0, 20_000), value)
    assert y.max() == height
    assert len(x) <= 4 * parts.N_BIN


def test_few_points_are_left_alone():
    day = np.linspace(0.0, 1.0, 4 * parts.N_BIN)
    assert figures.key_points(day, day)[0] is day


def test_every_bolus_of_a_busy_year_is_seen():
    example = scenario(365, refill(2000), rate(100), *(bolus(20 + i % 7, 10, 0.5 * i) for i in range(1, 700)))
    signal = simulate(example).signals["tip_mcg_h"]
    _, y = figures.stairs(signal, 24.0)
    assert y.max() == 24.0 * signal.value.max()
    assert len(y) <= 4 * parts.N_BIN


# ------------------------------------------------------------------ the ledger


@every_case
def test_the_bar_of_the_ledger_is_as_long_as_what_was_supplied(example):
    case = Case(example)
    figure = ledger(case)
    assert sum(bar.x[0] for bar in figure.data) == pytest.approx(case.result.ledger.supplied_mcg[-1], rel=1e-9)
    assert figure.layout.barmode == "stack"
    assert figure.layout.xaxis.title.text == "mcg"
    often = [name for place, name in PLACES.items() if place not in RARE_PLACES]
    assert [bar.name.split(":")[0] for bar in figure.data] == often


def test_no_two_places_of_the_ledger_look_the_same():
    assert set(PLACE_COLOURS) == set(PLACE_PATTERNS) == set(PLACES)
    assert len(set(PLACE_COLOURS.values())) == len(PLACES)
    figure = ledger(Case(SCENARIOS["half-a-leak"]))
    looks = [(bar.marker.color, bar.marker.pattern.shape, bar.marker.pattern.size) for bar in figure.data]
    assert len(set(looks)) == len(looks)


def test_no_two_places_of_the_ledger_differ_by_colour_alone():
    assert len(set(PLACE_PATTERNS.values())) == len(PLACES)


TABLET = {"kind": "oral", "dose_mcg": 30000.0, "every_h": 12.0}


def test_a_place_that_few_runs_know_is_drawn_where_drug_was_there():
    example = Case(scenario(2, TABLET, drug="morphine-like", line_start="csf"))
    figure = ledger(example)
    names = [bar.name.split(":")[0] for bar in figure.data]
    assert {PLACES["gut"], PLACES["not_absorbed"]} < set(names)
    assert PLACES["epidural_depot"] not in names
    assert sum(bar.x[0] for bar in figure.data) == pytest.approx(example.result.ledger.supplied_mcg[-1])
    assert "given without the pump 150 mg" in figures.describe_ledger(example.result)


# ------------------------------------------------------------------ what is not there


def test_an_effect_that_is_not_modelled_is_no_effect_of_nothing():
    example = Case(scenario(2, TABLET, drug="morphine-like", line_start="csf"))
    assert example.result.effect_index is None
    assert figures.describe_effect(example.result, catalogue().drugs["morphine-like"]) == TEXT["effect_not_modelled"]


def test_tolerance_is_drawn_where_it_is_modelled():
    def names(habit):
        return [trace.name for trace in effect(Case(with_values(MORPHINE, {"tolerance": habit}))).data]

    assert TEXT["tolerance"] in names("moderate")
    assert TEXT["tolerance"] not in names("none")


def test_a_gas_pump_shows_no_alarm_level_and_no_battery():
    example = Case(scenario(10, refill(2000), pump="gas-20ml", title="gas"))
    assert [note.text for note in reservoir(example).layout.annotations] == ["cannot be pumped 2 mL"]
    assert "Battery" not in figures.describe_reservoir(example.result)
    assert "Battery" in figures.describe_reservoir(Case(SCENARIOS["quiet-pump"]).result)


def test_what_is_pushed_in_at_once_is_told_as_an_amount_and_sets_no_axis():
    flush = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2}
    example = Case(scenario(10, refill(2000), rate(200), flush))
    (note,) = two_truths(example).layout.annotations
    assert note.text == "400 mcg within a minute, off the scale"
    assert example.ranges.dose_mcg_day == pytest.approx(220.0)


# ------------------------------------------------------------------ in words


def test_the_two_truths_are_told_in_a_sentence():
    result = simulate(SCENARIOS["half-a-leak"])
    assert figures.describe_truths(result) == (
        "Over 30 days the pump believes it gave 10 mg; the tip received 7.5 mg, 75 % of it."
    )
    idle = simulate(scenario(10, refill(2000)))
    assert figures.describe_truths(idle) == (
        "Over 10 days the pump believes it gave 0 mcg; the tip received 0 mcg, none of it."
    )


def test_the_other_charts_are_told_in_a_sentence():
    result = simulate(SCENARIOS["quiet-pump"])
    assert figures.describe_reservoir(result).startswith("At the end the reservoir truly holds 1.4")
    assert "believes 0" in figures.describe_reservoir(result)
    words = figures.describe_csf(result, LEVELS)
    assert words.startswith("Concentration in CSF at the end: T12 (tip) ")
    assert words.count("mcg/mL") == 4
    words = figures.describe_effect(result, catalogue().drugs["baclofen-like"])
    assert words.startswith("Spasticity relief starts at 0.")
    assert "; too much peaks at 0." in words
    assert re.search(r"; too little peaks at 0\.\d+ \(.+\)", words)
    assert "(indices from 0 to 1, illustrative). Emergency: too little, day 186.4 to the end." in words
    words = figures.describe_ledger(result)
    assert words.startswith("Filled 40 mg, in line and body at the start ")
    assert words.endswith(" in all places together.")


@every_case
def test_every_sentence_is_whole(example):
    case = Case(example)
    for words in (
        figures.describe_truths(case.result),
        figures.describe_reservoir(case.result),
        figures.describe_csf(case.result, LEVELS),
        figures.describe_effect(case.result, "Effect"),
        figures.describe_ledger(case.result),
    ):
        assert words[0].isupper()
        assert words.endswith(".")
        assert "None" not in words
        assert "nan" not in words


def test_no_sentence_holds_a_trailing_zero_or_a_power_of_ten():
    for example in CASES:
        result = runs.run(example)
        for words in (
            figures.describe_reservoir(result),
            figures.describe_csf(result, LEVELS),
            figures.describe_effect(result, "Effect"),
        ):
            numbers = [word.strip(".,;") for word in words.split()]
            assert not [number for number in numbers if "e-" in number and number[0].isdigit()], words
            assert not [number for number in numbers if "." in number and number.endswith("0")], words


# ------------------------------------------------------------------ knows no page


@pytest.mark.parametrize("room", ["figures", "files", "runs", "teaching", "words"])
def test_what_computes_draws_and_words_knows_no_page(room):
    code = (
        "import sys, importlib, pkgutil\n"
        f"room = importlib.import_module('app.{room}')\n"
        "for module in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "    assert 'streamlit' not in sys.modules, module.name\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("has_reservoir", [True, False])
@every_case
def test_the_ledger_over_time_piles_up_to_what_was_supplied_or_has_left_the_reservoir(example, has_reservoir):
    case = Case(example)
    result = case.result
    figure = figures.ledger_over_time(result, case.ranges, LOOK, has_reservoir=has_reservoir)
    areas = figure["data"]
    day = areas[0]["x"]
    assert all(np.array_equal(area["x"], day) for area in areas)
    pile = np.sum([area["y"].astype(float) for area in areas], axis=0)
    place = np.searchsorted(result.time_h / 24.0, day.astype(float) - 1e-4)
    held = result.ledger.amount_mcg[:, result.ledger.places.index("reservoir")] * (not has_reservoir)
    wanted = (result.ledger.supplied_mcg - held)[np.clip(place, 0, len(held) - 1)]
    scale = float(result.ledger.supplied_mcg[-1])
    assert np.quantile(np.abs(pile - wanted), 0.9) <= 1e-3 * scale
    assert pile.max() <= figure["layout"]["yaxis"]["range"][1]
