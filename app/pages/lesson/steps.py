"""The steps of a lesson, one thing at a time: ask, locked, seen, why, questions, done."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import runs, session
from app.teaching import lessons
from app.teaching.lessons import OWN_WORDS, Case, Prediction, Progress
from app.teaching.lessons import progress as way
from app.teaching.lessons.case import MOST_SEED
from app.teaching.lessons.marking import is_seen_right
from app.teaching.lessons.telling import explained, fill, told, varied
from app.words.model_names import in_words
from app.words.text import TEXT, Words, label, percent, plain
from sim import Scenario

SURE_WORDS = Words("lesson_sure")
OpenScenario = Callable[[Scenario], None]


def complaints() -> None:
    """Why the last entry could not be taken, in one box."""
    if session.lesson.problems():
        lines = "\n".join(f"- {plain(one)}" for one in session.lesson.problems())
        st.error(f"{TEXT['lesson_not_taken']}\n{lines}", icon=":material/block:")


def _ask(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """The question, and what is predicted."""
    st.markdown(f"**{plain(fill(made.ask, varied(made)))}**")
    if made.hint:
        with st.expander(TEXT["lesson_hint"]):
            st.markdown(plain(fill(made.hint, varied(made))))
    predict = made.predict
    unit = "" if predict.measure.unit in ("index", "day", "%", "") else f", {in_words(predict.measure.unit)}"
    st.markdown(plain(predict.compared))
    st.segmented_control(
        TEXT["lesson_direction"],
        (-1, 0, 1),
        format_func=lambda one: predict.words[one + 1],
        label_visibility="collapsed",
        key=session.lesson.key("direction"),
    )
    st.number_input(label(predict.label + unit), value=None, format="%g", step=None, key=session.lesson.key("number"))
    _sure("prediction")


def _sure(name: str) -> None:
    st.segmented_control(
        TEXT["lesson_sure"],
        way.CONFIDENCE,
        format_func=lambda one: SURE_WORDS[str(one)],
        key=session.lesson.key(f"sure {name}"),
    )


def _locked(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What was said, before anything is shown."""
    given, predict = progress.prediction, made.predict
    if given is None:
        return
    st.markdown(f"**{plain(fill(made.ask, varied(made)))}**")
    st.markdown(TEXT["lesson_locked"])
    lines = [
        f"{plain(predict.compared)} **{plain(predict.words[given.direction + 1])}**",
        f"{plain(predict.label)}: **{plain(told(given.number, predict.measure.unit))}**",
        f"{TEXT['lesson_sure']} **{SURE_WORDS[str(given.confidence)]}**",
    ]
    st.markdown("\n".join(f"- {one}" for one in lines))
    st.caption(TEXT["lesson_run_said"])
    with st.container(horizontal=True):
        st.button(
            TEXT["lesson_run"], type="primary", on_click=session.lesson.move, args=("locked", way.run), key="study run"
        )
        st.button(TEXT["lesson_change"], on_click=session.lesson.change, key="study change")


