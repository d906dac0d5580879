"""The page Trial: diaries first, a judgement, then what really happened."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from app.teaching import trial
from app.teaching.trial import ARMS, VERDICTS
from app.words.text import TEXT
from sim import catalogue
from tests import opening


def page() -> None:
    """The room alone."""
    import streamlit as st

    from app.figures.theme import DARK_INK
    from app.pages import trial

    trial.show(lambda one: st.session_state.update(handed=one), DARK_INK)


def opened() -> AppTest:
    return sound(opening.room(page).run())


def sound(at: AppTest) -> AppTest:
    assert not at.error
    return opening.sound(at)


def press(at: AppTest, name: str) -> AppTest:
    return sound(opening.press(at, f"trial {name}"))


def text(at: AppTest) -> str:
    parts = [one.value for one in (*at.markdown, *at.caption, *at.subheader, *at.info)]
    return opening.as_read("\n".join(parts))


def judgement(at: AppTest, arm: str) -> object:
    return next(one for one in at.radio if one.key.startswith(f"trial judged {arm}"))


def test_nothing_of_the_truth_is_told_before_it_is_asked_for():
    at = opened()
    assert TEXT["trial_revealed"] not in text(at)
    assert not any("highest" in line.lower() for line in text(at).splitlines())
    assert TEXT["trial_revealed"] in text(press(at, "reveal"))


def test_a_judgement_is_kept_and_held_against_the_rule():
    at = opened()
    at.selectbox(key="trial drug").set_value("morphine-like")
    sound(at.run())
    judgement(at, "bolus").set_value("passes")
    judgement(at, "infusion").set_value("side")
    at = press(sound(at.run()), "reveal")
    said = text(at)
    assert TEXT["trial_you_wrong"].format(said=TEXT["trial_verdict_side"]) in said
    assert TEXT["trial_you_right"] in said
    assert TEXT["trial_you_nothing"] in said
    assert f"{TEXT['trial_arm_bolus']}: {TEXT['trial_verdict_passes']}" in said
    press(at, "reveal")
    assert judgement(at, "bolus").value == "passes"


@pytest.mark.parametrize("drug", list(trial.drugs()))
def test_every_drug_shows_its_arms_and_what_its_side_effects_are_read_off(drug):
    at = opened()
    at.selectbox(key="trial drug").set_value(drug)
    at = press(sound(at.run()), "reveal")
    for arm in trial.arms(drug):
        found = trial.judge(trial.first_setting(drug), arm).verdict
        assert f"{TEXT[f'trial_arm_{arm}']}: {TEXT[f'trial_verdict_{found}']}" in text(at)
    has_excess = catalogue().drugs[drug].excess is not None
    assert (TEXT["trial_axis_excess"] in at.segmented_control(key="trial axis").options) == has_excess


def test_a_dose_that_is_moved_moves_the_verdict_and_start_values_bring_it_back():
    at = opened()
    at.slider(key="trial bolus_mcg").set_value(10.0)
    at = press(sound(at.run()), "reveal")
    assert f"{TEXT['trial_arm_bolus']}: {TEXT['trial_verdict_relief']}" in text(at)
    press(at, "reset")
    assert at.slider(key="trial bolus_mcg").value == trial.first_setting("baclofen-like").bolus_mcg
    assert TEXT["trial_revealed"] not in text(at)


def test_new_noise_writes_another_diary_and_asks_for_a_new_judgement():
    at = opened()
    judgement(at, "bolus").set_value("both")
    at = press(sound(at.run()), "again")
    assert judgement(at, "bolus").value is None
    assert at.session_state["trial setting"].seed == 2


def test_another_axis_brings_its_own_limit_and_its_own_words():
    at = opened()
    at.segmented_control(key="trial axis").set_value("plasma")
    sound(at.run())
    assert at.slider(key="trial limit_ratio").value == trial.first_limit("plasma", "baclofen-like")
    assert TEXT["trial_axis_plasma_said"] in text(at)


def test_an_arm_opens_as_the_scenario_that_was_run():
    at = press(press(opened(), "reveal"), "open infusion")
    assert at.session_state["handed"] == trial.scenario_of(trial.first_setting("baclofen-like"), "infusion")


def test_a_drug_whose_label_excludes_the_epidural_space_says_so_and_shows_the_other_arms():
    at = press(opened(), "reveal")
    assert TEXT["trial_no_epidural"] in text(at)
    assert not [one for one in at.radio if one.key.startswith("trial judged epidural")]
    assert len([one for one in at.radio if one.key.startswith("trial judged")]) == len(ARMS) - 1


def test_the_words_of_a_judgement_are_the_words_of_a_verdict():
    at = opened()
    assert judgement(at, "bolus").options == [TEXT[f"trial_verdict_{one}"] for one in VERDICTS]


def page_in_a_unit() -> None:
    """The room alone, in the unit of amounts of the session."""
    from app import session
    from app.figures.theme import DARK_INK
    from app.pages import trial

    session.settings.take_up()
    trial.show(lambda one: None, DARK_INK)


def test_doses_are_moved_in_mg_where_mg_was_chosen_and_another_unit_moves_nothing():
    at = opening.room(page_in_a_unit)
    at.session_state["unit_amount"] = "mg"
    at = sound(at.run())
    first = trial.first_setting(at.session_state["trial setting"].drug)
    slider = next(one for one in at.slider if one.label == "Single bolus, mg")
    assert slider.value == pytest.approx(first.bolus_mcg / 1000.0)
    slider.set_value(round(first.bolus_mcg / 500.0, 6)).run()
    assert at.session_state["trial setting"].bolus_mcg == pytest.approx(2.0 * first.bolus_mcg)
    at.session_state["unit_amount"] = "mcg"
    at = sound(at.run())
    assert next(one for one in at.slider if one.label == "Single bolus, mcg").value == 2.0 * first.bolus_mcg
    press(at, "reset")
    assert at.session_state["trial setting"].bolus_mcg == first.bolus_mcg
    at.session_state["unit_amount"] = "mg"
    at = sound(at.run())
    assert at.session_state["trial setting"].bolus_mcg == first.bolus_mcg
    assert not [one.label for one in at.slider if re.search(r"\bmcg\b", one.label)]
