"""An author's sentences with {names}, filled with numbers of the run and of the learner's prediction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from app import runs
from app.teaching.lessons.case import Case, number_at, scenario_of, truth
from app.teaching.lessons.measures import Measure, value
from app.teaching.lessons.progress import Prediction
from app.teaching.lessons.records import Lesson, Question
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.reader import as_authors, units
from app.words.text import TEXT, amount, day, dose, flow, percent, span, strength
from sim import Scenario
from sim.scenario import unit_of

GAP: Final = re.compile(r"\{([^{}]*)\}")
OF_PREDICTION: Final = ("predicted", "actual")
CURVE_UNIT: Final = {
    "tip_dose": "mcg/day",
    "volume": "mL",
    "csf": "mcg/mL",
    "effect": "index",
    "excess": "index",
    "plasma": "mcg/mL",
}
ANSWER: Final = "answer"  # the name of a question's own number in its sentences
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
    return GAP.sub(lambda gap: words[gap[1]], text)


def with_unit(number: float | None, unit: str) -> str:
    """A number with its unit, as a sentence holds it, in the units of the reader.

    >>> with_unit(50.0, "mcg/day"), with_unit(45.0, "day"), with_unit(2.4, "days")
    ('50 mcg/day', 'day 45', '2.4 days')
    >>> with_unit(25.0, "%"), with_unit(None, "day")
    ('25 %', 'none')
    """
    if number is None:
        return TEXT["none"]
    if unit in WORDING:
        return WORDING[unit](number)
    return f"{digits(number, 3 if abs(number) < 1000.0 else 4)} {'' if unit == 'index' else in_words(unit)}".rstrip()


def _length(days: float) -> str:
    """A length of time that was counted in days."""
    return span(24.0 * days) if units().time == "h" else f"{digits(days, 3)} {TEXT['unit_days']}"


WORDING: Final[dict[str, Callable[[float], str]]] = {
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
        return with_unit(number, unit)


def vary_words(case: Case) -> dict[str, str]:
    """Words for the numbers that may be drawn anew: those that a question may name."""
    return {
        vary.name: _for_author(number_at(case.scenario, vary.paths[0]), path_unit(vary.paths[0])) for vary in case.vary
    }


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


def because(lesson: Lesson, question: Question) -> str:
    """The arithmetic behind the right answer of a question, with the numbers of its run."""
    scenario = scenario_of(question.scenario or lesson.scenario, question.set)
    measures = dict(question.facts)
    if question.measure is not None:
        measures[ANSWER] = question.measure
    return fill(question.because, facts(measures, scenario))


def table_cells(lesson: Lesson) -> list[list[str]]:
    """The table of a lesson in words: its head, then a row for each run; empty where it has none."""
    table = lesson.table
    if table is None:
        return []
    cells = [["", *(column.title for column in table.columns)]]
    for row in table.rows:
        run = runs.run(scenario_of(row.scenario or lesson.scenario, row.set))
        words = (_for_author(value(column.measure, run), column.measure.unit) for column in table.columns)
        cells.append([row.title, *words])
    return cells


def explain(case: Case, prediction: Prediction) -> list[str]:
    """Why, in at most three sentences: the prediction beside the run, then the author's words on it."""
    predict = case.predict
    number = value(predict.measure, runs.run(case.scenario))
    unit, pair = predict.measure.unit, (prediction.number, number)
    words = vary_words(case) | facts(case.facts, case.scenario)
    words |= {name: _for_author(number, unit) for name, number in zip(OF_PREDICTION, pair, strict=True)}
    guess, actual = (with_unit(number, unit) for number in pair)
    sentences = [_comparison(case, prediction, guess, actual), *(fill(sentence, words) for sentence in case.why)]
    if number is not None and not is_near(prediction.number, number, case, 0.25):
        extra = case.if_low if prediction.number < number else case.if_high
        sentences += [fill(extra, words)] if extra else []
    return sentences


def _comparison(case: Case, prediction: Prediction, guess: str, actual: str) -> str:
    """The learner's number and curve beside those of the run: one sentence."""
    sketch, course = case.predict.sketch, truth(case)
    gap = [abs(point - level) for point, level in zip(prediction.sketch, course, strict=True)]
    worst = max(range(len(gap)), key=gap.__getitem__)
    unit = CURVE_UNIT[sketch.curve]
    if gap[worst] <= FITS_FRAC * sketch.high:
        return TEXT["lesson_fits"].format(said=guess, actual=actual)
    return TEXT["lesson_beside"].format(
        said=guess,
        actual=actual,
        day=with_unit(sketch.days[worst], "day"),
        drawn=with_unit(prediction.sketch[worst], unit),
        true=with_unit(course[worst], unit),
    )


def is_near(guess: float, number: float, case: Case, frac: float) -> bool:
    """Whether a number lies within a share of the true one; near zero, of a fiftieth of what may be typed.

    A day counts from the first one that makes sense, such as that of the change that it follows.
    """
    predict = case.predict
    size = number - predict.low if predict.measure.unit == "day" else number
    least = 0.02 * (predict.high - predict.low)
    return abs(guess - number) <= frac * max(abs(size), least) * (1.0 + 1e-9)


def example_steps(lesson: Lesson) -> list[str]:
    """The worked example of a lesson, filled from its own run."""
    example = lesson.worked
    scenario = scenario_of(example.scenario or lesson.scenario, example.set)
    words = facts(lesson.facts, scenario)
    for vary in lesson.vary:
        words[vary.name] = _for_author(number_at(scenario, vary.paths[0]), path_unit(vary.paths[0]))
    return [fill(step, words) for step in example.steps]
