"""An author's sentences filled with what the run gave and what the learner said, by name and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from app import runs
from app.teaching.lessons.case import Case, number_at, scenario_of, truth
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.progress import Prediction
from app.teaching.lessons.records import Lesson
from app.words.model_names import in_words
from app.words.text import TEXT, amount, as_authors, day, digits, dose, flow, percent, span, strength, units
from sim import Scenario
from sim.scenario import unit_of

GAP: Final = re.compile(r"\{([^{}]*)\}")
OF_PREDICTION: Final = ("predicted", "actual")
CURVE_UNIT: Final = {"tip_dose": "mcg/day", "volume": "mL", "csf": "mcg/mL", "effect": "index"}
MOMENTS: Final = ("at_day", "start_day", "end_day", "reset_day")  # fields that hold a day, not a length of time
FITS_FRAC: Final = 0.05  # of the axis: a drawn point this close is on the curve


def gaps(text: str) -> list[str]:
    """Names that a text leaves open.

    >>> gaps("The alarm comes on {alarm}, not on {other}.")
    ['alarm', 'other']
    """
    return GAP.findall(text)


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with each {name} replaced; raises KeyError on a name without words.

    >>> fill("on {alarm}", {"alarm": "day 45"})
    'on day 45'
    """
    return GAP.sub(lambda found: words[found[1]], text)


def told(number: float | None, unit: str) -> str:
    """A number with its unit, as a sentence holds it, in the units of the reader.

    >>> told(50.0, "mcg/day"), told(45.0, "day"), told(2.4, "days"), told(25.0, "%"), told(None, "day")
    ('50 mcg/day', 'day 45', '2.4 days', '25 %', 'none')
    """
    if number is None:
        return TEXT["none"]
    if unit in SAID:
        return SAID[unit](number)
    return f"{digits(number, 3 if abs(number) < 1000.0 else 4)} {'' if unit == 'index' else in_words(unit)}".rstrip()


def _length(days: float) -> str:
    """A length of time that was counted in days."""
    return span(24.0 * days) if units().time == "h" else f"{digits(days, 3)} {TEXT['unit_days']}"


SAID: Final[dict[str, Callable[[float], str]]] = {
    "mcg": amount,
    "mcg/day": dose,
    "mcg/mL": strength,
    "mL/day": flow,
    "day": day,
    "days": _length,
    "h": lambda number: f"{digits(number, 3 if abs(number) < 1000.0 else 4)} h",
    "%": lambda number: percent(number / 100.0),
    "share": percent,
}


def _for_author(number: float | None, unit: str) -> str:
    """A number with its unit, for a sentence of an author."""
    with as_authors():
        return told(number, unit)


def varied(made: Case) -> dict[str, str]:
    """Words for the numbers that may be drawn anew: those that a question may name."""
    return {one.name: _for_author(number_at(made.scenario, one.paths[0]), path_unit(one.paths[0])) for one in made.vary}


def path_unit(path: str) -> str:
    """Unit of the field that a path leads to; a field that holds a day has the unit "day".

    >>> path_unit("faults.0.start_day"), path_unit("orders.2.lasts_day"), path_unit("faults.0.lost_frac")
    ('day', 'days', 'share')
    """
    name = path.rpartition(".")[2]
    if name in MOMENTS:
        return "day"
    return "share" if name.endswith("_frac") else unit_of(name)


def facts(measures: Mapping[str, Measure], scenario: Scenario) -> dict[str, str]:
    """Words for the facts of a run."""
    run = runs.run(scenario)
    return {name: _for_author(value(measure, run), measure.unit) for name, measure in measures.items()}


def explained(made: Case, prediction: Prediction) -> list[str]:
    """Why, in at most three sentences: what was said and drawn beside what is, and the author's words on it."""
    predict = made.predict
    number = value(predict.measure, runs.run(made.scenario))
    unit, pair = predict.measure.unit, (prediction.number, number)
    words = varied(made) | facts(made.facts, made.scenario)
    words |= {name: _for_author(one, unit) for name, one in zip(OF_PREDICTION, pair, strict=True)}
    said, actual = (told(one, unit) for one in pair)
    sentences = [_beside(made, prediction, said, actual), *(fill(one, words) for one in made.why)]
    if number is not None and not is_near(prediction.number, number, made, 0.25):
        extra = made.if_low if prediction.number < number else made.if_high
        sentences += [fill(extra, words)] if extra else []
    return sentences


def _beside(made: Case, prediction: Prediction, said: str, actual: str) -> str:
    """What was said and drawn, beside what is: one sentence."""
    sketch, course = made.predict.sketch, truth(made)
    gap = [abs(drawn - true) for drawn, true in zip(prediction.sketch, course, strict=True)]
    worst = max(range(len(gap)), key=gap.__getitem__)
    unit = CURVE_UNIT[sketch.curve]
    if gap[worst] <= FITS_FRAC * sketch.high:
        return TEXT["lesson_fits"].format(said=said, actual=actual)
    return TEXT["lesson_beside"].format(
        said=said,
        actual=actual,
        day=told(sketch.days[worst], "day"),
        drawn=told(prediction.sketch[worst], unit),
        true=told(course[worst], unit),
    )


def is_near(said: float, true: float, made: Case, frac: float) -> bool:
    """Whether a number lies within a share of the true one; near zero, of a fiftieth of what may be typed.

    A day counts from the first one that makes sense, such as that of the change that it follows.
    """
    predict = made.predict
    size = true - predict.low if predict.measure.unit == "day" else true
    least = 0.02 * (predict.high - predict.low)
    return abs(said - true) <= frac * max(abs(size), least) * (1.0 + 1e-9)


def worked_steps(lesson: Lesson) -> list[str]:
    """The worked example of a lesson, filled from its own run."""
    worked = lesson.worked
    scenario = scenario_of(worked.scenario or lesson.scenario, worked.set)
    words = facts(lesson.facts, scenario)
    for one in lesson.vary:
        words[one.name] = _for_author(number_at(scenario, one.paths[0]), path_unit(one.paths[0]))
    return [fill(one, words) for one in worked.steps]
