"""Numbers and words for learners: a leading zero, never a trailing one, and text shown as it was written."""

from __future__ import annotations

import html
import re
import string
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.words import text
from app.words.text import CHOICES, PLACES, TEXT, amount, day, percent, plain, span
from sim import TEACHING_ONLY, catalogue, simulate
from sim.scenario import Control
from sim.scenario.scenario import Scenario

EVERYDAY = st.floats(0.001, 1e5).filter(lambda value: not 999.4 < value % 1000.0 < 999.6)
NUMBER = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?")


def number_in(text: str) -> float:
    """The one number of a text; it is written as people write numbers."""
    (found,) = re.findall(r"[\d.,e+-]*\d[\d.,e+-]*", text)
    assert NUMBER.fullmatch(found), text
    assert not re.search(r"\.\d*0$", found), f"trailing zero: {text}"
    return float(found.replace(",", ""))


# ------------------------------------------------------------------ amounts


@pytest.mark.parametrize(
    ("mcg", "text"),
    [
        (0.0, "0 mcg"),
        (0.05, "0.05 mcg"),
        (0.5, "0.5 mcg"),
        (1.0, "1 mcg"),
        (12.34, "12.3 mcg"),
        (100.0, "100 mcg"),
        (250.0, "250 mcg"),
        (999.0, "999 mcg"),
        (1000.0, "1 mg"),
        (1500.0, "1.5 mg"),
        (2500.0, "2.5 mg"),
        (12345.0, "12.35 mg"),
        (400000.0, "400 mg"),
        (4e6, "4,000 mg"),
        (1e-9, "under 0.001 mcg"),
    ],
)
def test_an_amount_is_told_in_mcg_up_to_1000_and_in_mg_from_there(mcg, text):
    assert amount(mcg) == text


@given(st.floats(0.001, 999.0) | st.floats(1000.0, 9e6))
def test_an_amount_keeps_three_digits_a_leading_zero_and_no_trailing_one(mcg):
    text = amount(mcg)
    factor = 1000.0 if text.endswith(" mg") else 1.0
    assert text.endswith((" mcg", " mg"))
    assert factor * number_in(text) == pytest.approx(mcg, rel=5.1e-3)
    assert not text.startswith(".")


@pytest.mark.parametrize("mcg", [999.6, 999.99, 1e7, 2.5e7, 1e8])
def test_no_amount_is_told_in_powers_of_ten(mcg):
    text = amount(mcg)
    assert "e+" not in text
    assert (1000.0 if text.endswith(" mg") else 1.0) * number_in(text) == pytest.approx(mcg, rel=5.1e-3)


# ------------------------------------------------------------------ shares, days, spans


@pytest.mark.parametrize(
    ("frac", "text"),
    [(0.0, "0 %"), (0.005, "0.5 %"), (0.5, "50 %"), (0.666, "66.6 %"), (1.0, "100 %"), (4.0, "400 %"), (None, "none")],
)
def test_a_share_is_told_in_percent(frac, text):
    assert percent(frac) == text


@given(st.floats(0.0001, 9.99))
def test_a_share_keeps_three_digits(frac):
    assert number_in(percent(frac)) == pytest.approx(100.0 * frac, rel=5.1e-3)


@pytest.mark.parametrize("frac", [9.996, 10.0, 25.0, 100.0])
def test_ten_times_the_dose_is_told_in_plain_digits(frac):
    assert number_in(percent(frac)) == pytest.approx(100.0 * frac, rel=5.1e-3)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "day 0"), (46.5, "day 46.5"), (186.0, "day 186"), (3650.0, "day 3650"), (None, "none")]
)
def test_a_day_of_the_run_is_told_by_its_number(value, text):
    assert day(value) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.0, "0 h"), (0.5, "0.5 h"), (30.0, "30 h"), (47.0, "47 h"), (48.0, "2 days"), (336.0, "14 days")],
)
def test_a_span_is_told_in_hours_up_to_two_days(hours, text):
    assert span(hours) == text


@pytest.mark.parametrize("text", [span(24.0 * 1000), span(87600.0), span(1e-5), day(1e-5)])
def test_no_time_is_told_in_powers_of_ten(text):
    assert number_in(text) >= 0.0


