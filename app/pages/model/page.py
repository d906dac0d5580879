"""The page Model and sources, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.components import table
from app.files.work_state import MODEL_TABS, ModelTab
from app.pages import settings
from app.pages.model import around
from app.session import view
from app.teaching import sources
from app.words import glossary
from app.words import sources as sourced
from app.words.text import COLUMNS, GRADE_SENTENCES, GRADES, TESTS, TEXT, digits, plain
from sim import Scenario, sheet


def show(
    open_scenario: Callable[[Scenario, str], None],
    pages: Mapping[str, Any] | None = None,
    open_lesson: Callable[[int], None] | None = None,
) -> None:
    """What the model is for, then one tab per question; only the open tab is built.

    open_scenario: takes a scenario up, with its packaged name or where it comes from; pages: those that exist, by
    name, to be linked to; open_lesson: opens a lesson by its number.
    """
    with st.container(key="model"):
        st.title(TEXT["page_model"])
        st.markdown(plain(TEXT["model_said"]))
        settings.authors_note()
        parts: dict[ModelTab, Callable[[], None]] = {
            "equations": _equations,
            "parameters": _parameters,
            "figures": _figures,
            "sheet": _sheet,
            "limits": _limits,
            "words": _words,
            "around": lambda: around.show(open_scenario, pages, open_lesson),
        }
        tabs = st.tabs([TEXT[f"tab_{name}"] for name in MODEL_TABS], key=view.MODEL_TAB, on_change="rerun")
        for tab, name in zip(tabs, MODEL_TABS, strict=True):
            if tab.open:
                with tab:
                    parts[name]()


def _equations() -> None:
    st.markdown(plain(TEXT["equations_said"]))
    for place, (title, equations) in enumerate(sourced.equations().items()):
        st.header(title)
        with st.container(key=f"equations-{place}"):
            for equation in equations:
                with st.container(border=True, gap="small"):
                    st.markdown(f"**{plain(equation.name)}.** {plain(equation.words)}")
                    st.code(equation.formula, language=None, wrap_lines=True)
                    st.caption(f"{TEXT['source']}: {plain(equation.source)}")


def _parameters() -> None:
    tables = sourced.tables()
    title = st.selectbox(TEXT["which_table"], list(tables), key="table", width=430)
    st.markdown(plain(TEXT["parameters_said"]))
    rows = [
        (line.label, line.value, line.unit, line.legal, line.grade, line.source, line.path) for line in tables[title]
    ]
    table.show(title, COLUMNS["parameters"], rows)
    grades = "; ".join(f"**{word}**: {GRADE_SENTENCES[grade]}" for grade, word in GRADES.items())
    st.markdown(f"{TEXT['grades_said']}. {grades}.")


def _figures() -> None:
    figures = sources.figures()
    st.markdown(f"**{plain(sources.count_in_words())}** {plain(TEXT['figures_said'])}")
    rows = [
        (
            figure.id, figure.what, figure.verdict, figure.published, figure.band, digits(figure.model, 3),
            figure.unit, figure.protocol, figure.note, figure.source,
        )
        for figure in figures
    ]  # fmt: skip
    misses = {place for place, figure in enumerate(figures) if figure.is_miss}
    table.show(TEXT["tab_figures"], COLUMNS["figures"], rows, misses)


def _sheet() -> None:
    st.markdown(f"**{plain(sheet.NOT_REVIEWED)}** {plain(TEXT['sheet_said'])}")
    table.show(TEXT["tab_sheet"], (*COLUMNS["sheet"], *TESTS.values()), sources.sheet_rows())
    st.header(TEXT["departures_title"])
    table.show(TEXT["departures_title"], COLUMNS["departures"], sources.departure_rows())
    st.header(TEXT["test_limits_title"])
    table.show(TEXT["test_limits_title"], COLUMNS["test_limits"], sources.test_limit_rows())
    for words in sheet.read_sheet().sources.values():
        st.caption(f"{TEXT['source']}: {plain(words)}")


def _words() -> None:
    st.markdown(plain(TEXT["glossary_said"]))
    asked = st.text_input(TEXT["glossary_search"], key="glossary search", width=300)
    terms = glossary.search(asked)
    counted = TEXT["glossary_counted"].format(n=len(terms), all=len(glossary.terms()))
    st.caption(counted if terms else TEXT["glossary_none_found"])
    rows = [(term.words.word, term.words.meaning, "; ".join(term.words.clinicians), term.source) for term in terms]
    if rows:
        table.show(TEXT["tab_words"], COLUMNS["glossary"], sorted(rows, key=lambda row: row[0].casefold()))


def _limits() -> None:
    belief = sources.credibility()
    st.header(TEXT["intended"])
    st.markdown("\n\n".join(map(plain, belief.intended_use)))
    for title, claims in (("harm_title", belief.harm), ("not_modelled_title", belief.not_modelled)):
        st.header(TEXT[title])
        with st.container(gap="small"):
            for claim in claims:
                st.markdown(plain(claim.text))
                st.caption(f"{TEXT['source']}: {plain(claim.source)}")
    st.header(TEXT["text_sources_title"])
    st.markdown(plain(TEXT["text_sources_said"]))
    table.show(TEXT["text_sources_title"], COLUMNS["text_sources"], sources.text_source_rows())
    st.header(TEXT["score_title"])
    total, most = sum(rule.score for rule in belief.rules), 4 * len(belief.rules)
    st.markdown(f"{plain(belief.score_note)} {TEXT['score_sum'].format(score=total, most=most)}")
    rows = [(rule.name, f"{rule.score} {TEXT['score_of']}", rule.why) for rule in belief.rules]
    table.show(TEXT["score_title"], COLUMNS["rules"], rows)
    st.caption(f"{TEXT['source']}: {plain(belief.score_source)}")
