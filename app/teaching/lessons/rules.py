"""The rules between the fields of a lesson: each broken one in a sentence that names its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Final

from app.teaching.lessons.case import Case, make_case, scenario_of, scenario_to_show
from app.teaching.lessons.measures import Measure, problems
from app.teaching.lessons.records import (
    N_LEVELS,
    Claim,
    CurveClaim,
    Lesson,
    Predict,
    Question,
    ScenarioChange,
    Sketch,
    Vary,
)
from app.teaching.lessons.telling import ANSWER, OF_PREDICTION, gaps
from sim import Scenario, ScenarioError
from sim.body import LEVELS
from sim.scenario import field_at, literal, nearest, range_of, with_values

MOST_SENTENCES: Final = 3  # of the why, the one on the learner's own curve included
LEAST_GAP_FRAC: Final = 0.175  # between two days of a sketch, as a share of all of them: 44 pixels on a phone
END: Final = re.compile(r"[.!?](?=\s|$)")


def sentences(text: str) -> int:
    """How many sentences a text holds; a point inside a number ends none.

    >>> sentences("It is 0.25 mL/day. Why?"), sentences("no end")
    (2, 1)
    """
    return max(len(END.findall(text)), 1)


def broken_rules(lesson: Lesson) -> Iterator[str]:
    """One sentence for each rule that a lesson breaks; nothing of a sound one."""
    for i, step in enumerate(lesson.levels):
        where = f"levels[{i}]"
        if i + 1 == N_LEVELS and step.hint:
            yield f"{where}.hint: the third level gives no hints"
        if i + 1 == N_LEVELS and not step.reflect:
            yield f"{where}.reflect is missing; the third level asks to reflect"
        if i + 1 < N_LEVELS and step.reflect:
            yield f"{where}.reflect: only the third level asks to reflect"
        try:
            case = make_case(lesson, i + 1)
        except ScenarioError as error:
            yield from (f"{where}: {problem}" for problem in error.problems)
            continue
        yield from _of_level(case, where)
    yield from _example(lesson)
    for i, question in enumerate(lesson.questions):
        yield from _question(lesson, question, f"questions[{i}]")
    if sentences(lesson.takeaway) > 1:
        yield "takeaway is more than one sentence"
    yield from _table(lesson)


def _of_level(case: Case, where: str) -> Iterator[str]:
    yield from _predict(case, f"{where}: predict")
    yield from _measure(case.look.measure, case.scenario, f"{where}: look.measure")
    yield from _ranges(case.look.claims, f"{where}: look.claims")
    for i, vary in enumerate(case.vary):
        yield from _vary(vary, case.scenario, f"{where}: vary[{i}]")
    for name, measure in case.facts.items():
        yield from _measure(measure, case.scenario, f"{where}: facts.{name}")
    yield from _show(case.next_step, case.scenario, f"{where}: next_step")
    numbers = [vary.name for vary in case.vary]
    for name, text in (("ask", case.ask), ("hint", case.hint)):
        yield from _gaps(text, numbers, f"{where}.{name}")
    names = [*numbers, *case.facts, *OF_PREDICTION]
    after = {**{f"why[{i}]": text for i, text in enumerate(case.why)}, "if_low": case.if_low, "if_high": case.if_high}
    for name, text in after.items():
        yield from _gaps(text, names, f"{where}: {name}")
    most = max(sentences(text) if text else 0 for text in (case.if_low, case.if_high))
    count = 1 + sum(map(sentences, case.why)) + most
    if count > MOST_SENTENCES:
        yield f"{where}: why takes {count} sentences with the one on the learner's curve; at most {MOST_SENTENCES}"
    if sentences(case.next_step.say) > 1:
        yield f"{where}: next_step.say is more than one sentence"


def _predict(case: Case, where: str) -> Iterator[str]:
    predict: Predict = case.predict
    yield from _measure(predict.measure, case.scenario, f"{where}.measure")
    if predict.low >= predict.high:
        yield f"{where}.low = {predict.low:g} is not below high = {predict.high:g}"
    if (predict.reference is None) == (predict.against is None):
        yield f"{where} needs either reference or against, to compare the direction with"
    if predict.reference is not None:
        yield from _measure(predict.reference, case.scenario, f"{where}.reference")
    if predict.against is not None:
        yield from _settings(case.scenario, predict.against, f"{where}.against")
    sketch: Sketch = predict.sketch
    least = LEAST_GAP_FRAC * (sketch.days[-1] - sketch.days[0])
    for earlier, later in pairwise(sketch.days):
        if later <= earlier:
            yield f"{where}.sketch.days must rise; {later:g} follows {earlier:g}"
        elif later - earlier < least:
            yield f"{where}.sketch.days: {earlier:g} and {later:g} are too close to be told apart on a phone"
    if sketch.days[-1] > case.scenario.duration_day:
        yield f"{where}.sketch.days: day {sketch.days[-1]:g} lies after the end of the run"
    if sketch.level is not None and sketch.level not in LEVELS:
        yield f"{where}.sketch.level = {literal(sketch.level)} is no level{nearest(sketch.level, LEVELS)}"


def _measure(measure: Measure, scenario: Scenario, where: str) -> Iterator[str]:
    yield from (f"{where}: {problem}" for problem in problems(measure, scenario.duration_day))


def _ranges(claims: Collection[Claim], where: str) -> Iterator[str]:
    for i, claim in enumerate(claims):
        if claim.low is None and claim.high is None:
            yield f"{where}[{i}] needs low or high, so that it can be checked"
        if claim.low is not None and claim.high is not None and claim.low > claim.high:
            yield f"{where}[{i}].low = {claim.low:g} is above high = {claim.high:g}"


def _vary(vary: Vary, scenario: Scenario, where: str) -> Iterator[str]:
    for path in vary.paths:
        try:
            _, _, field, now = field_at(scenario, path)
        except ScenarioError as error:
            yield from (f"{where}.paths: {problem}" for problem in error.problems)
            continue
        limits = range_of(field)
        if limits is None or now is None:
            yield f"{where}.paths: {literal(path)} holds no number"
        else:
            for number in vary.values:
                if not limits[0] <= number <= limits[1]:
                    yield f"{where}.values: {number:g} is outside the legal {limits[0]:g} to {limits[1]:g} of {path}"


def _show(change: ScenarioChange, base: Scenario, where: str) -> Iterator[str]:
    try:
        new = scenario_to_show(change, base)
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    if new == base:
        yield f"{where} changes nothing"
    yield from _gaps(change.say, (), f"{where}.say")
    yield from _claim(change.claim, base, f"{where}.claim")


def _claim(claim: CurveClaim, base: Scenario, where: str) -> Iterator[str]:
    for day in (claim.from_day, claim.at_day, claim.of_day):
        if day is not None and day > base.duration_day:
            yield f"{where}: day {day:g} lies after the end of the run, day {base.duration_day:g}"
    if claim.from_day is not None and claim.from_day >= claim.at_day:
        yield f"{where}: from_day = {claim.from_day:g} is not before at_day = {claim.at_day:g}"
    if claim.level is not None and claim.curve != "csf":
        yield f"{where}: level means nothing to {claim.curve}"
    if claim.is_belief and (claim.curve not in ("tip_dose", "volume") or claim.of_day is not None):
        yield f"{where}: the pump has a belief of tip_dose and volume only, and it is compared on the same day"


def _settings(base: Scenario, values: Mapping[str, object], where: str) -> Iterator[str]:
    try:
        new = with_values(base, dict(values))
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    if new == base:
        yield f"{where} changes nothing"


def _gaps(text: str, names: Collection[str], where: str) -> Iterator[str]:
    for name in gaps(text):
        if name not in names:
            yield f"{where}: unknown name {literal(name)}{nearest(name, names)}"


def _example(lesson: Lesson) -> Iterator[str]:
    example = lesson.worked
    try:
        scenario = scenario_of(example.scenario or lesson.scenario, example.set)
    except ScenarioError as error:
        yield from (f"worked: {problem}" for problem in error.problems)
        return
    for name, measure in lesson.facts.items():
        yield from _measure(measure, scenario, f"worked: facts.{name}")
    for i, text in enumerate(example.steps):
        yield from _gaps(text, [*(vary.name for vary in lesson.vary), *lesson.facts], f"worked.steps[{i}]")


def _table(lesson: Lesson) -> Iterator[str]:
    if lesson.table is None:
        return
    for i, row in enumerate(lesson.table.rows):
        try:
            scenario = scenario_of(row.scenario or lesson.scenario, row.set)
        except ScenarioError as error:
            yield from (f"table.rows[{i}]: {problem}" for problem in error.problems)
            continue
        for j, column in enumerate(lesson.table.columns):
            yield from _measure(column.measure, scenario, f"table.rows[{i}]: columns[{j}]")


def _question(lesson: Lesson, question: Question, where: str) -> Iterator[str]:
    try:
        base = scenario_of(question.scenario or lesson.scenario, question.set)
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    n_right = sum(choice.right for choice in question.choices)
    if n_right != 1:
        yield f"{where}: {n_right} choices are marked as right; exactly one is needed"
    yield from _gaps(question.ask, (), f"{where}.ask")
    names = [*question.facts, *([ANSWER] if question.measure is not None else ())]
    yield from _gaps(question.because, names, f"{where}.because")
    if not gaps(question.because):
        yield f"{where}.because names no number of the run"
    if sentences(question.because) > 1:
        yield f"{where}.because is more than one sentence"
    for name, measure in question.facts.items():
        yield from _measure(measure, base, f"{where}: facts.{name}")
    if question.measure is not None:
        yield from _measure(question.measure, base, f"{where}.measure")
        claims = [Claim(text=choice.text, low=choice.low, high=choice.high) for choice in question.choices]
        yield from _ranges(claims, f"{where}.choices")
    for i, choice in enumerate(question.choices):
        at = f"{where}.choices[{i}]"
        if n_right == 1 and choice.right and (choice.misconception or choice.show is not None):
            yield f"{at} is right, so it has no misconception and no run to show"
        if n_right == 1 and not choice.right and (not choice.misconception or choice.show is None):
            yield f"{at} is wrong, so it needs a misconception and a run to show"
        if question.measure is None and (choice.low is not None or choice.high is not None):
            yield f"{at} has a range, but the question has no measure"
        if choice.show is not None:
            yield from _show(choice.show, base, f"{at}.show")
