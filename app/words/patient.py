"""What a person or a nurse would say of too much and too little, by family of drug and by how bad it is."""

from __future__ import annotations

from app.words.text import TEXT, day
from sim import Emergency, Side
from sim.body import WITHDRAWAL_GRADES, Drug, grades


def steps_of(drug: Drug, side: Side) -> tuple[float, float, float]:
    """Indices from which there is a mild, a serious and a life-threatening word."""
    return grades(drug) if side == "too_much" else WITHDRAWAL_GRADES


def patient_word(drug: Drug, side: Side, grade: int) -> str:
    """The word of a grade, 1 to 3; each word belongs to one side only."""
    return str(TEXT[f"patient_{drug.family.replace('-', '_')}_{side}_{grade}"])


def patient_words(drug: Drug, side: Side) -> list[tuple[float, str]]:
    """(index from which it holds, word) of all grades, from mild to life-threatening."""
    return [(low, patient_word(drug, side, grade)) for grade, low in enumerate(steps_of(drug, side), start=1)]


def emergency_words(spell: Emergency) -> str:
    """An emergency or distress in words, with the day on which it begins."""
    return TEXT[f"harm_{spell.kind}"].format(side=TEXT[f"stage_{spell.side}"], day=about_day(spell.start_h / 24.0))


def about_day(value: float) -> str:
    """A moment to a tenth of a day, on the first day to a hundredth; for what is felt, not measured.

    >>> about_day(0.05176), about_day(54.83)
    ('day 0.05', 'day 54.8')
    """
    return day(round(value, 1 if value >= 1.0 else 2))
