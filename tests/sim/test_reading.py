"""Nothing enters the model but plain tables, and whatever is refused is refused in a sentence."""

from __future__ import annotations

import math
import pickle
import time
import tomllib
import zipfile
from io import BytesIO

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.refusal import ScenarioError
from sim.scenario.reading import DEEPEST, LARGEST_BYTES, LONGEST_KEY, LONGEST_LINE, LONGEST_TEXT, plain

many_trials = settings(max_examples=200, derandomize=True, deadline=None)

VALID = """\
# one tear
version = 1
title = "Half the dose: goes # missing, say 'why'"
see = '''a.b.c.d.e.f.g.h.i.j [[[[[[[[[[
second line'''
duration_day = 30

[[orders]]
kind = "refill"
at_day = 0.5
actual_mcg_ml = 2_000.0
is_bridge = true

[[orders]]
kind = "rate"
"dose_mcg_day" = 500e0

[[controls]]
paths = ["faults.0.lost_frac"]
"""


def problems_of(data: bytes | str) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as refusal:
        plain(data)
    problems = refusal.value.problems
    assert problems
    for problem in problems:
        assert 0 < len(problem) <= 300
        assert "\n" not in problem
        assert problem.isascii()
        assert problem.isprintable()
    return problems


def only_problem(data: bytes | str) -> str:
    (problem,) = problems_of(data)
    return problem


# What is read


def test_toml_gives_the_tables_that_the_standard_reader_gives():
    assert plain(VALID) == tomllib.loads(VALID)


def test_bytes_and_text_give_the_same_tables():
    assert plain(VALID.encode()) == plain(VALID)


def test_the_content_decides_between_json_and_toml():
    expected = {"title": "Tear", "orders": [{"at_day": 0.5, "n": 3, "is_open": True}]}
    assert plain('\n\t {"title":"Tear","orders":[{"at_day":0.5,"n":3,"is_open":true}]}\n') == expected
    assert plain('title="Tear"\n[[orders]]\nat_day=0.5\nn=3\nis_open=true') == expected


def test_whole_numbers_stay_whole_and_claims_stay_claims():
    table = plain('{"n": 1, "x": 1.0, "is_open": true}')
    assert [type(value) for value in table.values()] == [int, float, bool]


def test_a_number_in_quotation_marks_stays_text():
    assert plain('x = "0.5"') == {"x": "0.5"}


def test_a_byte_order_mark_is_taken_off():
    for text in ("x = 1", '{"x": 1}'):
        assert plain(b"\xef\xbb\xbf" + text.encode()) == {"x": 1}
        assert plain("\ufeff" + text) == {"x": 1}


def test_windows_and_mixed_line_ends_are_read():
    assert plain("x = 1\r\ny = 2\nz = 3\r\n") == {"x": 1, "y": 2, "z": 3}


def test_names_that_mean_something_elsewhere_are_only_names():
    text = '{"__proto__": {"x": 1}, "constructor": 2, "__class__": 3}'
    assert plain(text) == {"__proto__": {"x": 1}, "constructor": 2, "__class__": 3}


def test_markup_and_formulas_in_a_text_are_left_as_they_are():
    text = r"<script>alert(1)</script> $\href{javascript:x}{y}$ {0.__class__} [a](http://b) =1+1"
    assert plain(tomli_w.dumps({"t": text})) == {"t": text}


def test_letters_of_any_language_are_read():
    title = "Dosis für Zoë, 用量, доза, مقدار"
    assert plain(f'title = "{title}"') == {"title": title}


def test_a_text_may_have_several_lines():
    assert plain('see = """one\r\ntwo"""') == {"see": "one\ntwo"}


@many_trials
@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=1e-290))
def test_every_number_survives_exactly(number):
    assert plain(f"x = {number!r}\ny = -{number!r}") == {"x": number, "y": -number}
    assert plain(f'{{"x": {number!r}}}') == {"x": number}


# Size, lines, names and depth: refused before any parser sees the text


def test_a_text_over_64_kib_is_refused_with_both_sizes():
    for data in ("x" * (LARGEST_BYTES + 1), b"\xff" * (LARGEST_BYTES + 1), '{"x":"' + "é" * LARGEST_BYTES):
        problem = only_problem(data)
        assert str(len(data)) in problem
        assert str(LARGEST_BYTES) in problem


