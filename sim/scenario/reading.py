"""Text to plain tables: the guard before anything is believed."""

from __future__ import annotations

import json
import math
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from typing import Final

from sim.quantity import SMALLEST
from sim.refusal import ScenarioError, literal
from sim.scenario.number import readings

LARGEST_BYTES: Final = 65_536
MOST_POINTS: Final = 5_000  # in names; each one may open a table
LONGEST_LINE: Final = 2_000
LONGEST_TEXT: Final = 1_000
LONGEST_KEY: Final = 80
MOST_PARTS: Final = 8
DEEPEST: Final = 8
LARGEST_WHOLE: Final = 10**15

BINARY: Final = re.compile(rb"PK\x03\x04|\x1f\x8b|\x80|%PDF|\x89PNG")
# An open quotation mark runs to the end of its line (or of the text), where both parsers stop anyway.
QUOTED: Final = re.compile(
    r'"""(?:\\.|[^\\"]|"{1,2}(?!"))*+(?:"{3,5})?'
    r"|'''(?:[^']|'{1,2}(?!'))*+(?:'{3,5})?"
    r'|"(?:\\[^\n]|[^"\\\n])*+"?'
    r"|'[^'\n]*+'?|#[^\n]*+",
    re.DOTALL,
)
NUMBER: Final = re.compile(r"\s*+[-+]?\d[\d_]*+\.[\d_]++(?:[eE][-+]?\d++)?\s*+")
TWICE: Final = "the same name is given twice"
REASONS: Final[dict[str, str]] = {
    "Cannot|Duplicate": TWICE,
    "Expected '='": "a name must be followed by = and its value",
    "Expecting ':'": "a name must be followed by : and its value",
    "Expected newline": "something unexpected follows the value",
    "Expected ']": "the heading is not closed",
    "Unclosed|Expecting ','": "a comma or a closing bracket is missing",
    "Illegal trailing": "there is a comma too many",
    "Unescaped|Escaped|Invalid \\\\|Invalid hex": "a backslash in text must be written twice",
    "Unterminated|Expected|Illegal|Found|Invalid control": "a text is not closed, or holds a control sign",
    "Invalid date": "this is no date, and only elapsed days count here",
    "Invalid value|Expecting value": "this is not a value; text needs quotation marks",
    "Invalid": "a name is expected here",
    "Expecting property": "a name in double quotation marks is expected",
    "Extra data": "something follows the last bracket",
}


def plain(data: bytes | str) -> dict[str, object]:
    """Plain tables, lists, texts and numbers of a TOML or JSON text; the content decides which.

    Valid for at most 64 KiB of UTF-8. Raises ScenarioError, all faulty values at once.

    >>> plain("[[orders]]\\nat_day = 0.5")
    {'orders': [{'at_day': 0.5}]}
    >>> plain("[[orders]]\\nat_day = nan")
    Traceback (most recent call last):
    sim.refusal.ScenarioError: orders[0].at_day = nan is not a finite number
    """
    text = _text(data)
    table = _plain_json(text) if text.lstrip(" \t\n").startswith("{") else _plain_toml(text)
    if not table:
        raise ScenarioError(["the text is empty or holds only comments; start from an example scenario"])
    if problems := list(_problems(table, "", 1)):
        raise ScenarioError(problems)
    return table


def _plain_json(text: str) -> dict[str, object]:
    """Tables of a JSON text with no name given twice; its values are not yet looked at."""
    _refuse_costly(text, is_toml=False)
    try:
        return dict(json.loads(text, object_pairs_hook=_unique, parse_int=_whole, parse_float=_number))
    except json.JSONDecodeError as error:
        raise ScenarioError([_syntax(error.msg, text, error.lineno, error.colno)]) from None


def _plain_toml(text: str) -> dict[str, object]:
    _refuse_costly(text, is_toml=True)
    try:
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)\)$", str(error))
        lines = text.split("\n")
        line, column = map(int, place.groups()) if place else (len(lines), len(lines[-1]) + 1)
        raise ScenarioError([_syntax(str(error), text, line, column)]) from None
    except ValueError:  # the only other refusal: a whole number too long to convert
        raise ScenarioError(["a whole number is beyond 1e15"]) from None


def _text(data: bytes | str) -> str:
    if isinstance(data, str) and len(data) > LARGEST_BYTES:  # no letter has less than a byte
        raise ScenarioError([f"the text is {len(data)} characters long; the most is {LARGEST_BYTES} bytes"])
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST_BYTES:
        raise ScenarioError([f"the text is {len(raw)} bytes long; the most is {LARGEST_BYTES} bytes"])
    if BINARY.match(raw):
        raise ScenarioError(["this is a binary file (archive, pickle, picture or document), not text"])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "; it looks like UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise ScenarioError([f"byte {error.start} is not UTF-8{hint}; save the text as UTF-8"]) from None
    if b"\0" in raw:
        raise ScenarioError([f"byte {raw.index(0)} is zero: this is a binary file or UTF-16, not UTF-8 text"])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise ScenarioError([f"line {line} holds a lone carriage return; end lines with LF or CR LF"])
    return text


