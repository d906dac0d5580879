"""A trial: three arms from one setting, a rule on two axes, and a diary that errs with a seed."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import runs
from app.figures import trial as figures
from app.figures.parts import Look
from app.figures.theme import DARK_INK
from app.teaching import trial
from app.teaching.trial import ARMS, HALF, START_H, VERDICTS, Setting
from app.teaching.trial.arms import STEP_H
from app.teaching.trial.setting import FILE
from app.words.text import read_words
from sim import ScenarioError, catalogue
from sim.body import level_cm, point_weights
from sim.scenario import check

BACLOFEN = trial.first_setting("baclofen-like")
MORPHINE = trial.first_setting("morphine-like")
# plausible doses of a person never treated, from labels and single-dose studies; they test the cases; not shown
BANDS = {
    "baclofen-like": {"bolus_mcg": (50.0, 50.0), "infusion_mcg_day": (50.0, 200.0)},
    "bupivacaine-like": {"bolus_mcg": (500.0, 5000.0), "infusion_mcg_day": (10.0, 4000.0)},
    "clonidine-like": {"bolus_mcg": (20.0, 100.0), "infusion_mcg_day": (20.0, 100.0)},
    "fentanyl-like": {"bolus_mcg": (12.5, 25.0), "infusion_mcg_day": (25.0, 75.0)},
    "hydromorphone-like": {"bolus_mcg": (50.0, 100.0), "infusion_mcg_day": (10.0, 150.0)},
    "morphine-like": {
        "bolus_mcg": (100.0, 1000.0),
        "epidural_mcg": (3500.0, 7500.0),
        "infusion_mcg_day": (200.0, 1000.0),
    },
    "ziconotide-like": {"bolus_mcg": (1.0, 2.0), "infusion_mcg_day": (0.5, 2.4)},
}
every_drug = pytest.mark.parametrize("drug", list(trial.drugs()))
every_arm = pytest.mark.parametrize("arm", ARMS)


def moved(setting: Setting, **values: object) -> Setting:
    return check(Setting, setting.model_dump() | values)


# ------------------------------------------------------------------ the file, and the arms


def test_every_drug_with_an_effect_can_be_tried_and_every_number_has_one_source():
    assert sorted(trial.drugs()) == sorted(name for name, one in catalogue().drugs.items() if one.effect is not None)
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    numbers = [f"drugs.{name}.{field}" for name, table in tables["drugs"].items() for field in table]
    numbers += [f"limits.{name}" for name in tables["limits"]]
    assert sorted(tables["sources"]) == sorted(numbers)
    assert all(0 < len(line) <= 200 for line in tables["sources"].values())


@every_drug
def test_a_trial_starts_within_the_doses_of_a_person_never_treated(drug):
    setting = trial.first_setting(drug)
    for name, (low, high) in BANDS[drug].items():
        assert low <= getattr(setting, name) <= high, name
    assert trial.scenario_of(setting, "bolus").history == "naive"


def test_no_epidural_arm_where_the_label_excludes_it():
    without = [name for name in trial.drugs() if "epidural" not in trial.arms(name)]
    assert without == ["baclofen-like", "ziconotide-like"]


@pytest.mark.parametrize(("drug", "arm"), [(drug, arm) for drug in trial.drugs() for arm in trial.arms(drug)])
def test_an_arm_is_a_scenario_of_its_own_that_gives_one_thing_by_hand(drug, arm):
    setting = trial.first_setting(drug)
    made = trial.scenario_of(setting, arm)
    (order,) = made.orders
    assert order.kind == ("trial_infusion" if arm == "infusion" else "trial_shot")
    assert order.space == ("epidural" if arm == "epidural" else "intrathecal")
    assert (order.level, made.tip_level, made.drug) == (setting.level, setting.level, drug)
    assert runs.run(made).ledger.error_frac < 1e-9


@every_arm
def test_before_it_is_given_nothing_is_there_and_afterwards_something_is(arm):
    run = trial.course(MORPHINE, arm)
    for values in (run.csf_mcg_ml, run.relief_index, run.side_ratio):
        assert (values[run.hour < START_H] == 0.0).all()
        assert values.max() > 0.0


@every_arm
def test_twice_the_dose_is_twice_the_concentration(arm):
    doses = {"bolus_mcg": 2.0, "epidural_mcg": 2.0, "infusion_mcg_day": 2.0}
    single = moved(MORPHINE, axis="cistern", limit_ratio=0.35)
    double = moved(single, **{name: 2.0 * getattr(single, name) for name in doses})
    one, two = trial.course(single, arm), trial.course(double, arm)
    assert np.interp(one.hour, two.hour, two.csf_mcg_ml) == pytest.approx(2.0 * one.csf_mcg_ml, rel=1e-6, abs=1e-9)
    assert two.side_ratio.max() == pytest.approx(2.0 * one.side_ratio.max(), rel=1e-6)


def test_of_an_epidural_dose_only_its_share_enters_the_csf():
    share = catalogue().drugs["morphine-like"].dural_frac
    assert trial.course(MORPHINE, "epidural").csf_mcg == pytest.approx(share * MORPHINE.epidural_mcg)
    given_through = moved(MORPHINE, bolus_mcg=share * MORPHINE.epidural_mcg)
    assert trial.course(given_through, "bolus").csf_mcg == pytest.approx(trial.course(MORPHINE, "epidural").csf_mcg)


@pytest.mark.parametrize("axis", ["cistern", "plasma"])
def test_a_pump_that_has_long_given_the_reference_dose_stands_at_one(axis):
    drug = catalogue().drugs["baclofen-like"]
    # an infusion at the reference level comes within days to what a pump at the reference dose holds
    setting = moved(
        BACLOFEN, axis=axis, limit_ratio=1.0, level=drug.reference_tip, infusion_mcg_day=drug.reference_mcg_day
    )
    run = trial.course(setting, "infusion")
    assert float(np.interp(START_H + 71.9, run.hour, run.side_ratio)) == pytest.approx(1.0, rel=0.02)


def test_the_concentration_is_read_at_the_level_where_it_is_given():
    setting = moved(BACLOFEN, level="T10")
    result, run = runs.run(trial.scenario_of(setting, "bolus")), trial.course(setting, "bolus")
    at_level = result.csf_mcg_ml @ point_weights(level_cm("T10"))
    assert np.interp(result.time_h, run.hour, run.csf_mcg_ml) == pytest.approx(at_level, rel=1e-9, abs=1e-12)


# ------------------------------------------------------------------ the rule


def test_the_cases_of_the_drugs_differ_in_what_passes():
    found = {
        (name, arm): trial.judge(trial.first_setting(name), arm) for name in trial.drugs() for arm in trial.arms(name)
    }
    assert {"passes", "relief"} <= {one.verdict for one in found.values()}
    assert found["baclofen-like", "bolus"].verdict == "passes"
    # ten times the single dose of morphine never passes, however well it relieves
    slip = trial.judge(moved(MORPHINE, bolus_mcg=10.0 * MORPHINE.bolus_mcg), "bolus")
    assert (slip.verdict, slip.peak_index > 0.9, slip.side_peak > 0.7) == ("side", True, True)


def test_who_is_sent_home_too_early_does_not_pass_and_side_effects_may_peak_after_that():
    early = moved(MORPHINE, observe_h=6.0)
    assert trial.judge(MORPHINE, "bolus").verdict == "passes"
    found = trial.judge(early, "bolus")
    assert (found.verdict, found.needed_h) == ("watch", 24.0)
    assert found.side_peak_h > early.observe_h
    # a failing arm fails for its own reason first
    assert trial.judge(moved(early, bolus_mcg=5000.0), "bolus").verdict == "side"


def test_who_has_had_tablets_for_months_needs_more_and_breathes_better():
    used = moved(MORPHINE, history="tablets")
    plain, other = trial.judge(MORPHINE, "bolus"), trial.judge(used, "bolus")
    assert other.peak_index < plain.peak_index
    assert other.side_peak < plain.side_peak


def test_the_label_ties_the_first_day_to_the_screening_dose_by_its_rule():
    lasting = trial.first_day(BACLOFEN, trial.judge(BACLOFEN, "bolus"))
    assert (lasting.is_lasting, lasting.dose_mcg_day) == (True, 50.0)
    # the level that a day of it brings lies far below the peak of the bolus
    assert lasting.index_after_day < 0.5 < trial.judge(BACLOFEN, "bolus").peak_index
    short = moved(BACLOFEN, bolus_mcg=35.0)
    outcome = trial.judge(short, "bolus")
    assert 0.0 < outcome.held_h <= 8.0
    assert trial.first_day(short, outcome).dose_mcg_day == 70.0
    assert trial.first_day(MORPHINE, trial.judge(MORPHINE, "bolus")) is None
    nothing = moved(BACLOFEN, bolus_mcg=1.0)
    assert trial.first_day(nothing, trial.judge(nothing, "bolus")) is None


@settings(max_examples=60, deadline=None)
@given(
    drug=st.sampled_from(sorted(trial.drugs())),
    arm=st.sampled_from(["bolus", "infusion"]),
    limit=st.floats(0.01, 50.0),
    held=st.floats(0.5, 48.0),
)
def test_an_arm_passes_if_relief_holds_and_side_effects_stay_and_fails_on_the_axis_that_does_not(
    drug, arm, limit, held
):
    setting = moved(trial.first_setting(drug), limit_ratio=limit, held_h=held)
    found = trial.judge(setting, arm)
    relief_fails, side_fails = found.held_h < held, found.side_peak > limit
    assert found.verdict == VERDICTS[relief_fails + 2 * side_fails]
    observe_h = found.needed_h / 2.0
    early = trial.judge(moved(setting, observe_h=observe_h), arm).verdict
    assert early == ("watch" if found.verdict == "passes" else found.verdict)
    assert (found.from_h is None) == (found.peak_index < HALF)
    assert (found.side_h is None) == (not side_fails)
    if found.from_h is not None:
        assert 0.0 < found.from_h <= found.peak_h + STEP_H


@settings(max_examples=30, deadline=None)
@given(limits=st.tuples(st.floats(0.01, 5.0), st.floats(0.01, 5.0)).map(sorted), arm=st.sampled_from(ARMS))
def test_a_higher_limit_never_makes_an_arm_worse(limits, arm):
    low, high = (trial.judge(moved(MORPHINE, limit_ratio=limit), arm) for limit in limits)
    assert high.over_h <= low.over_h
    assert not (low.verdict == "passes" and high.verdict != "passes")


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_the_longest_stretch_is_the_longest_run_of_what_holds(holds):
    lengths = [0]
    for before, after in pairwise(holds):
        lengths.append(lengths[-1] + 1 if before and after else 0)
    assert trial.longest_h(np.arange(float(len(holds))), np.array(holds)) == max(lengths)


# ------------------------------------------------------------------ the diary


def test_the_same_seed_writes_the_same_diary_and_another_seed_another():
    one, same = trial.diary(BACLOFEN, "infusion"), trial.diary(BACLOFEN, "infusion")
    other = trial.diary(moved(BACLOFEN, seed=2), "infusion")
    assert (one.relief == same.relief).all()
    assert (one.relief != other.relief).any()


def test_many_diaries_scatter_about_the_true_course_by_their_declared_noise():
    entries = np.array([trial.diary(moved(BACLOFEN, seed=seed), "infusion").relief for seed in range(300)])
    run, hour = trial.course(BACLOFEN, "infusion"), trial.diary(BACLOFEN, "infusion").hour
    inside = (hour > START_H + 16.0) & (hour <= START_H + 28.0)  # neither rising fast nor near 10
    true = [10.0 * run.relief_index[(run.hour > end - 4.0) & (run.hour <= end)].mean() for end in hour[inside]]
    assert entries.mean(axis=0)[inside] == pytest.approx(true, abs=0.3)
    # whole points add a twelfth to the variance; the clip at 10 takes a little
    assert entries[:, inside].std(axis=0) == pytest.approx(np.sqrt(1.0 + 1.0 / 12.0), abs=0.2)
    assert set(np.unique(entries)) <= set(range(11))


def test_expectation_raises_the_diary_after_the_drug_and_not_before_and_no_true_course():
    weak = moved(MORPHINE, epidural_mcg=500.0)
    hopeful = moved(weak, placebo_index=0.4)
    plain, raised = trial.diary(weak, "epidural"), trial.diary(hopeful, "epidural")
    is_before = plain.hour <= START_H
    assert (plain.relief[is_before] == raised.relief[is_before]).all()
    assert raised.relief[~is_before].mean() > plain.relief[~is_before].mean() + 2.0
    assert trial.judge(hopeful, "epidural") == trial.judge(weak, "epidural")


def test_side_effects_are_noted_where_they_are_and_hardly_elsewhere():
    noted = {arm: [] for arm in ARMS}
    much = moved(MORPHINE, bolus_mcg=1000.0, epidural_mcg=500.0)
    for seed in range(60):
        for arm in ARMS:
            noted[arm].append(trial.diary(moved(much, seed=seed), arm).is_noted)
    bolus = np.mean(noted["bolus"], axis=0)
    assert bolus.max() > 0.8
    assert bolus[trial.diary(much, "bolus").hour <= START_H].max() == 0.0
    assert np.mean(noted["epidural"]) < 0.01


# ------------------------------------------------------------------ bad values, charts, words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"bolus_mcg": -1.0}, "bolus_mcg"),
        ({"limit_ratio": 0.0}, "limit_ratio"),
        ({"axis": "liver"}, "axis"),
        ({"placebo_index": 2.0}, "placebo_index"),
    ],
)
def test_a_setting_that_is_none_is_refused_with_its_field(values, said):
    with pytest.raises(ScenarioError, match=said):
        moved(BACLOFEN, **values)


@every_drug
def test_the_charts_hold_every_arm_and_only_finite_numbers(drug):
    setting = trial.first_setting(drug)
    arms = trial.arms(drug)
    courses = {arm: trial.course(setting, arm) for arm in arms}
    names = {arm: arm for arm in arms}
    look = Look("trial", 300, DARK_INK)
    for figure in (
        figures.csf(courses, names, look),
        figures.relief(courses, names, look),
        figures.side(courses, names, setting.limit_ratio, "side", look),
    ):
        assert [one["name"] for one in figure["data"]] == list(arms)
        assert len({one["line"]["dash"] for one in figure["data"]}) == len(arms)
        assert all(np.isfinite(one["y"]).all() for one in figure["data"])


def test_the_diary_hides_the_true_course_until_it_is_asked_for():
    look, noted = Look("diary", 200, DARK_INK), trial.diary(BACLOFEN, "bolus")
    hidden = figures.diary(noted, None, look)
    shown = figures.diary(noted, trial.course(BACLOFEN, "bolus"), look)
    assert [one["mode"] for one in hidden["data"]] == ["markers", "markers"]
    assert [one["mode"] for one in shown["data"]] == ["markers", "markers", "lines"]
    assert sum(one["x"].size for one in hidden["data"]) == noted.hour.size


def test_no_word_of_the_trial_promises_a_cure_and_every_index_is_called_illustrative():
    words = read_words("en")["trial"]
    assert not [key for key, text in words.items() if "cure" in text.lower()]
    for key in ("rule", "col_peak", "relief_title", "say_relief", "side_excess", "axis_excess_said"):
        assert "illustrative" in words[key], key
    for key in ("axis_cistern_said", "axis_plasma_said", "side_cistern", "side_plasma"):
        assert "assumed" in words[key].lower(), key
    needed = [f"verdict_{one}" for one in VERDICTS] + [f"arm_{one}" for one in ARMS]
    assert [name for name in needed if name not in words] == []
