"""Every drug: the accustomed dose, twice, four and ten times as much, and none; each step is seen and felt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest

from app.figures.lanes import lanes
from app.words import reader
from app.words.patient import patient_word
from app.words.text import TEXT
from sim import Result, catalogue, simulate
from tests.sim.test_harm import HARMFUL, by_pump

SHELF: Final = catalogue().drugs
CHANGE_DAY: Final = 3.0
STEPS: Final = {"accustomed": 1.0, "double": 2.0, "four times": 4.0, "tenfold": 10.0, "stop": 0.0}
# the worst word of too much, and whether it is an emergency
TOO_MUCH: Final = {"accustomed": (0, False), "double": (1, False), "four times": (2, True), "tenfold": (3, True)}
SUCCESS: Final = {
    "en": ("good", "well", "success", "better", "relief", "as intended", "enough", "fine", "in its band"),
    "de": ("gut", "erfolg", "besser", "linderung", "wie beabsichtigt", "genug", "im band", "in ordnung"),
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Each test begins and ends in English."""
    reader.speak()
    yield
    reader.speak()


def run(name: str, step: str) -> Result:
    """Three days of the accustomed dose by pump, then a week of the step."""
    return simulate(by_pump(name, (0.0, 1.0), (CHANGE_DAY, STEPS[step]), days=10.0))


def lanes_of(name: str, result: Result) -> dict[str, list[Any]]:
    return dict(lanes(result, result.happenings, SHELF[name]))


def worst_word(name: str, side: str, spans: list[Any]) -> int:
    """Worst of a drug's words that stands on a lane; 0 for none."""
    words = [TEXT["stage_patient"].format(word=patient_word(SHELF[name], side, grade)) for grade in (1, 2, 3)]
    texts = {sentence for _, _, sentence in spans}
    return max([grade for grade, word in enumerate(words, start=1) if word in texts], default=0)


def test_only_a_tracer_does_nothing_to_anybody():
    assert set(SHELF) - set(HARMFUL) == {"tracer"}


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("step", TOO_MUCH)
def test_every_step_up_is_worse_in_the_index_on_the_lanes_and_in_a_persons_words(name, step):
    grade, is_emergency = TOO_MUCH[step]
    result = run(name, step)
    rows = lanes_of(name, result)
    before = simulate(by_pump(name, (0.0, 1.0), days=10.0), time_h=[240.0])
    rise = float(result.excess_index[-1] - before.excess_index[-1])
    assert rise > 0.1 if grade else abs(rise) < 1e-3
    assert ("too_much" in rows) == (grade > 0)
    assert worst_word(name, "too_much", rows.get("too_much", [])) == grade
    assert "too_little" not in rows
    assert ("emergency" in rows) == is_emergency
    assert [spell.side for spell in result.emergencies] == (["too_much"] if is_emergency else [])
    for from_day, _, _ in [*rows.get("too_much", []), *rows.get("emergency", [])]:
        assert CHANGE_DAY < from_day < CHANGE_DAY + 1.0


@pytest.mark.parametrize("name", HARMFUL)
def test_each_higher_dose_is_more_harm_than_the_one_before(name):
    peaks = [run(name, step).excess_course[1].max() for step in TOO_MUCH]
    assert all(high > low + 0.1 for low, high in pairwise(peaks))


@pytest.mark.parametrize("name", HARMFUL)
def test_a_stop_is_felt_as_too_little_and_never_as_too_much(name):
    result, drug = run(name, "stop"), SHELF[name]
    rows = lanes_of(name, result)
    assert result.effect_index[-1] < drug.effect.low_index
    assert TEXT["stage_effect_below"] in {sentence for _, _, sentence in rows["too_little"]}
    assert "too_much" not in rows
    if drug.is_adapting:
        assert worst_word(name, "too_little", rows["too_little"]) >= 2
        assert [spell.side for spell in result.emergencies] == ["too_little"]
        assert len(rows["emergency"]) == 1
    else:
        # a drug that may be stopped at once: its effect is gone, and nobody suffers from the stop itself
        assert result.withdrawal_course is None
        assert "emergency" not in rows


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", HARMFUL)
def test_no_step_is_called_a_success(name, language):
    reader.speak(language)
    for step in STEPS:
        rows = lanes_of(name, run(name, step))
        for lane in ("too_much", "too_little", "emergency"):
            for _, _, sentence, *_ in rows.get(lane, []):
                assert not [word for word in SUCCESS[language] if word in sentence.lower().split()], sentence
                assert not [phrase for phrase in SUCCESS[language] if " " in phrase and phrase in sentence.lower()]


@pytest.mark.parametrize("language", ["en", "de"])
def test_too_much_and_too_little_share_no_word(language):
    reader.speak(language)
    words = {
        side: {patient_word(drug, side, grade) for drug in SHELF.values() if drug.excess and
               (side == "too_much" or drug.is_adapting) for grade in (1, 2, 3)}
        for side in ("too_much", "too_little")
    }  # fmt: skip
    assert not words["too_much"] & words["too_little"]
    assert TEXT["stage_effect_above"] != TEXT["stage_effect_below"]
