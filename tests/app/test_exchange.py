"""A link or a file brings the same numbers back, and nothing else gets in or out with it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import string
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files.exchange import LONGEST_LINK, csv_text, from_link, safe_name, scenario_text, series_text, to_link
from sim import __version__, catalogue, parse_scenario, simulate
from sim.happening import TEACHING_ONLY
from sim.refusal import ScenarioError
from sim.scenario import unit_of, with_values
from sim.scenario.reading import LARGEST_BYTES

many_trials = settings(max_examples=200, derandomize=True, deadline=None)

SCENARIOS = catalogue().scenarios
SCENARIO = {
    "version": 1,
    "title": "Half the dose: Zoë's case, <b>$x$</b>",
    "duration_day": 30.1,
    "orders": [{"kind": "rate", "at_day": 0.1 + 0.2, "dose_mcg_day": 1e-7, "is_on": True}],
    "faults": [],
}


def link_of(raw: bytes, version: str = "2") -> str:
    return packed_link(zlib.compress(raw), version)


def packed_link(packed: bytes, version: str = "2") -> str:
    checksum = hashlib.sha256(packed).hexdigest()[:8]
    return f"{version}.{checksum}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def only_problem(link: str) -> str:
    with pytest.raises(ScenarioError) as refusal:
        from_link(link)
    (problem,) = refusal.value.problems
    assert 0 < len(problem) <= 300
    assert problem.isprintable()
    return problem


# Links


def test_a_link_brings_the_same_tables_back():
    assert from_link(to_link(SCENARIO)) == SCENARIO


def test_a_link_needs_no_escaping_in_an_address():
    assert set(to_link(SCENARIO)) <= set(string.ascii_letters + string.digits + "-_.")


def test_the_order_of_the_names_does_not_change_the_link():
    assert to_link(dict(reversed(SCENARIO.items()))) == to_link(SCENARIO)


def test_a_link_says_its_version_checksum_and_content():
    version, checksum, payload = to_link(SCENARIO).split(".")
    packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert version == "3"
    assert checksum == hashlib.sha256(packed).hexdigest()[:8]
    assert json.loads(zlib.decompress(packed)) == SCENARIO


def test_spaces_caught_while_copying_do_not_matter():
    assert from_link(f"  {to_link(SCENARIO)}\r\n") == SCENARIO


@many_trials
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not 0 < abs(x) < 1e-290)))
def test_every_number_survives_a_link_exactly(numbers):
    back = from_link(to_link({"x": numbers}))["x"]
    assert [number.hex() for number in back] == [number.hex() for number in numbers]


def test_a_link_from_a_newer_version_is_told_apart():
    for link in (link_of(b'{"x": 1}', "4"), "4.", "17.anything.at.all", "9999"):
        assert only_problem(link) == "the link was made by a newer version of PumpLab"


@pytest.mark.parametrize(
    "text", ["", "hello", "0.x.y", "-1.x.y", "01.x.y", "1e3.x.y", "²", "9" * 6_000, "\ud800", "\0"]
)
def test_what_is_no_link_is_told_so(text):
    assert "no PumpLab link" in only_problem(text)


def test_a_link_cut_anywhere_is_incomplete():
    link = to_link(SCENARIO)
    for end in range(1, len(link)):
        assert only_problem(link[:end]) == "the link is incomplete or was changed; copy it again"


def test_a_link_with_any_letter_changed_is_refused():
    link = to_link(SCENARIO)
    for place in range(2, len(link) - 1):
        other = "A" if link[place] != "A" else "B"
        assert "incomplete or was changed" in only_problem(link[:place] + other + link[place + 1 :])


@pytest.mark.parametrize("payload", ["a b", "a+b=", "a/b=", "abc=", "é", "%41", "a.b", "x", "\n", "٣"])
def test_letters_outside_the_alphabet_are_refused(payload):
    assert "incomplete or was changed" in only_problem(f"2.00000000.{payload}")
    assert "incomplete or was changed" in only_problem(to_link(SCENARIO)[:-4] + payload)


def test_bytes_that_do_not_unpack_are_refused_in_spite_of_a_right_checksum():
    packed = zlib.compress(b'{"x": 1}')
    dictionary = zlib.compressobj(zdict=b'{"x": 1}')
    for wrong in (
        b"",
        b"{}",
        packed[:-1],
        packed[:-4],
        packed + b"x",
        packed + packed,
        packed[:-1] + b"\0",
        dictionary.compress(b'{"x": 1}') + dictionary.flush(),
    ):
        assert "incomplete or was changed" in only_problem(packed_link(wrong))


def test_a_link_over_8_kb_is_refused_before_anything_else():
    problem = only_problem("2." + "A" * LONGEST_LINK)
    assert str(LONGEST_LINK) in problem
    assert str(LONGEST_LINK + 2) in problem
    assert "incomplete" in only_problem("2." + "A" * (LONGEST_LINK - 2))


def test_a_bomb_is_never_unpacked():
    bomb = packed_link(zlib.compress(b" " * 5_000_000, 9))
    assert len(bomb) <= LONGEST_LINK
    tracemalloc.start()
    try:
        problem = only_problem(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert f"unpacks to over {LARGEST_BYTES} bytes" in problem
    assert peak < 1_000_000


def test_a_link_may_unpack_to_64_kib_and_not_a_byte_more():
    raw = b'{"x": 1' + b" " * (LARGEST_BYTES - 8) + b"}"
    assert len(raw) == LARGEST_BYTES
    assert from_link(link_of(raw)) == {"x": 1}
    assert "unpacks to over" in only_problem(link_of(raw + b" "))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"{}", "empty"),
        (b'{"x": NaN}', "x = nan is not a finite number"),
        (b'{"x": 1e999}', "not a finite number"),
        (b'{"x": 1, "x": 2}', "given twice"),
        (b'{"x": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "too deep"),
        (b'{"x": ' + b"9" * 9_000 + b"}", "beyond 1e15"),
        (b'{"x": "\\ud800"}', "U+D800"),
        (b'{"x": "\xe9"}', "byte 7 is not UTF-8"),
        ('{"x": 1}'.encode("utf-16"), "UTF-16"),
        (b"\x80\x04\x95\x0b\x00\x00\x00", "binary"),
        (b"x", "line 1, column 2"),
    ],
)
def test_what_a_file_may_not_hold_a_link_may_not_hold(raw, words):
    assert words in only_problem(link_of(raw))


def test_no_link_is_made_that_could_not_be_opened():
    noise = "".join(hashlib.sha256(bytes([i])).hexdigest() for i in range(250))
    too_long = {f"t{i}": noise[i * 800 : i * 800 + 800] for i in range(20)}
    with pytest.raises(ScenarioError, match="use a file"):
        to_link(too_long)
    with pytest.raises(ScenarioError, match="unpacks to over"):
        to_link({"x": [0.0] * 20_000})
    with pytest.raises(ScenarioError, match=r"orders\[0\].at_day = nan"):
        to_link({"orders": [{"at_day": float("nan")}]})


def reads_or_refuses(link: str) -> None:
    problems: tuple[str, ...] = ()
    table: dict[str, object] = {}
    try:
        table = from_link(link)
    except ScenarioError as refusal:
        problems = refusal.problems
    assert bool(table) != bool(problems)
    assert all(0 < len(problem) <= 300 and problem.isprintable() for problem in problems)


@many_trials
@given(st.text(max_size=300))
def test_random_text_is_refused_as_a_link(text):
    for link in (text, "1." + text, "2." + text, "2.00000000." + text):
        reads_or_refuses(link)


@many_trials
@given(st.binary(max_size=500))
def test_random_bytes_with_a_right_checksum_are_read_or_refused(data):
    reads_or_refuses(packed_link(data))
    reads_or_refuses(link_of(data))
    reads_or_refuses(link_of(b"{" + data))


@many_trials
@given(st.data())
def test_a_damaged_link_is_read_or_refused(data):
    link = to_link(SCENARIO)
    damaged = list(link[: data.draw(st.integers(0, len(link)) | st.just(len(link)))])
    for _ in range(data.draw(st.integers(0, 4)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = chr(data.draw(st.integers(0, 255)))
    reads_or_refuses("".join(damaged))


@many_trials
@given(st.data())
def test_damage_below_the_checksum_is_read_or_refused(data):
    raw = bytearray(json.dumps(SCENARIO).encode())
    packed = bytearray(zlib.compress(raw))
    for damaged in (raw, packed):
        for _ in range(data.draw(st.integers(1, 4))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    reads_or_refuses(link_of(bytes(raw)))
    reads_or_refuses(packed_link(bytes(packed)))


# File names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Half the dose goes missing", "half-the-dose-goes-missing.toml"),
        ("../../etc/passwd", "etc-passwd.toml"),
        (r"\\host\share\C:\x", "host-share-c-x.toml"),
        ("Zoë's Überdosis", "zoe-s-uberdosis.toml"),
        ("tip.toml", "tip-toml.toml"),
        ("--- . ---", "pumplab.toml"),
        ("", "pumplab.toml"),
        ("用量", "pumplab.toml"),
        ("İstanbul TITLE", "istanbul-title.toml"),
        ("a\0b\nc", "a-b-c.toml"),
        ("=cmd()", "cmd.toml"),
    ],
)
def test_a_file_name_is_built_from_small_letters_digits_and_hyphens(title, name):
    assert safe_name(title, "toml") == safe_name(title, ".toml") == name


@pytest.mark.parametrize("title", ["con", "CON", " Prn ", "aux", "NUL", "nul.", "com1", "COM9", "LPT1", "com¹", "lpt0"])
def test_names_that_windows_keeps_for_itself_are_avoided(title):
    assert safe_name(title, "csv").startswith("pumplab-")


def test_names_that_only_begin_like_reserved_ones_are_kept():
    assert safe_name("console", "csv") == "console.csv"
    assert safe_name("com10", "csv") == "com10.csv"


def test_a_name_without_an_ending_ends_with_no_point():
    assert safe_name("Tear", "") == "tear"
    assert safe_name("Tear", "../") == "tear"


@many_trials
@given(
    st.text(max_size=300) | st.just("x" * 300) | st.just("x" * 74 + " yyyy"),
    st.sampled_from(["csv", "toml", "html"]),
)
def test_every_title_gives_a_legal_file_name(title, ending):
    name = safe_name(title, ending)
    stem, point, last = name.partition(".")
    assert (point, last) == (".", ending)
    assert len(name) <= 80
    assert stem
    assert set(stem) <= set(string.ascii_lowercase + string.digits + "-")
    assert not stem.startswith("-")
    assert not stem.endswith("-")


# Tables


def rows_of(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline="")) if not row[0].startswith("# ")]


def test_a_table_opens_with_the_teaching_sentence():
    text = csv_text({"time_h": [0.0]}, [TEACHING_ONLY, "Scenario: tear"])
    assert text.split("\n")[:3] == [f"# {TEACHING_ONLY}", "# Scenario: tear", "time_h"]


@pytest.mark.parametrize("notes", [[], [""], ["  "]])
def test_no_table_is_written_without_the_teaching_sentence(notes):
    with pytest.raises(ValueError, match="teaching-only"):
        csv_text({"time_h": [0.0]}, notes)


def test_lines_end_with_a_line_feed_on_every_system():
    text = csv_text({"time_h": [0.0, 1.0], "x": np.array([1.0, 2.0])}, ["Teaching only."])
    assert "\r" not in text
    assert text.endswith("1.0,2.0\n")
    assert text.count("\n") == 4


@many_trials
@given(st.lists(st.floats(), min_size=1))
def test_every_number_survives_a_table_exactly(numbers):
    text = csv_text({"listed": numbers, "array": np.array(numbers)}, ["Teaching only."])
    for number, row in zip(numbers, rows_of(text)[1:], strict=True):
        assert [repr(float(cell)) for cell in row] == [repr(number)] * 2


def test_numbers_of_any_kind_are_written_plainly():
    text = csv_text({"a": np.array([3]), "b": [7], "c": [np.float64(0.1)], "d": [-5.0]}, ["Teaching only."])
    assert rows_of(text)[1] == ["3", "7", "0.1", "-5.0"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_a_text_that_a_spreadsheet_would_run_gets_a_leading_quote(start):
    risky = start + "cmd|' /C calc'!A0"
    text = csv_text({risky: [-1.0], "kind": [risky]}, ["Teaching only."])
    written = "'" + risky.replace("\r", " ")
    assert text.count(written) == 2
    if start != "\0":  # some versions of the csv reader refuse it
        assert rows_of(text) == [[written, "kind"], ["-1.0", written]]


def test_a_carriage_return_within_a_text_starts_no_row():
    assert rows_of(csv_text({"kind": ["a\r=1+1"]}, ["Teaching only."])) == [["kind"], ["a =1+1"]]


def test_commas_and_quotation_marks_in_a_text_stay_in_its_cell():
    text = csv_text({'a,"b"\nc': [1.0], "kind": ['x,"y"']}, ["Teaching only."])
    assert rows_of(text) == [['a,"b"\nc', "kind"], ["1.0", 'x,"y"']]


@pytest.mark.parametrize("risk", ["a,=1+1", "a, =1+1", "a;@x", "a|+x", 'a,"b', "a\n=1+1", "a\r\n=1+1", "a\u2028=1"])
def test_a_note_can_neither_leave_its_line_nor_start_a_formula(risk):
    text = csv_text({"time_h": [1.5]}, ["Teaching only.", risk])
    assert text.splitlines()[2:] == ["time_h", "1.5"]
    for separator in ",;|":
        cells = [cell for row in csv.reader(text.splitlines(), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
        assert "1.5" in cells


def test_columns_of_unequal_length_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="shorter"):
        csv_text({"a": [1.0, 2.0], "b": [1.0]}, ["Teaching only."])


# What is saved


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_saved_scenario_opens_as_the_same_and_says_what_it_is_for(name):
    text = scenario_text(SCENARIOS[name])
    assert text.split("\n")[:2] == [f"# {TEACHING_ONLY}", f"# pumplab {__version__}"]
    assert parse_scenario(text) == parse_scenario(text.encode()) == SCENARIOS[name]


def saved_series(name: str) -> tuple[list[str], list[list[str]]]:
    """Notes without their sign, and rows, of a saved run."""
    lines = series_text(SCENARIOS[name], simulate(SCENARIOS[name])).splitlines()
    notes = [line[2:] for line in lines if line.startswith("# ")]
    return notes, list(csv.reader(lines[len(notes) :]))


def test_saved_series_say_first_what_they_are_for_and_what_made_them():
    notes, _ = saved_series("hidden-kink")
    assert notes[:2] == [TEACHING_ONLY, f"pumplab {__version__}"]


def numbers_in(data: object, path: str = "") -> dict[str, float]:
    """Dotted path -> every number of plain tables."""
    found: dict[str, float] = {}
    if isinstance(data, dict):
        for key, value in data.items():
            found |= numbers_in(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list | tuple) and data and isinstance(data[0], dict):
        for i, value in enumerate(data):
            found |= numbers_in(value, f"{path}.{i}")
    elif isinstance(data, float | int) and not isinstance(data, bool):
        found[path] = float(data)
    return found


@pytest.mark.parametrize("name", ["hidden-kink", "half-a-leak", "same-dose-other-rhythm"])
def test_saved_series_carry_every_number_of_scenario_pump_catheter_and_drug(name):
    example, shelf = SCENARIOS[name], catalogue()
    expected = numbers_in(example.model_dump(exclude={"controls"}))
    for part, record in (
        ("pump", shelf.pumps[example.pump]),
        ("catheter", shelf.catheters[example.catheter]),
        ("drug", shelf.drugs[example.drug]),
    ):
        expected |= numbers_in(record.model_dump(exclude={"sources"}), part)
    notes = dict(note.split(" = ", 1) for note in saved_series(name)[0] if " = " in note)
    assert len(expected) > 50
    for path, number in expected.items():
        value, _, unit = notes[path].partition(" ")
        assert float(value) == number, path
        assert unit == unit_of(path.rpartition(".")[2]), path


def test_saved_series_hold_every_value_of_the_run_exactly():
    _, (header, *rows) = saved_series("hidden-kink")
    table = simulate(SCENARIOS["hidden-kink"]).to_table()
    assert header == list(table)
    for name, column in zip(header, zip(*rows, strict=True), strict=True):
        assert [float(cell) for cell in column] == table[name].tolist()


def test_saved_series_of_a_mixture_hold_the_other_drug_too():
    quiet = SCENARIOS["quiet-pump"]
    orders = [one.model_dump() for one in quiet.orders]
    orders[0] |= {"with_actual_mcg_ml": [500.0], "with_programmed_mcg_ml": [500.0]}
    mixed = with_values(quiet, {"with_drugs": ["morphine-like"], "orders": orders})
    result = simulate(mixed)
    lines = series_text(mixed, result).splitlines()
    header = next(line for line in lines if not line.startswith("#")).split(",")
    place = header.index("morphine-like: delivered_mcg")
    last = float(lines[-1].split(",")[place])
    assert last == float(result.others["morphine-like"].delivered_mcg[-1]) > 0.0
    assert any(line.startswith("# with_drugs.0.csf_loss_per_h = ") for line in lines)


def test_words_of_an_author_start_no_formula_in_saved_series():
    example = with_values(SCENARIOS["quiet-pump"], {"title": '=cmd(), =1+1; "x', "see": "a\n=2+2"})
    notes = [line for line in series_text(example, simulate(example)).splitlines() if line.startswith("#")]
    assert sum(line.startswith(("# title = =cmd(), '=1+1; 'x", "# see = a =2+2")) for line in notes) == 2


# ------------------------------------------------------------------ decimal commas


def test_a_file_with_decimal_commas_has_semicolons_says_so_and_holds_the_same_numbers():
    example = SCENARIOS["half-a-leak"]
    result = simulate(example)
    point, comma = (series_text(example, result, decimals).splitlines() for decimals in ("point", "comma"))
    assert point[2] == "# Numbers in the table: decimal point; columns: comma."
    assert comma[2].startswith("# Numbers in the table: decimal comma; columns: semicolon.")
    rows = [list(csv.reader(lines[-50:], delimiter=sign)) for lines, sign in ((point, ","), (comma, ";"))]
    assert all("." not in cell for row in rows[1] for cell in row)
    assert [[cell.replace(",", ".") for cell in row] for row in rows[1]] == rows[0]
