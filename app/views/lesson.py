"""The page Lessons: predict, run, see, why, questions; nothing is shown before it is predicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from app import chart, lessons, memo, sketch
from app.figures import Look
from app.figures.lesson import Curve, Drawn, alone, compared, describe, overlaid
from app.lessons import OWN_WORDS, Answer, Case, Progress
from app.lessons import progress as way
from app.lessons.case import MOST_SEED, level_of
from app.lessons.marking import is_seen_right
from app.lessons.records import MODULES, Show
from app.lessons.telling import CURVE_UNIT, explained, fill, told, varied, worked_steps
from app.wording import TEXT, Words, day, label, percent, plain
from sim import Scenario, ScenarioError

STUDY = "study"  # how far the learner is; None while a lesson is being chosen
ROUND = "study round"  # counts beginnings, so that no entry of one survives into the next
SAID = "study said"  # why the last entry could not be taken
WORKED = "study worked"  # whether the worked example has been read
SHOWN = "study shown"  # the run that was asked for with a button
PICTURE_PX = 400
MODULE_WORDS, LEVEL_WORDS, SURE_WORDS = Words("lesson_modules"), Words("lesson_levels"), Words("lesson_sure")

OpenScenario = Callable[[Scenario], None]


def show(open_scenario: OpenScenario, ink: str) -> None:
    """The page; `open_scenario` takes a scenario over to Explore."""
    with st.container(key="lesson"):
        progress = st.session_state.get(STUDY)
        if progress is None:
            _pick()
            return
        made = lessons.case(lessons.lessons()[progress.lesson], progress.level, progress.seed)
        _head(made, progress)
        if made.level == 1 and not st.session_state.get(WORKED):
            _worked(made, ink)
            return
        left, right = st.columns([42, 58], gap="medium")
        with left:
            STAGES[progress.stage](made, progress, open_scenario)
        with right, st.container(key="lesson-run" if progress.is_shown else "lesson-sketch"):
            _picture(made, progress, ink)
            if progress.stage == "ask":
                _said()
                st.button(TEXT["lesson_lock"], type="primary", on_click=_lock, args=(made,), key="study lock")


# ---------------------------------------------------------------- choosing


def _pick() -> None:
    """Module, lesson, level."""
    st.subheader(TEXT["lesson_title"])
    st.caption(TEXT["lesson_intro"])
    shelf = lessons.lessons()
    module = st.segmented_control(
        TEXT["lesson_module"],
        MODULES,
        format_func=MODULE_WORDS.__getitem__,
        default=MODULES[0],
        required=True,
        key="study module",
    )
    fitting = [number for number, lesson in shelf.items() if lesson.module == module]
    number = st.radio(
        TEXT["lesson_which"],
        fitting,
        format_func=lambda one: f"{one}. {plain(shelf[one].title)}",
        captions=[plain(lessons.scenario_of(shelf[one].scenario, {}).objective) for one in fitting],
        key=f"study pick {module}",
    )
    level = st.segmented_control(
        TEXT["lesson_level"],
        (1, 2, 3),
        format_func=lambda one: LEVEL_WORDS[str(one)],
        default=1,
        required=True,
        key="study level",
    )
    st.button(TEXT["lessonbegin"], type="primary", on_click=begin, args=(number, level), key="study begin")


def begin(number: int, level: int, seed: int | None = None) -> None:
    """A lesson from its start; ScenarioError where there is none of that number."""
    if number not in lessons.lessons():
        raise ScenarioError([TEXT["lesson_unknown"].format(number=number, n=len(lessons.lessons()))])
    st.session_state[STUDY] = Progress(number, level, seed)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[SAID] = ()
    st.session_state[SHOWN] = None
    st.session_state[WORKED] = seed is not None  # again with new numbers needs no example


def _leave() -> None:
    st.session_state[STUDY] = None


def _head(made: Case, progress: Progress) -> None:
    """Which lesson, how far, and the way out."""
    with st.container(key="lesson-head", horizontal=True, vertical_alignment="center", gap="medium"):
        seed = "" if progress.seed is None else ", " + TEXT["lesson_number_of_draw"].format(seed=progress.seed)
        st.markdown(f"**{progress.lesson}. {plain(made.lesson.title)}** ({LEVEL_WORDS[str(progress.level)]}{seed})")
        at = way.STAGES.index(progress.stage)
        steps = [TEXT[f"lesson_step_{stage}"] for stage in way.STAGES]
        words = TEXT["lesson_steps_words"].format(at=at + 1, n=len(steps))
        st.markdown(f"{words}: " + " > ".join(f"**{one}**" if i == at else one for i, one in enumerate(steps)))
        st.button(TEXT["lesson_other"], on_click=_leave, key="study other")


def _key(name: str) -> str:
    """Name of a widget of this round."""
    return f"study {st.session_state[ROUND]} {name}"


def _move(stage: way.Stage, step: Callable[[Progress], Progress]) -> None:
    """One step on; a second click on a button that is gone does nothing."""
    progress = st.session_state[STUDY]
    if progress is not None and progress.stage == stage:
        st.session_state[STUDY] = step(progress)
        st.session_state[SAID] = ()
        st.session_state[SHOWN] = None


def _said() -> None:
    """Why the last entry could not be taken, in one box."""
    problems = st.session_state.get(SAID, ())
    if problems:
        lines = "\n".join(f"- {plain(one)}" for one in problems)
        st.error(f"{TEXT['lesson_not_taken']}\n{lines}", icon=":material/block:")


# ---------------------------------------------------------------- predict


def _worked(made: Case, ink: str) -> None:
    """A worked example with other numbers, and its run; read once, before the learner's own turn."""
    lesson, left, right = made.lesson, *st.columns([42, 58], gap="medium")
    scenario = lessons.scenario_of(lesson.worked.scenario or lesson.scenario, lesson.worked.set)
    with left:
        st.markdown(f"**{TEXT['lesson_worked']}**")
        st.markdown("\n".join(f"{i}. {plain(one)}" for i, one in enumerate(worked_steps(lesson), 1)))
        st.button(TEXT["lesson_your_turn"], type="primary", on_click=_own_turn, key="study worked done")
    with right, st.container(key="lesson-run"):
        curve, run = _curve(made, scenario, None), memo.run(scenario)
        words = describe(run, curve, _five(run.duration_h / 24.0))
        st.caption(TEXT[f"lesson_curve_{curve.name}"].format(level=curve.level))
        look = Look(f"lesson {lesson.number} worked", PICTURE_PX, ink)
        chart.show(alone(run, curve, look), "lesson worked", PICTURE_PX, words, title=lesson.title, has_cursor=False)


