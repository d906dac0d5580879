"""Files in and out: a scenario opened or saved, all series, and a report, each built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import session
from app.components import file_box
from app.files import exchange
from app.files.exchange import safe_name
from app.files.link_state import LinkState, state_link
from app.files.report import report
from app.pages.explore.moment import Moment
from app.session.view import CSV_DECIMALS, FILE
from app.words.reader import language, units
from app.words.text import TEXT, plain
from app.words.units import Units
from sim import Scenario, ScenarioError, parse_scenario


def show(moment: Moment) -> None:
    """Three files to save and one to open, which is read before the page runs, so that it may set any widget."""
    state, scenario = session.link.state(), moment.scenario
    whole = partial(_report, state, session.scenario.base(), moment, language(), units())
    _save("scenario", partial(exchange.scenario_text, scenario), scenario, "toml", "application/toml")
    decimals = session.view.decimals()
    st.segmented_control(
        TEXT["files_decimals"],
        list(exchange.DECIMALS),
        format_func=lambda choice: TEXT[f"files_decimals_{choice}"],
        key=CSV_DECIMALS,
        required=True,
        persist_state="session",
    )
    _save("series", partial(exchange.series_text, scenario, moment.result, decimals), scenario, "csv", "text/csv")
    _save("report", whole, scenario, "html", "text/html")
    st.caption(TEXT["files_save_said"])
    file_box.show(TEXT["files_open"], FILE, on_change=_open)
    st.caption(TEXT["files_open_help"])
    _note()


def _report(state: LinkState, base: Scenario, moment: Moment, language: str, units: Units) -> str:
    try:
        link = state_link(state)
    except ScenarioError:
        link = None
    return report(state.scenario, base, moment.result, moment.ghost, link, language, units)


def _save(name: str, make: Callable[[], str], scenario: Scenario, ending: str, kind: str) -> None:
    file_name = safe_name(scenario.title, ending)
    label = TEXT[f"files_save_{name}"]
    # made only when it is asked for, outside the page's own run
    st.download_button(
        label, make, file_name, kind, key=f"save {name}", on_click="ignore", icon=":material/download:", width="stretch"
    )


def _open() -> None:
    """Take up the file that was just chosen; what cannot be read leaves everything as it is."""
    file = session.view.file()
    if file is None:
        session.view.forget_file()
        return
    try:
        scenario = parse_scenario(file.getvalue())
        session.picker.open_scenario(scenario, "from_file")
        session.view.note_file(file.name, scenario.title)
    except ScenarioError as error:
        session.view.note_file(file.name, None, tuple(str(error).splitlines()))


def _note() -> None:
    """What became of the file that was chosen last."""
    name, title, problems = session.view.file_note()
    if title is not None:
        st.success(TEXT["files_opened"].format(title=plain(title), name=plain(name)), icon=":material/check:")
    elif problems:
        lines = [TEXT["files_refused"].format(name=plain(name)), "", *(f"- {plain(problem)}" for problem in problems)]
        st.error("\n".join(lines), icon=":material/block:")
