"""The page Lessons, step by step: nothing shown before it is predicted, mistakes told in a sentence, entries kept."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app import runs
from app.session.lesson import COMPARISON, PROBLEMS, ROUND, STUDY
from app.teaching import lessons
from app.teaching.emergencies import cards
from app.teaching.lessons import Answer, Prediction, Progress
from app.teaching.lessons.case import direction, make_case, truth
from app.teaching.lessons.measures import value
from app.words.text import TEXT, plain
from sim import catalogue
from tests import opening
from tests.opening import box, boxes, room, sound, type_in

OPENED = "opened"


def page() -> None:
    """The page alone; what it hands to Explore is kept."""
    import streamlit as st

    from app.pages import lesson

    def take(scenario: object) -> None:
        st.session_state["opened"] = scenario

    lesson.show(take, "#1B2430")


@pytest.fixture
def visit() -> AppTest:
    """Somebody who has just opened the page."""
    return sound(room(page).run())


def press(at: AppTest, name: str) -> AppTest:
    return opening.press(at, f"study {name}")


def progress(at: AppTest) -> Progress:
    return at.session_state[STUDY]


def key(at: AppTest, name: str) -> str:
    return f"study {at.session_state[ROUND]} {name}"


def words(at: AppTest) -> str:
    """All that the page says."""
    parts = [one.value for one in [*at.markdown, *at.caption, *at.error, *at.warning, *at.success]]
    return "\n".join([*parts, *opening.with_terms(at)])


def begin(at: AppTest, number: int, level: int) -> AppTest:
    """A lesson, begun as the picker begins it."""
    module = lessons.lessons()[number].module
    at.session_state["study module"] = module
    at.session_state["study level"] = level
    sound(at.run())
    sound(at.radio(key=f"study pick {module}").set_value(number).run())
    press(at, "begin")
    if level == 1:
        press(at, "worked done")
    return at


def predict(at: AppTest, given: Prediction) -> AppTest:
    """Everything that is predicted, entered; what is drawn comes as the component leaves it."""
    at.session_state[key(at, "direction")] = given.direction
    at.session_state[key(at, "number")] = given.number
    at.session_state[key(at, "sure prediction")] = given.confidence
    at.session_state[key(at, "drawn")] = given.sketch
    return sound(at.run())


def exact(number: int, level: int, seed: int | None = None) -> Prediction:
    made = make_case(lessons.lessons()[number], level, seed)
    there = value(made.predict.measure, runs.run(made.scenario))
    way_it_goes = direction(made)
    assert there is not None
    assert way_it_goes is not None
    return Prediction(way_it_goes, there, truth(made), 3)


def charts(at: AppTest) -> list[str]:
    """Names of the page components on show that draw."""
    names = [one.proto.component_name for one in at.get("bidi_component")]
    return [name for name in names if name not in ("pumplab_term_text", "pumplab_number_box")]


@pytest.mark.parametrize("number", sorted(lessons.lessons()))
def test_every_lesson_can_be_walked_from_the_picker_to_its_end(visit: AppTest, number: int) -> None:
    level = 1 + number % 3
    at = begin(visit, number, level)
    assert progress(at).stage == "ask"
    press(predict(at, exact(number, level)), "lock")
    assert progress(at).stage == "locked"
    press(at, "run")
    sound(at.radio(key=key(at, "seen")).set_value(0).run())
    press(at, "seen")
    press(at, "next")
    press(at, "questions")
    for place, question in enumerate(lessons.lessons()[number].questions):
        wrong = next(i for i, one in enumerate(question.choices) if not one.right)
        at.session_state[key(at, f"sure answer {place}")] = 2
        sound(at.radio(key=key(at, f"answer {place}")).set_value(wrong).run())
        press(at, "answer")
        assert at.warning
        press(at, "see")
        press(at, "on")
    assert progress(at).stage == "done"
    assert TEXT["lesson_done"] in words(at)


@pytest.mark.parametrize("stage", ["ask", "locked"])
def test_before_the_run_the_page_holds_the_sketch_and_no_result(visit: AppTest, stage: str) -> None:
    at = begin(visit, 7, 2)
    if stage == "locked":
        press(predict(at, replace_number(exact(7, 2), 123.0)), "lock")
    assert progress(at).stage == stage
    assert charts(at) == ["pumplab_sketch"]
    assert "600 mcg/day" not in words(at).replace("raised from 200 mcg/day to 600 mcg/day", "")


def replace_number(given: Prediction, number: float) -> Prediction:
    return Prediction(given.direction, number, given.sketch, given.confidence)


def test_the_picker_gives_nothing_away(visit: AppTest) -> None:
    for module in lessons.lessons().values():
        visit.session_state["study module"] = module.module
        sound(visit.run())
        text = words(visit) + "".join(visit.radio[0].options)
        for one in catalogue().scenarios.values():
            assert not one.objective or one.objective not in text
            assert not one.see or one.see not in text
    assert all(lesson.about.endswith("?") for lesson in lessons.lessons().values())


def test_after_the_run_the_page_holds_the_moving_picture_and_the_chart_and_no_sketch(visit: AppTest) -> None:
    at = press(press(predict(begin(visit, 7, 2), exact(7, 2)), "lock"), "run")
    assert charts(at) == ["pumplab_stage", "pumplab_chart"]


def test_who_expects_no_change_may_leave_the_points_where_they_are(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[key(at, "number")] = 200.0
    at.session_state[key(at, "direction")] = 0
    at.session_state[key(at, "sure prediction")] = 2
    at = press(sound(at.run()), "lock")
    assert len(set(progress(at).prediction.sketch)) == 1


def test_an_incomplete_prediction_is_not_locked_and_what_was_entered_stays(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[key(at, "number")] = 77.0
    press(sound(at.run()), "lock")
    assert progress(at).stage == "ask"
    assert len(at.error) == 1
    assert at.session_state[PROBLEMS] != ()
    assert len(at.session_state[PROBLEMS]) == 3
    assert box(at, key(at, "number"))["number"] == 77.0


def test_a_number_out_of_range_gets_a_sentence(visit: AppTest) -> None:
    at = press(predict(begin(visit, 7, 2), replace_number(exact(7, 2), -5.0)), "lock")
    assert progress(at).stage == "ask"
    assert "-5 is outside 0 to 5,000 mcg/day" in at.session_state[PROBLEMS][0]


def test_a_number_that_cannot_be_read_locks_no_prediction(visit: AppTest) -> None:
    at = predict(begin(visit, 7, 2), exact(7, 2))
    at = press(type_in(at, key(at, "number"), "1,250"), "lock")
    assert progress(at).stage == "ask"
    assert at.session_state[PROBLEMS] == ('"1,250" can be read as 1.25 or as 1250. Write one of them.',)
    assert box(at, key(at, "number"))["text"] == "1,250"


def test_a_locked_prediction_can_be_taken_back_before_the_run_and_not_after(visit: AppTest) -> None:
    given = exact(7, 2)
    at = press(predict(begin(visit, 7, 2), given), "lock")
    press(at, "change")
    assert progress(at).stage == "ask"
    assert box(at, key(at, "number"))["number"] == given.number
    press(press(at, "lock"), "run")
    assert progress(at).prediction == given
    assert not [one for one in at.button if one.key in ("study change", "study lock")]
    assert not boxes(at)


def test_own_words_are_taken_and_kept_in_the_session_only(visit: AppTest) -> None:
    at = press(press(predict(begin(visit, 6, 3), exact(6, 3)), "lock"), "run")
    sound(at.radio(key=key(at, "seen")).set_value(lessons.OWN_WORDS).run())
    sound(at.text_area(key=key(at, "seen words")).set_value("<b>all</b> gone").run())
    press(at, "seen")
    assert progress(at).seen == lessons.OWN_WORDS
    assert at.session_state[key(at, "kept words")] == "<b>all</b> gone"
    assert "all" not in repr(progress(at))


def test_without_a_choice_the_page_asks_for_one(visit: AppTest) -> None:
    at = press(press(press(predict(begin(visit, 7, 2), exact(7, 2)), "lock"), "run"), "seen")
    assert progress(at).stage == "seen"
    assert at.session_state[PROBLEMS] == (TEXT["lesson_choose"],)
    assert len(at.error) == 1


def test_again_draws_new_numbers_and_forgets_the_prediction(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[STUDY] = Progress(7, 2, None, "done", exact(7, 2), 0)
    press(sound(at.run()), "again")
    assert progress(at) == Progress(7, 2, 0)
    assert box(at, key(at, "number"))["number"] is None
    at.session_state[STUDY] = Progress(7, 2, 0, "done", exact(7, 2, 0), 0)
    sound(at.run())
    sound(type_in(at, key(at, "seed"), 17).run())
    press(at, "same")
    assert progress(at) == Progress(7, 2, 17)


def test_a_class_that_types_the_same_number_gets_the_same_question() -> None:
    asked = []
    for _ in range(2):
        at = sound(room(page).run())
        at.session_state[STUDY], at.session_state[ROUND] = Progress(3, 2, 23), 1
        asked.append(words(sound(at.run())))
    assert asked[0] == asked[1]


def test_confident_and_wrong_is_named_at_the_end(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    given = exact(7, 2)
    wrong = Prediction(-given.direction, given.number, given.sketch, 3)
    at.session_state[STUDY] = Progress(7, 2, None, "done", wrong, 0)
    sound(at.run())
    assert any(TEXT["lesson_confident"] in one.value for one in at.warning)


def test_a_lesson_goes_on_in_explore_with_its_own_numbers(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[STUDY] = Progress(7, 2, 5, "why", exact(7, 2, 5), 0)
    press(sound(at.run()), "open")
    assert at.session_state[OPENED] == make_case(lessons.lessons()[7], 2, 5).scenario


def test_leaving_a_lesson_leads_back_to_the_picker(visit: AppTest) -> None:
    at = press(begin(visit, 7, 2), "other")
    assert at.session_state[STUDY] is None
    assert [one.key for one in at.button] == ["study begin"]


def test_what_a_button_showed_goes_with_the_next_step(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[STUDY] = Progress(7, 2, None, "why", exact(7, 2), 0)
    press(sound(at.run()), "next")
    assert at.session_state[COMPARISON] is not None
    press(at, "questions")
    assert at.session_state[COMPARISON] is None


def test_a_wrong_answer_is_met_with_the_arithmetic_of_its_run(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[STUDY] = Progress(7, 2, None, "questions", exact(7, 2), 0)
    sound(at.run())
    question = lessons.lessons()[7].questions[0]
    wrong = next(i for i, one in enumerate(question.choices) if not one.right)
    at.session_state[key(at, "sure answer 0")] = 2
    sound(at.radio(key=key(at, "answer 0")).set_value(wrong).run())
    press(at, "answer")
    assert plain("the difference for ten days is 2 mg") in at.warning[0].value
    assert plain(question.choices[wrong].misconception) in at.warning[0].value


def test_a_lesson_ends_with_one_line_to_take_away_and_the_next_lesson(visit: AppTest) -> None:
    at = begin(visit, 7, 2)
    at.session_state[STUDY] = Progress(7, 2, None, "done", exact(7, 2), 0)
    sound(at.run())
    assert lessons.lessons()[7].takeaway in words(at)
    press(at, "following")
    assert progress(at) == Progress(8, 2)
    at.session_state[STUDY] = Progress(18, 2, None, "done", exact(18, 2), 0)
    sound(at.run())
    assert "study following" not in [one.key for one in at.button]


def test_what_was_done_is_marked_in_the_picker_during_this_visit(visit: AppTest) -> None:
    at = begin(visit, 1, 2)
    assert levels_marked(at) == []
    n = len(lessons.lessons()[1].questions)
    answers = (Answer(0, 2),) * n
    at.session_state[STUDY] = Progress(1, 2, None, "questions", exact(1, 2), 0, answers, n - 1)
    press(sound(at.run()), "on")
    press(at, "other")
    assert levels_marked(at) == ["1. The quiet pump " + TEXT["lesson_mark"].format(levels="2")]


def levels_marked(at: AppTest) -> list[str]:
    """Lessons of the picker that bear a mark."""
    return [option for one in at.radio for option in one.options if "\u2713" in option]


def test_lesson_17_shows_its_four_rows_with_the_reason(visit: AppTest) -> None:
    at = begin(visit, 17, 2)
    at.session_state[STUDY] = Progress(17, 2, None, "why", exact(17, 2), 0)
    assert "pumplab_table" in charts(sound(at.run()))


@pytest.mark.parametrize("number", [one.number for one in lessons.lessons().values() if one.harm])
def test_a_lesson_that_ends_in_harm_offers_the_card_of_its_drug_and_side(visit: AppTest, number: int) -> None:
    at = begin(visit, number, 2)
    at.session_state[STUDY] = Progress(number, 2, None, "done", exact(number, 2), 0)
    sound(at.run())
    lesson = lessons.lessons()[number]
    family = catalogue().drugs[make_case(lesson, 2).scenario.drug].family
    card = cards()[family, lesson.harm]
    assert TEXT["emergency_heading"] in words(at)
    assert all(plain(sentence.text) in words(at) for sentence in card.recognise)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_screen_has_at_most_six_controls(visit: AppTest, level: int) -> None:
    at = begin(visit, 7, level)
    for stage in ("ask", "locked", "seen", "why", "questions", "done"):
        at.session_state[STUDY] = Progress(7, level, None, stage, None if stage == "ask" else exact(7, level), 0)
        sound(at.run())
        n = sum(len(kind) for kind in (at.button, at.radio, boxes(at), at.text_area))
        n += len(at.get("button_group")) + charts(at).count("pumplab_sketch") * (stage == "ask")
        assert n <= 6, (stage, n)
