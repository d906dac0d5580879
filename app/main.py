"""The frame: page settings, banner, scenario, run, page. Teaching only."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import clipboard, inputs, memo
from app.memo import Ranges
from app.state import State, state_in, state_link
from app.theme import DARK_INK, LIGHT_INK, STYLE
from app.views import explore, files, model
from app.wording import BANNER, TEXT, plain
from sim import Result, Scenario, ScenarioError, catalogue

ICON = Path(__file__).parent / "static" / "icon.png"
FIRST = "half-a-leak"
FROM_LINK = "from a link"
PICKED, CHOSEN, LINKED, LINK_SAID = "picked", "chosen", "linked", "link said"


def main() -> None:
    """One run of the page, top to bottom."""
    st.set_page_config(page_title=TEXT["page"], page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    pages = [
        st.Page(_explore, title=TEXT["page_explore"], default=True),
        st.Page(model.show, title=TEXT["page_model"], url_path="model"),
    ]
    page = st.navigation(pages, position="hidden")
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="banner"):
            st.markdown(BANNER)
        with st.container(key="pages", horizontal=True, gap="small", width="content"):
            for one in pages:
                st.page_link(one, width="content")
    _arrive()
    page.run()


def _explore() -> None:
    """The page Explore: settle what was moved, run, show."""
    inputs.settle()
    # everything is computed before anything is drawn below the banner: the page appears whole
    scenario = inputs.now()
    result, ghost = memo.run(scenario), memo.run(memo.healthy(scenario))
    ranges = memo.ranges(inputs.base())
    _head(State(scenario=scenario), result, ghost, ranges)
    for problem in st.session_state.get(LINK_SAID, ()):
        st.error(f"{TEXT['link_refused']} {plain(problem)}", icon=":material/link_off:")
    for problem in inputs.said():
        st.error(f"{TEXT['refused']} {plain(problem)}", icon=":material/block:")
    ink = LIGHT_INK if st.context.theme.type == "dark" else DARK_INK
    explore.show(scenario, result, ghost, ranges, ink)
    if inputs.is_moved():
        st.rerun()  # a value that came in while the page was being drawn


def _arrive() -> None:
    """Once per visit: the scenario in the address, or the first one."""
    if inputs.BASE in st.session_state:
        return
    st.session_state[CHOSEN], st.session_state[LINKED] = FIRST, None
    inputs.load(catalogue().scenarios[FIRST])
    try:
        linked = state_in({name: st.query_params.get_all(name) for name in st.query_params})
        if linked is not None:
            inputs.load(linked.scenario)
            st.session_state[CHOSEN], st.session_state[LINKED] = FROM_LINK, linked.scenario
    except ScenarioError as error:
        st.session_state[LINK_SAID] = error.problems


def _head(state: State, result: Result, ghost: Result, ranges: Ranges) -> None:
    """Scenario picker, what it is about, reset and link, in one line."""
    scenario, linked = state.scenario, st.session_state[LINKED]
    titles = {name: one.title for name, one in catalogue().scenarios.items()}
    if linked is not None:
        titles = {FROM_LINK: f"{TEXT['from_link']}: {linked.title}"} | titles
    st.session_state.setdefault(PICKED, st.session_state[CHOSEN])  # a widget's key does not outlive its page
    with st.container(key="head", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            TEXT["scenario"],
            list(titles),
            format_func=titles.__getitem__,
            key=PICKED,
            on_change=_picked,
            width=430,
            label_visibility="collapsed",
        )
        with st.popover(TEXT["about"]):
            if st.session_state[CHOSEN] == FROM_LINK:
                st.caption(TEXT["link_author"])
            explore.about(scenario)
        st.button(TEXT["reset"], on_click=_picked, disabled=not inputs.is_changed())
        with st.popover(TEXT["files_title"]):
            files.show(state, inputs.base(), result, ghost, ranges, _opened)
        try:
            clipboard.show(state_link(state))
        except ScenarioError as error:
            st.caption(plain(str(error)))


def _opened(scenario: Scenario) -> None:
    """Load a scenario that came in a file, like one that came with a link."""
    inputs.load(scenario)
    st.session_state[CHOSEN] = st.session_state[PICKED] = FROM_LINK
    st.session_state[LINKED] = scenario
    st.session_state[LINK_SAID] = ()


def _picked() -> None:
    """Load what the picker names, anew; the link's message has done its work."""
    name = st.session_state[CHOSEN] = st.session_state[PICKED]
    inputs.load(st.session_state[LINKED] if name == FROM_LINK else catalogue().scenarios[name])
    st.session_state[LINK_SAID] = ()


if __name__ == "__main__":
    main()
