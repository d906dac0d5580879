"""The frame: page settings, banner, pages, scenario, run. Teaching only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

from app import session
from app.components import copy_link, page_language
from app.figures.theme import DARK_INK, LIGHT_INK
from app.files.link_state import state_in, state_link
from app.pages import explore, leaflet, lesson, model, trial, visit
from app.pages.explore import compare, files, tour
from app.pages.explore.moment import Shown
from app.runs import memo
from app.session import link
from app.words.text import TEXT, banner, plain
from sim import Scenario, ScenarioError, catalogue

ICON: Final = Path(__file__).parent / "static" / "icon.png"
FIRST: Final = "half-a-leak"
# where a scenario comes from, other than the catalogue
GUESTS: Final = ("from_link", "from_file", "from_visit", "from_lesson", "from_trial", "leaflet_from")
PICKED, GUEST, GO, LINK_SAID = "picked", "guest", "go", "link said"
ABOUT, FILES, DRAWN = "about open", "files open", "explore drawn"


def main() -> None:
    """One run of the page, top to bottom."""
    st.set_page_config(page_title="PumpLab", page_icon=str(ICON), layout="wide")
    session.settings.take_up()
    _arrive()
    pages = _pages()
    page = st.navigation(list(pages.values()), position="hidden")
    go = st.session_state.pop(GO, None)
    if go is not None and pages[go] != page:
        st.switch_page(pages[go])
    is_explore = page == pages["explore"]
    _top(pages, has_link=not is_explore)
    if not is_explore:
        _link_said()
    page.run()
    if GO in st.session_state:
        st.rerun()


def _pages() -> dict[str, Any]:
    """The pages by the names that links carry."""

    def page(name: str, show: Any, path: str) -> Any:
        return st.Page(show, title=TEXT[f"page_{name}"], url_path=path, default=name == "explore")

    return {
        "explore": page("explore", _explore, "explore"),
        "lessons": page("lesson", lambda: lesson.show(_opener("from_lesson"), ink()), "lessons"),
        "visit": page(
            "visit", lambda: visit.show(session.scenario.now(), _opener("from_visit"), ink()), "refill-visit"
        ),
        "trial": page("trial", lambda: trial.show(_opener("from_trial"), ink()), "trial"),
        "around": page("leaflet", lambda: leaflet.show(open_scenario, _pages(), _open_lesson), "around-the-pump"),
        "model": page("model", model.show, "model"),
    }


def _top(pages: dict[str, Any], *, has_link: bool) -> None:
    """Banner, pages, settings, and the link where the page has no other place for it, in one line."""
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="banner"):
            st.markdown(banner())
        with st.container(key="pages", horizontal=True, gap="small", width="content"):
            for one in pages.values():
                st.page_link(one, width="content")
            session.settings.show(tour.again)
            if has_link:
                _link()
    with st.container(key="spoken"):
        page_language.show()


def ink() -> str:
    """Colour of text in charts, for the theme of the page."""
    return LIGHT_INK if st.context.theme.type == "dark" else DARK_INK


def open_scenario(scenario: Scenario, origin: str) -> None:
    """Take a scenario up from elsewhere and go to Explore. Raises ScenarioError and keeps the old one."""
    session.scenario.load(scenario, origin)
    st.session_state[GO] = "explore"
    st.session_state[LINK_SAID] = ()


def _opener(origin: str) -> Any:
    return lambda scenario: open_scenario(scenario, origin)


def _open_lesson(number: int) -> None:
    session.lesson.begin(number, 1)
    st.session_state[GO] = "lessons"


def _explore() -> None:
    """The page Explore: settle what was moved, run, show."""
    session.scenario.settle()
    # everything is computed before anything is drawn below the banner: the page appears whole
    scenario = session.scenario.now()
    pins = compare.pins()
    shown = Shown(
        scenario,
        memo.run(scenario),
        memo.run(memo.healthy(scenario)),
        memo.widened(memo.ranges(session.scenario.base()), tuple(one.scenario for one in pins)),
        ink(),
        pins,
    )
    above, below = st.container(key="above"), st.container(key="below")
    # a page that is there already gets first what takes longest to paint; a new one from top to bottom, lest it shift
    is_new = not st.session_state.get(DRAWN)
    if is_new:
        _above(above, shown)
    with below:
        explore.show(shown, is_new=is_new)
    if not is_new:
        _above(above, shown)
    st.session_state[DRAWN] = True
    if session.scenario.is_moved():
        st.rerun()  # a value that came in while the page was being drawn


def _above(place: Any, shown: Shown) -> None:
    """What stands above the picture: scenario, acts, and what has to be said."""
    with place:
        _head(shown)
        _link_said()
        for problem in session.scenario.said():
            st.error(f"{TEXT['refused']} {plain(problem)}", icon=":material/block:")
        tour.show()


def _arrive() -> None:
    """Once per visit: the state in the address, or the first scenario."""
    if session.scenario.BASE in st.session_state:
        return
    session.scenario.load(catalogue().scenarios[FIRST], FIRST)
    try:
        brought = state_in({name: st.query_params.get_all(name) for name in st.query_params})
        if brought is not None:
            link.take_up(brought)
            session.settings.take_up()
    except ScenarioError as error:
        st.session_state[LINK_SAID] = error.problems


def _head(shown: Shown) -> None:
    """Scenario picker, and what can be done with the scenario as a whole, in one line."""
    name = session.scenario.history().now.name
    if name in GUESTS:
        st.session_state[GUEST] = (name, session.scenario.base())
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
            _acts(shown, name)


def _acts(shown: Shown, name: str) -> None:
    """About, undo, redo, reset, pin, files and link."""
    scenario, past = shown.scenario, session.scenario.history()
    # what is behind a button is built when it is opened: a move of a control sends less
    about = st.popover(TEXT["about"], key=ABOUT, on_change="rerun")
    if about.open:
        with about:
            if name in GUESTS:
                st.caption(TEXT["link_author"])
            explore.about(scenario, is_told=not explore.is_hidden(scenario))
            session.settings.authors_said()
    undo, redo = TEXT["undo"], TEXT["redo"]
    st.button(undo, key="undo", on_click=session.scenario.undo, disabled=not past.past, shortcut="Ctrl+Z")
    st.button(redo, key="redo", on_click=session.scenario.redo, disabled=not past.future, shortcut="Ctrl+Y")
    is_changed = session.scenario.is_changed()
    st.button(TEXT["reset"], key="reset", on_click=session.scenario.reset, disabled=not is_changed, shortcut="Alt+Z")
    compare.pin_button(scenario)
    is_hidden = explore.is_hidden(scenario)
    opened = st.popover(TEXT["files_title"], disabled=is_hidden, key=FILES, on_change="rerun")
    if opened.open:
        with opened:
            carried = link.state(scenario)
            files.show(carried, session.scenario.base(), shown.result, shown.ghost, shown.ranges, open_scenario)
    _link()


def _link_said() -> None:
    """Why the address could not be opened."""
    for problem in st.session_state.get(LINK_SAID, ()):
        st.error(f"{TEXT['link_refused']} {plain(problem)}", icon=":material/link_off:")


def _link() -> None:
    """Copies the address of the page as it stands."""
    try:
        copy_link.show(state_link(link.state(session.scenario.now())))
    except ScenarioError as error:
        st.caption(plain(str(error)))


def _picked() -> None:
    """Load what the picker names, anew; the link's message has done its work."""
    name = st.session_state[PICKED]
    session.scenario.load(st.session_state[GUEST][1] if name in GUESTS else catalogue().scenarios[name], name)
    st.session_state[LINK_SAID] = ()


if __name__ == "__main__":
    main()