def test_a_text_of_exactly_64_kib_is_read():
    text = "x = 1\n"
    padding = "#" * 1000 + "\n"
    text += padding * ((LARGEST_BYTES - len(text)) // len(padding))
    text += "#" * (LARGEST_BYTES - len(text))
    assert len(text) == LARGEST_BYTES
    assert plain(text) == {"x": 1}


def test_a_long_line_is_refused_with_its_number():
    line = "x = 1 #".ljust(LONGEST_LINE, "-")
    assert plain(f"y = 2\n{line}") == {"x": 1, "y": 2}
    problem = only_problem(f"y = 2\n{line}-")
    assert "line 2" in problem
    assert str(LONGEST_LINE) in problem


def test_json_may_be_one_long_line():
    numbers = list(range(10_000))
    assert plain(f'{{"x": {numbers}}}') == {"x": numbers}


def test_a_name_of_more_than_eight_parts_is_refused_with_its_line():
    assert plain("a.b.c.d.e.f.g.h = 1")
    for text in (
        "x = 1\na.b.c.d.e.f.g.h.i = 1",
        "x = 1\na . b.c .d.e.f.g. h.i = 1",
        "x = 1\n\"a.b\".'c.d'.e.f.g.h.i.j.k = 1",
        "x = 1\n[a.b.c.d.e.f.g.h.i]",
        "x = 1\n[[a.b.c.d.e.f.g.h.i]]",
        "x = 1\ny = {a.b.c.d.e.f.g.h.i = 1}",
    ):
        assert "line 2 has a name of 9 parts" in only_problem(text)


def test_points_and_brackets_in_texts_and_comments_are_not_structure():
    text = "\n".join(
        [
            "a = 'a.b.c.d.e.f.g.h.i.j [[[[[[[[[[ {{{{{{{{{{'",
            'b = "a.b.c.d.e.f.g.h.i.j \\" [[[[[[[[[["',
            "c = 1 # a.b.c.d.e.f.g.h.i.j [[[[[[[[[[ \" '",
            'd = """a.b.c.d.e.f.g.h.i.j\n[[[[[[[[[["" ""\\""""""',
            "e = '''a.b.c.d.e.f.g.h.i.j\n[[[[[[[[[['' '''''",
            "f = 2",
        ]
    )
    assert plain(text) == tomllib.loads(text)
    assert plain('{"a": "[[[[[[[[[[ \\" {{{{{{{{{{", "b": 1}')["b"] == 1


@pytest.mark.parametrize("levels", [9, 500, 10_000])
def test_deep_nesting_is_refused_in_a_sentence(levels):
    on_one_line = min(levels, 400)
    for text in (
        f'{{"a": {"[" * levels}1{"]" * levels}}}',
        '{"a":' * levels + "1" + "}" * levels,
        '{"a": ' + "[" * levels,
        "a = " + "[\n" * levels + "1" + "]\n" * levels,
        "a = " + "[" * on_one_line,
        "a = " + "{a=" * on_one_line + "1" + "}" * on_one_line,
    ):
        assert "too deep" in only_problem(text)


def test_eight_levels_are_read_and_nine_refused_in_both_formats():
    inside = DEEPEST - 1
    for text in ('{"a": %s1%s}', "a = %s1%s"):
        assert plain(text % ("[" * inside, "]" * inside))
        assert "too deep" in only_problem(text % ("[" * DEEPEST, "]" * DEEPEST))


def test_depth_hidden_in_headings_and_names_is_refused_too():
    assert "a.b.c.d.e.f.g.h is nested too deep" in only_problem("[a.b.c.d.e.f.g.h]\nx = 1")
    assert "too deep" in only_problem("[a.b.c.d]\ne.f.g.h.i = 1")


def fill(piece: str) -> str:
    return piece * (LARGEST_BYTES // len(piece))


COSTLY = {
    "one dotted name": "a." * 32_000 + "a = 1",
    "one dotted heading": "[" + "a." * 32_000 + "a]",
    "dotted lines": fill("a." * 990 + "a = 1\n"),
    "dotted quoted names": fill("''." * 600 + "a = 1\n"),
    "names of eight parts": "".join(f"a.b.c.d.e.f.g.x{i}=1\n" for i in range(3_000)),
    "headings": "".join(f"[a.b.c.d.e.f.x{i}]\n" for i in range(3_200)),
    "list headings": fill("[[a]]\n"),
    "deep list headings": fill("[[a.b.c.d.e.f.g]]\n"),
    "double marks": fill('"\n'),
    "single marks": fill("'\n"),
    "triple marks": fill('"""\n'),
    "marks by pairs": 'a = """\n' + fill('""x\n')[:65_000],
    "backslashes": fill('"' + "\\" * 1_900 + "\n"),
    "escapes": "".join(f'a{i} = "' + "\\n" * 900 + '"\n' for i in range(35)),
    "digits": fill("9" * 1_900 + "\n"),
    "json digits": '{"a": ' + "9" * 65_000 + "}",
    "json marks": '{"' + fill('"')[:65_000],
    "json escapes": '{"a": "' + "\\u0041" * 10_000 + '"}',
    "bad values": "a = [\n" + fill("nan,\n")[:65_000] + "]",
    "closing brackets": fill("]"[:1] + "\n"),
    "empty lines": fill("\n"),
    "spaces": fill(" " * 1_000 + "\n"),
    "entries": "a = [\n" + fill("1,\n")[:65_000] + "]",
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_no_text_keeps_the_reader_busy(text):
    assert len(text) <= LARGEST_BYTES
    start = time.process_time()
    reads_or_refuses(text)
    # about 0.1 s at worst on a slow core; without the guard the first one takes 12 s
    assert time.process_time() - start < 1.0


# What is not text


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "# only\n# comments", "\ufeff", "{}", b""])
def test_an_empty_text_is_no_scenario(text):
    assert "empty or holds only comments" in only_problem(text)


def test_text_that_is_not_utf8_is_refused_with_the_place_of_the_byte():
    assert "byte 9 " in only_problem("title = 'é'".encode("latin-1"))
    assert "byte 12 " in only_problem(b"\xef\xbb\xbf" + "title = 'é'".encode("latin-1"))


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("text", ["x = 1", '{"x": 1}'])
def test_utf16_is_refused_in_either_format(code, text):
    problem = only_problem(text.encode(code))
    assert "UTF-8" in problem
    assert problem.startswith("byte ")


def test_an_archive_or_pickle_is_known_by_its_content_and_never_opened():
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("scenario.toml", "x = 1")
    for data in (
        archive.getvalue(),
        pickle.dumps({"x": 1}),
        b"\x1f\x8b\x08\x00",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
    ):
        assert "binary file" in only_problem(data)
    assert "byte 5 is zero" in only_problem(b"x = 1\0")
    problems_of(pickle.dumps({"x": 1}, protocol=0))


def test_a_lone_carriage_return_is_refused_with_its_line():
    assert "line 1" in only_problem("x = 1\ry = 2\r")
    assert "line 3" in only_problem("x = 1\r\ny = 2\nz = 3\rw = 4")
    assert "lone carriage return" in only_problem('{"x":\r1}')


def test_a_lone_surrogate_in_a_python_text_is_refused():
    assert "not UTF-8" in only_problem('x = "\ud800"')


# Mistakes of spelling


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("x = 1\ny 2", "line 2, column 3", "followed by ="),
        ("x = 1 y = 2", "line 1, column 7", "something unexpected follows"),
        ("x = hello", "line 1, column 5", "quotation marks"),
        ("x = True", "line 1", "quotation marks"),
        ("x = ", "line 1", "quotation marks"),
        ('x = "abc\ny = 1', "line 1, column 9", "not closed"),
        ('x = """abc', "line 1, column 11", "not closed"),
        ("x = '''abc", "line 1, column 11", "not closed"),
        ("\nx = [1, 2", "line 2, column 10", "closing bracket"),
        ("[orders", "line 1, column 8", "heading"),
        ("[[orders]\nx = 1", "line 1", "heading"),
        ("= 3", "line 1, column 1", "a name is expected"),
        (r'x = "\q"', "line 1", "backslash"),
        (r'x = "\uD800"', "line 1", "backslash"),
        ("x = 2024-02-30", "line 1", "only elapsed days"),
        ("x = '\x1b[31m'", "line 1", "control sign"),
        ('{"x": 1,}', "line 1", ""),
        ('{"x" 1}', "line 1, column 6", "followed by :"),
        ("{'x': 1}", "line 1, column 2", "double quotation marks"),
        ('{"x": 1\n "y": 2}', "line 2, column 2", "comma"),
        ('{"x": 1} y', "line 1, column 10", "last bracket"),
        ('{"x": "a\nb"}', "line 1", "not closed"),
        ('{"x": "\\q"}', "line 1", "backslash"),
        ('{"x": tru}', "line 1, column 7", "not a value"),
        ('{"x": "abc', "line 1", "not closed"),
        ("{", "line 1, column 2", ""),
    ],
)
def test_a_slip_of_the_pen_is_told_with_line_and_column(text, place, words):
    problem = only_problem(text)
    assert problem.startswith(place)
    assert words in problem


