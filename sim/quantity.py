"""Declare a number once: name with its unit, default, lowest, highest, label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticUndefined

from sim.refusal import MOST_SENTENCES, RENAMED, ScenarioError, literal, nearest

REQUIRED: Final = PydanticUndefined
SMALLEST: Final = 1e-300

UNIT_OF_SUFFIX: Final[dict[str, str]] = {
    "_mcg_day": "mcg/day",
    "_ml_day": "mL/day",
    "_mcg_ml": "mcg/mL",
    "_mcg_h": "mcg/h",
    "_ml_h": "mL/h",
    "_ml_cm": "mL/cm",
    "_ml_kpa": "mL/kPa",
    "_cm2_h": "cm2/h",
    "_kj_mol": "kJ/mol",
    "_h_per_day": "h per day",
    "_per_h": "per h",
    "_mcg": "mcg",
    "_ml": "mL",
    "_day": "days",
    "_min": "minutes",
    "_h": "h",
    "_kpa": "kPa",
    "_year": "years",
    "_m": "m",
    "_mm": "mm",
    "_um": "micrometres",
    "_cm": "cm",
    "_c": "degrees C",
    "_frac": "",
    "_factor": "times",
    "_gamma": "",
    "_ratio": "",
    "_index": "",
}


R = TypeVar("R", bound="Record")


class Record(BaseModel):
    """Base of every declared record: frozen, strict, no unknown keys, no coercion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _count_first(cls, data: Any) -> Any:
        # a list that is too long is refused before any of its entries is looked at
        if isinstance(data, Mapping):
            for name, most in _most_entries(cls):
                entries = data.get(name)
                if isinstance(entries, list | tuple) and len(entries) > most:
                    text = f"{name}: {len(entries)} entries, where at most {most} are needed"
                    raise PydanticCustomError("too_many", "{list}", {"list": text})
        return data

    @field_validator("*", mode="after")
    @classmethod
    def _plain_zero(cls, value: Any) -> Any:
        if isinstance(value, float):
            if 0.0 < abs(value) < SMALLEST:
                raise ValueError("is too close to zero to compute with; write 0")
            return value + 0.0
        return value


@cache
def _most_entries(record: type[Record]) -> tuple[tuple[str, int], ...]:
    """(name, most entries) of the fields whose lists have a declared end."""
    every = [(name, item) for name, field in record.model_fields.items() for item in field.metadata]
    return tuple((name, item.max_length) for name, item in every if getattr(item, "max_length", None))


def quantity(default: Any, low: float, high: float, label: str) -> Any:
    """One declared number; the unit is the suffix of the name it is given to.

    >>> class Fill(Record):
    ...     in_ml: float = quantity(20.0, 0.0, 40.0, "Volume put in")
    >>> check(Fill, {"in_ml": 50})
    Traceback (most recent call last):
    sim.refusal.ScenarioError: in_ml = 50 is outside 0.0 to 40.0 mL
    """
    return Field(default=default, ge=low, le=high, title=label)


def unit_of(name: str) -> str:
    """Unit that a name carries in its suffix; empty if it carries none.

    >>> unit_of("dose_mcg_day"), unit_of("title")
    ('mcg/day', '')
    """
    fitting = [] if name.startswith("n_") else [suffix for suffix in UNIT_OF_SUFFIX if name.endswith(suffix)]
    return UNIT_OF_SUFFIX[max(fitting, key=len)] if fitting else ""


def range_of(field: FieldInfo) -> tuple[float, float] | None:
    """Lowest and highest legal value of a declared number; None for other fields."""
    low = next((item.ge for item in field.metadata if hasattr(item, "ge")), None)
    high = next((item.le for item in field.metadata if hasattr(item, "le")), None)
    return None if low is None or high is None else (float(low), float(high))


def range_of_items(field: FieldInfo) -> tuple[float, float] | None:
    """Lowest and highest legal number of a declared list of numbers; None for other fields."""
    for part in get_args(field.annotation):
        for item in get_args(part)[1:]:
            limits = range_of(item) if isinstance(item, FieldInfo) else None
            if limits:
                return limits
    return None


def check(record: type[R], data: object) -> R:
    """`data` as a checked record; raises ScenarioError with every problem at once."""
    try:
        return record.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        sentences = [_sentence(record, data, detail) for detail in details[:MOST_SENTENCES]]
        raise ScenarioError(sentences, len(details) - len(sentences)) from None


def _kind_of(value: object) -> str:
    kinds: dict[str, Any] = {
        "true or false": bool, "a number": int | float, "text": str, "a list": list | tuple, "a table": Mapping,
    }  # fmt: skip
    return next((name for name, kind in kinds.items() if isinstance(value, kind)), "of another type")


