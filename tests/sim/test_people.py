"""Many people under one pump: laws first, then one person alone, then the published spread."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm

import sim
from sim import Scenario, population, simulate
from sim.analysis.population import BANDS
from sim.body.canal import Canal, network
from sim.body.crowd import FACTORS, Crowd, Variability, canal_of
from sim.body.level import level_cm, point_weights
from sim.result import metrics
from sim.scenario import with_values
from tests.building import bolus, fault, rate, refill, scenario
from tests.oracles import network_oracle
from tests.strategies import records

# edges off the hour: a bolus at odd minutes, and a tear that comes and goes
BUSY = scenario(
    6, refill(2000), rate(400), bolus(60, 7.0, at_day=1.2345), rate(250, at_day=2.777),
    faults=[fault("tear", 3.1, end_day=4.003, lost_frac=0.6)], tip_level="T10",
)  # fmt: skip
MORPHINE = scenario(5, refill(20000), rate(5000), rate(3000, at_day=3.31), drug="morphine-like", body_start="steady")
NUMBERS = ("mean_effect_index", "peak_effect_index", "below_band_h", "lumbar_mcg_ml", "cistern_mcg_ml", "plasma_mcg_ml")
ALIKE = Variability(spinal_cv_frac=0.0, loss_cv_frac=0.0, dispersion_cv_frac=0.0, production_cv_frac=0.0)


def readings(result: sim.Result) -> dict[str, np.ndarray]:
    """What the bands show, of one run, at its times."""
    return {
        "lumbar_mcg_ml": result.csf_mcg_ml @ point_weights(level_cm("L4")),
        "cistern_mcg_ml": result.cistern_mcg_ml,
        "plasma_mcg_ml": result.plasma_mcg_ml,
        "effect_index": result.effect_index,
    }


def straight_share(chosen: Scenario) -> float:
    """How far straight lines between hourly samples may lead the fading of an opioid's folds astray."""
    return 1e-4 if chosen.drug == "morphine-like" else 0.0


# ------------------------------------------------------------------ laws


def test_the_same_seed_gives_the_same_people_and_another_seed_gives_others():
    one, again, other = (population(BUSY, 5, seed, every_h=6.0) for seed in (3, 3, 4))
    for name in NUMBERS:
        assert np.array_equal(getattr(one, name), getattr(again, name))
    assert all(np.array_equal(one.band[name], again.band[name]) for name in BANDS)
    assert not np.isin(one.lumbar_mcg_ml, other.lumbar_mcg_ml).any()