# ------------------------------------------------------------------ text of authors

MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
JOINT = "\u2060"  # invisible, and keeps an address from becoming a link

RISKS = [
    "a *b* **c** _d_ __e__ ~~f~~",
    "`code` ``more``",
    "[text](https://example.org) ![x](https://example.org/x.png) <https://example.org>",
    "<script>alert(1)</script> <b>bold</b> &amp; &lt;",
    "# heading",
    "- list",
    "+ list",
    "1. list",
    "> quote",
    "$x^2$ $$y$$ \\(z\\)",
    ":red[text] :smile: :material/block:",
    "a | b",
    "back\\slash \\* end\\",
    "https://example.org and mail@example.org",
    "=1+1",
    "100 % of it, 'so' \"said\"",
    "---",
]


@pytest.mark.parametrize("text", RISKS)
def test_markdown_shows_an_authors_text_letter_by_letter(text):
    shown = MARKDOWN.render(plain(text)).replace(JOINT, "").strip()
    assert shown == f"<p>{html.escape(text, quote=False).replace(chr(34), '&quot;')}</p>"


@given(st.text(st.sampled_from(string.ascii_letters + string.punctuation + " é用"), min_size=1, max_size=60))
def test_markdown_shows_any_line_letter_by_letter(text):
    line = " ".join(text.split())
    shown = MARKDOWN.render(plain(line)).replace(JOINT, "").strip()
    inner = shown.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inner
    assert html.unescape(inner) == line


@given(st.text(st.sampled_from(string.ascii_letters + string.punctuation + "é"), max_size=60))
def test_every_sign_that_streamlit_reads_is_escaped(text):
    escaped = plain(text)
    for sign in "$:[]*_`<>#~|":
        assert escaped.count("\\" + sign) >= text.count(sign)
    assert re.sub(r"\\(.)", r"\1", escaped).replace(JOINT, "") == text


@pytest.mark.parametrize("address", ["https://example.org", "HTTP://example.org", "www.example.org", "a@example.org"])
def test_an_address_in_an_authors_text_is_broken_by_an_invisible_joint(address):
    shown = re.sub(r"\\(.)", r"\1", plain(address))
    assert JOINT in shown
    assert shown.replace(JOINT, "") == address


@pytest.mark.parametrize("text", ["one\n\n    code", "    code", "one\n\n\ttwo"])
def test_indented_lines_of_an_author_become_no_code(text):
    assert "<pre>" not in MARKDOWN.render(plain(text))


# ------------------------------------------------------------------ the table of words


def test_the_banner_is_the_teaching_sentence():
    assert text.BANNER == TEACHING_ONLY


def test_every_word_of_the_page_is_there_and_plain():
    for key, words in TEXT.items():
        if not key.startswith("say_"):  # parts of sentences begin with a space or a comma
            assert words.strip() == words, key
        assert words, key
        assert "\u00b5" not in words
        assert not re.search(r"\d\.\d*0\b|(?<!\d)\.\d", words), key


def test_every_place_of_the_ledger_has_a_name_of_its_own():
    places = simulate(catalogue().scenarios["quiet-pump"], time_h=[0.0]).ledger.places
    assert tuple(PLACES) == places
    assert len(set(PLACES.values())) == len(places)


def test_every_choice_of_a_named_field_has_its_words():
    for name, words in CHOICES.items():
        assert list(words) == list(get_args(Scenario.model_fields[name].annotation))
        assert len(set(words.values())) == len(words)


def test_no_word_of_the_page_or_its_scenarios_advises_a_dose():
    advice = re.compile(r"\b(recommend|suggest|advise|should (give|increase|reduce)|titrate to|safe dose|toxic)", re.I)
    texts = [*TEXT.values(), *PLACES.values()]
    texts += [words for one in catalogue().scenarios.values() for words in (one.title, one.objective, one.see)]
    texts += [control.label for one in catalogue().scenarios.values() for control in one.controls]
    assert all(isinstance(one, Control) for example in catalogue().scenarios.values() for one in example.controls)
    for words in texts:
        assert not advice.search(words), words