def _records_in(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from _records_in(part)


def _walk(record: type[Record], data: object, loc: tuple[int | str, ...]) -> tuple[str, type[Record], str]:
    """Path as text, the record that owns the last name on it, and that name."""
    path, name, owner, possible = "", "", record, [record]
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
            data = data[step] if isinstance(data, list | tuple) and step < len(data) else None
            continue
        if isinstance(data, Mapping):
            if step not in data and step == data.get("kind"):
                continue  # the name of a union's member, not a key of the file
            owner = _chosen(possible, data) if possible else owner
        # a key of a free table is no field
        path, name = (f"{path}.{step}" if path else str(step)), str(step) if possible else ""
        field = owner.model_fields.get(name)
        possible = list(_records_in(field.annotation)) if field else []
        data = data.get(name) if isinstance(data, Mapping) else None
    return path, owner, name


def _chosen(choices: list[type[Record]], data: Mapping[str, object]) -> type[Record]:
    for choice in choices:
        kind = choice.model_fields.get("kind")
        if kind is not None and data.get("kind") in get_args(kind.annotation):
            return choice
    return choices[0]


def _limits(field: FieldInfo, name: str) -> str:
    """Lowest and highest legal number in words; empty if the field declares none."""
    limits = range_of(field) or range_of_items(field)
    if limits and int in (field.annotation, *get_args(field.annotation)):
        return f"{limits[0]:.0f} to {limits[1]:.0f}"
    return f"{limits[0]} to {limits[1]} {unit_of(name)}".rstrip() if limits else ""


def _choices(annotation: object) -> list[str | int]:
    """Words and whole numbers that a choice allows, also one that may be left empty."""
    parts = get_args(annotation)
    inner = [choice for part in parts for choice in _choices(part)]
    return inner + [part for part in parts if isinstance(part, str | int)]


def _needed(field: FieldInfo | None, name: str) -> str:
    if field is None:
        return "text is needed"
    if field.annotation is bool:
        return "true or false is needed"
    if limits := _limits(field, name):
        return f"a {'' if '.' in limits else 'whole '}number from {limits} is needed"
    words = [repr(word) for word in _choices(field.annotation)]
    if words:
        return ("one of " if len(words) > 1 else "") + ", ".join(words) + " is needed"
    return f"{field.title or 'text'} is needed".lower() if field.annotation is not str else "text is needed"


def _sentence(record: type[Record], data: object, error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    path, owner, name = _walk(record, data, error["loc"])
    field = owner.model_fields.get(name)
    where = f"{path} = {literal(value)}" if path else literal(value)
    if kind == "extra_forbidden":
        start = path[: -len(name)].rstrip(".")
        if RENAMED.get(name) in owner.model_fields:
            return f"{path}: is now {literal(RENAMED[name])}"
        return f"{start + ': ' if start else ''}unknown key {literal(name)}{nearest(name, owner.model_fields)}"
    if kind == "too_many":
        return f"{path + '.' if path else ''}{context['list']}"
    if kind == "missing":
        return f"{path} is missing; {_needed(field, name)}"
    if kind == "union_tag_not_found":
        return f"{path}.kind is missing; it says what this entry is"
    if kind == "union_tag_invalid":
        known = [word.strip("' ") for word in str(context["expected_tags"]).split(",")]
        if RENAMED.get(str(context["tag"])) in known:
            return f"{path}.kind = {literal(context['tag'])}: is now {literal(RENAMED[str(context['tag'])])}"
        hint = nearest(context["tag"], known) or f"; known are {', '.join(known)}"
        return f"{path}.kind = {literal(context['tag'])} is unknown{hint}"
    if kind in ("greater_than_equal", "less_than_equal") and field is not None and _limits(field, name):
        hint = "; a share runs from 0 to 1, not to 100" if name.endswith("_frac") else ""
        return f"{where} is outside {_limits(field, name)}{hint}"
    if kind == "finite_number":
        return f"{where} is not a finite number; {_needed(field, name)}"
    if kind == "literal_error" and isinstance(value, str):
        words = [str(word) for word in _choices(field.annotation)] if field else []
        return f"{where} is unknown{nearest(value, words) or '; ' + _needed(field, name)}"
    if kind == "value_error":
        return f"{where} {context['error']}" if path else str(context["error"])
    if kind in ("too_long", "too_short", "string_too_long", "string_too_short"):
        most, what = "max_length" in context, "characters" if kind.startswith("string") else "entries"
        limit = context["max_length" if most else "min_length"]
        return f"{path}: {len(value)} {what}, where {'at most' if most else 'at least'} {limit} are needed"
    if kind == "string_pattern_mismatch":
        return f"{where} may hold only small letters, digits, points and hyphens"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where} is {_kind_of(value)}; a table is needed"
    if kind in ("tuple_type", "list_type"):
        return f"{where} is {_kind_of(value)}; a list is needed"
    reason = "is not whole" if kind.startswith("int") and isinstance(value, float) else f"is {_kind_of(value)}"
    return f"{where} {reason}; {_needed(field, name)}"
