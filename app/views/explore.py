"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app import chart, fields, figures, happenings, inputs, memo, packet, settings, stage
from app.figures import Look, Part
from app.memo import Ranges
from app.naming import happened, named
from app.pins import Pin
from app.views import compare, people, why
from app.wording import ABOUT, TEXT, day, plain, span, units
from sim import Result, Scenario, catalogue, race

STAGE_PX, CHART_PX = 300, 232
MOST_HAPPENINGS = 200
LONGEST_NAME = 16  # of a pinned run, in a legend
WITH_RESERVOIR = "with reservoir"
VIEW = "view"  # what stands beside the two truths
BESIDE = ("reservoir", "csf", "effect", "ledger", "clocks", "difference")
TABS = ("story", "compare", "why", "people", "more")
CURVES = {"csf": "lumbar", "effect": "effect"}  # view -> curve in which people differ
BANDED = "L4"  # where CSF is looked at in many people


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
        """Runs that are kept beside it, by letter, and by title where that is another one."""
        return [(self._called(one), one.result) for one in self.pins]

    def _called(self, one: Pin) -> str:
        title = one.title.partition(",")[0]
        return one.letter if one.title == self.scenario.title else f"{one.letter}: {title[:LONGEST_NAME]}"


def show(shown: Shown) -> None:
    """Controls and key numbers beside drawing and charts; the rest in tabs below."""
    left, right = st.columns([27, 73], gap="medium")
    with left:
        with st.container(key="controls"):
            fields.controls(shown.scenario)
        if not is_hidden(shown.scenario):
            with st.container(key="tiles"):
                _tiles(shown)
            with st.container(key="aim"):
                about(shown.scenario, is_told=False)
    with right, st.container(key="picture"):
        if is_hidden(shown.scenario):
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


def is_hidden(scenario: Scenario) -> bool:
    """Whether what comes out of a scenario is hidden until it is asked for."""
    return st.session_state[settings.HIDE] and st.session_state.get(settings.REVEALED) != scenario


def _reveal() -> None:
    st.session_state[settings.REVEALED] = inputs.now()


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


def _charts(shown: Shown) -> None:
    """The two truths, and beside them the view that was chosen."""
    left, right = st.columns(2, gap="small")
    with left, st.container(key="chart"):
        with st.container(key="chart-head"):
            st.markdown(f"**{TEXT['tab_truths']}**")
        others = _others(shown, "truths", None)
        truths = figures.two_truths(shown.result, shown.ghost, shown.ranges, shown.look, others)
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
            drug = _drug(shown.scenario) if view in ("csf", "effect", "ledger") else shown.scenario.drug
            against = _against(shown) if view == "difference" else None
            if view == "ledger":
                st.toggle(TEXT["with_reservoir"], key=WITH_RESERVOIR)
        if against is not None:
            _difference(shown, *against)
        elif view == "clocks":
            _clocks(shown)
        else:
            _beside(view, drug, shown)


def _others(shown: Shown, view: str, drug: str | None) -> list[tuple[str, Result]]:
    """Pinned runs, and the one with another number that was asked for, of one drug."""
    runs = [(letter, memo.of_drug(run, drug)) for letter, run in shown.others]
    tried = why.tried(view, shown.scenario, drug)
    if tried is None:
        return runs
    return [*runs[:2], (TEXT["why_short"], memo.of_drug(tried.result, drug))]


def _against(shown: Shown) -> tuple[str, str]:
    """Which curve is compared, and with which run."""
    names = {"": TEXT["compare_without"]} | {letter: letter for letter, _ in shown.others}
    choices = [(curve, letter) for letter in names for curve in figures.CURVES]
    if st.session_state.get("against") not in choices:
        st.session_state["against"] = choices[0]
    return st.selectbox(
        TEXT["difference_against"],
        choices,
        format_func=lambda choice: TEXT["difference_choice"].format(
            curve=TEXT[f"difference_{choice[0]}"], other=names[choice[1]]
        ),
        key="against",
        label_visibility="collapsed",
        width=225,
    )


