"""Lessons: what a file may say, that the model bears it out, and that a prediction stays what it was."""

from __future__ import annotations

import copy
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from itertools import pairwise, product
from typing import Any, get_args

import numpy as np
import pytest

from app import runs
from app.teaching import lessons
from app.teaching.lessons import OWN_WORDS, Answer, Prediction, Progress, doubts, parse_lesson
from app.teaching.lessons import progress as way
from app.teaching.lessons.case import (
    direction,
    holds,
    is_fair,
    make_case,
    number_at,
    scenario_of,
    scenario_to_show,
    true_claims,
    truth,
)
from app.teaching.lessons.marking import mark
from app.teaching.lessons.measures import KINDS, Measure, Name, problems, value
from app.teaching.lessons.records import MODULES, Lesson, ScenarioChange
from app.teaching.lessons.rules import MOST_SENTENCES, sentences
from app.teaching.lessons.seeing import claim_problem, curve_to_show
from app.teaching.lessons.telling import because, example_steps, explain, fill, table_cells, vary_words, with_unit
from app.words.reader import speak
from sim import Scenario, ScenarioError, catalogue, simulate
from sim.scenario import with_values
from tests.building import fault, rate, refill, scenario

SHELF = lessons.lessons()
every_lesson = pytest.mark.parametrize("number", sorted(SHELF))
LEVELS = (1, 2, 3)
N_SEEDS = 9  # three of each level
FIRST = "01-quiet-pump.toml"


def file_of(name: str = FIRST) -> dict[str, Any]:
    """A packaged lesson as plain tables."""
    return tomllib.loads((resources.files("app") / "data" / "lessons" / name).read_text())


def read(data: dict[str, Any]) -> Lesson:
    return parse_lesson(json.dumps(data))


def said(data: dict[str, Any]) -> tuple[str, ...]:
    """Why a lesson is refused."""
    with pytest.raises(ScenarioError) as refused:
        read(data)
    return refused.value.problems


def exact(made: lessons.Case) -> Prediction:
    """The prediction of somebody who knows."""
    number = value(made.predict.measure, runs.run(made.scenario))
    way_it_goes = direction(made)
    assert number is not None
    assert way_it_goes is not None
    return Prediction(way_it_goes, number, truth(made), 3)


# ---------------------------------------------------------------- the eighteen files


def test_there_are_eighteen_lessons_and_every_module_has_its_own() -> None:
    assert sorted(SHELF) == list(range(1, 19))
    assert {lesson.module for lesson in SHELF.values()} == set(MODULES)


@every_lesson
def test_a_lesson_is_on_the_scenarios_that_bear_its_number(number: int) -> None:
    lesson = SHELF[number]
    named = {lesson.scenario, *(step.scenario for step in lesson.levels if step.scenario)}
    assert {catalogue().scenarios[name].lesson for name in named} == {number}


def test_every_scenario_with_a_number_is_in_its_lesson() -> None:
    used = {step.scenario or lesson.scenario for lesson in SHELF.values() for step in lesson.levels}
    assert used == {name for name, one in catalogue().scenarios.items() if one.lesson is not None}


@every_lesson
def test_the_model_bears_a_lesson_out(number: int) -> None:
    """Levels run, ledgers close, marked answers are true and the others not, every button shows something."""
    assert doubts(SHELF[number]) == []


def buttons(lesson: Lesson) -> Iterator[tuple[str, ScenarioChange, Scenario]]:
    """Every "try it" and "see it" of a lesson: its place, what it changes, and of what."""
    for level in LEVELS:
        made = make_case(lesson, level)
        yield f"level {level}", made.next_step, made.scenario
    for i, question in enumerate(lesson.questions):
        base = scenario_of(question.scenario or lesson.scenario, question.set)
        for j, choice in enumerate(question.choices):
            if choice.show is not None:
                yield f"question {i}, answer {j}", choice.show, base


@every_lesson
def test_what_the_sentence_of_a_button_claims_is_seen_in_the_curve_that_it_opens(number: int) -> None:
    """Each claim says which curve, which way and by how much; it holds in the run and is large enough to be seen."""
    found = [(where, claim_problem(change, base)) for where, change, base in buttons(SHELF[number])]
    assert [one for one in found if one[1] is not None] == []
    for _, change, base in buttons(SHELF[number]):
        assert curve_to_show(change, base).name == change.claim.curve