def test_the_words_near_the_slip_are_shown():
    assert "'dose = 5 mcg'" in only_problem("x = 1\ndose = 5 mcg")


@pytest.mark.parametrize("text", ["dose = 0,5", "dose = -12,50\n", "x = {dose = 0,5}", '{"dose": 0,5}'])
def test_a_decimal_comma_gets_the_hint_to_use_a_point(text):
    assert "use a point" in only_problem(text)


def test_other_slips_do_not_get_the_hint_to_use_a_point():
    assert "use a point" not in only_problem("dose = 5 mcg")
    assert plain("x = [0,5]") == {"x": [0, 5]}


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nx = 2",
        "[a]\nx = 1\n[a]\ny = 2",
        "a.x = 1\n[a]",
        "a = 1\n[[a]]",
        "a = {x = 1, x = 2}",
        '{"x": 1, "x": 1}',
        '{"a": [{"x": 1, "y": 2, "x": 3}]}',
        '{"x": 1, "\\u0078": 2}',
    ],
)
def test_a_name_given_twice_is_refused_in_either_format(text):
    assert "given twice" in only_problem(text)


# Values


@pytest.mark.parametrize("value", ["nan", "-nan", "inf", "-inf", "+inf", "1e999", "-1e999"])
def test_what_is_not_a_finite_number_is_refused_with_its_path(value):
    problem = only_problem(f"[[orders]]\nat_day = {value}")
    assert problem.startswith("orders[0].at_day = ")
    assert problem.endswith(" is not a finite number")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_not_a_finite_number_is_refused_in_json_too(value):
    assert "orders[1].at_day = " in only_problem(f'{{"orders": [{{}}, {{"at_day": {value}}}]}}')


