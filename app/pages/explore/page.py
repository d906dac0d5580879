"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import runs, session
from app.components import happening_list, stage
from app.figures import stage_packet
from app.files.work_state import TABS
from app.pages import link
from app.pages.explore import about, charts, compare, controls, head, tour
from app.pages.explore.moment import Moment
from app.session.view import TAB
from app.session.wish import Wish
from app.words.model_names import sentence_of
from app.words.text import TEXT, day, plain, span
from sim import Result
from sim.scenario import as_intended

STAGE_PX = 300
MOST_HAPPENINGS = 200


def show(ink: str) -> None:
    """Take up what the learner moved, run the model, and draw the page."""
    session.scenario.settle()
    # everything is computed before anything is drawn below the banner: the page appears whole
    scenario, pins = session.scenario.now(), session.pins.pins()
    moment = Moment(
        scenario,
        runs.run(scenario),
        runs.run(as_intended(scenario)),
        runs.widen(session.axes.axes(scenario.drug), tuple(pin.scenario for pin in pins), scenario.drug),
        ink,
        pins,
    )
    above, below = st.container(key="above"), st.container(key="below")
    # a page on screen gets first what takes longest to paint; a new page grows from top to bottom and never shifts
    is_new = not session.view.is_drawn()
    if is_new:
        _above(above, moment)
    with below:
        _below(moment, is_new=is_new)
    if not is_new:
        _above(above, moment)
    session.view.note_drawing()
    if session.scenario.is_moved():
        st.rerun()  # a value that came in while the page was being drawn


def _above(place: DeltaGenerator, moment: Moment) -> None:
    """Above the picture: scenario, acts, and what was refused."""
    with place:
        head.show(moment)
        link.show_problems()
        for problem in session.scenario.step_problems():
            st.error(f"{TEXT['step_refused']} {plain(problem)}", icon=":material/block:")
        for wish in _wishes_out_of_sight(moment):
            controls.say_why_not(wish)
        tour.show()


def _wishes_out_of_sight(moment: Moment) -> list[Wish]:
    """What was asked for in vain at a field that is not on the page at this moment."""
    if session.view.tab() == "more" and not session.view.is_hidden(moment.scenario):
        return []
    in_sight = {control.paths[0] for control in moment.scenario.controls}
    return [wish for path, wish in session.wish.wishes().items() if path not in in_sight]


def _below(moment: Moment, *, is_new: bool) -> None:
    """Controls and key numbers beside drawing and charts; the rest in tabs below."""
    left, right = st.columns([27, 73], gap="medium")
    sides: Sequence[Callable[[], None]] = (lambda: _side(left, moment), lambda: _picture(right, moment))
    for draw in sides if is_new else reversed(sides):
        draw()
    if not session.view.is_hidden(moment.scenario):
        _tabs(moment)


def _side(place: DeltaGenerator, moment: Moment) -> None:
    """Controls, key numbers, and what the scenario is about."""
    with place:
        with st.container(key="controls"):
            controls.show(moment.scenario)
        if not session.view.is_hidden(moment.scenario):
            with st.container(key="tiles"):
                _tiles(moment)
            with st.container(key="aim"):
                about.show(moment.scenario, has_answer=False)


def _picture(place: DeltaGenerator, moment: Moment) -> None:
    """The moving picture, and the charts below it; or the button that shows them."""
    with place, st.container(key="picture"):
        if session.view.is_hidden(moment.scenario):
            st.markdown(TEXT["hidden"])
            st.button(TEXT["reveal"], on_click=session.view.reveal, type="primary")
            return
        with st.container(key="stage"):
            ranges = moment.ranges
            packet = stage_packet.build(
                moment.scenario,
                moment.result,
                ranges.line_mcg_ml,
                ranges.canal_mcg_ml,
            )
            stage.show(packet, "drawing", STAGE_PX)
        with st.container(key="charts"):
            charts.show(moment)


def _tiles(moment: Moment) -> None:
    over = TEXT["tiles_said"].format(span=span(moment.result.duration_h))
    harm = runs.harm(moment.result)
    # one element and one room, with harm or without: nothing below it moves
    with st.container(key="harm"):
        st.markdown(over if harm is None else f"{over} **{plain(harm)}**")
    without = TEXT["compare_without"]
    meant = as_intended(moment.scenario)
    for place, (words, read) in enumerate(runs.key_numbers()):
        if place % 2 == 0:
            columns = st.columns(2, gap="small")
        columns[place % 2].metric(
            words,
            read(moment.scenario, moment.result),
            f"{without}: {read(meant, moment.ghost)}",
            delta_color="off",
            delta_arrow="off",
        )
    if highest := runs.highest_dose(moment.scenario):
        with st.container(key="dose"):
            st.markdown(plain(f"{TEXT['dose_highest']}: {highest}"))


def _tabs(moment: Moment) -> None:
    """One tab is open at a time, and only that one is built."""
    tabs = st.tabs([TEXT[f"tab_{name}"] for name in TABS], key=TAB, on_change="rerun")
    builders: Sequence[Callable[[], None]] = (
        lambda: _story(moment.result),
        lambda: compare.show(moment),
        lambda: charts.show_why(moment),
        lambda: charts.show_people(moment),
        lambda: controls.show_more(moment.scenario),
    )
    for tab, build in zip(tabs, builders, strict=True):
        if tab.open:
            with tab:
                build()


def _story(result: Result) -> None:
    """What happened, in order of time."""
    happenings = stage_packet.rare_first(result.happenings, MOST_HAPPENINGS)
    if not happenings:
        st.markdown(TEXT["nothing"])
        return
    rows = [(row.time_h / 24.0, day(row.time_h / 24.0), sentence_of(row), row.kind) for row in happenings]
    happening_list.show(rows, TEXT["tab_story"])
    if len(result.happenings) > MOST_HAPPENINGS:
        st.caption(TEXT["some_of"].format(title=TEXT["tab_story"], most=MOST_HAPPENINGS, n=len(result.happenings)))
