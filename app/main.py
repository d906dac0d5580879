"""The frame: page settings, banner, navigation. Teaching only."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import session
from app.components import page_language, terms
from app.figures.theme import DARK_INK, LIGHT_INK
from app.pages import explore, lesson, link, model, settings, trial, visit
from app.words.text import TEXT, banner

# in the page itself: browsers ask for the file of an icon again whenever the address is written
ICON: Final = (
    "data:image/png;base64," + b64encode((Path(__file__).parent / "static" / "icon.png").read_bytes()).decode()
)


def main() -> None:
    """One run of the page, top to bottom."""
    st.set_page_config(page_title="PumpLab", page_icon=ICON, layout="wide")
    session.settings.take_up()
    session.address.arrive()
    pages = _pages()
    page = st.navigation(list(pages.values()), position="hidden")
    next_page = session.picker.next_page()
    if next_page is not None and pages[next_page] != page:
        st.switch_page(pages[next_page])
    is_explore = page == pages["explore"]
    place = _top(pages)
    if not is_explore:
        link.show_problems()
    page.run()
    with place:
        if not is_explore:
            link.show()
    with st.container(key="spoken"):
        page_language.show()
        terms.listen()
        link.keep_address(page.url_path)
    if session.picker.leads_on():
        st.rerun()


def _pages() -> dict[str, Any]:
    """The pages by the names that links carry."""

    def page(name: str, show: Any, path: str) -> Any:
        return st.Page(show, title=TEXT[f"page_{name}"], url_path=path, default=name == "explore")

    now = session.scenario.now
    return {
        "explore": page("explore", lambda: explore.show(ink()), "explore"),
        "lessons": page("lesson", lambda: lesson.show(_opener("from_lesson"), ink()), "lessons"),
        "visit": page("visit", lambda: visit.show(now(), _opener("from_visit"), ink()), "refill-visit"),
        "trial": page("trial", lambda: trial.show(_opener("from_trial"), ink()), "trial"),
        "model": page("model", lambda: model.show(_pages()), "model"),
    }


def _top(pages: dict[str, Any]) -> DeltaGenerator:
    """Banner, pages and settings in one line; returns the place for the link, which waits for what the page does."""
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="banner"):
            st.markdown(banner())
        with st.container(key="pages", horizontal=True, gap="small", width="content"):
            for page in pages.values():
                st.page_link(page, width="content")
            settings.show()
            return st.container(key="link", width="content")


def ink() -> str:
    """Colour of text in charts, for the theme of the page."""
    return LIGHT_INK if st.context.theme.type == "dark" else DARK_INK


def _opener(origin: str) -> Any:
    return lambda scenario: session.picker.open_scenario(scenario, origin)


if __name__ == "__main__":
    main()