def _difference(shown: Shown, curve: str, letter: str) -> None:
    other = dict(shown.others).get(letter, shown.ghost)
    name = letter or TEXT["compare_without"]
    figure = figures.difference(shown.result, other, curve, shown.look, name)
    if figure is None:
        st.markdown(TEXT["effect_not_modelled"])
        return
    words = figures.describe_difference(shown.result, other, curve, name)
    _place(figure, "difference", words, TEXT["tab_difference"], shown)


def _clocks(shown: Shown) -> None:
    clocks = race(shown.scenario, shown.result)
    duration_day = shown.scenario.duration_day
    words = figures.describe_race(clocks, duration_day)
    _place(figures.race(clocks, duration_day, shown.look), "clocks", words, TEXT["tab_clocks"], shown)


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
        format_func=lambda name: named(titles[name].title),
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
    others = _others(shown, view, name)
    drug, title = catalogue().drugs[name], TEXT[f"tab_{view}"]
    if view == "reservoir":
        pump = catalogue().pumps[scenario.pump]
        words = figures.describe_reservoir(result)
        _place(figures.reservoir(result, ghost, pump, ranges, look, others), view, words, title, shown)
    elif view == "csf":
        tip = scenario.tip_level
        levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in ("L4", "T6", "C4") if level != tip}
        words = figures.describe_csf(result, levels)
        figure = figures.csf(result, ghost, levels, ranges, look, others)
        _place(_with_people(figure, view, shown), view, words, title, shown)
    elif view == "ledger":
        words = figures.describe_ledger(result)
        has_reservoir = st.session_state[WITH_RESERVOIR]
        figure = figures.ledger_over_time(result, ranges, look, has_reservoir=has_reservoir)
        _place(figure, view, words, title, shown)
    elif drug.effect is None or result.effect_index is None:
        st.markdown(TEXT["effect_not_modelled"])
    else:
        titles = {"effect": named(drug.effect.title), "withdrawal": TEXT["withdrawal"]}
        if drug.breathing is not None:
            titles["breathing"] = named(drug.breathing.title)
        words = figures.describe_effect(result, named(drug.effect.title))
        indices = figures.effect(result, ghost, titles, drug.effect.low_index, look, others)
        _place(_with_people(indices, view, shown), view, words, title, shown)


def _effect_title(shown: Shown) -> str:
    curve = catalogue().drugs[shown.scenario.drug].effect
    return named(curve.title) if curve else TEXT["tab_effect"]


def _with_people(figure: Part, view: str, shown: Shown) -> Part:
    """The figure with the band of many people behind it, where it was switched on."""
    band = people.chosen(shown.scenario, CURVES[view])
    if band is None:
        return figure
    factor, name = (units().amount_factor, BANDED) if view == "csf" else (1.0, _effect_title(shown))
    return figures.with_band(figure, band.day, band.band, name, shown.look, factor)


def _tabs(shown: Shown) -> None:
    """One tab is open at a time, and only that one is built."""
    tabs = st.tabs([TEXT[f"tab_{name}"] for name in TABS], key="tabs", on_change="rerun")
    builders = (
        lambda: _story(shown.result),
        lambda: compare.show(shown.scenario, shown.result, shown.ghost),
        lambda: _why(shown),
        lambda: people.show(shown.scenario, CURVES.get(st.session_state[VIEW], "dose")),
        lambda: fields.more(shown.scenario),
    )
    for tab, build in zip(tabs, builders, strict=True):
        if tab.open:
            with tab:
                build()


def _why(shown: Shown) -> None:
    """What explains the two charts, one after the other."""
    view = st.session_state[VIEW]
    drug = st.session_state.get("drug shown", shown.scenario.drug)
    for one, of in (("truths", None), *(() if view == "difference" else ((view, drug),))):
        st.subheader(TEXT[f"tab_{one}"])
        why.show(one, shown.scenario, shown.result, of)


def _story(result: Result) -> None:
    told = result.happenings[:MOST_HAPPENINGS]
    if not told:
        st.markdown(TEXT["nothing"])
        return
    happenings.show([(one.time_h / 24.0, day(one.time_h / 24.0), happened(one)) for one in told], TEXT["tab_story"])
    if len(result.happenings) > MOST_HAPPENINGS:
        st.caption(TEXT["first_of"].format(title=TEXT["tab_story"], most=MOST_HAPPENINGS, n=len(result.happenings)))
