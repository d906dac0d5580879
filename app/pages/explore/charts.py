"""The two charts of Explore: the two truths, and beside them the view that was chosen."""

from __future__ import annotations

import streamlit as st

from app import figures, session
from app.components import chart
from app.figures import Part
from app.pages.explore import people, why
from app.pages.explore.moment import CHART_PX, Shown
from app.runs import memo
from app.runs.memo import Ranges
from app.words.model_names import named
from app.words.text import TEXT, units
from sim import Result, Scenario, catalogue, race

VIEW = "view"  # what stands beside the two truths
VIEWS = ("reservoir", "csf", "effect", "ledger", "clocks", "difference")
WITH_RESERVOIR, DRUG, AGAINST = "with reservoir", "drug shown", "against"
CURVES = {"csf": "lumbar", "effect": "effect"}  # view -> curve in which people differ
BANDED = "L4"  # where CSF is looked at in many people


def show(shown: Shown) -> None:
    """Both charts; one time cursor goes through them."""
    left, right = st.columns(2, gap="small")
    with left, st.container(key="chart"):
        with st.container(key="chart-head"):
            st.markdown(f"**{TEXT['tab_truths']}**")
        others = _others(shown, "truths", None)
        truths = figures.two_truths(shown.result, shown.ghost, shown.ranges, shown.look, others)
        _place(truths, "truths", figures.describe_truths(shown.result), TEXT["tab_truths"], shown)
    with right, st.container(key="beside-chart"):
        with st.container(key="beside", horizontal=True, gap="small", vertical_alignment="center"):
            titles = {name: TEXT[f"tab_{name}"] for name in VIEWS}
            view = st.selectbox(
                TEXT["beside"],
                VIEWS,
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
    if st.session_state.get(AGAINST) not in choices:
        st.session_state[AGAINST] = choices[0]
    return st.selectbox(
        TEXT["difference_against"],
        choices,
        format_func=lambda choice: TEXT["difference_choice"].format(
            curve=TEXT[f"difference_{choice[0]}"], other=names[choice[1]]
        ),
        key=AGAINST,
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
    if st.session_state.get(DRUG) not in names:
        st.session_state[DRUG] = scenario.drug
    return st.selectbox(
        TEXT["which_drug"],
        names,
        format_func=lambda name: named(titles[name].title),
        key=DRUG,
        label_visibility="collapsed",
        width=190,
    )


def _ranges(shown: Shown, name: str) -> Ranges:
    """Axes of one drug of the mixture; the first one has those of the page."""
    if name == shown.scenario.drug:
        return shown.ranges
    base = session.scenario.base()
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


def show_why(shown: Shown) -> None:
    """What explains the two charts, one after the other."""
    view = st.session_state[VIEW]
    drug = st.session_state.get(DRUG)
    if drug not in (shown.scenario.drug, *shown.scenario.with_drugs):
        drug = shown.scenario.drug
    for one, of in (("truths", None), *(() if view == "difference" else ((view, drug),))):
        st.subheader(TEXT[f"tab_{one}"])
        why.show(one, shown.scenario, shown.result, of)


def show_people(shown: Shown) -> None:
    """The switch of the band behind the view that was chosen."""
    people.show(shown.scenario, CURVES.get(st.session_state[VIEW], "dose"))