def _own_turn() -> None:
    st.session_state[WORKED] = True


def _ask(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """The question, and what is predicted."""
    st.markdown(f"**{plain(fill(made.ask, varied(made)))}**")
    if made.hint:
        with st.expander(TEXT["lesson_hint"]):
            st.markdown(plain(fill(made.hint, varied(made))))
    predict = made.predict
    unit = "" if predict.measure.unit in ("index", "day", "") else f", {predict.measure.unit}"
    st.segmented_control(
        label(predict.compared), (-1, 0, 1), format_func=lambda way: predict.words[way + 1], key=_key("direction")
    )
    st.number_input(label(predict.label + unit), value=None, format="%g", step=None, key=_key("number"))
    _sure("prediction")


def _sure(name: str) -> None:
    st.segmented_control(
        TEXT["lesson_sure"], way.CONFIDENCE, format_func=lambda one: SURE_WORDS[str(one)], key=_key(f"sure {name}")
    )


def _lock(made: Case) -> None:
    """Take the prediction, or say what is missing."""
    entry = st.session_state.get
    try:
        given = lessons.checked(
            made.predict,
            entry(_key("direction")),
            entry(_key("number")),
            sketch.points(_key("sketch")) or entry(_key("drawn")),
            entry(_key("sure prediction")),
        )
    except ScenarioError as error:
        st.session_state[SAID] = error.problems
        return
    _move("ask", lambda progress: way.lock(progress, given))


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
        st.button(TEXT["lesson_run"], type="primary", on_click=_move, args=("locked", way.run), key="study run")
        st.button(TEXT["lesson_change"], on_click=_change, key="study change")


def _change() -> None:
    """Back to the prediction: what was entered stands there again."""
    progress: Progress = st.session_state[STUDY]
    given = progress.prediction
    if progress.stage != "locked" or given is None:
        return
    st.session_state[_key("direction")] = given.direction
    st.session_state[_key("number")] = given.number
    st.session_state[_key("sure prediction")] = given.confidence
    st.session_state[_key("drawn")] = given.sketch
    _move("locked", way.unlock)


# ---------------------------------------------------------------- see and why


def _seen(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What did you see? One of the claims, or own words."""
    places = [*range(len(made.look.claims)), OWN_WORDS]
    words = [plain(one.text) for one in made.look.claims] + [TEXT["lesson_seen_own"]]
    chosen = st.radio(
        f"**{TEXT['lesson_seen']}**",
        places,
        index=None,
        format_func=lambda place: words[place],
        key=_key("seen"),
    )
    if chosen == OWN_WORDS:
        st.text_area(TEXT["lesson_seen_words"], max_chars=1000, key=_key("seen words"))
    _said()
    st.button(
        TEXT["lesson_seen_done"],
        type="primary",
        on_click=_see,
        args=(chosen, str(st.session_state.get(_key("seen words"), ""))),
        key="study seen",
    )


def _see(chosen: int | None, words: str) -> None:
    if chosen is None:
        st.session_state[SAID] = (TEXT["lesson_choose"],)
        return
    st.session_state[_key("kept words")] = words  # what a widget holds goes with the widget
    _move("seen", lambda progress: way.see(progress, chosen))


def _why(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """Was it seen, why is it so, and one next step."""
    if progress.prediction is None:
        return
    claim = plain(made.look.claims[lessons.true_claims(made.look, memo.run(made.scenario))[0]].text)
    is_right = is_seen_right(made, progress)
    name = "noted" if is_right is None else "right" if is_right else "wrong"
    st.markdown(TEXT[f"lesson_seen_{name}"].format(claim=claim))
    st.markdown(f"**{TEXT['lesson_why']}.** {plain(' '.join(explained(made, progress.prediction)))}")
    if made.reflect:
        st.markdown(f"**{TEXT['lesson_reflect']}.** {plain(made.reflect)}")
        st.text_area(TEXT["lesson_reflect_words"], max_chars=1000, key=_key("reflect"))
    st.markdown(f"**{TEXT['lesson_next_step']}.** {plain(made.next_step.say)}")
    with st.container(horizontal=True):
        st.button(
            TEXT["lesson_to_questions"], type="primary", on_click=_move, args=("why", way.ask), key="study questions"
        )
        st.button(TEXT["lesson_show_next"], on_click=_show, args=(made.next_step, made.scenario), key="study next")
        if st.button(TEXT["lesson_open"], key="study open"):
            open_scenario(made.scenario)


def _show(asked: Show, base: Scenario) -> None:
    """Put a run beside another in the picture."""
    st.session_state[SHOWN] = (asked, base)


# ---------------------------------------------------------------- questions and end


def _questions(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """One question at a time; a wrong answer names the belief behind it and has a run to show."""
    questions, at = made.lesson.questions, progress.place
    question = questions[at]
    st.caption(TEXT["lesson_question"].format(at=at + 1, n=len(questions)))
    if not progress.is_answered:
        chosen = st.radio(
            f"**{plain(question.ask)}**",
            range(len(question.choices)),
            index=None,
            format_func=lambda place: plain(question.choices[place].text),
            key=_key(f"answer {at}"),
        )
        _sure(f"answer {at}")
        _said()
        sure = st.session_state.get(_key(f"sure answer {at}"))
        st.button(TEXT["lesson_answer"], type="primary", on_click=_answer, args=(chosen, sure), key="study answer")
        return
    given = progress.answers[at].choice
    st.markdown(f"**{plain(question.ask)}**")
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
            on_click=_move,
            args=("questions", lambda one: way.go_on(one, len(questions))),
            key="study on",
        )
        if choice.show is not None:
            base = lessons.scenario_of(question.scenario or made.lesson.scenario, question.set)
            st.button(TEXT["lesson_see_it"], on_click=_show, args=(choice.show, base), key="study see")


def _answer(chosen: int | None, sure: int | None) -> None:
    progress: Progress = st.session_state[STUDY]
    problems = [TEXT["lesson_choose"]] * (chosen is None) + [TEXT["lesson_choose_sure"]] * (sure is None)
    if problems:
        st.session_state[SAID] = tuple(problems)
    elif not progress.is_answered:
        _move("questions", lambda one: way.answer(one, Answer(int(chosen or 0), int(sure or 1))))


def _done(made: Case, progress: Progress, open_scenario: OpenScenario) -> None:
    """What came of it, and again with new numbers."""
    given = progress.prediction
    if given is None:
        return
    mark, unit = lessons.mark(made, progress), made.predict.measure.unit
    actual = told(lessons.value(made.predict.measure, memo.run(made.scenario)), unit)
    near = TEXT["lesson_beyond" if mark.within is None else "lesson_within"]
    right = {True: TEXT["lesson_is_right"], False: TEXT["lesson_is_wrong"], None: TEXT["lesson_is_own"]}
    rows = {
        "direction": right[mark.is_direction_right],
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
    next_seed = 0 if progress.seed is None else progress.seed + 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            TEXT["lesson_again"],
            type="primary",
            on_click=begin,
            args=(progress.lesson, progress.level, next_seed % (MOST_SEED + 1)),
            key="study again",
        )
        if st.button(TEXT["lesson_open"], key="study open"):
            open_scenario(made.scenario)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            TEXT["lesson_numbers"], 0, MOST_SEED, next_seed % (MOST_SEED + 1), key=_key("seed"), width=260
        )
        st.button(TEXT["lesson_same"], on_click=begin, args=(progress.lesson, progress.level, seed), key="study same")


# ---------------------------------------------------------------- the picture


def _picture(made: Case, progress: Progress, ink: str) -> None:
    """The sketch until the run is shown, then the run with the sketch over it, or what a button asked for."""
    if not progress.is_shown:
        _sketch(made, progress)
        return
    look = Look(f"lesson {progress.lesson} {progress.level}", PICTURE_PX, ink)
    asked = st.session_state.get(SHOWN)
    if asked:
        show, base = asked
        changed = lessons.shown_case(show, base)
        curve = _curve(made, changed, show.curve)
        before, after = memo.run(base), memo.run(changed)
        words = describe(after, curve, _five(after.duration_h / 24.0))
        figure = compared(after, before, curve, replace(look, name=f"{look.name} shown"))
        st.markdown(plain(show.say))
        chart.show(figure, "lesson shown", PICTURE_PX, words, title=made.lesson.title, has_cursor=False)
        return
    given = progress.prediction
    if given is None:
        return
    curve, run = _curve(made, made.scenario, None), memo.run(made.scenario)
    is_day = made.predict.measure.unit == "day"
    true_day = lessons.value(made.predict.measure, run) if is_day else None
    drawn = Drawn(made.predict.sketch.days, given.sketch, given.number if is_day else None, true_day)
    words = describe(run, curve, made.predict.sketch.days)
    st.caption(TEXT[f"lesson_curve_{curve.name}"].format(level=curve.level))
    chart.show(
        overlaid(run, curve, drawn, look), "lesson run", PICTURE_PX, words, title=made.lesson.title, has_cursor=False
    )


def _five(duration_day: float) -> tuple[float, ...]:
    return tuple(np.linspace(0.0, duration_day, 5).tolist())


def _curve(made: Case, scenario: Scenario, name: str | None) -> Curve:
    """The curve of the lesson, or another one of some run."""
    own = made.predict.sketch
    if name is None or name == own.curve:
        return Curve(own.curve, own.high, level_of(own.level, scenario, own.curve) or "")
    return Curve(name, 1.0, level_of(None, scenario, name) or "")


def _sketch(made: Case, progress: Progress) -> None:
    own = made.predict.sketch
    level = level_of(own.level, made.scenario, own.curve) or ""
    title, unit = TEXT[f"lesson_curve_{own.curve}"].format(level=level), CURVE_UNIT[own.curve]
    unit = "" if unit == "index" else unit
    paper = sketch.Paper(
        title=title,
        y_title=f"{title}, {unit}" if unit else title,
        x_title=TEXT["day_axis"],
        unit=unit,
        days=own.days,
        high=own.high,
        labels=tuple(TEXT["lesson_point"].format(curve=title, day=day(one)) for one in own.days),
    )
    is_locked = progress.stage == "locked"
    if not is_locked:
        st.caption(TEXT["lesson_draw"])
    values = progress.prediction.sketch if progress.prediction else st.session_state.get(_key("drawn"))
    if values is None and own.is_start_known:
        values = (min(lessons.truth(made)[0], own.high),) * len(own.days)
    sketch.show(paper, _key("sketch locked" if is_locked else "sketch"), PICTURE_PX, values, is_locked)


STAGES: dict[str, Callable[[Case, Progress, OpenScenario], None]] = {
    "ask": _ask,
    "locked": _locked,
    "seen": _seen,
    "why": _why,
    "questions": _questions,
    "done": _done,
}
