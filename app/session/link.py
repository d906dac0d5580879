"""From the session to what a link carries, and back: scenario, pins, words and units, and where each page is."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from app import runs
from app.files.link_state import LinkState, ViewState
from app.session import lesson, pins, scenario, settings, trial, view, visit
from app.session.history import History
from sim import Scenario, catalogue

PROBLEMS: Final = "link problems"  # why the address could not be opened
# field of the link -> key of the session
SETTINGS: Final = {
    "language": settings.LANGUAGE,
    "amount": "unit_amount",
    "flow": "unit_flow",
    "time": "unit_time",
    "is_hidden": settings.HIDE,
    "view": view.VIEW,
    "visit_pocket_fill": visit.POCKET_FILL,
    "visit_mix_up": visit.MIX_UP,
    "visit_seed": visit.SEED,
    "visit_depth": visit.DEPTH,
}


def state() -> LinkState:
    """What a link made at this moment brings back. Raises ScenarioError where that cannot travel."""
    here: Any = st.session_state
    show = {name: here[key] for name, key in SETTINGS.items() if key in here}
    show["visit_day"] = visit.day(scenario.now())
    progress = lesson.now()
    if progress is not None:
        show |= {"lesson": progress.lesson, "lesson_level": progress.level, "lesson_seed": progress.seed}
    setting = trial.setting_or_none()
    if setting is not None:
        show |= {f"trial_{name}": value for name, value in setting.model_dump().items()}
    return LinkState(scenario=scenario.now(), pins=pins.pins(), show=ViewState(**show))


def problems() -> tuple[str, ...]:
    """Why an address could not be opened; empty if it could."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def note_problems(sentences: tuple[str, ...]) -> None:
    """Keep why an address could not be opened."""
    st.session_state[PROBLEMS] = sentences


def forget_problems() -> None:
    """The message on the address has done its work."""
    st.session_state[PROBLEMS] = ()


def take_up(link_state: LinkState, steps: History | None = None) -> None:
    """The page as the link left it, with all steps before and after if it gives them.

    Raises ScenarioError where it cannot be carried out; the page may then be half way.
    """
    show = link_state.show
    if show.trial_drug is not None:
        trial.take_up({name: value for name, value in _trial(show).items() if value is not None})
    if show.lesson is not None:
        lesson.begin(show.lesson, show.lesson_level or 1, show.lesson_seed)
    for pin in link_state.pins:
        runs.run(pin.scenario)
    if steps is None:
        scenario.begin(link_state.scenario, _name(link_state.scenario))
    else:
        scenario.resume(steps)
    for name, key in SETTINGS.items():
        value = getattr(show, name)
        if value is not None:
            st.session_state[key] = value
    if show.visit_day is not None:
        st.session_state[visit.day_key(scenario.now())] = show.visit_day
    pins.keep(link_state.pins)


def leave() -> None:
    """Nothing but settings is left of what was taken up."""
    trial.leave()
    lesson.leave()
    visit.forget()
    pins.keep(())


def _name(linked: Scenario) -> str:
    """What the picker calls a scenario of a link."""
    names = {name for name, preset in catalogue().scenarios.items() if linked in (preset, runs.with_handles(preset))}
    return min(names, default="from_link")


def _trial(show: ViewState) -> dict[str, Any]:
    return {
        name.removeprefix("trial_"): value for name, value in show.model_dump().items() if name.startswith("trial_")
    }