def _refuse_costly(text: str, is_toml: bool) -> None:
    # One long dotted name can keep the TOML parser busy for a minute; deep nesting breaks both parsers.
    depth, n_point = 1 if is_toml else 0, 0
    structure = QUOTED.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), text)
    for number, line in enumerate(structure.split("\n"), 1):
        if is_toml and len(line) > LONGEST_LINE:
            raise ScenarioError([f"line {number} has {len(line)} characters; the most is {LONGEST_LINE}"])
        pieces = re.split(r"[=,\[\]{}]", line) if "." in line else [line]
        parts = 1 + max(piece.count(".") for piece in pieces)
        if parts > MOST_PARTS:
            raise ScenarioError([f"line {number} has a name of {parts} parts; the most is {MOST_PARTS}"])
        n_point += sum(piece.count(".") for piece in pieces if not NUMBER.fullmatch(piece)) if parts > 1 else 0
        if n_point > MOST_POINTS:
            raise ScenarioError([f"line {number}: names have over {MOST_POINTS} points so far, the most that is read"])
        for bracket in re.findall(r"[\[\]{}]", line):
            depth += 1 if bracket in "[{" else -1
            if depth > DEEPEST:
                raise ScenarioError([f"line {number} is nested too deep; the most is {DEEPEST} levels"])


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table: dict[str, object] = {}
    for key, value in pairs:
        if key in table:
            raise ScenarioError([f"{TWICE} in one table: {literal(key)}"])
        table[key] = value
    return table


def _whole(digits: str) -> int:
    return int(digits[:100])  # 100 digits are refused as too large just as 5,000 are


def _number(digits: str) -> float:
    number = float(digits)
    vanished = number == 0.0 and re.search("[1-9]", re.split("[eE]", digits)[0])
    return math.ulp(0.0) if vanished else number


def _syntax(reason: str, text: str, line: int, column: int) -> str:
    words = next((sentence for start, sentence in REASONS.items() if re.match(start, reason)), "this cannot be read")
    source = text.split("\n")[line - 1]
    near = source[max(0, column - 25) : column + 12].strip()
    return f"line {line}, column {column}: {words}{_comma_hint(near)}: {literal(near)}"


def _comma_hint(near: str) -> str:
    """How a number with a comma, or with thousands apart, is to be written here; empty where there is none."""
    match = re.search(r"[=:]\s*([+-]?\d[\d.]*[.,][\d.,]*\d)", near)
    ways = [repr(number).removesuffix(".0") for number in readings(match[1])] if match else []
    if len(ways) == 2:
        return f"; {match[1]} can be read as {ways[0]} or as {ways[1]}: write one of them" if match else ""
    return f"; use a point, not a comma, for decimals: {ways[0]}" if ways else ""


def _problems(value: object, path: str, depth: int) -> Iterator[str]:
    where = path if len(path) <= 120 else "..." + path[-117:]
    if isinstance(value, dict | list) and depth > DEEPEST:
        yield f"{where} is nested too deep; the most is {DEEPEST} levels"
    elif isinstance(value, dict):
        for key, inner in value.items():
            name = key if re.fullmatch(r"[\w-]{1,40}", key, re.ASCII) else literal(key)
            below = f"{path}.{name}" if path else name
            if ill := _ill_text(key, LONGEST_KEY):
                yield f"the name {literal(key)}{f' in {where}' if path else ''} {ill}"
            yield from _problems(inner, below, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _problems(inner, f"{path}[{index}]", depth + 1)
    elif ill := _ill_value(value):
        yield f"{where} {ill}"


def _ill_value(value: object) -> str:
    if isinstance(value, str):
        return _ill_text(value.replace("\n", " "), LONGEST_TEXT)
    if isinstance(value, float) and not math.isfinite(value):
        return f"= {literal(value)} is not a finite number"
    if isinstance(value, float) and 0.0 < abs(value) < SMALLEST:
        return "is too close to zero to compute with; write 0"
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        return f"= {literal(value)} is beyond 1e15"
    if isinstance(value, date | time):
        return f"= {value} is a {'time' if isinstance(value, time) else 'date'}; only elapsed days count here"
    if value is None:
        return "= null is no value; leave the name out instead"
    return ""


def _ill_text(text: str, longest: int) -> str:
    if len(text) > longest:
        return f"is {len(text)} characters long; the most is {longest}"
    for place, character in enumerate(text, 1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return f"holds the hidden character U+{ord(character):04X} at place {place}"
    return ""
