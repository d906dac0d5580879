"""The page Model and sources: equations, parameters, published figures, limits."""

from __future__ import annotations

import streamlit as st

from app.components import table
from app.pages import settings
from app.teaching import sources
from app.words import sources as sourced
from app.words.text import COLUMNS, GRADE_SENTENCES, GRADES, TESTS, TEXT, digits, plain
from sim import sheet


def show() -> None:
    """What the model is for, then one tab per question; only the open tab is built."""
    with st.container(key="model"):
        st.title(TEXT["page_model"])
        st.markdown(plain(TEXT["model_said"]))
        settings.authors_note()
        names = ("equations", "parameters", "figures", "sheet", "limits")
        tabs = st.tabs([TEXT[f"tab_{name}"] for name in names], key="model tabs", on_change="rerun")
        for tab, fill in zip(tabs, (_equations, _parameters, _figures, _sheet, _limits), strict=True):
            if tab.open:
                with tab:
                    fill()


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
    st.header(TEXT["differences_title"])
    table.show(TEXT["differences_title"], COLUMNS["differences"], sources.difference_rows())
    for words in sheet.read_sheet().sources.values():
        st.caption(f"{TEXT['source']}: {plain(words)}")


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
    st.header(TEXT["score_title"])
    total, most = sum(rule.score for rule in belief.rules), 4 * len(belief.rules)
    st.markdown(f"{plain(belief.score_note)} {TEXT['score_sum'].format(score=total, most=most)}")
    rows = [(rule.name, f"{rule.score} {TEXT['score_of']}", rule.why) for rule in belief.rules]
    table.show(TEXT["score_title"], COLUMNS["rules"], rows)
    st.caption(f"{TEXT['source']}: {plain(belief.score_source)}")