@pytest.mark.parametrize("value", ["1e-400", "-1.5e-9999", "5e-324", "0.0000001e-320"])
def test_a_number_that_would_vanish_is_refused(value):
    for text in (f"x = {value}", f'{{"x": {value}}}'):
        assert only_problem(text) == "x is too close to zero to compute with; write 0"


@pytest.mark.parametrize("value", ["0.0", "0e0", "0.000e-999", "-0.0", "0e5"])
def test_zero_is_read_however_it_is_written(value):
    assert plain(f"x = {value}") == plain(f'{{"x": {value}}}') == {"x": 0.0}


@pytest.mark.parametrize("digits", [17, 101, 700, 1_990])
def test_whole_numbers_of_very_many_digits_are_refused(digits):
    for value in ("9" * digits, "-" + "9" * digits):
        for text in (f"x = {value}", f'{{"x": {value}}}'):
            assert "is beyond 1e15" in only_problem(text)
    assert "is beyond 1e15" in only_problem("x = 0x" + "f" * digits)
    assert "is beyond 1e15" in only_problem("x = 0b" + "1" * max(digits, 60))


@pytest.mark.parametrize("digits", [5_000, 60_000])
def test_thousands_of_digits_are_refused_in_json(digits):
    assert only_problem(f'{{"x": {"9" * digits}}}').startswith("x = 99999")
    assert "x = inf" in only_problem(f'{{"x": {"9" * digits}.5}}')


def test_the_largest_whole_number_is_read():
    assert plain(f"x = {10**15}\ny = -{10**15}") == {"x": 10**15, "y": -(10**15)}
    assert f"x = {10**15 + 1} is beyond" in only_problem(f"x = {10**15 + 1}")


@pytest.mark.parametrize("value", ["2024-01-31", "2024-01-31T08:00:00", "2024-03-31T02:30:00+01:00"])
def test_a_date_is_refused_for_only_elapsed_days_count(value):
    assert "is a date; only elapsed days count here" in only_problem(f"[[orders]]\nat_day = {value}")


def test_a_clock_time_is_refused_for_only_elapsed_days_count():
    assert only_problem("at = 07:30:00") == "at = 07:30:00 is a time; only elapsed days count here"


def test_json_null_is_no_value():
    assert "x.y[0] = null" in only_problem('{"x": {"y": [null]}}')


HIDDEN = [0x00, 0x07, 0x09, 0x0D, 0x1B, 0x7F, 0x85, 0xAD, 0x200B, 0x200D, 0x200E, 0x202E, 0x2028, 0x2029]
HIDDEN += [0x2066, 0xFEFF, 0xD800, 0xDFFF, 0xE0041]


def as_json(code: int) -> str:
    units = chr(code).encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] * 256 + units[i + 1]:04x}" for i in range(0, len(units), 2))


@pytest.mark.parametrize("code", HIDDEN, ids=hex)
def test_hidden_characters_are_refused_in_texts_and_in_names(code):
    problem = only_problem(f'{{"orders": [{{"title": "ab{as_json(code)}c"}}]}}')
    assert problem == f"orders[0].title holds the hidden character U+{code:04X} at place 3"
    assert f"U+{code:04X}" in only_problem(f'{{"orders": [{{"ab{as_json(code)}c": 1}}]}}')


