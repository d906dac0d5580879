"""Widgets from declarations: sliders of the first screen with a number beside each, and every other field."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import NoneType
from typing import Any, get_args

import streamlit as st

from app import session
from app.components import number_box
from app.session.wish import Wish
from app.words.field_text import box_unit, is_share, to_amount, to_box
from app.words.model_names import in_words
from app.words.number_entry import wanted_of
from app.words.numbers import number_text
from app.words.parameters import FieldValue
from app.words.refusals import name_of, refusal_in_words
from app.words.setting import ENTRIES, group_of, shelf, value_of
from app.words.text import CHOICES, TEXT, day, label, plain
from sim import Scenario, ScenarioError
from sim.scenario import Control, field_at, range_of, range_of_items, unit_of

FIELD_PX, BOX_PX = 230, 84
WISH_PX = 330  # of a field with the reason why it cannot be carried out
MOST_FIELDS = 12  # entries of each list that "more" shows
PARTS = ("canal.", "surroundings.")  # records of one kind each, by their prefix
ABOUT_SCENARIO = ("version", "lesson", "level")  # what a scenario says of itself is no field to move


def show(scenario: Scenario) -> None:
    """The sliders of the first screen."""
    for control in scenario.controls:
        with st.container():
            _control(scenario, control)


def _control(scenario: Scenario, control: Control) -> None:
    """A slider over the teaching range, a number box over the legal range, and below them the range in words."""
    key = control.paths[0]
    _, name, _, value = field_at(scenario, key)
    unit = "" if is_share(name) else box_unit(name)
    slider_value = session.scenario.start(key)
    low, high, step = (to_amount(name, number) for number in (control.low, control.high, control.step))
    shown_value = to_amount(name, value)
    is_whole = isinstance(value, int)
    if is_whole:
        low, high, step = math.ceil(low), math.floor(high), max(round(step), 1)
    title = f"{in_words(control.label)}, {unit}" if unit else in_words(control.label)
    wish = session.wish.wishes().get(key)
    with _marked(key, wish), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.slider(
            label(title),
            min_value=min(low, shown_value, slider_value),
            max_value=max(high, shown_value, slider_value),
            step=step,
            format="percent" if is_share(name) else "%d" if is_whole else "%g",
            key=key,
        )
        _number_box(scenario, key, f"{title} {TEXT['typed']}", step=to_box(name, step) if is_share(name) else step)
    st.caption("; ".join(filter(None, (_range(control, key, unit, value), _since(scenario, control)))))
    say_why_not(wish)


def _number_box(
    scenario: Scenario, path: str, title: str, *, step: float | None = None, has_label: bool = False
) -> None:
    """The box of a field, over its whole legal range."""
    _, name, _, value = field_at(scenario, path)
    wish, wanted, content = session.wish.wishes().get(path), wanted_of(scenario, path), to_box(name, value)
    text = None
    if wish is not None:
        text = number_text(to_box(name, wish.value)) if wish.text is None else wish.text
    number_box.show(
        session.number_box.key(path),
        title,
        content,
        session.number_box.n_taken(path),
        text=text,
        problem=" ".join(_reasons(wish)),
        step=step or wanted.step_from(content),
        ends=(wanted.low, wanted.high),
        help=wanted.range,
        width=FIELD_PX if has_label else BOX_PX,
        has_label=has_label,
    )


def _marked(path: str, wish: Wish | None) -> AbstractContextManager[object]:
    """The place of a control; marked while what it shows cannot be carried out."""
    return st.container(key=f"wish-{path}") if wish is not None else nullcontext()


def say_why_not(wish: Wish | None) -> None:
    """Why what was asked for at a control cannot be carried out, and what the run still has instead."""
    if wish is None:
        return
    for reason in _reasons(wish):
        st.error(plain(reason), icon=":material/block:")
    path = wish.paths[0]
    _, name, field, value = field_at(session.scenario.now(), path)
    unit, value = ("%", to_box(name, value)) if is_share(name) else (unit_of(name), value)
    words = value_of(FieldValue(path, str(field.title), value, unit))
    st.caption(plain(TEXT["refused"].format(name=name_of(path, session.scenario.now()), value=words)))


def _reasons(wish: Wish | None) -> list[str]:
    if wish is None:
        return []
    return [refusal_in_words(problem, session.scenario.now()) for problem in wish.problems]


def _range(control: Control, key: str, unit: str, value: object) -> str:
    """Teaching range and preset value; a mark where the value is another one."""
    try:
        _, name, _, preset = field_at(session.scenario.base(), key)
    except ScenarioError:
        name, preset = key.rpartition(".")[2], None
    unit = "%" if is_share(name) else unit
    low, high = (number_text(to_box(name, end)) for end in (control.low, control.high))
    text = TEXT["range"].format(low=low, high=high, unit=unit).strip()
    if preset is None:
        return text
    is_changed = value != preset
    words = TEXT["preset_changed" if is_changed else "preset"].format(value=number_text(to_box(name, preset)))
    return f"{text}; **\u25cf {words}**" if is_changed else f"{text}; {words}"


def _since(scenario: Scenario, control: Control) -> str:
    """From which day on a slider moves anything, where that is not the first one."""
    starts = []
    for path in control.paths:
        record, name, _, _ = field_at(scenario, path)
        start = getattr(record, "start_day", getattr(record, "at_day", 0.0))
        starts.append(0.0 if name in ("start_day", "at_day") else start)
    return TEXT["from_day"].format(day=day(min(starts))) if min(starts) > 0.0 else ""


def show_more(scenario: Scenario) -> None:
    """All other fields: numbers as boxes, words as lists, yes or no as switches; lists of numbers apart."""
    control_paths = {control.paths[0] for control in scenario.controls}
    prefixes = ["", *PARTS]
    for name in ENTRIES:
        entries = getattr(scenario, name)
        prefixes += [f"{name}.{i}." for i in range(min(len(entries), MOST_FIELDS))]
        if len(entries) > MOST_FIELDS:
            st.caption(TEXT["first_of"].format(title=TEXT[f"all_{name}"], most=MOST_FIELDS, n=len(entries)))
    together: list[tuple[str, list[str]]] = []
    for prefix in prefixes:
        fields = [path for path in _fields(scenario, prefix) if path not in control_paths]
        lists = [path for path in fields if isinstance(field_at(scenario, path)[3], tuple)]
        heading = group_of(scenario, prefix)
        if lists:
            together.append((heading, lists))
        if len(fields) > len(lists):
            _group(scenario, heading, [path for path in fields if path not in lists])
    _lists(scenario, together)


def _lists(scenario: Scenario, together: list[tuple[str, list[str]]]) -> None:
    """Lists in one form: their lengths depend on each other, so they are taken up at once."""
    with st.form("lists"):
        st.caption(TEXT["lists"])
        for heading, paths in together:
            _group(scenario, heading, paths)
        st.form_submit_button(TEXT["apply"])


def _fields(scenario: Scenario, prefix: str) -> list[str]:
    record: Any = scenario
    for step in filter(None, prefix.split(".")):
        record = record[int(step)] if step.isdecimal() else getattr(record, step)
    return [
        prefix + name
        for name, field in type(record).model_fields.items()
        if name != "kind"
        and prefix + name not in ABOUT_SCENARIO
        and (range_of(field) or range_of_items(field) or field.annotation is bool or _choices(name, field.annotation))
    ]


def _choices(name: str, annotation: object) -> list[str]:
    return list(shelf(name)) or [word for word in get_args(annotation) if isinstance(word, str)]


def _words(name: str) -> Callable[[str], str]:
    """How the choices of a field are written on screen."""
    records, words = shelf(name), CHOICES.get(name, {})
    return lambda choice: in_words(records[choice].title) if choice in records else words.get(choice, in_words(choice))


def _group(scenario: Scenario, heading: str, paths: list[str]) -> None:
    st.markdown(f"**{heading}**")
    with st.container(horizontal=True, gap="small"):
        for path in paths:
            wish = session.wish.wishes().get(path)
            if wish is None:
                _field(scenario, path)
                continue
            with st.container(key=f"wish-{path}", width=WISH_PX, gap="small"):
                _field(scenario, path)
                say_why_not(wish)


def _field(scenario: Scenario, path: str) -> None:
    """One widget, by what its field is declared to hold."""
    _, name, field, value = field_at(scenario, path)
    limits = range_of(field) or range_of_items(field)
    title = in_words(str(field.title))
    kinds = get_args(field.annotation) or (field.annotation,)
    if limits is not None and not isinstance(value, tuple):
        unit = box_unit(name)
        _number_box(scenario, path, f"{title}, {unit}" if unit else title, has_label=True)
        return
    session.scenario.start(path)
    if field.annotation is bool:
        st.checkbox(title, key=path, width=330)
    elif isinstance(value, tuple) and limits is not None:
        unit = box_unit(name)
        ends = (number_text(to_amount(name, end)) for end in limits)
        words = TEXT["range"].format(low=next(ends), high=next(ends), unit=unit).strip()
        title = f"{title}, {unit}" if unit else title
        st.text_input(title, help=f"{words} {TEXT['list_help']}", key=path, width=FIELD_PX)
    elif isinstance(value, tuple):
        most = next(part.max_length for part in field.metadata if hasattr(part, "max_length"))
        st.multiselect(
            title, _choices(name, None), format_func=_words(name), max_selections=most, key=path, width=FIELD_PX
        )
    else:
        index, empty = (None, TEXT["none"]) if NoneType in kinds else (0, None)
        choices = _choices(name, field.annotation)
        st.selectbox(title, choices, index=index, placeholder=empty, format_func=_words(name), key=path, width=FIELD_PX)