@pytest.mark.parametrize("more", [1, 150])
def test_more_people_keep_the_first_ones(more):
    few, many = population(BUSY, 9, 3, every_h=6.0), population(BUSY, 9 + more, 3, every_h=6.0)
    assert all(np.array_equal(few.factor[name], many.factor[name][:9]) for name in FACTORS)
    # a chunk shares its finest step, so only the last digits can differ
    for name in NUMBERS:
        assert np.allclose(getattr(few, name), getattr(many, name)[:9], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("example", [BUSY, MORPHINE], ids=["busy", "morphine"])
def test_in_every_person_everything_is_accounted_for(example):
    people = population(example, 40, 8, bands=False)
    assert np.abs(people.ledger_error_frac).max() <= 1e-12


def test_twice_the_dose_gives_everybody_twice_the_concentration():
    one = population(scenario(3, refill(1000), rate(100)), 20, 5)
    two = population(scenario(3, refill(2000), rate(200)), 20, 5)
    for name in ("lumbar_mcg_ml", "cistern_mcg_ml", "plasma_mcg_ml"):
        assert np.allclose(getattr(two, name), 2.0 * getattr(one, name), rtol=1e-10, atol=0)
        assert np.allclose(two.band[name], 2.0 * one.band[name], rtol=1e-6, atol=0)
    assert np.allclose(two.lumbar_to_cistern, one.lumbar_to_cistern, rtol=1e-10, atol=0)


def test_without_bands_the_numbers_are_the_same_and_nothing_is_kept():
    with_bands, bare = population(BUSY, 7, 2), population(BUSY, 7, 2, bands=False)
    assert dict(bare.band) == {}
    for name in NUMBERS:
        assert np.allclose(getattr(with_bands, name), getattr(bare, name), rtol=1e-13, atol=0)


def test_bands_are_in_order_and_nothing_is_below_0():
    people = population(BUSY, 60, 2)
    for name in BANDS:
        low, middle, high = people.band[name]
        assert low.shape == people.time_h.shape
        assert (low >= 0.0).all()
        assert (low <= middle).all()
        assert (middle <= high).all()


def test_a_pump_that_gives_nothing_leaves_everybody_empty():
    people = population(scenario(2, refill(2000)), 4, 1)
    assert not people.lumbar_mcg_ml.any()
    assert not people.peak_effect_index.any()
    assert (people.below_band_h == 48.0).all()
    assert np.isnan(people.lumbar_to_cistern).all()
    assert not people.ledger_error_frac.any()


# ------------------------------------------------------------------ one person alone


@given(records(Canal), st.lists(st.floats(0.05, 20.0), min_size=4, max_size=4))
def test_a_combined_network_is_the_network_of_that_person(canal, factor):
    person = canal_of(canal, np.array(factor))
    for drug in sim.catalogue().drugs.values():
        combined = Crowd.around(drug, canal).generators(np.array([factor]))[0]
        expected, median = network(drug, person).generator(), network(drug, canal).generator()
        # a rate far below the median's keeps the median's rounding
        rounding = 1e-13 * max(np.abs(expected).max(), np.abs(median).max())
        assert np.allclose(combined, expected, rtol=1e-11, atol=rounding)
        assert (combined[expected == 0.0] == 0.0).all()


def test_everybody_rests_where_fractions_say_however_fast_a_canal_mixes():
    # one as the median, one who hardly loses drug from a canal that mixes fast, one the other way round
    factor = np.array([[1.0, 1.0, 1.0, 1.0], [1.5, 1e-6, 1e4, 0.5], [0.7, 1e3, 1e-4, 2.0]])
    crowd = Crowd.around(sim.catalogue().drugs["morphine-like"], Canal(dispersion_factor=50.0))
    generators, names = crowd.generators(factor), crowd.median.names
    found = crowd.steady(generators, {"csf_18": 5.0})
    for rates, state in zip(generators, found, strict=True):
        pairs = itertools.permutations(range(len(names)), 2)
        transfers = [(names[a], names[b], float(rates[b, a])) for a, b in pairs if rates[b, a] > 0.0]
        losses = list(zip(names, rates[len(names), : len(names)].tolist(), strict=True))
        exact = np.array([float(held) for held in network_oracle.steady(names, transfers, losses, {"csf_18": 5.0})])
        assert np.allclose(state[: len(names)], exact, rtol=1e-12, atol=0)
        # effect sites rest at what surrounds them
        assert np.allclose(rates[len(names) + 1 :] @ state, 0.0, rtol=0, atol=1e-12 * state.max())


def test_an_inflow_that_is_no_number_is_refused_for_everybody():
    crowd = Crowd.around(sim.catalogue().drugs["morphine-like"], Canal())
    with pytest.raises(ValueError, match="inflow of 'csf_18' = nan must be finite"):
        crowd.steady(crowd.generators(np.ones((2, 4))), {"csf_18": np.nan})


@pytest.mark.parametrize("example", [BUSY, MORPHINE], ids=["busy", "morphine"])
def test_one_person_is_the_run_of_the_scenario_with_that_persons_canal(example):
    people, slack = population(example, 12, 11), max(1e-7, straight_share(example))
    narrow = [i for i in range(12) if 70.0 <= 97.0 * people.factor["spinal"][i] <= 130.0]
    narrow = [i for i in narrow if 12.0 <= 21.0 * people.factor["production"][i] <= 42.0]
    assert len(narrow) >= 4
    for i in narrow:
        result = simulate(example.model_copy(update={"canal": people.person(i)}), time_h=people.time_h)
        for name, values in readings(result).items():
            if hasattr(people, name):
                assert getattr(people, name)[i] == pytest.approx(values[-1], abs=1e-7 * values.max())
        assert people.peak_effect_index[i] == pytest.approx(result.effect_index.max(), abs=slack)
        straight = np.trapezoid(result.effect_index, people.time_h) / people.time_h[-1]
        assert people.mean_effect_index[i] == pytest.approx(straight, abs=slack)
        low = sim.catalogue().drugs[example.drug].effect.low_index
        assert people.below_band_h[i] == pytest.approx(metrics.hours_below(result, low), abs=0.2)
        if result.excess_index is None:
            assert people.peak_excess_index is None
        else:
            assert people.peak_excess_index[i] == pytest.approx(result.excess_index.max(), abs=slack)


@pytest.mark.parametrize("example", [BUSY, MORPHINE], ids=["busy", "morphine"])
def test_people_who_do_not_differ_are_the_single_run(example):
    people = population(example, 3, 1, variability=ALIKE)
    straight = straight_share(example)
    result = simulate(example, time_h=people.time_h)
    for name, values in readings(result).items():
        # single precision keeps 7 digits
        assert np.allclose(people.band[name], values, rtol=0, atol=max(1e-7, straight) * values.max())
    assert people.person(0) == example.canal


def test_a_person_outside_the_declared_ranges_is_simulated_but_not_passed_off_as_within():
    people = population(BUSY, 60, 1, bands=False, every_h=24.0)
    i = int(np.argmax(people.factor["spinal"]))
    assert 97.0 * people.factor["spinal"][i] > 130.0
    with pytest.raises(sim.ScenarioError, match=r"spinal_ml = .* is outside 70.0 to 130.0 mL"):
        people.person(i)


def test_people_differ_from_the_scenarios_own_person():
    own = with_values(BUSY, {"canal.dispersion_factor": 2.0, "canal.spinal_ml": 80.0})
    people = population(own, 3, 1, variability=ALIKE)
    result = simulate(own, time_h=people.time_h)
    assert people.lumbar_mcg_ml == pytest.approx(np.full(3, readings(result)["lumbar_mcg_ml"][-1]), rel=1e-9)


def test_numbers_read_at_the_samples_hardly_depend_on_how_often():
    coarse, fine = population(BUSY, 20, 4, bands=False), population(BUSY, 20, 4, bands=False, every_h=0.05)
    assert np.allclose(coarse.mean_effect_index, fine.mean_effect_index, rtol=0, atol=1e-3)
    assert np.allclose(coarse.peak_effect_index, fine.peak_effect_index, rtol=0, atol=1e-2)
    assert np.allclose(coarse.below_band_h, fine.below_band_h, rtol=0, atol=0.2)
    assert np.allclose(coarse.plasma_mcg_ml, fine.plasma_mcg_ml, rtol=1e-10, atol=0)


# ------------------------------------------------------------------ the published spread


def test_factors_are_lognormal_with_the_stated_spread_and_median_1():
    factor = Variability().factors(200_000, seed=1)
    assert np.allclose(np.median(factor, axis=0), 1.0, rtol=0.01)
    spread = factor.std(axis=0) / factor.mean(axis=0)
    assert np.allclose(spread, [0.30, 0.40, 0.60, 0.25], rtol=0.02)
    assert np.abs(np.corrcoef(np.log(factor).T) - np.eye(4)).max() < 0.01


def test_the_spread_of_gradient_and_apparent_clearance_is_the_published_one():
    # baclofen-like at steady state, tip at L2; the figures come from a prototype with the tip in one cell, whose
    # median person has a ratio of 6.0 where this canal has 7.1 (20.5 and 18.6 mL/h), so the level itself is held
    # to 25 %; the spread about the median is the same model's, held to 15 % (4,000 people: about 5 %)
    example = scenario(1, refill(2000), rate(300), tip_level="L2", body_start="steady")
    people = population(example, 4000, 1, bands=False, every_h=24.0)
    seen = {"ratio": people.lumbar_to_cistern, "mL/h": 300.0 / 24.0 / people.lumbar_mcg_ml}
    for name, published in {"ratio": [2.6, 6.0, 29.0], "mL/h": [10.7, 19.9, 43.0]}.items():
        found = np.percentile(seen[name], [5, 50, 95])
        assert found == pytest.approx(published, rel=0.25)
        assert found / found[1] == pytest.approx(np.array(published) / published[1], rel=0.15)


def test_at_steady_state_plasma_is_dose_over_clearance_in_everybody():
    example = scenario(2, refill(2000), rate(300), body_start="steady")
    people = population(example, 30, 6, bands=False)
    assert people.plasma_mcg_ml == pytest.approx(np.full(30, 300.0 / 24.0 / 14000.0), rel=1e-9)


def test_factors_are_the_lognormal_numbers_of_the_library_and_a_spread_of_0_is_no_error_here():
    spread = np.array([0.30, 0.40, 0.60, 0.25])
    drawn = lognorm.rvs(s=np.sqrt(np.log1p(spread**2)), size=(50, 4), random_state=np.random.default_rng(3))
    assert np.array_equal(Variability().factors(50, seed=3), drawn)
    assert (ALIKE.factors(50, seed=3) == 1.0).all()
    with pytest.raises(ValueError, match="Domain error"):
        lognorm.rvs(s=0.0, random_state=np.random.default_rng(3))


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"n": 0}, "n = 0 must be from 1 to 100000"),
        ({"n": 100_001}, "n = 100001 must be from 1 to 100000"),
        ({"n": 2.0}, "n = 2.0 must be a whole number"),
        ({"n": True}, "n = true must be a whole number"),
        ({"seed": 1.5}, "seed = 1.5 must be a whole number"),
        ({"seed": None}, "seed = None must be a whole number"),
        ({"seed": -1}, "seed = -1 must be at least 0"),
        ({"every_h": 0.0}, "every_h = 0.0 must lie between"),
        ({"every_h": float("nan")}, "every_h = nan must lie between"),
        ({"every_h": 1e6}, "every_h = 1000000.0 must lie between"),
        ({"n": 100_000, "every_h": 0.1}, "would not fit"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(given, sentence):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refused:
        population(BUSY, **{"n": 3, "seed": 1, **given})
    assert sentence in str(refused.value)


def test_numpy_whole_numbers_are_whole_numbers():
    assert len(population(BUSY, np.int64(2), np.int32(1), every_h=24.0)) == 2


@settings(max_examples=10)
@given(st.floats(0.02, 12.0), st.floats(0.3, 40.0))
def test_the_last_sample_is_the_end_whatever_the_gap(duration_day, every_h):
    example = scenario(duration_day, refill(2000), rate(200))
    people = population(example, 2, 1, every_h=min(every_h, 24.0 * duration_day), bands=False)
    assert people.time_h[0] == 0.0
    assert people.time_h[-1] == pytest.approx(24.0 * duration_day, abs=1e-9)
    assert (np.diff(people.time_h) > 0.0).all()
