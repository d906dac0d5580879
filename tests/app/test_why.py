"""Why a curve: whatever a view names acts on its curve, and what is tried is said exactly."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from app import runs
from app.runs import reasons
from app.words import sources
from app.words.text import TEXT
from sim import ScenarioError, catalogue, simulate
from sim.scenario import with_values
from tests.building import fault, flow, refill, scenario

SCENARIOS = catalogue().scenarios
GAS = scenario(30, refill(2000), pump="gas-20ml", title="gas")
TABLES = tomllib.loads(reasons.DATA.read_text(encoding="utf-8"))
every_view = pytest.mark.parametrize("view", reasons.VIEWS)
NAMED = [(view, path) for view in reasons.VIEWS for path in TABLES[view]["parameters"]]


def test_every_view_has_its_sentence_its_equations_and_its_numbers():
    assert tuple(TABLES) == reasons.VIEWS
    for view in reasons.VIEWS:
        found = runs.why(view, SCENARIOS["hidden-kink"])
        assert found.sentence.endswith(".")
        assert found.equations
        assert found.knobs


@every_view
def test_every_equation_that_a_view_names_exists_once(view):
    known = [one.name for group in sources.equations().values() for one in group]
    assert len(set(TABLES[view]["equations"])) == len(TABLES[view]["equations"])
    assert all(known.count(name) == 1 for name in TABLES[view]["equations"])


@pytest.mark.parametrize(("view", "path"), NAMED)
def test_every_number_that_a_view_names_acts_on_its_curve(view, path):
    tried = 0
    for example in [*SCENARIOS.values(), GAS]:
        found = runs.why(view, example)
        for chosen in found.choices():
            if chosen[0] != path:
                continue
            tried += 1
            try:
                other = runs.what_if(example, *chosen)
            except ScenarioError:
                continue
            if runs.is_moved(view, example, runs.run(example), other):
                return
    pytest.fail(f"{tried} runs, and {path} never acted on {view}")


@every_view
def test_only_what_a_scenario_has_is_named(view):
    gas, roller = (runs.why(view, example) for example in (GAS, SCENARIOS["quiet-pump"]))
    names = {one.name for one in roller.equations}
    assert "Gas-driven pump" not in names
    assert "Roller and valve pumps" not in {one.name for one in gas.equations}
    assert not any(".gas." in one.path or one.path == "surroundings.body_c" for one in roller.knobs)
    # baclofen has no curve for breathing, and its half effect is a concentration
    assert not any("breathing" in one.path or one.path.endswith("ec50_ratio") for one in roller.knobs)


@every_view
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_number_stands_with_its_grade_its_source_and_a_value_in_its_range(view, name):
    for knob in runs.why(view, SCENARIOS[name]).knobs:
        assert knob.low <= knob.value <= knob.high
        assert knob.parameter.source
        assert knob.parameter.grade != TEXT["choice"]
        for factor in reasons.FACTORS:
            value = knob.times(factor)
            assert value is None or knob.low <= value <= knob.high


# ------------------------------------------------------------------ what if


def test_twice_the_loss_halves_the_concentration_of_a_steady_infusion_less_what_flow_and_mixing_take():
    example = SCENARIOS["clean-break"]
    slow, fast = (runs.what_if(example, "drug.csf_loss_per_h", factor) for factor in reasons.FACTORS)
    assert "0.24 per h → 0.12 per h (half-life 2.89 h → 5.78 h)" in slow.words
    day = 24.0 * 20
    own = simulate(example, [day]).csf_mcg_ml.sum()
    assert slow.result.at(day).csf_mcg_ml.sum() > own > fast.result.at(day).csf_mcg_ml.sum()
    assert slow.shelf.drugs["baclofen-like"].csf_loss_per_h == 0.12
    # the packaged drug stays what it was
    assert catalogue().drugs["baclofen-like"].csf_loss_per_h == 0.24
    np.testing.assert_array_equal(simulate(example, [day]).csf_mcg_ml.sum(), own)


def test_half_the_concentration_of_half_effect_is_a_stronger_drug():
    example = scenario(5, refill(2000), flow(0.1), body_start="steady")
    weak, strong = (runs.what_if(example, "drug.effect.ec50_mcg_ml", factor) for factor in (2.0, 0.5))
    assert strong.result.effect_index[-1] > simulate(example).effect_index[-1] > weak.result.effect_index[-1]


def test_where_double_is_not_legal_the_end_of_the_range_is_taken_and_said():
    found = runs.what_if(SCENARIOS["quiet-pump"], "canal.spinal_ml", 2.0)
    assert found.words == "Spinal CSF volume: 97 mL → 130 mL (end of the legal range)"
    assert found.scenario.canal.spinal_ml == 130.0


def test_a_number_at_the_end_of_its_range_goes_no_further_and_zero_has_no_double():
    example = with_values(SCENARIOS["quiet-pump"], {"canal.spinal_ml": 130.0, "canal.spinal_absorption_frac": 0.0})
    found = runs.why("csf", example).choices()
    assert ("canal.spinal_ml", 2.0) not in found
    assert ("canal.spinal_ml", 0.5) in found
    assert not any(path == "canal.spinal_absorption_frac" for path, _ in found)
    with pytest.raises(ValueError, match="changes nothing"):
        runs.what_if(example, "canal.spinal_ml", 2.0)


def test_the_pump_path_keeps_its_place_between_its_lowest_and_its_highest():
    found = runs.what_if(SCENARIOS["first-drop"], "pump.path_ml", 2.0)
    pump = found.shelf.pumps["roller-20ml"]
    assert (pump.path_low_ml, pump.path_ml, pump.path_high_ml) == pytest.approx((0.36, 0.4, 0.44))


def test_what_the_other_numbers_forbid_is_not_offered():
    # half of the upper end lies below the lower end of the band
    found = runs.why("clocks", SCENARIOS["quiet-pump"]).choices()
    assert ("drug.effect.high_index", 0.5) not in found
    assert ("drug.effect.high_index", 2.0) in found


@every_view
def test_whatever_is_offered_runs_and_keeps_every_microgram_or_is_refused_in_words(view):
    example = scenario(5, refill(2000, in_ml=3.0), flow(0.1), faults=[fault("stall", 1)])
    for chosen in runs.why(view, example).choices():
        try:
            found = runs.what_if(example, *chosen)
        except ScenarioError:
            continue
        assert found.result.ledger.error_frac <= 1e-9


def test_a_value_that_the_scenario_sets_is_not_ascribed_to_the_source_of_the_default():
    example = with_values(SCENARIOS["quiet-pump"], {"canal.production_ml_h": 30.0})
    own = {one.path: one.is_own for one in runs.why("csf", example).knobs}
    assert own["canal.production_ml_h"]
    assert not own["canal.cistern_ml"]
    assert not own["drug.csf_loss_per_h"]


def test_the_same_question_is_computed_once():
    example = SCENARIOS["clean-break"]
    assert runs.what_if(example, "pump.alarm_ml", 2.0).result is runs.what_if(example, "pump.alarm_ml", 2.0).result


def test_a_curve_that_nothing_happens_to_is_said_to_stay():
    example = SCENARIOS["quiet-pump"]
    # nothing is blocked, so the line is never stretched
    found = runs.what_if(example, "catheter.compliance_ml_kpa", 2.0)
    assert not any(runs.is_moved(view, example, runs.run(example), found) for view in reasons.VIEWS)


def test_of_a_mixture_the_drug_that_is_asked_for_is_changed_and_the_other_stays():
    mixed = refill(20000, with_actual_mcg_ml=[500.0])
    example = scenario(5, mixed, flow(0.25), drug="morphine-like", with_drugs=["clonidine-like"])
    found = runs.what_if(example, "drug.csf_loss_per_h", 2.0, "clonidine-like")
    assert "0.35 per h → 0.7 per h" in found.words
    own = runs.run(example)
    assert runs.is_moved("csf", example, own, found, "clonidine-like")
    assert not runs.is_moved("csf", example, own, found, "morphine-like")
