"""The last two steps of a lesson: its questions, one at a time, and the result."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import runs, session
from app.pages import number_field
from app.pages.emergency_card import show_card
from app.pages.lesson import entries
from app.teaching import lessons
from app.teaching.lessons import Case, Prediction, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.case import MOST_SEED
from app.teaching.lessons.telling import because, with_unit
from app.words.number_entry import Wanted
from app.words.term_links import with_terms
from app.words.text import TEXT, percent, plain
from sim import Scenario, catalogue

OpenScenario = Callable[[Scenario], None]


def ask(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """One question at a time; a wrong answer names the belief behind it and has a run to show."""
    questions, at = case.lesson.questions, progress.place
    question = questions[at]
    st.caption(TEXT["lesson_question"].format(at=at + 1, n=len(questions)))
    st.markdown(f"**{plain(question.ask)}**")
    if not progress.is_answered:
        place = st.radio(
            TEXT["lesson_your_answer"],
            range(len(question.choices)),
            index=None,
            format_func=lambda place: plain(question.choices[place].text),
            label_visibility="collapsed",
            key=session.lesson.key(f"answer {at}"),
            persist_state="session",
        )
        entries.how_sure(f"answer {at}")
        entries.problems()
        sure = session.lesson.entry(f"sure answer {at}")
        st.button(
            TEXT["lesson_answer"],
            type="primary",
            on_click=session.lesson.answer,
            args=(place, sure),
            key="study answer",
        )
        return
    place_of_answer = progress.answers[at].choice
    signs = {True: "\u2713 ", False: "\u2717 "}
    lines = [
        f"{signs[choice.right] if choice.right or i == place_of_answer else ''}{plain(choice.text)}"
        f"{' (' + TEXT['lesson_your_answer'] + ')' if i == place_of_answer else ''}"
        for i, choice in enumerate(question.choices)
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    choice = question.choices[progress.answers[at].choice]
    reason = TEXT["lesson_because"].format(reason=plain(because(case.lesson, question)))
    if choice.right:
        st.success(f"{TEXT['lesson_right']} {reason}", icon=":material/check:")
    else:
        wrong = TEXT["lesson_wrong"].format(misconception=plain(choice.misconception))
        st.warning(f"{wrong}\n\n{reason}", icon=":material/close:")
    with st.container(horizontal=True):
        name = "lesson_finish" if len(progress.answers) == len(questions) else "lesson_next"
        st.button(
            TEXT[name],
            type="primary",
            on_click=session.lesson.move,
            args=("questions", lambda step: way.go_on(step, len(questions))),
            key="study on",
        )
        if choice.show is not None:
            base = lessons.scenario_of(question.scenario or case.lesson.scenario, question.set)
            st.button(TEXT["lesson_see_it"], on_click=session.lesson.compare, args=(choice.show, base), key="study see")


def _directions(case: Case, prediction: Prediction, is_right: bool) -> str:
    """The predicted direction beside the true one, where they differ; otherwise nothing."""
    direction = lessons.direction(case)
    if is_right or direction is None:
        return ""
    words = case.predict.words
    return (
        f" ({TEXT['lesson_you_said']} {words[prediction.direction + 1]}, {TEXT['lesson_it_is']} {words[direction + 1]})"
    )


def sum_up(case: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """The takeaway, the result line by line, the next lesson, and the way to new numbers."""
    prediction = progress.prediction
    if prediction is None:
        return
    mark, unit = lessons.mark(case, progress), case.predict.measure.unit
    actual = with_unit(lessons.value(case.predict.measure, runs.run(case.scenario)), unit)
    distance = TEXT["lesson_beyond" if mark.within is None else "lesson_within"]
    right = {True: TEXT["lesson_is_right"], False: TEXT["lesson_is_wrong"], None: TEXT["lesson_is_own"]}
    rows = {
        "direction": right[mark.is_direction_right] + _directions(case, prediction, mark.is_direction_right),
        "number": distance.format(band=mark.within, said=with_unit(prediction.number, unit), actual=actual),
        "curve": TEXT["lesson_curve_off"].format(share=percent(round(mark.sketch_frac, 2))),
        "seen": right[mark.is_seen_right],
        "answers": TEXT["lesson_answers_right"].format(right=mark.n_right, n=mark.n_questions),
    }
    st.markdown(f"**{TEXT['lesson_takeaway']}** {with_terms(case.lesson.takeaway)}")
    st.markdown(f"**{TEXT['lesson_done']}**")
    st.markdown("\n".join(f"- {TEXT[f'lesson_done_{name}']}: {plain(words)}" for name, words in rows.items()))
    beliefs = [TEXT["lesson_confident_prediction"]] * mark.is_prediction_confident_and_wrong
    beliefs += [case.lesson.questions[i].ask for i in mark.confident_and_wrong]
    if beliefs:
        lines = "\n".join(f"- {plain(belief)}" for belief in beliefs)
        st.warning(f"**{TEXT['lesson_confident']}.** {TEXT['lesson_confident_said']}\n{lines}")
    if case.lesson.harm is not None:
        with st.expander(TEXT["emergency_button"]):
            family = catalogue().drugs[case.scenario.drug].family
            show_card(family, case.lesson.harm)
    entries.problems()
    next_seed = 0 if progress.seed is None else progress.seed + 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        following = next((number for number in lessons.lessons() if number > progress.lesson), None)
        if following is not None:
            st.button(
                TEXT["lesson_following"],
                type="primary",
                on_click=session.lesson.begin,
                args=(following, progress.level),
                key="study following",
            )
        st.button(
            TEXT["lesson_again"],
            on_click=session.lesson.again,
            args=(progress.lesson, progress.level, next_seed % (MOST_SEED + 1)),
            key="study again",
        )
        st.button(TEXT["lesson_open"], on_click=open_scenario, args=(case.scenario,), key="study open")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key, wanted = session.lesson.key("seed"), Wanted(0, MOST_SEED, is_whole=True)
        seed = number_field.show(key, TEXT["lesson_numbers"], wanted, next_seed % (MOST_SEED + 1), width=260)
        st.button(
            TEXT["lesson_same"],
            on_click=session.lesson.again,
            args=(progress.lesson, progress.level, int(seed or 0)),
            key="study same",
            disabled=bool(session.number_box.problem(key, wanted)),
        )
