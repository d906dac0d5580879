"""The cards of emergencies: one for each that the model can report, in both languages, without a dose."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from app.teaching.emergencies import PARTS, cards
from app.words.text import GRADES
from sim import catalogue

ADVICE = re.compile(
    r"\bsafe(ly|ty)?\b|therapeutic|recommend|toxic|should|empf(ehl|ohl)|sollte|sicher\b|therapeut", re.I
)
DOSE = re.compile(r"\d[\d.,]*\s*(mcg|mg|µg|mL|ml)\b")


def possible() -> set[tuple[str, str]]:
    """(family, side) of every emergency or distress that a shipped drug can have."""
    drugs = catalogue().drugs.values()
    excess = {(drug.family, "too_much") for drug in drugs if drug.excess is not None}
    return excess | {(drug.family, "too_little") for drug in drugs if drug.is_adapting}


def test_every_emergency_that_a_shipped_drug_can_have_has_its_card_and_no_other():
    assert set(cards()) == possible()


@pytest.mark.parametrize("key", sorted(possible()), ids=" ".join)
def test_a_card_has_a_grade_for_every_sentence_and_neither_dose_nor_advice(key):
    for part in PARTS:
        for sentence in cards()[key].sentences(part):
            assert sentence.grade in GRADES.values()
            for text in (sentence.en, sentence.de):
                assert not DOSE.search(text), text
                assert not ADVICE.search(text), text


def test_the_medicine_of_the_cards_holds():
    def text(family: str, side: str) -> str:
        card = cards()[family, side]
        return " ".join(sentence.en for part in PARTS for sentence in card.sentences(part))

    for family in ("baclofen", "opioid"):
        assert "After a pocket fill CSF is not drained" in text(family, "too_much")
    assert "shorter than the drug" in text("opioid", "too_much")
    assert "do not replace" in text("baclofen", "too_little")
    assert "naloxone does nothing" in text("ziconotide", "too_much")
    assert "seldom lethal" in text("opioid", "too_little")
    assert "within hours" in text("clonidine", "too_little")


@pytest.mark.parametrize("key", sorted(possible()), ids=" ".join)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_card_is_shown_under_its_heading_in_the_readers_language(key, language):
    def page(family: str, side: str, language: str) -> None:
        from app.pages.emergency_card import show_card
        from app.words.reader import speak

        speak(language)
        show_card(family, side)

    shown = AppTest.from_function(page, args=(*key, language), default_timeout=30).run()
    assert not shown.exception
    first = {"en": "What this means for a patient", "de": "Was das für einen Patienten heißt"}[language]
    assert first in shown.markdown[0].value
    bold = [block.value for block in shown.markdown if block.value.startswith("**")]
    assert len(bold) == 1 + len(PARTS)