def test_a_claim_that_the_curve_does_not_bear_out_is_found_out() -> None:
    change, base = SHELF[1].next_step, make_case(SHELF[1], 1).scenario
    wrong = {
        "not down": {"way": "down"},
        "not up by": {"by": 9.0},
        "would be seen": {"way": "same", "by": 4.5},
        "not the same": {"way": "same", "by": 0.01},
        "is not seen": {"by": 0.001},
        "pump believes": {"curve": "csf", "by": 0.1, "is_belief": True},
    }
    for words, values in wrong.items():
        claim = change.claim.model_copy(update=values)
        problem = claim_problem(change.model_copy(update={"claim": claim}), base)
        assert problem is not None, words
        assert words in problem or words == "pump believes"


def test_right_answers_are_spread_evenly_over_their_positions() -> None:
    places = [next(i for i, one in enumerate(q.choices) if one.right) for n in SHELF.values() for q in n.questions]
    even = len(places) / 3
    assert all(abs(places.count(place) - even) <= 2 for place in range(3)), places
    # nobody gets along by taking the same place all through a lesson
    assert all(
        len({next(i for i, one in enumerate(q.choices) if one.right) for q in lesson.questions}) > 1
        for lesson in SHELF.values()
    )


@every_lesson
def test_every_wrong_answer_gets_one_line_with_numbers_of_its_run(number: int) -> None:
    lesson = SHELF[number]
    for question in lesson.questions:
        line = because(lesson, question)
        assert sentences(line) == 1
        assert "{" not in line
        assert "none" not in line
        fixed = set(re.findall(r"\d[\d.]*", question.because))
        assert set(re.findall(r"\d[\d.,]*", line)) - fixed, line  # a number that only the run can give


@every_lesson
def test_a_table_has_a_cell_for_each_run_and_number(number: int) -> None:
    table = SHELF[number].table
    cells = table_cells(SHELF[number])
    assert [len(row) for row in cells] == ([] if table is None else [1 + len(table.columns)] * (1 + len(table.rows)))


def test_four_causes_of_a_lost_effect_differ_in_residual_log_tip_or_time() -> None:
    head, *rows = table_cells(SHELF[17])
    assert len(rows) == 4
    assert len({tuple(row[1:]) for row in rows}) == 4
    # the residual alone, or the log alone, tells fewer than four apart
    assert all(len({row[column] for row in rows}) < 4 for column in (2, 4)), head


@every_lesson
def test_nearly_every_question_can_be_proved(number: int) -> None:
    questions = SHELF[number].questions
    assert 3 <= len(questions) <= 5
    assert all(question.measure is not None for question in questions)


@every_lesson
def test_why_takes_at_most_three_sentences_whatever_was_predicted(number: int) -> None:
    for level in LEVELS:
        made = make_case(SHELF[number], level)
        right = exact(made)
        for factor, drawn in product((0.2, 1.0, 4.0), (right.sketch, tuple(0.0 for _ in right.sketch))):
            why = " ".join(explain(made, replace(right, number=factor * right.number, sketch=drawn)))
            assert sentences(why) <= MOST_SENTENCES, why
            assert "{" not in why
        assert sentences(made.next_step.say) == 1


@every_lesson
def test_why_names_the_learners_own_number_and_the_worst_point_of_the_curve(number: int) -> None:
    made = make_case(SHELF[number], 1)
    right = exact(made)
    drawn = tuple(0.0 for _ in right.sketch)
    worst = int(np.argmax(right.sketch))
    why = explain(made, replace(right, number=made.predict.high, sketch=drawn))[0]
    assert with_unit(made.predict.high, made.predict.measure.unit) in why
    assert with_unit(right.number, made.predict.measure.unit) in why
    assert with_unit(made.predict.sketch.days[worst], "day") in why


@every_lesson
def test_texts_are_filled_in_and_the_question_does_not_give_the_answer_away(number: int) -> None:
    lesson = SHELF[number]
    assert all("{" not in step for step in example_steps(lesson))
    for level in LEVELS:
        made = make_case(lesson, level)
        assert "{" not in fill(made.ask, vary_words(made))
        assert "{" not in fill(made.hint, vary_words(made))
        assert (made.hint == "") or level < 3
        assert (made.reflect != "") == (level == 3)


@every_lesson
def test_new_numbers_always_make_a_fair_question_and_the_same_seed_the_same_one(number: int) -> None:
    found = []
    for seed in range(N_SEEDS):
        level = LEVELS[seed % 3]
        made = make_case(SHELF[number], level, seed)
        assert made.scenario != make_case(SHELF[number], level).scenario
        assert is_fair(made)
        assert value(made.predict.measure, runs.run(made.scenario)) is not None
        assert make_case(SHELF[number], level, seed).scenario == made.scenario
        found.append(made.scenario)
    assert len({one.model_dump_json() for one in found}) > 3


