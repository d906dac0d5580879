"""Words to tap: both languages say the same terms, every form stands in a text, and a text is cut, never changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words import glossary, term_links
from app.words.reader import LANGUAGES, speak
from app.words.text import ABOUT, TEXT, read_words
from sim import ScenarioError
from tests.opening import as_read, now, opened, room, sound, terms_to_tap, words_to_tap

ROOT = Path(__file__).parents[2]
AUTHORS = [
    path
    for folder in ("sim/data/scenarios/*.toml", "app/data/lessons/*.toml", "app/data/leaflet.toml")
    for path in sorted(ROOT.glob(folder))
]
TERMS = glossary.terms()
FORMS = [
    pytest.param(name, form, id=f"{name} {form}")
    for name in LANGUAGES
    for term in TERMS.values()
    for form in term.in_language(name).forms
]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Each test begins and ends in English."""
    speak()
    yield
    speak()


def texts_in(part: object) -> Iterator[str]:
    """Every text in a table of a file."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from texts_in(inner)


def all_texts(language: str) -> str:
    """What a reader of a language may meet: the table of words, in English also the authors' texts."""
    tables: list[object] = [read_words(language)]
    if language == "en":
        tables += [tomllib.loads(path.read_text(encoding="utf-8")) for path in AUTHORS]
    return "\n".join(text for table in tables for text in texts_in(table))


TEXTS = {name: all_texts(name) for name in LANGUAGES}


@pytest.mark.parametrize(("language", "form"), FORMS)
def test_every_form_that_can_be_tapped_stands_in_a_text(language, form):
    flags = re.NOFLAG if form.isupper() else re.IGNORECASE
    assert re.search(rf"(?<!\w){re.escape(form)}(?!\w)", TEXTS[language], flags)


def test_every_term_can_be_tapped_somewhere():
    assert [key for key, term in TERMS.items() if not term.en.forms] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_form_belongs_to_two_terms_and_each_term_has_a_word_of_its_own(name):
    every = [term.in_language(name) for term in TERMS.values()]
    forms = [form.lower() for words in every for form in words.forms]
    assert len(set(forms)) == len(forms)
    assert len({words.word for words in every}) == len(every)


def test_a_meaning_is_in_its_language_and_a_sentence():
    for term in TERMS.values():
        assert term.en.meaning != term.de.meaning, term.key
        for words in (term.en, term.de):
            assert words.meaning.endswith("."), term.key
            assert words.meaning[0].isupper(), term.key


SOME = st.sampled_from(
    [*(form for param in FORMS for form in [param.values[1]]), "tips", "untip", "<b>", "*", "\n", "."]
)


@given(st.lists(st.lists(SOME, max_size=8).map(" ".join), max_size=4))
def test_pieces_are_the_text_itself_and_each_term_is_marked_at_most_one_time(texts):
    marked = glossary.mark(texts)
    assert ["".join(piece for piece, _ in parts) for parts in marked] == texts
    keys = [key for parts in marked for _, key in parts if key]
    assert len(set(keys)) == len(keys)


def test_the_longest_form_wins_and_parts_of_words_are_no_terms():
    (parts,) = glossary.mark(["A priming bolus, then a bolus; tipped."])
    assert [part for part in parts if part[1]] == [("priming bolus", "priming_bolus"), ("bolus", "bolus")]


@given(st.lists(st.lists(SOME, max_size=8).map(" ".join), max_size=4))
def test_in_markdown_a_text_reads_as_it_was_written_and_each_term_says_what_it_means(texts):
    written = term_links.each_with_terms(texts)
    assert [as_read(text) for text in written] == [re.sub(r"(?m)^[ \t]+", "", text) for text in texts]
    keys = [key for text in written for key, _ in terms_to_tap(text)]
    assert keys == [key for parts in glossary.mark(texts) for _, key in parts if key]
    for key, note in (pair for text in written for pair in terms_to_tap(text)):
        assert note.startswith(f"{TERMS[key].en.word}: {TERMS[key].en.meaning}")
        assert all(word in note for word in TERMS[key].en.clinicians)


def test_a_word_is_divided_from_its_meaning_by_the_first_colon():
    for term in TERMS.values():
        assert ": " not in term.en.word + term.de.word, term.key


def test_a_german_reader_finds_the_words_of_german_texts_and_of_authors():
    speak("de")
    assert dict(glossary.mark(["Die tatsächliche Restmenge.", "At the tip."])[0]) == {
        "Die ": "",
        "tatsächliche Restmenge": "actual_residual",
        ".": "",
    }
    assert ("tip", "tip") in glossary.mark(["At the tip."])[0]
    assert TERMS["tip"].words.word == "Katheterspitze"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(("derived: plug", "some plug"), "begin with its grade"), (('key = "tip"', 'key = "csf"'), "twice")],
)
def test_a_term_without_grade_or_with_the_key_of_another_is_refused(change, complaint):
    text = glossary.FILE.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(ScenarioError, match=complaint):
        glossary.parse_terms(text.replace(*change, 1))


# ------------------------------------------------------------------ on the page


def _trial() -> None:
    from app.figures.theme import DARK_INK
    from app.pages import trial

    trial.show(lambda scenario: None, DARK_INK)


def test_the_first_words_of_the_trial_and_the_column_under_the_tiles_can_be_tapped():
    said = sound(room(_trial).run()).markdown[0].value
    assert as_read(said) == TEXT["trial_said"]
    assert terms_to_tap(said)
    explore = opened()
    aim = next(one.value for one in explore.markdown if one.value.startswith(f"**{ABOUT['objective']}.**"))
    assert as_read(aim) == f"**{ABOUT['objective']}.** {now(explore).objective}"
    assert terms_to_tap(aim)


@pytest.mark.parametrize("tab", ["equations", "parameters", "limits"])
def test_the_prose_about_the_model_has_words_to_tap(tab):
    page = room(_model)
    page.session_state["model tabs"] = TEXT[f"tab_{tab}"]
    assert len(words_to_tap(sound(page.run()))) >= 2


def _labels() -> None:
    from app.components import terms

    terms.row(["Choose the septum, not the side port.", "Read the label."], "some")
    terms.row(["Read the label."], "none")


def test_words_in_labels_stand_in_a_row_of_their_own_and_without_any_there_is_no_row():
    (row,) = sound(room(_labels).run()).markdown
    assert as_read(row.value) == f"{TEXT['terms_here']} septum"
    assert [key for key, _ in terms_to_tap(row.value)] == ["septum"]


def _model() -> None:
    import streamlit as st

    from app.pages import model
    from app.session import view
    from app.words.text import TEXT

    st.session_state.setdefault(view.MODEL_TAB, TEXT["tab_words"])
    model.show({})


def test_the_whole_list_is_a_table_that_can_be_searched():
    page = sound(room(_model).run())
    assert TEXT["glossary_counted"].format(n=len(TERMS), all=len(TERMS)) in [one.value for one in page.caption]
    sound(page.text_input(key="glossary search").set_value("replacement indicator").run())
    assert TEXT["glossary_counted"].format(n=1, all=len(TERMS)) in [one.value for one in page.caption]
    sound(page.text_input(key="glossary search").set_value("xyzzy").run())
    assert TEXT["glossary_none_found"] in [one.value for one in page.caption]
