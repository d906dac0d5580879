"""The page Model and sources, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.components import table, terms
from app.files.work_state import MODEL_TABS, ModelTab
from app.pages import equation_cards, settings
from app.pages.model import around
from app.session import view
from app.teaching import sources
from app.words import glossary
from app.words import sources as sourced
from app.words.numbers import digits
from app.words.term_links import each_with_terms, with_terms
from app.words.text import COLUMNS, GRADE_SENTENCES, GRADES, TESTS, TEXT, plain
from sim import sheet


def show(pages: Mapping[str, Any]) -> None:
    """What the model is for, then one tab per question; only the open tab is built.

    pages: those that exist, by name, to be linked to.
    """
    with st.container(key="model"):
        st.title(TEXT["page_model"])
        st.markdown(with_terms(TEXT["model_said"]))
        settings.authors_note()
        parts: dict[ModelTab, Callable[[], None]] = {
            "equations": _equations,
            "parameters": _parameters,
            "figures": _figures,
            "sheet": _sheet,
            "limits": _limits,
            "words": _words,
            "around": lambda: around.show(pages),
        }
        tabs = st.tabs([TEXT[f"tab_{name}"] for name in MODEL_TABS], key=view.MODEL_TAB, on_change="rerun")
        for tab, name in zip(tabs, MODEL_TABS, strict=True):
            if tab.open:
                with tab:
                    parts[name]()


def _equations() -> None:
    st.markdown(with_terms(TEXT["equations_said"]))
    for place, (title, equations) in enumerate(sourced.equations().items()):
        st.header(title)
        equation_cards.show(equations, f"equations-{place}")


def _parameters() -> None:
    tables = sourced.tables()
    title = st.selectbox(TEXT["which_table"], list(tables), key="table", width=430)
    st.markdown(with_terms(TEXT["parameters_said"]))
    rows = [
        (line.label, line.value, line.unit, line.legal, line.grade, line.source, line.path) for line in tables[title]
    ]
    terms.row([label for label, *_ in rows], "parameters")
    table.show(title, COLUMNS["parameters"], rows)
    grades = "; ".join(f"**{word}**: {GRADE_SENTENCES[grade]}" for grade, word in GRADES.items())
    st.markdown(f"{TEXT['grades_said']}. {grades}.")


def _figures() -> None:
    figures = sources.figures()
    st.markdown(f"**{plain(sources.count_in_words())}** {with_terms(TEXT['figures_said'])}")
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
    st.markdown(f"**{plain(sheet.NOT_REVIEWED)}** {with_terms(TEXT['sheet_said'])}")
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
    st.markdown("\n\n".join(each_with_terms(belief.intended_use)))
    for title, claims in (("harm_title", belief.harm), ("not_modelled_title", belief.not_modelled)):
        st.header(TEXT[title])
        with st.container(gap="small"):
            for claim, text in zip(claims, each_with_terms([claim.text for claim in claims]), strict=True):
                st.markdown(text)
                st.caption(f"{TEXT['source']}: {plain(claim.source)}")
    st.header(TEXT["text_sources_title"])
    st.markdown(with_terms(TEXT["text_sources_said"]))
    table.show(TEXT["text_sources_title"], COLUMNS["text_sources"], sources.text_source_rows())
    st.header(TEXT["score_title"])
    total, most = sum(rule.score for rule in belief.rules), 4 * len(belief.rules)
    st.markdown(f"{with_terms(belief.score_note)} {TEXT['score_sum'].format(score=total, most=most)}")
    rows = [(rule.name, f"{rule.score} {TEXT['score_of']}", rule.why) for rule in belief.rules]
    table.show(TEXT["score_title"], COLUMNS["rules"], rows)
    st.caption(f"{TEXT['source']}: {plain(belief.score_source)}")
