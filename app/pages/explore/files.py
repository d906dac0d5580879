"""Files in and out: a scenario opened or saved, all series, and a report, each built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.components import file_box
from app.files import exchange
from app.files.exchange import safe_name
from app.files.link_state import State, state_link
from app.files.report import report
from app.runs.memo import Ranges
from app.words.text import TEXT, language, plain, units
from app.words.units import Units
from sim import Result, Scenario, ScenarioError, parse_scenario

FILE = "scenario file"
SAID = "scenario file said"  # (file name, title of what was opened or None, problems)

Opener = Callable[[Scenario, str], None]


def show(state: State, base: Scenario, result: Result, ghost: Result, ranges: Ranges, open_scenario: Opener) -> None:
    """Three files to save and one to open.

    base: the scenario as it was loaded; open_scenario: takes a scenario up, with a word on where it comes from, or
    raises ScenarioError. It is called before the page runs, so that it may set any widget's value.
    """
    scenario = state.scenario
    whole = partial(_report, state, base, result, ghost, ranges, language(), units())
    _save("scenario", partial(exchange.scenario_text, scenario), scenario, "toml", "application/toml")
    _save("series", partial(exchange.series_text, scenario, result), scenario, "csv", "text/csv")
    _save("report", whole, scenario, "html", "text/html")
    st.caption(TEXT["files_save_said"])
    file_box.show(TEXT["files_open"], FILE, on_change=_open, args=(open_scenario,))
    st.caption(TEXT["files_open_help"])
    _tell()


def _report(
    state: State, base: Scenario, result: Result, ghost: Result, ranges: Ranges, language: str, units: Units
) -> str:
    try:
        link = state_link(state)
    except ScenarioError:
        link = None
    return report(state.scenario, base, result, ghost, ranges, link, language, units)


def _save(name: str, make: Callable[[], str], scenario: Scenario, ending: str, kind: str) -> None:
    file_name = safe_name(scenario.title, ending)
    label = TEXT[f"files_save_{name}"]
    # made only when it is asked for, outside the page's own run
    st.download_button(
        label, make, file_name, kind, key=f"save {name}", on_click="ignore", icon=":material/download:", width="stretch"
    )


def _open(open_scenario: Opener) -> None:
    """Take up the file that was just chosen; what cannot be read leaves everything as it is."""
    file = st.session_state[FILE]
    if file is None:
        st.session_state.pop(SAID, None)
        return
    try:
        scenario = parse_scenario(file.getvalue())
        open_scenario(scenario, "from_file")
        st.session_state[SAID] = (file.name, scenario.title, ())
    except ScenarioError as error:
        st.session_state[SAID] = (file.name, None, tuple(str(error).splitlines()))


def _tell() -> None:
    """What became of the file that was chosen last."""
    name, title, problems = st.session_state.get(SAID, ("", None, ()))
    if title is not None:
        st.success(TEXT["files_opened"].format(title=plain(title), name=plain(name)), icon=":material/check:")
    elif problems:
        lines = [TEXT["files_refused"].format(name=plain(name)), "", *(f"- {plain(one)}" for one in problems)]
        st.error("\n".join(lines), icon=":material/block:")
