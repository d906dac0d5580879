"""The frame: page settings, banner, scenario, run, page. Teaching only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from app import clipboard, inputs, memo, settings, tour
from app.exchange import scenario_in, scenario_link
from app.theme import DARK_INK, LIGHT_INK, STYLE
from app.views import compare, explore, lesson, model
from app.wording import BANNER, TEXT, plain
from sim import Scenario, ScenarioError, catalogue

ICON: Final = Path(__file__).parent / "static" / "icon.png"
FIRST: Final = "half-a-leak"
GUESTS: Final = (
    "from_link",
    "from_file",
    "from_visit",
    "from_lesson",
    "from_trial",
)  # where else a scenario comes from
PICKED, GUEST, GO, LINK_SAID = "picked", "guest", "go", "link said"


def main() -> None:
    """One run of the page, top to bottom."""
    st.set_page_config(page_title="PumpLab", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    settings.take_up()
    _arrive()
    pages = [
        st.Page(_explore, title=TEXT["page_explore"], url_path="explore", default=True),
        st.Page(_lessons, title=TEXT["lesson_title"], url_path="lessons"),
        st.Page(model.show, title=TEXT["page_model"], url_path="model"),
    ]
    page = st.navigation(pages, position="hidden")
    if st.session_state.pop(GO, False):
        st.switch_page(pages[0])
    _top(pages)
    page.run()


def _top(pages: Sequence[object]) -> None:
    """Banner, pages and settings, in one line."""
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="banner"):
            st.markdown(BANNER)
        with st.container(key="pages", horizontal=True, gap="small", width="content"):
            for one in pages:
                st.page_link(one, width="content")
            settings.show()


def ink() -> str:
    """Colour of text in charts, for the theme of the page."""
    return LIGHT_INK if st.context.theme.type == "dark" else DARK_INK


def open_scenario(scenario: Scenario, origin: str) -> None:
    """Take a scenario up from elsewhere and go to Explore. Raises ScenarioError and keeps the old one."""
    inputs.load(scenario, origin)
    st.session_state[GO] = True


def _explore() -> None:
    """The page Explore: settle what was moved, run, show."""
    inputs.settle()
    # everything is computed before anything is drawn below the banner: the page appears whole
    scenario = inputs.now()
    pins = compare.pins()
    shown = explore.Shown(
        scenario,
        memo.run(scenario),
        memo.run(memo.healthy(scenario)),
        memo.widened(memo.ranges(inputs.base()), tuple(one.scenario for one in pins)),
        ink(),
        pins,
    )
    _head(scenario)
    for problem in st.session_state.get(LINK_SAID, ()):
        st.error(f"{TEXT['link_refused']} {plain(problem)}", icon=":material/link_off:")
    for problem in inputs.said():
        st.error(f"{TEXT['refused']} {plain(problem)}", icon=":material/block:")
    tour.show()
    explore.show(shown)
    if inputs.is_moved():
        st.rerun()  # a value that came in while the page was being drawn


def _lessons() -> None:
    """The page Lessons."""
    lesson.show(lambda scenario: open_scenario(scenario, "from_lesson"), ink())


def _arrive() -> None:
    """Once per visit: the scenario in the address, or the first one."""
    if inputs.BASE in st.session_state:
        return
    inputs.load(catalogue().scenarios[FIRST], FIRST)
    try:
        linked = scenario_in({name: st.query_params.get_all(name) for name in st.query_params})
        if linked is not None:
            inputs.load(linked, "from_link")
    except ScenarioError as error:
        st.session_state[LINK_SAID] = error.problems


def _head(scenario: Scenario) -> None:
    """Scenario picker, what it is about, undo, redo, reset, pin and link, in one line."""
    name = inputs.history().now.name
    if name in GUESTS:
        st.session_state[GUEST] = (name, inputs.base())
    titles = {one: told.title for one, told in catalogue().scenarios.items()}
    if GUEST in st.session_state:
        origin, told = st.session_state[GUEST]
        titles = {origin: f"{TEXT[origin]}: {told.title}"} | titles
    if st.session_state.get(PICKED) != name:
        st.session_state[PICKED] = name  # undone, or a widget whose key did not outlive its page
    with st.container(key="head", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            TEXT["scenario"],
            list(titles),
            format_func=titles.__getitem__,
            key=PICKED,
            on_change=_picked,
            width=380,
            label_visibility="collapsed",
        )
        with st.container(key="acts", horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            _acts(scenario, name)


def _acts(scenario: Scenario, name: str) -> None:
    """What can be done with the scenario as a whole."""
    with st.popover(TEXT["about"]):
        if name in GUESTS:
            st.caption(TEXT["link_author"])
        explore.about(scenario)
    past = inputs.history()
    undo, redo = TEXT["undo"], TEXT["redo"]
    st.button(undo, key="undo", on_click=inputs.undo, disabled=not past.past, shortcut="Ctrl+Z")
    st.button(redo, key="redo", on_click=inputs.redo, disabled=not past.future, shortcut="Ctrl+Y")
    st.button(TEXT["reset"], key="reset", on_click=inputs.reset, disabled=not inputs.is_changed())
    compare.pin_button(scenario)
    try:
        clipboard.show(scenario_link(scenario))
    except ScenarioError as error:
        st.caption(plain(str(error)))


def _picked() -> None:
    """Load what the picker names, anew; the link's message has done its work."""
    name = st.session_state[PICKED]
    inputs.load(st.session_state[GUEST][1] if name in GUESTS else catalogue().scenarios[name], name)
    st.session_state[LINK_SAID] = ()


if __name__ == "__main__":
    main()
