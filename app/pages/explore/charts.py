"""The two charts of Explore: the two truths, and beside them the view that was chosen."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app import figures, runs, session
from app.components import chart
from app.figures import Part, Ranges
from app.figures.difference import Which
from app.figures.parts import note
from app.pages import emergency_card
from app.pages.explore import people, why
from app.pages.explore.moment import CHART_PX, Moment
from app.session.view import AGAINST, DRUG, VIEW, VIEWS, WITH_RESERVOIR
from app.words.model_names import in_words
from app.words.reader import units
from app.words.text import TEXT
from sim import Result, Scenario, catalogue, race
from sim.body import Level

CURVES = {"csf": "lumbar", "effect": "effect"}  # view -> curve in which people differ
LEVELS: Final[tuple[Level, ...]] = ("L4", "T6", "C4")  # of the chart of CSF, besides that of the tip
BAND_LEVEL = "L4"  # where CSF is looked at in many people


def show(moment: Moment) -> None:
    """Both charts; one time cursor goes through them."""
    left, right = st.columns(2, gap="small")
    with left, st.container(key="chart"):
        with st.container(key="chart-head", horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**{TEXT['tab_truths']}**", width="content")
            emergency_card.show_button(moment.scenario, moment.result)
        others = _others(moment, "truths", None)
        ranges = _holding(moment.ranges, "truths", moment, None)
        truths = figures.two_truths(moment.result, moment.ghost, ranges, moment.look, others)
        _place(truths, "truths", figures.describe_truths(moment.result), TEXT["tab_truths"], moment)
    with right, st.container(key="beside-chart"):
        with st.container(key="beside", horizontal=True, gap="small", vertical_alignment="center"):
            titles = {name: TEXT[f"tab_{name}"] for name in VIEWS}
            view = st.selectbox(
                TEXT["beside"],
                VIEWS,
                format_func=titles.__getitem__,
                key=VIEW,
                persist_state="session",
                label_visibility="collapsed",
                width=190,
            )
            drug = _drug(moment.scenario) if view in ("csf", "effect", "ledger") else moment.scenario.drug
            against = _against(moment) if view == "difference" else None
            if view == "ledger":
                st.toggle(TEXT["with_reservoir"], key=WITH_RESERVOIR, persist_state="session")
        if against is not None:
            _difference(moment, *against)
        elif view == "clocks":
            _clocks(moment)
        else:
            _view_chart(view, drug, moment)


def _others(moment: Moment, view: str, drug: str | None) -> list[tuple[str, Result]]:
    """Pinned runs, and the one with another number that was asked for, of one drug."""
    others = moment.others if drug is None else moment.others_of(drug)
    trial_run = why.what_if_run(view, moment.scenario, drug)
    if trial_run is None:
        return others
    return [*others[:2], (TEXT["why_short"], runs.of_drug(trial_run.result, drug))]


def _against(moment: Moment) -> tuple[Which, str]:
    """Which curve is compared, and with which run."""
    names = {"": TEXT["compare_without"]} | {letter: letter for letter, _ in moment.others}
    choices = [
        (curve, letter)
        for letter, pin in zip(names, (None, *moment.pins), strict=True)
        for curve in figures.CURVES
        if pin is None or _is_comparable(curve, moment.scenario, pin.scenario)
    ]
    session.view.against(choices)
    return st.selectbox(
        TEXT["difference_against"],
        choices,
        format_func=lambda choice: TEXT["difference_choice"].format(
            curve=TEXT[f"difference_{choice[0]}"], other=names[choice[1]]
        ),
        key=AGAINST,
        persist_state="session",
        label_visibility="collapsed",
        width=225,
    )


def _is_comparable(curve: Which, scenario: Scenario, other: Scenario) -> bool:
    """Whether one run's curve minus the other's says anything: a volume always, anything of a drug of the same one."""
    return curve == "volume" or scenario.drug == other.drug


def _difference(moment: Moment, curve: Which, letter: str) -> None:
    other = dict(moment.others).get(letter, moment.ghost)
    name = letter or TEXT["compare_without"]
    figure = figures.difference(moment.result, other, curve, moment.look, name)
    if figure is None:
        st.markdown(TEXT["effect_not_modelled"])
        return
    words = figures.describe_difference(moment.result, other, curve, name)
    _place(figure, "difference", words, TEXT["tab_difference"], moment)


def _clocks(moment: Moment) -> None:
    clocks = race(moment.scenario, moment.result)
    duration_day = moment.scenario.duration_day
    words = figures.describe_race(clocks, duration_day)
    _place(figures.race(clocks, duration_day, moment.look), "clocks", words, TEXT["tab_clocks"], moment)


def _place(figure: Part, key: str, words: str, title: str, moment: Moment) -> None:
    chart.show(figure, key, CHART_PX, words, title=f"{moment.scenario.title}: {title}")


def _drug(scenario: Scenario) -> str:
    """Name of the drug whose numbers are shown; asked for where there is a choice."""
    names = [scenario.drug, *scenario.with_drugs]
    if len(names) == 1:
        return scenario.drug
    titles = catalogue().drugs
    session.view.drug(names)
    return st.selectbox(
        TEXT["which_drug"],
        names,
        format_func=lambda name: in_words(titles[name].title),
        key=DRUG,
        persist_state="session",
        label_visibility="collapsed",
        width=190,
    )


def _ranges(moment: Moment, name: str) -> Ranges:
    """Axes of one drug of the mixture; the first one has those of the page."""
    if name == moment.scenario.drug:
        return moment.ranges
    return runs.widen(session.axes.axes(name), tuple(pin.scenario for pin in moment.pins), name)


def _holding(ranges: Ranges, view: str, moment: Moment, drug: str | None) -> Ranges:
    """Axes that hold the run with another number too, where one was asked for."""
    other = why.what_if_run(view, moment.scenario, drug)
    if other is None:
        return ranges
    return runs.hold(ranges, other.scenario, other.result, runs.of_drug(other.result, drug))


def _view_chart(view: str, name: str, moment: Moment) -> None:
    scenario, look, ranges = moment.scenario, moment.look, _ranges(moment, name)
    result, ghost = runs.of_drug(moment.result, name), runs.of_drug(moment.ghost, name)
    of_drug = name if view in ("csf", "effect") else None
    others, ranges = _others(moment, view, of_drug), _holding(ranges, view, moment, of_drug)
    drug, title = catalogue().drugs[name], TEXT[f"tab_{view}"]
    if view == "reservoir":
        pump = catalogue().pumps[scenario.pump]
        words = figures.describe_reservoir(result)
        _place(figures.reservoir(result, ghost, pump, ranges, look, others), view, words, title, moment)
    elif view == "csf":
        tip = scenario.tip_level
        levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in LEVELS if level != tip}
        words = figures.describe_csf(result, levels)
        figure = _without(moment, name, figures.csf(result, ghost, levels, ranges, look, others))
        _place(_with_people(figure, view, moment), view, words, title, moment)
    elif view == "ledger":
        words = figures.describe_ledger(result)
        has_reservoir = session.view.has_reservoir()
        figure = figures.ledger_over_time(result, ranges, look, has_reservoir=has_reservoir)
        _place(figure, view, words, title, moment)
    elif drug.effect is None or result.effect_index is None:
        st.markdown(TEXT["effect_not_modelled"])
    else:
        words = figures.describe_effect(result, drug)
        indices = _without(moment, name, figures.effect(result, ghost, drug, look, others))
        _place(_with_people(indices, view, moment), view, words, title, moment)


def _without(moment: Moment, drug: str, figure: Part) -> Part:
    """The figure of a drug; it names the pinned runs that have no such drug, and so no curve there."""
    letters = moment.letters_without(drug)
    if not letters:
        return figure
    words = TEXT["compare_other_drug"].format(letters=", ".join(letters))
    place = {"xref": "paper", "yref": "paper", "x": 1.0, "xanchor": "right", "y": 0.0, "yanchor": "bottom"}
    layout = figure["layout"]
    names = [*layout["annotations"], note(words, moment.look, bgcolor=moment.look.ground, **place)]
    return figure | {"layout": layout | {"annotations": names}}


def _effect_title(moment: Moment) -> str:
    curve = catalogue().drugs[moment.scenario.drug].effect
    return in_words(curve.title) if curve else TEXT["tab_effect"]


def _with_people(figure: Part, view: str, moment: Moment) -> Part:
    """The figure with the band of many people behind it, where it was switched on."""
    band = people.band_to_show(moment.scenario, CURVES[view])
    if band is None:
        return figure
    factor, name = (units().amount_factor, BAND_LEVEL) if view == "csf" else (1.0, _effect_title(moment))
    return figures.with_band(figure, band.day, band.band, name, moment.look, factor)


def show_why(moment: Moment) -> None:
    """What explains the two charts, one after the other."""
    view = session.view.view()
    drug = session.view.drug((moment.scenario.drug, *moment.scenario.with_drugs))
    for name, of_drug in (("truths", None), *(() if view == "difference" else ((view, drug),))):
        st.subheader(TEXT[f"tab_{name}"])
        why.show(name, moment.scenario, moment.result, of_drug)


def show_people(moment: Moment) -> None:
    """The switch of the band behind the view that was chosen."""
    people.show(moment.scenario, CURVES.get(session.view.view(), "dose"))
