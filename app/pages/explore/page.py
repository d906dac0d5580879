"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import session
from app.components import happening_list, stage
from app.figures import stage_packet
from app.pages.explore import charts, compare, controls
from app.pages.explore.moment import Shown
from app.words.model_names import happened
from app.words.text import ABOUT, TEXT, day, plain, span
from sim import Result, Scenario

STAGE_PX = 300
MOST_HAPPENINGS = 200
TABS = ("story", "compare", "why", "people", "more")


def show(shown: Shown, *, is_new: bool) -> None:
    """Controls and key numbers beside drawing and charts; the rest in tabs below."""
    left, right = st.columns([27, 73], gap="medium")
    sides = (lambda: _side(left, shown), lambda: _picture(right, shown))
    for draw in sides if is_new else reversed(sides):
        draw()
    if not is_hidden(shown.scenario):
        _tabs(shown)


def _side(place: DeltaGenerator, shown: Shown) -> None:
    """Controls, key numbers, and what the scenario is about."""
    with place:
        with st.container(key="controls"):
            controls.controls(shown.scenario)
        if not is_hidden(shown.scenario):
            with st.container(key="tiles"):
                _tiles(shown)
            with st.container(key="aim"):
                about(shown.scenario, is_told=False)


def _picture(place: DeltaGenerator, shown: Shown) -> None:
    """The moving picture, and the charts below it; or the button that shows them."""
    with place, st.container(key="picture"):
        if is_hidden(shown.scenario):
            st.markdown(TEXT["hidden"])
            st.button(TEXT["reveal"], on_click=_reveal, type="primary")
            return
        with st.container(key="stage"):
            scenario, ranges = shown.scenario, shown.ranges
            moments = stage_packet.build(
                scenario, shown.result, ranges.line_mcg_ml, ranges.canal_mcg_ml, session.scenario.focus_day()
            )
            stage.show(moments, "drawing", STAGE_PX)
        with st.container(key="charts"):
            charts.show(shown)


def is_hidden(scenario: Scenario) -> bool:
    """Whether what comes out of a scenario is hidden until it is asked for."""
    return st.session_state[session.settings.HIDE] and st.session_state.get(session.settings.REVEALED) != scenario


def _reveal() -> None:
    st.session_state[session.settings.REVEALED] = session.scenario.now()


def about(scenario: Scenario, *, is_told: bool = True) -> None:
    """The author's words on a scenario, as far as there are any; what there is to see only where it is told."""
    for name, title in ABOUT.items():
        words = getattr(scenario, name, "")
        if words and (is_told or name != "see"):
            st.markdown(f"**{title}.** {plain(words)}")


def _tiles(shown: Shown) -> None:
    st.caption(TEXT["tiles_said"].format(span=span(shown.result.duration_h)))
    without = TEXT["compare_without"]
    for place, (words, read) in enumerate(compare.readings(shown.scenario)):
        if place % 2 == 0:
            columns = st.columns(2, gap="small")
        columns[place % 2].metric(
            words, read(shown.result), f"{without}: {read(shown.ghost)}", delta_color="off", delta_arrow="off"
        )


def _tabs(shown: Shown) -> None:
    """One tab is open at a time, and only that one is built."""
    tabs = st.tabs([TEXT[f"tab_{name}"] for name in TABS], key="tabs", on_change="rerun")
    builders = (
        lambda: _story(shown.result),
        lambda: compare.show(shown.scenario, shown.result, shown.ghost),
        lambda: charts.show_why(shown),
        lambda: charts.show_people(shown),
        lambda: controls.more(shown.scenario),
    )
    for tab, build in zip(tabs, builders, strict=True):
        if tab.open:
            with tab:
                build()


def _story(result: Result) -> None:
    told = result.happenings[:MOST_HAPPENINGS]
    if not told:
        st.markdown(TEXT["nothing"])
        return
    happening_list.show([(one.time_h / 24.0, day(one.time_h / 24.0), happened(one)) for one in told], TEXT["tab_story"])
    if len(result.happenings) > MOST_HAPPENINGS:
        st.caption(TEXT["first_of"].format(title=TEXT["tab_story"], most=MOST_HAPPENINGS, n=len(result.happenings)))