@every_lesson
def test_new_numbers_are_among_those_that_the_file_allows(number: int) -> None:
    for level in LEVELS:
        made = make_case(SHELF[number], level, 7)
        for one in made.vary:
            values = {number_at(made.scenario, path) for path in one.paths}
            assert len(values) == 1
            assert values <= set(one.values)


def test_a_draw_that_cannot_be_carried_out_is_drawn_again_and_in_the_end_refused() -> None:
    data = file_of()
    data["vary"] = [{"name": n, "paths": p, "values": [0.01, 0.02]} for n, p in (("dose", ["orders.1.dose_mcg_day"]),)]
    data["vary"] += [one for one in file_of()["vary"] if one["name"] != "dose"]
    with pytest.raises(ScenarioError, match="no new numbers"):
        make_case(read(data), 1, 0)


@pytest.mark.parametrize("word", ["recommended dose", "toxic", "target dose", "safe", "therapeutic", "suggested dose"])
def test_no_lesson_advises_a_dose(word: str) -> None:
    for file in (resources.files("app") / "data" / "lessons").iterdir():
        assert word not in file.read_text().lower(), file.name


def test_choices_claim_what_their_ranges_say_and_no_two_of_a_question_overlap() -> None:
    for lesson in SHELF.values():
        for question in lesson.questions:
            ends = [(one.low if one.low is not None else -math.inf, one.high) for one in question.choices]
            order = sorted((low, high if high is not None else math.inf) for low, high in ends)
            assert all(high < low for (_, high), (low, _) in pairwise(order)), question.ask


# ---------------------------------------------------------------- measures


def test_every_name_of_a_measure_is_read() -> None:
    assert set(KINDS) == set(get_args(Name))


def test_measures_known_on_paper() -> None:
    # 20 mL of 2000 mcg/mL at 200 mcg/day: 0.1 mL/day; half of it lost from day 5 on
    torn = scenario(20, refill(2000), rate(200), faults=[fault("tear", 5.0, lost_frac=0.5)], body_start="steady")
    run = simulate(torn)
    known = {
        "tip_dose": (Measure(name="tip_dose", at_day=10), 100.0),
        "share": (Measure(name="tip_dose", at_day=10, of_day=1), 50.0),
        "shown_dose": (Measure(name="shown_dose", at_day=10), 200.0),
        "flow": (Measure(name="flow", at_day=10), 0.1),
        "volume": (Measure(name="volume", at_day=10), 19.0),
        "extra": (Measure(name="extra_volume", at_day=10), 0.0),
        "lost": (Measure(name="lost", from_day=0, at_day=10), 500.0),
        "delivered": (Measure(name="delivered", from_day=0, at_day=10), 1500.0),
        "mean": (Measure(name="mean_dose", from_day=0, at_day=10), 150.0),
        "alarms": (Measure(name="n_alarms"), 0.0),
    }
    for name, (measure, number) in known.items():
        assert value(measure, run) == pytest.approx(number, abs=1e-9), name
    assert value(Measure(name="alarm_day"), run) is None


def test_hours_without_drug_are_those_of_a_break() -> None:
    broken = scenario(20, refill(2000), rate(200), faults=[fault("disconnection", 12.0)])
    run = simulate(broken)
    assert value(Measure(name="hours_without_drug", from_day=0, at_day=20), run) == pytest.approx(192.0)
    assert value(Measure(name="hours_without_drug", from_day=0, at_day=12), run) == 0.0


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ({"name": "tip_dose"}, "at_day is missing"),
        ({"name": "alarm_day", "at_day": 3}, "at_day means nothing"),
        ({"name": "lost", "from_day": 5, "at_day": 5}, "is not before"),
        ({"name": "tip_dose", "at_day": 99}, "after the end of the run"),
        ({"name": "alarm_day", "of_day": 1}, "of_day means nothing"),
        ({"name": "csf", "at_day": 1}, "level is missing"),
    ],
)
def test_a_measure_that_makes_no_sense_is_told(measure: dict[str, Any], words: str) -> None:
    found = list(problems(Measure(**measure), 20.0))
    assert len(found) == 1
    assert words in found[0]


# ---------------------------------------------------------------- bad files


def changed(change: Callable[[dict[str, Any]], object], name: str = FIRST) -> dict[str, Any]:
    data = copy.deepcopy(file_of(name))
    change(data)
    return data


