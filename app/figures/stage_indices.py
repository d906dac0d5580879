"""The three indices of the moving picture: what each is called, its band, and the patient's words."""

from __future__ import annotations

from typing import Any

from app.words.model_names import in_words
from app.words.patient import patient_words
from app.words.text import TEXT
from sim import Side
from sim.body import Drug


def indices(drug: Drug) -> list[list[Any]]:
    """[array, name, band or None, [[from index, the patient's word], ...]] of enough, too much and too little."""
    effect = drug.effect
    band = None if effect is None else [effect.low_index, effect.high_index]
    excess = TEXT["stage_too_much"] if drug.excess is None else in_words(drug.excess.title)
    return [
        ["effect_index", TEXT["tab_effect"] if effect is None else in_words(effect.title), band, []],
        ["excess_index", excess, None, _words(drug, "too_much", drug.excess is not None)],
        ["withdrawal_index", TEXT["withdrawal"], None, _words(drug, "too_little", drug.is_adapting)],
    ]


def _words(drug: Drug, side: Side, is_modelled: bool) -> list[list[Any]]:
    return [list(word) for word in patient_words(drug, side)] if is_modelled else []
