"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from __future__ import annotations

import streamlit as st

from app import chart, figures, inputs, memo, packet, stage
from app.figures import Look, Part
from app.memo import Ranges
from app.wording import ABOUT, TEXT, amount, day, percent, plain, span
from sim import Result, Scenario, catalogue, metrics

STAGE_PX, CHART_PX, TAB_PX = 250, 245, 300
MOST_HAPPENINGS = 200


def show(scenario: Scenario, result: Result, ghost: Result, ranges: Ranges, ink: str) -> None:
    """Controls beside tiles, drawing and chart; the rest in tabs below."""
    left, right = st.columns([27, 73], gap="medium")
    with left:
        with st.container(key="controls"):
            inputs.controls(scenario)
        with st.container(key="aim"):
            about(scenario)
    with right, st.container(key="picture"):
        with st.container(key="tiles"):
            _tiles(scenario, result, ghost)
        with st.container(key="stage"):
            moments = packet.build(scenario, result, ranges.line_mcg_ml, ranges.canal_mcg_ml, inputs.focus_day())
            stage.show(moments, "drawing", STAGE_PX)
        with st.container(key="chart"):
            truths = figures.two_truths(result, ghost, ranges, Look(scenario.title, CHART_PX, ink))
            _place(truths, "truths", figures.describe_truths(result), TEXT["tab_truths"])
    _tabs(scenario, result, ghost, ranges, Look(scenario.title, TAB_PX, ink))


def about(scenario: Scenario) -> None:
    """The author's words on a scenario, as far as there are any."""
    for name, title in ABOUT.items():
        words = getattr(scenario, name, "")
        if words:
            st.markdown(f"**{title}.** {plain(words)}")


def _place(figure: Part, key: str, words: str, title: str, *, has_cursor: bool = True) -> None:
    chart.show(figure, key, int(figure["layout"]["height"]), words, title=title, has_cursor=has_cursor)


def _tiles(scenario: Scenario, result: Result, ghost: Result) -> None:
    curve = catalogue().drugs[scenario.drug].effect
    low_index = 0.0 if curve is None else curve.low_index
    columns = st.columns(4, gap="small")
    for column, (label, read) in zip(
        columns,
        [
            (TEXT["tile_alarm"], lambda run: day(metrics.alarm_day(run))),
            (TEXT["tile_ratio"], lambda run: percent(metrics.delivered_ratio(run))),
            (TEXT["tile_lost"], lambda run: amount(metrics.lost_mcg(run))),
            (TEXT["tile_without"], lambda run: _without(metrics.hours_below(run, low_index))),
        ],
        strict=True,
    ):
        column.metric(label, read(result), f"without faults: {read(ghost)}", delta_color="off", delta_arrow="off")


def _without(hours: float | None) -> str:
    return TEXT["not_modelled"] if hours is None else span(hours)


def _tabs(scenario: Scenario, result: Result, ghost: Result, ranges: Ranges, look: Look) -> None:
    """One tab is open at a time, and only that one is built."""
    names = [TEXT[f"tab_{name}"] for name in ("reservoir", "effect", "ledger", "story", "more")]
    reservoir, effect, ledger, story, more = st.tabs(names, key="tabs", on_change="rerun")
    if reservoir.open:
        with reservoir:
            pump = catalogue().pumps[scenario.pump]
            words = figures.describe_reservoir(result)
            _place(figures.reservoir(result, ghost, pump, ranges, look), "reservoir", words, TEXT["tab_reservoir"])
            st.caption(words)
    if effect.open:
        with effect:
            _effects(scenario, result, ghost, ranges, look)
    if ledger.open:
        with ledger:
            _ledger(scenario, result, ranges, look)
    if story.open:
        with story:
            _story(result)
    if more.open:
        with more:
            inputs.more(scenario)


def _drug(scenario: Scenario, key: str) -> str:
    """Name of the drug whose numbers a tab shows; asked for where there is a choice."""
    names = [scenario.drug, *scenario.with_drugs]
    if len(names) == 1:
        return scenario.drug
    titles = catalogue().drugs
    if st.session_state.get(key) not in names:
        st.session_state[key] = scenario.drug
    return st.selectbox(TEXT["which_drug"], names, format_func=lambda name: titles[name].title, key=key, width=260)


def _ranges(scenario: Scenario, name: str, ranges: Ranges) -> Ranges:
    """Axes of one drug of the mixture; the first one has those of the page."""
    if name == scenario.drug:
        return ranges
    base = inputs.base()
    return memo.ranges(base if name in base.with_drugs else scenario, name)


def _effects(scenario: Scenario, result: Result, ghost: Result, ranges: Ranges, look: Look) -> None:
    name = _drug(scenario, "effect drug")
    drug, ranges = catalogue().drugs[name], _ranges(scenario, name, ranges)
    result, ghost = memo.of_drug(result, name), memo.of_drug(ghost, name)
    tip = scenario.tip_level
    levels = {tip: f"{tip} (tip)"} | {level: level for level in ("L4", "T6", "C4") if level != tip}
    left, right = st.columns(2, gap="medium")
    with left:
        words = figures.describe_csf(result, levels)
        _place(figures.csf(result, ghost, levels, ranges, look), "csf", words, TEXT["tab_csf"])
    if drug.effect is None or result.effect_index is None:
        right.markdown(TEXT["effect_not_modelled"])
        return
    titles = {"effect": drug.effect.title, "withdrawal": TEXT["withdrawal"]}
    if drug.breathing is not None:
        titles["breathing"] = drug.breathing.title
    with right:
        indices = figures.effect(result, ghost, titles, drug.effect.low_index, look)
        _place(indices, "effect", figures.describe_effect(result, drug.effect.title), TEXT["tab_effect"])
    st.caption(TEXT["illustrative"])


def _ledger(scenario: Scenario, result: Result, ranges: Ranges, look: Look) -> None:
    name = _drug(scenario, "ledger drug")
    result, ranges = memo.of_drug(result, name), _ranges(scenario, name, ranges)
    words = figures.describe_ledger(result)
    _place(figures.ledger(result, ranges, look.of_height(240)), "ledger", words, TEXT["tab_ledger"], has_cursor=False)
    st.caption(words)


def _story(result: Result) -> None:
    lines = [f"- **{day(one.time_h / 24.0)}**: {plain(one.text)}" for one in result.happenings[:MOST_HAPPENINGS]]
    st.markdown("\n".join(lines) or TEXT["nothing"])
    if len(result.happenings) > MOST_HAPPENINGS:
        st.caption(f"The first {MOST_HAPPENINGS} of {len(result.happenings)} happenings.")
