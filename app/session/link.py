"""From the page to what a link carries, and back: scenario, pins, words and units, and where each page stands."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from app import session
from app.files.link_state import Pin as Carried
from app.files.link_state import Show, State
from app.pages import trial
from app.pages.explore import charts, compare
from app.pages.visit import educator
from app.runs import memo
from app.runs.pins import Pin
from sim import Scenario, ScenarioError, catalogue

# field of the link -> key of the page's own state
SETTINGS: Final = {
    "language": session.settings.LANGUAGE,
    "amount": "unit_amount",
    "flow": "unit_flow",
    "time": "unit_time",
    "is_hidden": session.settings.HIDE,
    "view": charts.VIEW,
    "visit_seed": educator.SEED,
}


def state(scenario: Scenario) -> State:
    """What a link made at this moment brings back. Raises ScenarioError where that cannot travel."""
    here: Any = st.session_state
    show = {name: here[key] for name, key in SETTINGS.items() if key in here}
    progress = here.get(session.lesson.STUDY)
    if progress is not None:
        show |= {"lesson": progress.lesson, "lesson_level": progress.level, "lesson_seed": progress.seed}
    setting = here.get(trial.SETTING)
    if setting is not None:
        show |= {f"trial_{name}": value for name, value in setting.model_dump().items()}
    pins = tuple(Carried(letter=one.letter, title=one.title, scenario=one.scenario) for one in compare.pins())
    return State(scenario=scenario, pins=pins, show=Show(**show))


def take_up(brought: State) -> None:
    """The page as the link left it; what cannot be carried out raises ScenarioError and changes nothing."""
    here, show = st.session_state, brought.show
    try:
        if show.trial_drug is not None:
            trial.take_up({name: value for name, value in _trial(show).items() if value is not None})
        if show.lesson is not None:
            session.lesson.begin(show.lesson, show.lesson_level or 1, show.lesson_seed)
        for one in brought.pins:
            memo.run(one.scenario)
        told = {one: name for name, one in catalogue().scenarios.items()}
        session.scenario.load(brought.scenario, told.get(brought.scenario, "from_link"))
    except ScenarioError:
        for key in (trial.SETTING, session.lesson.STUDY):
            here.pop(key, None)
        raise
    for name, key in SETTINGS.items():
        value = getattr(show, name)
        if value is not None:
            here[key] = value
    here[compare.PINS] = tuple(Pin(one.letter, one.title, one.scenario) for one in brought.pins)


def _trial(show: Show) -> dict[str, Any]:
    return {
        name.removeprefix("trial_"): value for name, value in show.model_dump().items() if name.startswith("trial_")
    }