def _seen(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What did you see? One of the claims, or own words."""
    st.caption(plain(fill(made.ask, varied(made))))
    places = [*range(len(made.look.claims)), OWN_WORDS]
    words = [plain(one.text) for one in made.look.claims] + [TEXT["lesson_seen_own"]]
    chosen = st.radio(
        TEXT["lesson_seen"],
        places,
        index=None,
        format_func=lambda place: words[place],
        key=session.lesson.key("seen"),
    )
    if chosen == OWN_WORDS:
        st.text_area(TEXT["lesson_seen_words"], max_chars=1000, key=session.lesson.key("seen words"))
    complaints()
    st.button(
        TEXT["lesson_seen_done"],
        type="primary",
        on_click=session.lesson.see,
        args=(chosen, str(session.lesson.entry("seen words") or "")),
        key="study seen",
    )


def _why(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """Was it seen, why is it so, and one next step."""
    if progress.prediction is None:
        return
    st.caption(plain(fill(made.ask, varied(made))))
    claim = plain(made.look.claims[lessons.true_claims(made.look, runs.run(made.scenario))[0]].text)
    is_right = is_seen_right(made, progress)
    name = "noted" if is_right is None else "right" if is_right else "wrong"
    st.markdown(TEXT[f"lesson_seen_{name}"].format(claim=claim))
    st.markdown(f"**{TEXT['lesson_why']}.** {plain(' '.join(explained(made, progress.prediction)))}")
    if made.reflect:
        st.markdown(f"**{TEXT['lesson_reflect']}.** {plain(made.reflect)}")
        st.text_area(TEXT["lesson_reflect_words"], max_chars=1000, key=session.lesson.key("reflect"))
    st.markdown(f"**{TEXT['lesson_next_step']}.** {plain(made.next_step.say)}")
    with st.container(horizontal=True):
        st.button(
            TEXT["lesson_to_questions"],
            type="primary",
            on_click=session.lesson.move,
            args=("why", way.ask),
            key="study questions",
        )
        st.button(
            TEXT["lesson_show_next"],
            on_click=session.lesson.compare,
            args=(made.next_step, made.scenario),
            key="study next",
        )
        st.button(TEXT["lesson_open"], on_click=open_scenario, args=(made.scenario,), key="study open")


def _questions(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """One question at a time; a wrong answer names the belief behind it and has a run to show."""
    questions, at = made.lesson.questions, progress.place
    question = questions[at]
    st.caption(TEXT["lesson_question"].format(at=at + 1, n=len(questions)))
    st.markdown(f"**{plain(question.ask)}**")
    if not progress.is_answered:
        chosen = st.radio(
            TEXT["lesson_your_answer"],
            range(len(question.choices)),
            index=None,
            format_func=lambda place: plain(question.choices[place].text),
            label_visibility="collapsed",
            key=session.lesson.key(f"answer {at}"),
        )
        _sure(f"answer {at}")
        complaints()
        sure = session.lesson.entry(f"sure answer {at}")
        st.button(
            TEXT["lesson_answer"],
            type="primary",
            on_click=session.lesson.answer,
            args=(chosen, sure),
            key="study answer",
        )
        return
    given = progress.answers[at].choice
    signs = {True: "\u2713 ", False: "\u2717 "}
    lines = [
        f"{signs[one.right] if one.right or i == given else ''}{plain(one.text)}"
        f"{' (' + TEXT['lesson_your_answer'] + ')' if i == given else ''}"
        for i, one in enumerate(question.choices)
    ]
    st.markdown("\n".join(f"- {one}" for one in lines))
    choice = question.choices[progress.answers[at].choice]
    if choice.right:
        st.success(TEXT["lesson_right"], icon=":material/check:")
    else:
        st.warning(TEXT["lesson_wrong"].format(misconception=plain(choice.misconception)), icon=":material/close:")
    with st.container(horizontal=True):
        name = "lesson_finish" if len(progress.answers) == len(questions) else "lesson_next"
        st.button(
            TEXT[name],
            type="primary",
            on_click=session.lesson.move,
            args=("questions", lambda one: way.go_on(one, len(questions))),
            key="study on",
        )
        if choice.show is not None:
            base = lessons.scenario_of(question.scenario or made.lesson.scenario, question.set)
            st.button(TEXT["lesson_see_it"], on_click=session.lesson.compare, args=(choice.show, base), key="study see")


def _directions(made: Case, given: Prediction, is_right: bool) -> str:
    """A direction that was not right, beside the one that is."""
    true = lessons.direction(made)
    if is_right or true is None:
        return ""
    words = made.predict.words
    return f" ({TEXT['lesson_you_said']} {words[given.direction + 1]}, {TEXT['lesson_it_is']} {words[true + 1]})"


def _done(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What came of it, and again with new numbers."""
    given = progress.prediction
    if given is None:
        return
    mark, unit = lessons.mark(made, progress), made.predict.measure.unit
    actual = told(lessons.value(made.predict.measure, runs.run(made.scenario)), unit)
    near = TEXT["lesson_beyond" if mark.within is None else "lesson_within"]
    right = {True: TEXT["lesson_is_right"], False: TEXT["lesson_is_wrong"], None: TEXT["lesson_is_own"]}
    rows = {
        "direction": right[mark.is_direction_right] + _directions(made, given, mark.is_direction_right),
        "number": near.format(band=mark.within, said=told(given.number, unit), actual=actual),
        "curve": TEXT["lesson_curve_off"].format(share=percent(round(mark.sketch_frac, 2))),
        "seen": right[mark.is_seen_right],
        "answers": TEXT["lesson_answers_right"].format(right=mark.n_right, n=mark.n_questions),
    }
    st.markdown(f"**{TEXT['lesson_done']}**")
    st.markdown("\n".join(f"- {TEXT[f'lesson_done_{name}']}: {plain(words)}" for name, words in rows.items()))
    certain = [TEXT["lesson_confident_prediction"]] * mark.is_prediction_confident_and_wrong
    certain += [made.lesson.questions[i].ask for i in mark.confident_and_wrong]
    if certain:
        lines = "\n".join(f"- {plain(one)}" for one in certain)
        st.warning(f"**{TEXT['lesson_confident']}.** {TEXT['lesson_confident_said']}\n{lines}")
    complaints()
    next_seed = 0 if progress.seed is None else progress.seed + 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            TEXT["lesson_again"],
            type="primary",
            on_click=session.lesson.again,
            args=(progress.lesson, progress.level, next_seed % (MOST_SEED + 1)),
            key="study again",
        )
        st.button(TEXT["lesson_open"], on_click=open_scenario, args=(made.scenario,), key="study open")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            TEXT["lesson_numbers"], 0, MOST_SEED, next_seed % (MOST_SEED + 1), key=session.lesson.key("seed"), width=260
        )
        st.button(
            TEXT["lesson_same"],
            on_click=session.lesson.again,
            args=(progress.lesson, progress.level, seed),
            key="study same",
        )


STAGES: dict[str, Callable[[Case, Progress, OpenScenario], None]] = {
    "ask": _ask,
    "locked": _locked,
    "seen": _seen,
    "why": _why,
    "questions": _questions,
    "done": _done,
}