@pytest.mark.parametrize("code", [code for code in HIDDEN if not 0xD800 <= code <= 0xDFFF], ids=hex)
def test_hidden_characters_are_refused_in_toml_escapes(code):
    assert f"title holds the hidden character U+{code:04X}" in only_problem(f'title = "a\\U{code:08X}"')


def test_a_name_may_not_hold_a_line_end():
    assert "the name 'a\\nb' holds" in only_problem('{"a\\nb": 1}')


def test_surrogates_that_make_a_pair_are_one_character():
    assert plain('{"x": "\\ud83d\\ude00"}') == {"x": "\N{GRINNING FACE}"}


def test_long_texts_and_names_are_refused_with_their_length():
    assert plain(f'x = "{"a" * LONGEST_TEXT}"')
    assert "x is 1001 characters long" in only_problem(f'x = "{"a" * (LONGEST_TEXT + 1)}"')
    assert plain(f"{'a' * LONGEST_KEY} = 1")
    assert "81 characters long" in only_problem(f"{'a' * (LONGEST_KEY + 1)} = 1")


def test_all_faulty_values_are_told_at_once():
    text = """
at = 2024-01-31
[[orders]]
at_day = 0
[[orders]]
at_day = nan
actual_mcg_ml = 99999999999999999999
title = "a\\u202Eb"
[[orders]]
actual_mcg_ml = inf
"""
    assert [problem.split(" ")[0] for problem in problems_of(text)] == [
        "at",
        "orders[1].at_day",
        "orders[1].actual_mcg_ml",
        "orders[1].title",
        "orders[2].actual_mcg_ml",
    ]


def test_long_paths_do_not_make_long_sentences():
    name = "é" * 80
    text = ".".join(f'"{name}"' for _ in range(8)) + " = nan"
    assert "..." in only_problem(text)


# Whatever comes


def reads_or_refuses(data: bytes | str) -> None:
    problems: tuple[str, ...] = ()
    table: dict[str, object] = {}
    try:
        table = plain(data)
    except ScenarioError as refusal:
        problems = refusal.problems
    assert bool(table) != bool(problems)
    assert all(0 < len(problem) <= 300 and problem.isprintable() for problem in problems)
    assert_plain(table, 1)


def assert_plain(value: object, depth: int) -> None:
    assert type(value) in (dict, list, str, int, float, bool)
    assert depth <= DEEPEST + 1
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        for inner in value.values():
            assert_plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            assert_plain(inner, depth + 1)
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, str):
        value.encode("utf-8")


@many_trials
@given(st.binary(max_size=2_000))
def test_random_bytes_are_read_or_refused(data):
    reads_or_refuses(data)
    reads_or_refuses(b"{" + data)


@many_trials
@given(st.text(alphabet="[]{}\"'\\=.,#:-+_eExnaif0123 \n\t\r", max_size=300))
def test_random_structure_is_read_or_refused(text):
    reads_or_refuses(text)
    reads_or_refuses("{" + text)


@many_trials
@given(st.text(max_size=200))
def test_random_text_is_read_or_refused(text):
    reads_or_refuses(text)
    reads_or_refuses(f'title = "{text}"')


VALID_JSON = b'{"title": "Tear \\u00e9", "orders": [{"kind": "rate", "at_day": 0.5, "n": 12, "is_on": true}]}'


@many_trials
@given(data=st.data(), source=st.sampled_from([VALID.encode(), VALID_JSON]))
def test_a_damaged_file_is_read_or_refused(data, source):
    damaged = bytearray(source[: data.draw(st.integers(0, len(source)) | st.just(len(source)))])
    for _ in range(data.draw(st.integers(0, 4)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    reads_or_refuses(bytes(damaged))


def test_every_single_cut_of_a_file_is_read_or_refused():
    for source in (VALID.encode(), VALID_JSON):
        for end in range(len(source)):
            reads_or_refuses(source[:end])


names = st.text(alphabet="abcdefgh_-é. ", min_size=1, max_size=20)
texts = st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40)
numbers = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0.0 or abs(x) > 1e-290)
scalars = st.booleans() | st.integers(-(10**15), 10**15) | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def depth_of(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth_of, inner), default=0) if isinstance(value, dict | list) else 0


@many_trials
@given(st.dictionaries(names, values, min_size=1, max_size=6).filter(lambda table: depth_of(table) <= 5))
def test_whatever_is_written_is_read_back(table):
    written = tomli_w.dumps(table)
    assert plain(written) == tomllib.loads(written) == table
