"""The page Refill visit: one step at a time beside the chart, then what really happened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import session
from app.pages import number_field
from app.pages.visit import debrief, educator
from app.pages.visit.acting import do, say_why_not
from app.pages.visit.steps import SCREENS
from app.session.visit import DEPTH
from app.teaching import refill_visit
from app.teaching.refill_visit import Visit
from app.words.model_names import in_words
from app.words.number_entry import Wanted
from app.words.numbers import number_text
from app.words.refusals import refusal_in_words
from app.words.text import TEXT, day, plain, strength
from app.words.volume import ml
from sim import Scenario, ScenarioError, catalogue


def show(scenario: Scenario, open_scenario: Callable[[Scenario], None], ink: str) -> None:
    """The visit that is under way, or its beginning."""
    with st.container(key="refill"):
        visit = session.visit.visit()
        session.number_box.start_page()
        if visit is None:
            _begin(scenario)
            say_why_not(scenario)
            return
        step = refill_visit.step_of(visit)
        name = TEXT[f"visit_step_{step}"]
        left, right = st.columns([64, 36], gap="medium")
        with left:
            if step == "done":
                st.subheader(name)
                debrief.show(visit, open_scenario, ink)
            else:
                n = refill_visit.STEPS.index(step) + 1
                st.subheader(TEXT["visit_steps"].format(n=n, of=len(refill_visit.STEPS) - 1, name=name))
                SCREENS[step](visit)
            say_why_not(visit.scenario)
        with right:
            _chart(visit)
            st.button(TEXT["visit_again"], on_click=session.visit.forget, key="visit again")


def _begin(scenario: Scenario) -> None:
    """Day and chance of a new visit."""
    st.markdown(plain(TEXT["visit_said"]))
    st.markdown(f"**{plain(TEXT['visit_start_of'].format(name=_neutral_name(scenario)))}**")
    try:
        first = refill_visit.default_day(scenario)
    except ScenarioError as error:
        words = " ".join(refusal_in_words(problem, scenario) for problem in error.problems)
        st.error(plain(words), icon=":material/block:")
        return
    at = number_field.show(f"visit day {scenario.title}", TEXT["visit_day_label"], Wanted(), first)
    session.visit.start(DEPTH)
    depth = st.segmented_control(
        TEXT["visit_depth"],
        refill_visit.DEPTHS,
        format_func=lambda name: TEXT[f"visit_depth_{name}"],
        key=DEPTH,
        required=True,
        persist_state="session",
    )
    st.caption(plain(TEXT[f"visit_depth_{depth}_said"]))
    with st.expander(TEXT["visit_educator"]):
        educator.chances_editor()
        educator.checklist_editor()
    if st.button(TEXT["visit_start"], icon=":material/arrow_forward:", type="primary", key="visit start"):
        do(lambda: refill_visit.begin(scenario, first if at is None else at, **session.visit.chances()))


def _neutral_name(scenario: Scenario) -> str:
    """A name that gives no case away: its place among the packaged ones, also after an earlier visit."""
    titles = [packaged.title for packaged in catalogue().scenarios.values()]
    place = next((n for n, title in enumerate(titles, start=1) if scenario.title.startswith(title)), None)
    return TEXT["visit_patient_own"] if place is None else TEXT["visit_patient"].format(n=place)


def _chart(visit: Visit) -> None:
    """What is known of the person's pump, and what was noted today."""
    was, scenario = refill_visit.before(visit), visit.scenario
    drug = in_words(catalogue().drugs[scenario.drug].title)
    device = TEXT["visit_chart_device"].format(drug=drug, pump=in_words(was.pump.title))
    last = {
        "day": number_text(was.last.at_day),
        "volume": ml(was.last.in_ml),
        "strength": strength(was.last.actual_mcg_ml),
    }
    with st.container(border=True):
        st.markdown(f"**{TEXT['visit_chart']}: {plain(_neutral_name(scenario))}, {day(visit.day)}**")
        lines = [device, TEXT["visit_chart_last"].format(**last)]
        if was.pump.is_programmable:
            levels = {"alarm": ml(was.alarm_ml), "unpumpable": ml(was.pump.unpumpable_ml)}
            lines.append(TEXT["visit_chart_alarm"].format(**levels))
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
        notes = _notes(visit)
        if notes:
            st.markdown(f"**{TEXT['visit_noted']}**")
            st.markdown("\n".join(f"- {plain(note)}" for note in notes))


def _notes(visit: Visit) -> list[str]:
    was = refill_visit.before(visit)
    notes = []
    if visit.guess_ml is not None:
        notes.append(TEXT["visit_note_guess"].format(ml=ml(visit.guess_ml)))
    if visit.has("drawn"):
        if was.found_ml is None:
            notes.append(TEXT["visit_note_shut"])
        else:
            notes.append(TEXT["visit_note_found"].format(ml=ml(was.found_ml), expected=ml(was.believed_ml)))
    if visit.decision is not None:
        notes.append(TEXT["visit_note_decision"].format(decision=TEXT[f"visit_decision_{visit.decision}"]))
    if visit.in_ml is not None:
        notes.append(TEXT["visit_note_filled"].format(ml=ml(visit.in_ml)))
    if visit.programme is not None:
        notes.append(TEXT["visit_note_program"].format(strength=strength(visit.programme.programmed_mcg_ml)))
    return notes
