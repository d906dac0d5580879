"""What is under way on Explore, for the address: steps to undo, the scenario from elsewhere, how it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import streamlit as st

from app.files.work_state import MODEL_TABS, TABS, Step, WorkState
from app.session import picker, scenario, view
from app.session.history import History, Moment
from app.words.text import TEXT
from sim import Scenario, ScenarioError, catalogue
from sim.scenario import literal, nearest


def now() -> dict[str, Any]:
    """What is under way on Explore at this moment, by the fields of a `WorkState`."""
    here: Any = st.session_state
    steps, guest = scenario.history(), picker.guest()
    moment = steps.now
    data: dict[str, Any] = {
        "name": moment.name,
        "base": None if moment.base == moment.now else moment.base,
        "past": tuple(_steps(moment, reversed(steps.past))),
        "future": tuple(_steps(moment, steps.future)),
        "is_open": here.get(view.OPEN_ANSWER) == moment.now,
        "is_closed": view.is_closed(),
        "tab": view.open_tab(TABS, view.TAB),
        "model_tab": view.open_tab(MODEL_TABS, view.MODEL_TAB),
        "drug": here.get(view.DRUG),
        "has_reservoir": view.has_reservoir(),
        "people": tuple(name for name in view.PEOPLE if view.has_people(name)),
        "tour": view.tour_stop(),
    }
    if guest is not None and guest != (moment.name, moment.base):
        data |= {"guest": guest[0], "guest_scenario": guest[1]}
    return data


def _steps(moment: Moment, row: Iterable[Moment]) -> Iterator[Step]:
    for step in row:
        yield Step(
            scenario=step.now,
            base=None if step.base == moment.base else step.base,
            name=None if step.name == moment.name else step.name,
        )
        moment = step


def history(work: WorkState, shown: Scenario) -> History:
    """All steps; ScenarioError where a scenario bears a name that the picker does not have."""
    moment = Moment(work.base or shown, shown, _known(work.name))
    past, future = list(_moments(moment, work.past)), list(_moments(moment, work.future))
    return History(moment, tuple(reversed(past)), tuple(future))


def _moments(moment: Moment, steps: Iterable[Step]) -> Iterator[Moment]:
    for step in steps:
        moment = Moment(step.base or moment.base, step.scenario, _known(step.name or moment.name))
        yield moment


def _known(name: str | None) -> str:
    names = (*picker.GUESTS, *catalogue().scenarios)
    if name is None or name not in names:
        raise ScenarioError([f"work.name = {literal(name)} is unknown{nearest(name, names)}"])
    return name


def take_up(work: WorkState) -> None:
    """Explore as it was looked at; the scenario itself is there already."""
    here: Any = st.session_state
    if work.guest is not None and work.guest_scenario is not None:
        here[picker.GUEST] = (_known(work.guest), work.guest_scenario)
    if work.is_open:
        view.reveal()
    if work.is_closed:
        view.close_answer()
    if work.tab is not None:
        here[view.TAB] = TEXT[f"tab_{work.tab}"]
    if work.model_tab is not None:
        here[view.MODEL_TAB] = TEXT[f"tab_{work.model_tab}"]
    if work.drug is not None:
        here[view.DRUG] = work.drug
    here[view.WITH_RESERVOIR] = work.has_reservoir
    for name in view.PEOPLE:
        here[view.people_key(name)] = name in work.people
    view.go_to_stop(work.tour)
