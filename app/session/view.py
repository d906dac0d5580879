"""How Explore is looked at: the view beside the two truths, which drug, which other run, what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import streamlit as st

from app.figures.difference import Which
from app.files.exchange import Decimals
from app.files.work_state import TABS
from app.session import settings
from app.session.scenario import base, now
from app.words.numbers import signs
from app.words.text import TEXT
from sim import Scenario

T = TypeVar("T")
VIEW: Final = "view"  # what is shown beside the two truths
VIEWS: Final = ("reservoir", "csf", "effect", "ledger", "clocks", "difference")
WITH_RESERVOIR, DRUG, AGAINST = "with reservoir", "drug shown", "against"
TAB: Final = "tabs"
MODEL_TAB: Final = "model tabs"  # of Model and sources, by the words on it
PART: Final = "part"  # of Model and sources, in its address
ABOUT, FILES = "about open", "files open"
PEOPLE: Final = ("dose", "lumbar", "effect")  # curves behind which many people may be shown
OPEN_ANSWER: Final = "revealed"  # the scenario whose answer was asked for
CLOSED: Final = "answer closed"  # the scenario, as it was loaded, that nobody has asked for
IS_DRAWN: Final = "explore drawn"
FILE: Final = "scenario file"
CSV_DECIMALS: Final = "decimals of a csv file"
FILE_NOTE: Final = "scenario file note"  # (file name, title of what was opened or None, problems)
STOP, IS_LEFT = "tour stop", "tour seen"


def view() -> str:
    """The view beside the two truths."""
    return str(st.session_state.get(VIEW, VIEWS[0]))


def has_reservoir() -> bool:
    """Whether the ledger draws what is in the reservoir too."""
    return bool(st.session_state.get(WITH_RESERVOIR))


def drug(names: Sequence[str]) -> str:
    """The drug of a mixture whose numbers are shown; the first one until another is chosen."""
    return _among(DRUG, names)


def against(choices: Sequence[tuple[Which, str]]) -> tuple[Which, str]:
    """(curve, letter of the other run) of the difference; the first choice until another is chosen."""
    return _among(AGAINST, choices)


def _among(key: str, choices: Sequence[T]) -> T:
    """The value of a widget; the first choice, written before it is built, where it has none of them."""
    if st.session_state.get(key) not in choices:
        st.session_state[key] = choices[0]
    choice: T = st.session_state[key]
    return choice


def is_hidden(scenario: Scenario) -> bool:
    """Whether what comes out of a scenario is hidden until it is asked for."""
    return (settings.is_hidden() or is_closed()) and st.session_state.get(OPEN_ANSWER) != scenario


def reveal() -> None:
    """Show what comes out of the scenario of this moment."""
    st.session_state[OPEN_ANSWER] = now()
    st.session_state[CLOSED] = None


def is_closed() -> bool:
    """Whether the scenario is one that nobody has asked for."""
    return st.session_state.get(CLOSED) == base()


def close_answer() -> None:
    """The scenario that is shown is one that nobody has asked for: what comes out of it waits."""
    st.session_state[CLOSED] = base()


def is_drawn() -> bool:
    """Whether the page was drawn before in this session."""
    return bool(st.session_state.get(IS_DRAWN))


def note_drawing() -> None:
    """The page is there from now on."""
    st.session_state[IS_DRAWN] = True


def open_part() -> None:
    """The page Model and sources opens at the part that its address names, if any."""
    if st.query_params.get(PART) == "around":
        st.session_state[MODEL_TAB] = TEXT["tab_around"]


# ---------------------------------------------------------------- many people, another number


def open_tab(names: Sequence[T], key: str) -> T | None:
    """Name of the tab that is open in a row of tabs; None where none was ever chosen."""
    return next((name for name in names if TEXT[f"tab_{name}"] == st.session_state.get(key)), None)


def tab() -> str:
    """Name of the tab of Explore that is open, one of TABS."""
    return open_tab(TABS, TAB) or TABS[0]


def people_key(curve: str) -> str:
    """Key of the switch that puts many people behind a curve."""
    return f"people {curve}"


def has_people(curve: str) -> bool:
    """Whether many people are shown behind a curve."""
    return bool(st.session_state.get(people_key(curve)))


def what_if_key(view: str) -> str:
    """Key of the list of numbers to be tried."""
    return f"what if {view}"


def what_if(view: str, choices: Sequence[str] | None = None) -> str:
    """What is tried for a view, '' for nothing; with choices, what is not among them is taken back."""
    key = what_if_key(view)
    if choices is not None:
        return _among(key, choices)
    return str(st.session_state.get(key, ""))


# ---------------------------------------------------------------- a file, the tour


def note_file(name: str, title: str | None, problems: tuple[str, ...] = ()) -> None:
    """What became of a file: the title of what was opened, or why it was refused."""
    st.session_state[FILE_NOTE] = (name, title, problems)


def forget_file() -> None:
    """Forget what became of the last file."""
    st.session_state.pop(FILE_NOTE, None)


def file_note() -> tuple[str, str | None, tuple[str, ...]]:
    """(file name, title of what was opened or None, problems) of the file that was chosen last."""
    note: tuple[str, str | None, tuple[str, ...]] = st.session_state.get(FILE_NOTE, ("", None, ()))
    return note


def file() -> Any:
    """The file that was chosen; None where there is none."""
    return st.session_state.get(FILE)


def decimals() -> Decimals:
    """How a CSV file writes its numbers; as the reader's language does until another way is chosen."""
    usual: Decimals = "comma" if signs().decimal == "," else "point"
    choice: Decimals = st.session_state.setdefault(CSV_DECIMALS, usual)
    return choice


def tour_stop() -> int | None:
    """Number of the stop of the tour, from 0; None once it was left."""
    return None if st.session_state.get(IS_LEFT) else int(st.session_state.setdefault(STOP, 0))


def go_to_stop(stop: int | None) -> None:
    """A stop of the tour; None to leave it."""
    st.session_state[IS_LEFT], st.session_state[STOP] = stop is None, stop or 0


def next_stop(n_stops: int) -> None:
    """One stop on; the tour ends after its last one."""
    if st.session_state[STOP] + 1 < n_stops:
        st.session_state[STOP] += 1
    else:
        leave_tour()


def leave_tour() -> None:
    """End the tour for this session."""
    go_to_stop(None)


def tour_again() -> None:
    """Start the tour again at its first stop."""
    go_to_stop(0)