def put(path: str, thing: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one place, by a path such as levels.0.hint."""

    def change(data: dict[str, Any]) -> None:
        here: Any = data
        *steps, last = path.split(".")
        for step in steps:
            here = here[int(step)] if step.isdecimal() else here[step]
        here[int(last) if last.isdecimal() else last] = thing

    return change


BAD = {
    "unknown key": (put("titel", "x"), "unknown key 'titel'; did you mean 'title'?"),
    "wrong type": (put("title", 5), "title = 5 is a number"),
    "out of range": (put("number", 0), "number = 0 is outside 1 to 99"),
    "unknown measure": (put("predict.measure.name", "alarm"), "predict.measure.name = 'alarm' is unknown"),
    "unknown module": (put("module", "healty"), "did you mean 'healthy'?"),
    "unknown scenario": (put("levels.1.scenario", "quiet-pum"), "did you mean 'quiet-pump'?"),
    "bad path": (put("levels.0.set", {"orders.0.true_mcg": 5}), "did you mean 'actual_mcg_ml'?"),
    "bad value": (put("levels.0.set", {"orders.1.dose_mcg_day": -5}), "is outside 0.0 to 100000.0 mcg/day"),
    "bad level": (put("predict.sketch", {"curve": "csf", "days": [0, 1, 2, 3], "high": 1, "level": "X9"}), "X9"),
    "days that fall": (put("predict.sketch.days", [0, 40, 20, 60]), "must rise"),
    "days too close": (put("predict.sketch.days", [0, 1, 60, 120]), "too close"),
    "empty range": (put("predict.low", 400), "is not below high"),
    "two right": (put("questions.0.choices.0.right", True), "2 choices are marked as right"),
    "none right": (put("questions.0.choices.1.right", False), "0 choices are marked as right"),
    "no misconception": (put("questions.0.choices.0.misconception", ""), "needs a misconception"),
    "unknown name": (put("why", ["It is {alrm}."]), "unknown name 'alrm'; did you mean 'alarm'?"),
    "attribute": (put("why", ["It is {alarm.__class__}."]), "unknown name 'alarm.__class__'"),
    "fact in the question": (put("levels.0.ask", "It is {alarm}, is it not?"), "levels[0].ask: unknown name 'alarm'"),
    "too many sentences": (put("why", ["One. Two. Three."]), "at most 3"),
    "two next steps": (put("next_step.say", "Do this. Then that."), "more than one sentence"),
    "next step to nowhere": (put("next_step.set", {}), "next_step changes nothing"),
    "hint at the third level": (put("levels.2.hint", "x"), "the third level gives no hints"),
    "no reflection": (put("levels.2.reflect", ""), "reflect is missing"),
    "text for a number": (put("vary.0.values", ["a", 2, 3]), "vary[0].values[0] = 'a' is text"),
    "illegal number": (put("vary.1.values", [-1, 2]), "is outside the legal"),
    "no number": (put("vary.1.paths", ["orders.0.kind"]), "holds no number"),
    "claim without range": (put("look.claims.0", {"text": "x"}), "needs low or high"),
    "both comparisons": (put("predict.reference", {"name": "alarm_day"}), "needs either reference or against"),
    "four levels": (lambda data: data["levels"].append(data["levels"][0]), "at most 3 are needed"),
    "two questions": (lambda data: data["questions"].pop(), "at least 3 are needed"),
    "claim after the end": (put("next_step.claim.at_day", 900), "after the end of the run"),
    "claim of a belief that no pump has": (
        put("next_step.claim", {"curve": "effect", "way": "up", "by": 0.1, "at_day": 20, "is_belief": True}),
        "the pump has a belief of tip_dose and volume only",
    ),
    "because without a number": (put("questions.0.because", "It is so."), "names no number of the run"),
    "unknown name in because": (put("questions.0.because", "It is {anser}."), "did you mean 'answer'?"),
    "long takeaway": (put("takeaway", "One. Two."), "takeaway is more than one sentence"),
    "day after the end": (put("facts.tip.at_day", 900), "after the end of the run"),
}


@pytest.mark.parametrize("case_name", BAD)
def test_a_bad_lesson_file_gets_one_clear_sentence_per_problem(case_name: str) -> None:
    change, words = BAD[case_name]
    problems_said = said(changed(change))
    assert any(words in one for one in problems_said), problems_said
    for one in problems_said:
        assert "Traceback" not in one
        assert "\n" not in one
    of_levels = {re.sub(r"^(levels\[\d\]|worked): ", "", one) for one in problems_said}
    assert len(of_levels) == 1, problems_said  # told for each level that it concerns, and nothing else


def test_all_problems_of_a_file_are_told_at_once() -> None:
    data = changed(put("levels.2.reflect", ""))
    put("questions.0.choices.0.right", True)(data)
    put("next_step.say", "Do this. Then that.")(data)
    assert len({re.sub(r"^levels\[\d\]: ", "", one) for one in said(data)}) >= 3


def test_a_name_given_twice_and_broken_syntax_are_told() -> None:
    text = (resources.files("app") / "data" / "lessons" / FIRST).read_text()
    for broken in (text + "\n[predict]\nlow = 1\n", text.replace("version = 1", "version = ", 1)):
        with pytest.raises(ScenarioError) as refused:
            parse_lesson(broken)
        assert len(refused.value.problems) == 1


@pytest.mark.parametrize("place", [0, 2])
def test_a_wrong_answer_that_is_marked_as_right_is_found_out(place: int) -> None:
    data = file_of()
    wrong, right = data["questions"][0]["choices"][place], data["questions"][0]["choices"][1]
    for name in ("low", "high"):
        wrong[name], right[name] = right[name], wrong[name]
    found = doubts(read(data))
    assert any("is not true" in one for one in found)
    assert any("is true too" in one for one in found)


def test_claims_that_do_not_cover_the_run_are_found_out() -> None:
    data = changed(put("look.claims.0.low", 200.0))
    data["look"]["claims"][0]["high"] = 300.0
    assert any("do not fit the run" in one for one in doubts(read(data)))


def test_a_button_that_shows_the_same_run_is_found_out() -> None:
    data = changed(put("next_step.set", {"faults.0.start_day": 70.0}))
    assert any("gives the same run" in one for one in doubts(read(data)))


# ---------------------------------------------------------------- the way through a lesson


PREDICT = SHELF[1].predict
FAIR = (1, 45.0, (20.0, 12.0, 4.0, 1.4, 1.4), 2)


def test_a_whole_prediction_is_taken_as_it_is() -> None:
    assert lessons.prediction_from(PREDICT, *FAIR) == Prediction(*FAIR)


@pytest.mark.parametrize(
    ("place", "thing"),
    [
        (0, None), (0, 2), (0, "up"),
        (1, None), (1, "soon"), (1, math.nan), (1, math.inf), (1, -math.inf), (1, True), (1, -3), (1, 1e9),
        (2, None), (2, []), (2, [1, 2]), (2, [1, 2, 3, 4, "x"]), (2, [1, 2, 3, 4, math.nan]), (2, [1, 2, 3, 4, 99]),
        (3, None), (3, 0), (3, 4), (3, "certain"),
    ],
)  # fmt: skip
def test_a_prediction_that_is_none_gets_one_sentence(place: int, thing: object) -> None:
    given: list[Any] = list(FAIR)
    given[place] = thing
    with pytest.raises(ScenarioError) as refused:
        lessons.prediction_from(PREDICT, *given)
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].endswith(".")


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        lessons.prediction_from(PREDICT, None, None, None, None)
    assert len(refused.value.problems) == 4


STEPS: dict[str, Callable[[Progress], Progress]] = {
    "lock": lambda one: way.lock(one, Prediction(*FAIR)),
    "unlock": way.unlock,
    "run": way.run,
    "see": lambda one: way.see(one, OWN_WORDS),
    "ask": way.ask,
    "answer": lambda one: way.answer(one, Answer(0, 2)),
    "go_on": lambda one: way.go_on(one, 3),
}
ALLOWED = {
    "ask": {"lock"},
    "locked": {"unlock", "run"},
    "seen": {"see"},
    "why": {"ask"},
    "questions": {"answer", "go_on"},
    "done": set(),
}


def way_to(stage: str) -> Progress:
    """Somebody who has come as far as a stage."""
    one = Progress(1, 1)
    for step in ("lock", "run", "see", "ask", *("answer", "go_on") * 3):
        if one.stage == stage:
            return one
        one = STEPS[step](one)
    return one


@pytest.mark.parametrize("stage", way.STAGES)
def test_only_the_steps_of_a_stage_can_be_taken_there(stage: str) -> None:
    at = way_to(stage)
    assert at.stage == stage
    for name in set(STEPS) - ALLOWED[stage]:
        with pytest.raises(ValueError, match="is not at"):
            STEPS[name](at)


def test_nothing_is_shown_before_the_prediction_is_locked_and_run() -> None:
    assert [stage for stage in way.STAGES if way_to(stage).is_shown] == ["seen", "why", "questions", "done"]


def test_once_shown_no_step_changes_the_prediction() -> None:
    one = way_to("seen")
    kept = one.prediction
    for step in ("see", "ask", *("answer", "go_on") * 3):
        one = STEPS[step](one)
        assert one.prediction == kept
        assert one.stage != "ask"
    with pytest.raises(AttributeError):
        one.prediction = None  # type: ignore[misc]


def test_only_the_first_answer_to_a_question_counts() -> None:
    once = STEPS["answer"](way_to("questions"))
    with pytest.raises(ValueError, match="has its answer"):
        STEPS["answer"](once)
    with pytest.raises(ValueError, match="no answer yet"):
        STEPS["go_on"](way_to("questions"))


# ---------------------------------------------------------------- marks


def finished(made: lessons.Case, given: Prediction, answers: tuple[Answer, ...]) -> Progress:
    return Progress(made.lesson.number, made.level, None, "done", given, 0, answers, len(answers) - 1)


@every_lesson
def test_whoever_knows_gets_everything_right(number: int) -> None:
    made = make_case(SHELF[number], 2)
    right = tuple(Answer(next(i for i, one in enumerate(q.choices) if one.right), 3) for q in made.lesson.questions)
    done = replace(finished(made, exact(made), right), seen=true_claims(made.look, runs.run(made.scenario))[0])
    got = mark(made, done)
    assert got.is_direction_right
    assert got.within == 10
    assert got.sketch_frac == 0.0
    assert got.is_seen_right
    assert got.n_right == got.n_questions
    assert not got.is_prediction_confident_and_wrong
    assert got.confident_and_wrong == ()


@pytest.mark.parametrize(("factor", "within"), [(1.0, 10), (1.09, 10), (1.2, 25), (0.6, 50), (1.6, None), (0.2, None)])
def test_a_number_is_marked_by_how_far_it_is_off(factor: float, within: int | None) -> None:
    made = make_case(SHELF[7], 1)  # 400 mcg/day
    given = replace(exact(made), number=400.0 * factor)
    assert mark(made, finished(made, given, ())).within == within


def test_certain_and_wrong_is_named_and_unsure_and_wrong_is_not() -> None:
    made = make_case(SHELF[1], 2)
    wrong = [next(i for i, one in enumerate(q.choices) if not one.right) for q in made.lesson.questions]
    answers = (Answer(wrong[0], 3), Answer(wrong[1], 1), Answer(wrong[2], 3))
    got = mark(made, finished(made, replace(exact(made), direction=1), answers))
    assert got.confident_and_wrong == (0, 2)
    assert got.is_prediction_confident_and_wrong
    unsure = replace(exact(made), direction=1, confidence=1)
    assert not mark(made, finished(made, unsure, answers)).is_prediction_confident_and_wrong


def test_a_curve_is_marked_by_its_mean_distance_on_the_axis() -> None:
    made = make_case(SHELF[7], 1)
    high = made.predict.sketch.high
    up = tuple(one + 0.1 * high for one in truth(made))
    assert mark(made, finished(made, replace(exact(made), sketch=up), ())).sketch_frac == pytest.approx(0.1)


# ---------------------------------------------------------------- showing


def test_what_a_button_shows_differs_by_what_the_file_says_and_nothing_else() -> None:
    for lesson in SHELF.values():
        made = make_case(lesson, 1)
        assert scenario_to_show(lesson.next_step, made.scenario) == with_values(
            made.scenario, dict(lesson.next_step.set)
        )
        for question in lesson.questions:
            base = scenario_of(question.scenario or lesson.scenario, question.set)
            for choice in question.choices:
                if choice.show is not None and choice.show.scenario is None:
                    assert scenario_to_show(choice.show, base) == with_values(base, dict(choice.show.set))


def test_texts_follow_the_units_of_the_reader() -> None:
    from app.words.units import Units

    made = make_case(SHELF[7], 1)
    try:
        speak("en", Units(amount="mg"))
        assert "0.4 mg/day" in explain(made, exact(made))[0]
    finally:
        speak()
    assert "400 mcg/day" in explain(made, exact(made))[0]


def test_a_claim_without_a_number_holds_for_none() -> None:
    claim = SHELF[1].look.claims[0]
    assert not holds(claim, None)
    assert holds(claim, 100.0)
