"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app import chart, fields, figures, inputs, memo, packet, settings, stage
from app.figures import Look, Part
from app.memo import Ranges
from app.pins import Pin
from app.views import compare
from app.wording import ABOUT, TEXT, day, plain
from sim import Result, Scenario, catalogue

STAGE_PX, CHART_PX = 300, 232
MOST_HAPPENINGS = 200
VIEW = "view"  # what stands beside the two truths
BESIDE = ("reservoir", "csf", "effect", "ledger")
TABS = ("story", "compare", "more")


@dataclass(frozen=True)
class Shown:
    """All that the page shows of one moment of work."""

    scenario: Scenario
    result: Result
    ghost: Result
    ranges: Ranges
    ink: str
    pins: tuple[Pin, ...]

    @property
    def look(self) -> Look:
        """How its charts look; a zoom lives as long as the scenario."""
        return Look(self.scenario.title, CHART_PX, self.ink)

    @property
    def others(self) -> list[tuple[str, Result]]:
        """Runs that are kept beside it, by letter."""
        return [(one.letter, one.result) for one in self.pins]


def show(shown: Shown) -> None:
    """Controls and key numbers beside drawing and charts; the rest in tabs below."""
    left, right = st.columns([27, 73], gap="medium")
    with left:
        with st.container(key="controls"):
            fields.controls(shown.scenario)
        if not _is_hidden(shown.scenario):
            with st.container(key="tiles"):
                _tiles(shown)
            with st.container(key="aim"):
                about(shown.scenario)
    with right, st.container(key="picture"):
        if _is_hidden(shown.scenario):
            st.markdown(TEXT["hidden"])
            st.button(TEXT["reveal"], on_click=_reveal, type="primary")
            return
        with st.container(key="stage"):
            scenario, ranges = shown.scenario, shown.ranges
            moments = packet.build(scenario, shown.result, ranges.line_mcg_ml, ranges.canal_mcg_ml, inputs.focus_day())
            stage.show(moments, "drawing", STAGE_PX)
        with st.container(key="charts"):
            _charts(shown)
    _tabs(shown)


def _is_hidden(scenario: Scenario) -> bool:
    return st.session_state[settings.HIDE] and st.session_state.get(settings.REVEALED) != scenario


def _reveal() -> None:
    st.session_state[settings.REVEALED] = inputs.now()


def about(scenario: Scenario) -> None:
    """The author's words on a scenario, as far as there are any."""
    for name, title in ABOUT.items():
        words = getattr(scenario, name, "")
        if words:
            st.markdown(f"**{title}.** {plain(words)}")


def _tiles(shown: Shown) -> None:
    without = TEXT["compare_without"]
    for place, (words, read) in enumerate(compare.readings(shown.scenario)):
        if place % 2 == 0:
            columns = st.columns(2, gap="small")
        columns[place % 2].metric(
            words, read(shown.result), f"{without}: {read(shown.ghost)}", delta_color="off", delta_arrow="off"
        )


def _charts(shown: Shown) -> None:
    """The two truths, and beside them the view that was chosen."""
    left, right = st.columns(2, gap="small")
    with left, st.container(key="chart"):
        with st.container(key="chart-head"):
            st.markdown(f"**{TEXT['tab_truths']}**")
        truths = figures.two_truths(shown.result, shown.ghost, shown.ranges, shown.look, shown.others)
        _place(truths, "truths", figures.describe_truths(shown.result), TEXT["tab_truths"], shown)
    with right, st.container(key="beside-chart"):
        with st.container(key="beside", horizontal=True, gap="small", vertical_alignment="center"):
            titles = {name: TEXT[f"tab_{name}"] for name in BESIDE}
            view = st.selectbox(
                TEXT["beside"],
                BESIDE,
                format_func=titles.__getitem__,
                key=VIEW,
                label_visibility="collapsed",
                width=190,
            )
            name = _drug(shown.scenario) if view != "reservoir" else shown.scenario.drug
        _beside(view, name, shown)


def _place(figure: Part, key: str, words: str, title: str, shown: Shown) -> None:
    chart.show(figure, key, CHART_PX, words, title=f"{shown.scenario.title}: {title}")


def _drug(scenario: Scenario) -> str:
    """Name of the drug whose numbers are shown; asked for where there is a choice."""
    names = [scenario.drug, *scenario.with_drugs]
    if len(names) == 1:
        return scenario.drug
    titles = catalogue().drugs
    if st.session_state.get("drug shown") not in names:
        st.session_state["drug shown"] = scenario.drug
    return st.selectbox(
        TEXT["which_drug"],
        names,
        format_func=lambda name: titles[name].title,
        key="drug shown",
        label_visibility="collapsed",
        width=190,
    )


def _ranges(shown: Shown, name: str) -> Ranges:
    """Axes of one drug of the mixture; the first one has those of the page."""
    if name == shown.scenario.drug:
        return shown.ranges
    base = inputs.base()
    return memo.ranges(base if name in base.with_drugs else shown.scenario, name)


def _beside(view: str, name: str, shown: Shown) -> None:
    scenario, look, ranges = shown.scenario, shown.look, _ranges(shown, name)
    result, ghost = memo.of_drug(shown.result, name), memo.of_drug(shown.ghost, name)
    others = [(letter, memo.of_drug(run, name)) for letter, run in shown.others]
    drug, title = catalogue().drugs[name], TEXT[f"tab_{view}"]
    if view == "reservoir":
        pump = catalogue().pumps[scenario.pump]
        words = figures.describe_reservoir(result)
        _place(figures.reservoir(result, ghost, pump, ranges, look, others), view, words, title, shown)
    elif view == "csf":
        tip = scenario.tip_level
        levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in ("L4", "T6", "C4") if level != tip}
        words = figures.describe_csf(result, levels)
        _place(figures.csf(result, ghost, levels, ranges, look, others), view, words, title, shown)
    elif view == "ledger":
        words = figures.describe_ledger(result)
        _place(figures.ledger_over_time(result, ranges, look), view, words, title, shown)
    elif drug.effect is None or result.effect_index is None:
        st.markdown(TEXT["effect_not_modelled"])
    else:
        titles = {"effect": drug.effect.title, "withdrawal": TEXT["withdrawal"]}
        if drug.breathing is not None:
            titles["breathing"] = drug.breathing.title
        words = figures.describe_effect(result, drug.effect.title)
        indices = figures.effect(result, ghost, titles, drug.effect.low_index, look, others)
        _place(indices, view, words, title, shown)


def _tabs(shown: Shown) -> None:
    """One tab is open at a time, and only that one is built."""
    tabs = st.tabs([TEXT[f"tab_{name}"] for name in TABS], key="tabs", on_change="rerun")
    builders = (
        lambda: _story(shown.result),
        lambda: compare.show(shown.scenario, shown.result, shown.ghost),
        lambda: fields.more(shown.scenario),
    )
    for tab, build in zip(tabs, builders, strict=True):
        if tab.open:
            with tab:
                build()


def _story(result: Result) -> None:
    lines = [f"- **{day(one.time_h / 24.0)}**: {plain(one.text)}" for one in result.happenings[:MOST_HAPPENINGS]]
    st.markdown("\n".join(lines) or TEXT["nothing"])
    if len(result.happenings) > MOST_HAPPENINGS:
        st.caption(TEXT["first_of"].format(title=TEXT["tab_story"], most=MOST_HAPPENINGS, n=len(result.happenings)))
