"""From the session to what a link carries, and back: scenario, pins, words and units, and where each page is."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from app import runs
from app.files.link_state import LinkState, ViewState, state_in
from app.session import lesson, pins, scenario, settings, trial, view, visit
from sim import ScenarioError, catalogue

PROBLEMS: Final = "link problems"  # why the address could not be opened
FIRST: Final = "half-a-leak"
# field of the link -> key of the session
SETTINGS: Final = {
    "language": settings.LANGUAGE,
    "amount": "unit_amount",
    "flow": "unit_flow",
    "time": "unit_time",
    "is_hidden": settings.HIDE,
    "view": view.VIEW,
    "visit_seed": visit.SEED,
    "visit_depth": visit.DEPTH,
}


def state() -> LinkState:
    """What a link made at this moment brings back. Raises ScenarioError where that cannot travel."""
    here: Any = st.session_state
    show = {name: here[key] for name, key in SETTINGS.items() if key in here}
    progress = lesson.now()
    if progress is not None:
        show |= {"lesson": progress.lesson, "lesson_level": progress.level, "lesson_seed": progress.seed}
    setting = trial.setting_or_none()
    if setting is not None:
        show |= {f"trial_{name}": value for name, value in setting.model_dump().items()}
    return LinkState(scenario=scenario.now(), pins=pins.pins(), show=ViewState(**show))


def arrive() -> None:
    """Once per session: the state in the address, or the first scenario."""
    if scenario.is_loaded():
        return
    scenario.load(catalogue().scenarios[FIRST], FIRST)
    try:
        names = [name for name in st.query_params if name != view.PART]
        link_state = state_in({name: st.query_params.get_all(name) for name in names})
        if link_state is not None:
            take_up(link_state)
            settings.take_up()
    except ScenarioError as error:
        st.session_state[PROBLEMS] = tuple(str(error).splitlines())
    view.open_part()


def problems() -> tuple[str, ...]:
    """Why the address could not be opened; empty if it could."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def forget_problems() -> None:
    """The message on the address has done its work."""
    st.session_state[PROBLEMS] = ()


def take_up(link_state: LinkState) -> None:
    """The page as the link left it; what cannot be carried out raises ScenarioError and changes nothing."""
    show = link_state.show
    try:
        if show.trial_drug is not None:
            trial.take_up({name: value for name, value in _trial(show).items() if value is not None})
        if show.lesson is not None:
            lesson.begin(show.lesson, show.lesson_level or 1, show.lesson_seed)
        for pin in link_state.pins:
            runs.run(pin.scenario)
        names = {preset: name for name, preset in catalogue().scenarios.items()}
        scenario.load(link_state.scenario, names.get(link_state.scenario, "from_link"))
    except ScenarioError:
        trial.leave()
        lesson.leave()
        raise
    for name, key in SETTINGS.items():
        value = getattr(show, name)
        if value is not None:
            st.session_state[key] = value
    pins.keep(link_state.pins)


def _trial(show: ViewState) -> dict[str, Any]:
    return {
        name.removeprefix("trial_"): value for name, value in show.model_dump().items() if name.startswith("trial_")
    }
