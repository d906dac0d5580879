"""Whatever is wrong with a scenario or a data file is told in a sentence: where, what, the limit, one fix."""

from __future__ import annotations

import copy
import json
import time
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import pytest
import tomli_w

from sim import Catalogue, ScenarioError, catalogue, parse_scenario, read_scenario, scenario_from, simulate
from sim.body.drug import Drug
from sim.device import Catheter, Pump
from sim.refusal import MOST_PROBLEMS, MOST_SENTENCES
from sim.scenario import AnyFault, plain
from sim.scenario.library import parse_data
from tests.building import GOOD, shelf

CONTROL = {"label": "Tear", "paths": ["faults.0.lost_frac"], "low": 0, "high": 1, "step": 0.1}
REFILL, RATE = GOOD["orders"]
GONE = object()
FAULT_KINDS = [get_args(record.model_fields["kind"].annotation)[0] for record in get_args(get_args(AnyFault)[0])]


def spoiled(path: str, value: Any) -> dict[str, Any]:
    """A good scenario with one value put in, or taken out if it is GONE."""
    data = copy.deepcopy(GOOD)
    here: Any = data
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if step.isdecimal() else here[step]
    place = int(last) if last.isdecimal() else last
    if value is GONE:
        del here[place]
    elif isinstance(here, list) and place == len(here):
        here.append(value)
    else:
        here[place] = value
    return data


def refusal(act: Any, *arguments: Any, **named: Any) -> tuple[str, ...]:
    """The sentences of a ScenarioError, each fit to be shown to anybody."""
    with pytest.raises(ScenarioError) as caught:
        act(*arguments, **named)
    problems = caught.value.problems
    assert problems
    for problem in problems:
        assert 0 < len(problem) <= 300
        assert problem.isascii()
        assert problem.isprintable()
        assert "Traceback" not in problem
        assert "pydantic" not in problem.lower()
    return problems


def only(problems: tuple[str, ...]) -> str:
    (problem,) = problems
    return problem


def carry_out(data: dict[str, Any], shelf: Catalogue | None = None) -> None:
    simulate(scenario_from(data), time_h=[0.0], catalogue=shelf)


def test_the_scenario_that_is_spoiled_here_is_good_before():
    carry_out(GOOD)
    assert parse_scenario(json.dumps(GOOD)) == parse_scenario(tomli_w.dumps(GOOD)) == scenario_from(GOOD)


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("duraton_day", "unknown key 'duraton_day'; did you mean 'duration_day'?"),
        ("orders.1.dose_mcg", "orders[1]: unknown key 'dose_mcg'; did you mean 'dose_mcg_day'?"),
        ("faults.0.position", "faults[0]: unknown key 'position'; did you mean 'position_frac'?"),
        ("orders.1.in_ml", "orders[1]: unknown key 'in_ml'"),
        ("orders.0.flowrate", "orders[0]: unknown key 'flowrate'"),
        ("__proto__", "unknown key '__proto__'"),
        ("__class__", "unknown key '__class__'"),
        ("mrn", "unknown key 'mrn'"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(path, sentence):
    assert only(refusal(parse_scenario, json.dumps(spoiled(path, 1)))) == sentence


def test_an_unknown_key_of_an_inner_table_is_told_with_its_place():
    problems = refusal(scenario_from, {**GOOD, "canal": {"spinal": 90}, "controls": [{**CONTROL, "lw": 0}]})
    assert problems == (
        "canal: unknown key 'spinal'; did you mean 'spinal_ml'?",
        "controls[0]: unknown key 'lw'; did you mean 'low'?",
    )


@pytest.mark.parametrize("name", ["include", "import", "path", "url"])
def test_a_file_never_refers_to_another_file(name):
    assert f"unknown key '{name}'" in only(refusal(scenario_from, spoiled(name, "http://example.org/x.toml")))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("faults.0.kind", "teer", "faults[0].kind = 'teer' is unknown; did you mean 'tear'?"),
        (
            "faults.0.kind",
            "qqq",
            f"faults[0].kind = 'qqq' is unknown; known are {', '.join(FAULT_KINDS)}",
        ),
        ("orders.1.kind", "rat", "orders[1].kind = 'rat' is unknown; did you mean 'rate'?"),
        ("orders.1.kind", GONE, "orders[1].kind is missing; it says what this entry is"),
        ("line_start", "full", "line_start = 'full' is unknown; one of 'drug', 'pump_path', 'csf' is needed"),
        ("faults.0", {"kind": "disconnection", "site": "tip"}, "one of 'connector', 'joint' is needed"),
        ("tip_level", "T13", "tip_level = 'T13' is unknown"),
        ("canal", {"mixing": "lo"}, "canal.mixing = 'lo' is unknown; did you mean 'low'?"),
    ],
)
def test_an_unknown_word_is_refused_with_the_known_ones(path, value, sentence):
    assert sentence in only(refusal(scenario_from, spoiled(path, value)))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("pump", "roller-20", "pump = 'roller-20' is not in the catalogue; did you mean 'roller-20ml'?"),
        (
            "pump",
            "qqq",
            f"pump = 'qqq' is not in the catalogue; known are {', '.join(sorted(catalogue().pumps))}",
        ),
        ("drug", "morphin", "drug = 'morphin' is not in the catalogue; did you mean 'morphine-like'?"),
        ("catheter", "one-piece", "catheter = 'one-piece' is not in the catalogue; did you mean 'one-piece-8"),
    ],
)
def test_an_unknown_device_or_drug_is_refused_with_the_nearest_one(path, value, sentence):
    assert sentence in only(refusal(carry_out, spoiled(path, value)))


@pytest.mark.parametrize("name", ["Roller", "../pumps/roller-20ml", "roller 20ml", ""])
def test_a_name_of_the_wrong_letters_is_told_which_letters_are_right(name):
    problem = only(refusal(scenario_from, spoiled("pump", name)))
    assert "is text; text is needed" not in problem
    assert "letters" in problem


# ------------------------------------------------------------------ values of the wrong kind

DOSE_NEEDED = "a number from 0.0 to 100000.0 mcg/day is needed"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("orders.1.dose_mcg_day", "200", f"orders[1].dose_mcg_day = '200' is text; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", " 1 ", f"orders[1].dose_mcg_day = ' 1 ' is text; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", "1_0", f"orders[1].dose_mcg_day = '1_0' is text; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", "infinity", f"orders[1].dose_mcg_day = 'infinity' is text; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", "", f"orders[1].dose_mcg_day = '' is text; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", True, f"orders[1].dose_mcg_day = true is true or false; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", False, f"orders[1].dose_mcg_day = false is true or false; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", [200], f"orders[1].dose_mcg_day = [200] is a list; {DOSE_NEEDED}"),
        ("orders.1.dose_mcg_day", {"a": 2}, f"orders[1].dose_mcg_day = {{'a': 2}} is a table; {DOSE_NEEDED}"),
        ("faults.0.end_day", "9", "faults[0].end_day = '9' is text; a number from 0.0 to 3650.0 days is needed"),
        ("orders.0.at_day", "07:30", "orders[0].at_day = '07:30' is text; a number from 0.0 to 3650.0 days"),
        ("title", 5, "title = 5 is a number; text is needed"),
        ("pump", 5, "pump = 5 is a number; text is needed"),
        ("tip_level", 5, "tip_level = 5 is a number; one of 'C1', "),
        ("orders", 5, "orders = 5 is a number; a list is needed"),
        ("orders", {"a": 1}, "orders = {'a': 1} is a table; a list is needed"),
        ("orders", "refill", "orders = 'refill' is text; a list is needed"),
        ("orders.0", 5, "orders[0] = 5 is a number; a table is needed"),
        ("faults.0", "tear", "faults[0] = 'tear' is text; a table is needed"),
        ("canal", 5, "canal = 5 is a number; a table is needed"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_what_it_is_and_what_is_needed(path, value, sentence):
    assert sentence in only(refusal(parse_scenario, json.dumps(spoiled(path, value))))


@pytest.mark.parametrize("digits", ["\u0661\u0662", "\u00b2", "\uff15"])
def test_digits_of_other_scripts_are_text_and_no_number(digits):
    assert "is text; a number" in only(refusal(scenario_from, spoiled("orders.1.dose_mcg_day", digits)))


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
def test_what_is_not_finite_is_refused_from_files_and_from_python(number):
    in_file = tomli_w.dumps(GOOD).replace("dose_mcg_day = 200", f"dose_mcg_day = {number}")
    assert f"orders[1].dose_mcg_day = {number.replace('1e999', 'inf')} is not a finite number" in only(
        refusal(parse_scenario, in_file)
    )
    in_python = refusal(scenario_from, spoiled("orders.1.dose_mcg_day", float(number)))
    assert f"is not a finite number; {DOSE_NEEDED}" in only(in_python)


def test_a_number_too_small_to_compute_with_is_refused_also_from_python():
    problem = only(refusal(scenario_from, spoiled("faults.0.lost_frac", 1e-310)))
    assert problem.startswith("faults[0].lost_frac = ")
    assert problem.endswith("is too close to zero to compute with; write 0")


# ------------------------------------------------------------------ out of range


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("orders.1.dose_mcg_day", -5, "orders[1].dose_mcg_day = -5 is outside 0.0 to 100000.0 mcg/day"),
        ("orders.1.dose_mcg_day", 2e5, "orders[1].dose_mcg_day = 200000.0 is outside 0.0 to 100000.0 mcg/day"),
        ("duration_day", 0, "duration_day = 0 is outside 0.01 to 3650.0 days"),
        ("duration_day", 3651, "duration_day = 3651 is outside 0.01 to 3650.0 days"),
        ("orders.0.in_ml", -0.1, "orders[0].in_ml = -0.1 is outside 0.0 to 100.0 mL"),
        ("orders.0.actual_mcg_ml", -1, "orders[0].actual_mcg_ml = -1 is outside 0.0 to 100000.0 mcg/mL"),
        ("orders.0.at_day", -0.5, "orders[0].at_day = -0.5 is outside 0.0 to 3650.0 days"),
        ("canal", {"spinal_ml": 10}, "canal.spinal_ml = 10 is outside 70.0 to 130.0 mL"),
        (
            "orders.1",
            {"kind": "bolus", "dose_mcg": 5, "over_min": 1441},
            "orders[1].over_min = 1441 is outside 0.016666666666666666 to 1440.0 minutes",
        ),
    ],
)
def test_out_of_range_is_told_with_path_value_range_and_unit(path, value, sentence):
    assert only(refusal(scenario_from, spoiled(path, value))) == sentence


@pytest.mark.parametrize(("path", "range_"), [("lost_frac", "0.0 to 1.0"), ("position_frac", "0.0 to 1.0")])
@pytest.mark.parametrize("value", [50, -0.1, 1.0000001])
def test_a_share_given_in_percent_gets_the_hint_that_it_runs_to_1(path, range_, value):
    problem = only(refusal(scenario_from, spoiled(f"faults.0.{path}", value)))
    assert problem == (f"faults[0].{path} = {value} is outside {range_}; a share runs from 0 to 1, not to 100")


def test_the_ends_of_a_range_belong_to_it():
    for value in (0, 1, 0.0, -0.0, 1.0):
        scenario_from(spoiled("faults.0.lost_frac", value))


# ------------------------------------------------------------------ missing


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("title", "title is missing; text is needed"),
        ("pump", "pump is missing; text is needed"),
        ("catheter", "catheter is missing; text is needed"),
        ("drug", "drug is missing; text is needed"),
        ("duration_day", "duration_day is missing; a number from 0.01 to 3650.0 days is needed"),
        ("orders.0.in_ml", "orders[0].in_ml is missing; a number from 0.0 to 100.0 mL is needed"),
        ("orders.1.dose_mcg_day", f"orders[1].dose_mcg_day is missing; {DOSE_NEEDED}"),
        ("faults.0.lost_frac", "faults[0].lost_frac is missing; a number from 0.0 to 1.0 is needed"),
    ],
)
def test_what_is_missing_is_told_with_what_is_needed(path, sentence):
    assert only(refusal(scenario_from, spoiled(path, GONE))) == sentence


@pytest.mark.parametrize("text", ["", "# only a comment", "{}"])
def test_an_empty_file_is_no_scenario(text):
    assert "empty or holds only comments" in only(refusal(parse_scenario, text))


# ------------------------------------------------------------------ version


def test_a_missing_version_is_told_how_to_be_written():
    assert only(refusal(scenario_from, spoiled("version", GONE))) == "version is missing; write version = 1"


@pytest.mark.parametrize("version", [2, 999])
def test_a_newer_version_is_told_so_and_nothing_else_is_judged(version):
    data = {**GOOD, "version": version, "something_new": 1}
    assert only(refusal(scenario_from, data)) == f"version = {version} is newer than 1, the newest known here"


@pytest.mark.parametrize("version", [0, -1, 1.5, [1], {"a": 1}])
def test_a_version_that_never_was_is_refused(version):
    assert "version = " in only(refusal(scenario_from, spoiled("version", version)))


@pytest.mark.parametrize("version", ["1", "one", "", True, 1.0])
def test_only_the_whole_number_1_is_version_1(version):
    assert "version = " in only(refusal(scenario_from, spoiled("version", version)))


# ------------------------------------------------------------------ files


def test_a_file_that_is_not_there_is_told_so_with_the_nearest_packaged_name():
    assert only(refusal(read_scenario, "quiet-pmp")) == (
        "'quiet-pmp' does not exist, and no packaged scenario has that name; did you mean 'quiet-pump'?"
    )
    assert "does not exist" in only(refusal(read_scenario, Path("no") / "such" / "file.toml"))
    assert "does not exist" in only(refusal(read_scenario, "a\0b"))
    assert "does not exist" in only(refusal(read_scenario, "\u202e" * 30))


def test_a_folder_is_no_file(tmp_path):
    assert only(refusal(read_scenario, tmp_path)).endswith(" is a folder")
    assert only(refusal(read_scenario, "")).endswith(" is a folder")


def test_a_file_name_too_long_for_the_system_is_told_in_a_sentence():
    assert "x" in only(refusal(read_scenario, "x" * 5000))


def test_a_file_is_judged_by_its_content_whatever_its_name(tmp_path):
    file = tmp_path / "scenario.toml"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    assert read_scenario(file) == scenario_from(GOOD)
    file.write_bytes(b"PK\x03\x04 not a scenario")
    assert "binary file" in only(refusal(read_scenario, file))


# ------------------------------------------------------------------ what no single field can know


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "orders.1.at_day",
            31,
            "orders[1].at_day = 31.0 lies after the end of the scenario, duration_day = 30.0",
        ),
        (
            "faults.0.start_day",
            31,
            "faults[0].start_day = 31.0 lies after the end of the scenario, duration_day = 30.0",
        ),
        ("faults.0.end_day", 4, "faults[0].end_day = 4.0 is not after start_day = 5.0"),
        ("faults.0.end_day", 5, "faults[0].end_day = 5.0 is not after start_day = 5.0"),
        (
            "orders.0.at_day",
            1,
            "orders[1].dose_mcg_day = 200.0 comes before the first refill, so no concentration is programmed",
        ),
        (
            "orders",
            [RATE],
            "orders: there is no refill, and the reservoir starts empty; add one with at_day = 0",
        ),
        ("orders", [], "orders: there is no refill, and the reservoir starts empty; add one with at_day = 0"),
        (
            "orders.0.programmed_mcg_ml",
            0,
            "orders[1].dose_mcg_day = 200.0 cannot be given at a programmed concentration of 0 mcg/mL",
        ),
        ("faults.0", {"kind": "disconnection", "site": "joint"}, "catheter 'one-piece-80cm' has no joint"),
    ],
)
def test_what_cannot_be_carried_out_is_told_with_its_reason(path, value, sentence):
    assert sentence in only(refusal(carry_out, spoiled(path, value)))


def test_a_bolus_needs_a_told_concentration_too():
    bolus = {"kind": "bolus", "dose_mcg": 5, "over_min": 1}
    early = {**GOOD, "orders": [{**REFILL, "at_day": 1}, bolus]}
    assert "orders[1].dose_mcg = 5.0 comes before the first refill" in only(refusal(carry_out, early))
    saline = {**GOOD, "orders": [{**REFILL, "programmed_mcg_ml": 0}, bolus]}
    assert "orders[1].dose_mcg = 5.0 cannot be given" in only(refusal(carry_out, saline))


def test_a_refill_later_told_to_hold_nothing_is_refused_while_a_dose_runs():
    data = {**GOOD, "orders": [REFILL, RATE, {**REFILL, "at_day": 10, "programmed_mcg_ml": 0}]}
    assert only(refusal(carry_out, data)) == (
        "orders[1].dose_mcg_day = 200.0 at orders[2].programmed_mcg_ml = 0.0 mcg/mL has no flow that gives it"
    )
    data["orders"].append({"kind": "stop", "at_day": 10})
    carry_out(data)


def test_a_dose_after_a_refused_refill_never_ends_in_a_trace():
    # saline runs, the line blocks, the first real drug does not fit in any more, and then a dose is ordered
    orders = [
        {**REFILL, "actual_mcg_ml": 0, "programmed_mcg_ml": 0},
        {"kind": "flow", "flow_ml_day": 1},
        {**REFILL, "at_day": 11, "draw_ml": 0, "in_ml": 5},
        {**RATE, "at_day": 12},
    ]
    healthy = simulate(scenario_from({**GOOD, "orders": orders, "faults": []}))
    assert healthy.programmed_mcg[-1] > 0.0
    blocked = [{"kind": "occlusion", "start_day": 1, "blocked_frac": 1}]
    result = simulate(scenario_from({**GOOD, "orders": orders, "faults": blocked}))
    assert "refused_refill" in [one.kind for one in result.happenings]


RANGE = "the pump's range is 0.048 to 24.0 mL/day"


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        ([REFILL, {"kind": "flow", "flow_ml_day": 0.04}], "orders[1].flow_ml_day = 0.04 is out of reach; "),
        ([REFILL, {"kind": "flow", "flow_ml_day": 30}], "orders[1].flow_ml_day = 30.0 is out of reach; "),
        (
            [REFILL, {"kind": "rate", "dose_mcg_day": 50}],
            "orders[1].dose_mcg_day = 50.0 at orders[0].programmed_mcg_ml = 2000.0 mcg/mL asks for 0.025 mL/day; ",
        ),
        (
            [REFILL, {"kind": "rate", "dose_mcg_day": 50000}],
            "orders[1].dose_mcg_day = 50000.0 at orders[0].programmed_mcg_ml = 2000.0 mcg/mL asks for 25 mL/day; ",
        ),
        (
            [REFILL, RATE, {**REFILL, "at_day": 10, "programmed_mcg_ml": 8000}],
            "orders[1].dose_mcg_day = 200.0 at orders[2].programmed_mcg_ml = 8000.0 mcg/mL asks for 0.025 mL/day; ",
        ),
        (
            [{**REFILL, "at_day": 10, "programmed_mcg_ml": 8000}, RATE, REFILL],
            "orders[1].dose_mcg_day = 200.0 at orders[0].programmed_mcg_ml = 8000.0 mcg/mL asks for 0.025 mL/day; ",
        ),
    ],
)
def test_a_flow_that_the_pump_cannot_give_is_refused_also_when_a_later_refill_asks_for_it(orders, sentence):
    assert only(refusal(carry_out, {**GOOD, "orders": orders})) == sentence + RANGE


def test_the_ends_of_the_pumps_range_and_no_flow_at_all_are_within_it():
    for flow_ml_day in (0.0, 0.048, 24.0):
        carry_out({**GOOD, "orders": [REFILL, {"kind": "flow", "flow_ml_day": flow_ml_day}]})
    for dose in (0.0, 96.0, 48000.0):
        carry_out({**GOOD, "orders": [REFILL, {"kind": "rate", "dose_mcg_day": dose}]})


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        (
            [{**REFILL, "in_ml": 21}],
            "orders[0].in_ml = 21.0 would make 21 mL in a reservoir of 20.0 mL",
        ),
        (
            [REFILL, RATE, {**REFILL, "at_day": 10, "draw_ml": 0, "in_ml": 2}],
            "orders[2].in_ml = 2.0 would make 21 mL in a reservoir of 20.0 mL",
        ),
        (
            [REFILL, RATE, {**REFILL, "at_day": 10, "draw_ml": 19.5}],
            "orders[2].draw_ml = 19.5 is more than the 19 mL that can be drawn on day 10",
        ),
        ([{**REFILL, "draw_ml": 1}], "orders[0].draw_ml = 1.0 is more than the 0 mL that can be drawn on day 0"),
        (
            [REFILL, RATE, {**REFILL, "at_day": 10, "draw_ml": 0, "in_ml": 20, "pocket_ml": 20}],
            "orders[2].programmed_ml = 39, expected where it is empty, is more than the reservoir's 20.0 mL",
        ),
        ([{**REFILL, "programmed_ml": 21}], "orders[0].programmed_ml = 21.0 is more than the reservoir's 20.0 mL"),
    ],
)
def test_more_than_the_reservoir_holds_can_neither_be_put_in_nor_drawn(orders, sentence):
    assert only(refusal(carry_out, {**GOOD, "orders": orders})) == sentence


@pytest.mark.parametrize("line_start", ["csf", "pump_path"])
def test_a_steady_body_needs_a_primed_line(line_start):
    data = {**GOOD, "body_start": "steady", "line_start": line_start}
    assert only(refusal(carry_out, data)) == (f"body_start = 'steady' needs line_start = 'drug', not '{line_start}'")


def test_a_steady_body_needs_something_to_be_steady_at():
    data = {**GOOD, "body_start": "steady", "orders": [REFILL, {"kind": "stop"}]}
    assert only(refusal(carry_out, data)) == "body_start = 'steady' needs a rate or flow order to be steady at"


def test_a_joint_comes_apart_only_where_a_catheter_has_one():
    data = spoiled("faults.0", {"kind": "disconnection", "site": "joint"})
    carry_out(data, shelf(catheter={"joint_frac": 0.5}))


# ------------------------------------------------------------------ controls


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"paths": ["faults.0.lost_fra"]},
            "controls[0].paths: 'faults.0.lost_fra' names no field; did you mean 'lost_frac'?",
        ),
        ({"paths": ["fault.0.lost_frac"]}, "did you mean 'faults'?"),
        ({"paths": ["faults.3.lost_frac"]}, "there are 1, from 0 on"),
        ({"paths": ["faults.-1.lost_frac"]}, "there are 1, from 0 on"),
        ({"paths": ["faults.0"]}, "controls[0].paths: 'faults.0' names an entry, not a field of it"),
        ({"paths": [""]}, "controls[0].paths: '' names no field"),
        ({"paths": ["title"]}, "controls[0].paths: 'title' is not a number"),
        ({"paths": ["canal"]}, "controls[0].paths: 'canal' is not a number"),
        ({"paths": ["faults.0.lost_frac.real"]}, "names"),
        ({"high": 2}, "controls[0]: 0.0 to 2.0 leaves the legal 0.0 to 1.0 of faults.0.lost_frac"),
        ({"low": -0.5}, "controls[0]: -0.5 to 1.0 leaves the legal 0.0 to 1.0 of faults.0.lost_frac"),
        ({"low": 1, "high": 0}, "controls[0].low = 1.0 is not below high = 0.0"),
        ({"low": 0.5, "high": 0.5}, "controls[0].low = 0.5 is not below high = 0.5"),
        ({"step": 0}, "controls[0].step = 0 is outside 1e-09 to 1000000.0"),
        ({"paths": []}, "controls[0].paths: "),
        ({"paths": "faults.0.lost_frac"}, "controls[0].paths = 'faults.0.lost_frac' is text; a list is needed"),
    ],
)
def test_a_control_moves_declared_numbers_within_their_range(change, sentence):
    assert sentence in only(refusal(scenario_from, {**GOOD, "controls": [{**CONTROL, **change}]}))


@pytest.mark.parametrize(
    "path", ["x" * 900, "faults." + "9" * 900, "faults.0." + "x" * 900, "faults.\u0663.lost_frac", "\u03b6"]
)
def test_a_path_that_is_no_path_is_told_in_a_short_plain_sentence(path):
    assert "controls[0].paths: " in only(refusal(scenario_from, {**GOOD, "controls": [{**CONTROL, "paths": [path]}]}))


def test_a_first_screen_has_at_most_six_controls():
    assert only(refusal(scenario_from, {**GOOD, "controls": [CONTROL] * 7})).startswith("controls: ")


# ------------------------------------------------------------------ too much


@pytest.mark.parametrize("name", ["orders", "faults"])
def test_too_many_entries_are_refused_before_any_is_looked_at(name):
    problem = only(refusal(scenario_from, {**GOOD, name: [GOOD[name][0]] * 10_001}))
    assert problem.startswith(f"{name}: ")
    assert "10000" in problem


def test_a_title_of_10_000_characters_is_refused():
    assert "title is 10000 characters long" in only(refusal(parse_scenario, json.dumps(spoiled("title", "x" * 10_000))))
    assert only(refusal(scenario_from, spoiled("title", "x" * 10_000))).startswith("title: ")


@pytest.mark.parametrize(("name", "most"), [("title", 200), ("objective", 600), ("see", 600)])
def test_a_text_may_be_as_long_as_its_declaration_says(name, most):
    scenario_from(spoiled(name, "x" * most))
    problem = only(refusal(scenario_from, spoiled(name, "x" * (most + 1))))
    assert problem.startswith(f"{name}: ")
    assert str(most) in problem


@pytest.mark.parametrize(
    ("path", "value"), [("title", ""), ("title", "x" * 300), ("controls", [CONTROL] * 7), ("orders", [REFILL] * 10_001)]
)
def test_lengths_are_told_in_words_that_an_author_knows(path, value):
    problem = only(refusal(scenario_from, spoiled(path, value)))
    assert not {"tuple", "string", "items", "validation"} & set(problem.split())


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "$x$ **b** [a](http://b)", "=1+1", "Zo\u00eb \u7528"])
def test_markup_in_a_title_is_only_text(title):
    assert scenario_from(spoiled("title", title)).title == title


# ------------------------------------------------------------------ all at once


def test_a_whole_stage_of_problems_is_told_at_once():
    fields = {**GOOD, "duration_day": "x", "tip_level": 5, "extra": 1, "faults": [{"kind": "tear", "lost_frac": 50}]}
    assert [problem.split(" ")[0] for problem in refusal(scenario_from, fields)] == [
        "duration_day", "tip_level", "faults[0].lost_frac", "unknown",
    ]  # fmt: skip
    names_and_times = {**GOOD, "pump": "p", "drug": "d", "catheter": "c"}
    names_and_times["orders"] = [REFILL, {**RATE, "at_day": 40}]
    names_and_times["faults"] = [{"kind": "tear", "start_day": 50, "end_day": 50, "lost_frac": 1}]
    assert [problem.split(" ")[0] for problem in refusal(carry_out, names_and_times)] == [
        "pump", "catheter", "drug", "orders[1].at_day", "faults[0].start_day", "faults[0].end_day",
    ]  # fmt: skip
    telling = {**GOOD, "body_start": "steady", "line_start": "csf", "orders": [{**REFILL, "at_day": 1}, RATE]}
    telling["faults"] = [{"kind": "disconnection", "site": "joint"}]
    assert [problem.split(" ")[0] for problem in refusal(carry_out, telling)] == [
        "orders[1].dose_mcg_day", "body_start", "faults[0].site",
    ]  # fmt: skip
    device = {**GOOD, "orders": [{**REFILL, "in_ml": 25, "programmed_ml": 30}, {"kind": "rate", "dose_mcg_day": 1}]}
    assert [problem.split(" ")[0] for problem in refusal(carry_out, device)] == [
        "orders[1].dose_mcg_day", "orders[0].in_ml", "orders[0].programmed_ml",
    ]  # fmt: skip


def test_controls_are_judged_all_at_once():
    wrong = [{**CONTROL, "high": 2}, {**CONTROL, "paths": ["title", "nothing"]}]
    wrong.append({**CONTROL, "paths": ["faults.0.position_frac"], "low": 1})
    assert [problem.split(" ")[0].rstrip(":") for problem in refusal(scenario_from, {**GOOD, "controls": wrong})] == [
        "controls[0]", "controls[1].paths", "controls[1].paths", "controls[2].low",
    ]  # fmt: skip


def test_a_hundred_problems_are_all_kept_and_the_first_twenty_shown():
    with pytest.raises(ScenarioError) as caught:
        scenario_from({**GOOD, **{f"x{i}": i for i in range(100)}})
    assert len(caught.value.problems) == 100
    lines = str(caught.value).splitlines()
    assert len(lines) == MOST_PROBLEMS + 1 == 21
    assert lines[-1] == "and 80 more problems"


def test_a_value_in_a_sentence_is_escaped_and_cut():
    problem = only(refusal(scenario_from, spoiled("line_start", "\u202e<b>" + "x" * 500)))
    assert "\\u202e<b>" in problem
    assert "..." in problem


def test_refusals_are_quick():
    data = {**GOOD, "orders": [{"kind": "rate", "dose_mcg_day": "x"}] * 1000}
    start = time.process_time()
    assert len(refusal(scenario_from, data)) == MOST_SENTENCES
    # 0.03 s measured; difflib over long names would be the slow part
    assert time.process_time() - start < 2.0


# ------------------------------------------------------------------ data files

DATA = {
    "pumps/roller-20ml": (Pump, "limit_kpa"),
    "catheters/one-piece-80cm": (Catheter, "compliance_ml_kpa"),
    "drugs/morphine-like": (Drug, "effect.high_index"),
}
every_kind = pytest.mark.parametrize(("name", "kind", "number"), [(n, *rest) for n, rest in DATA.items()], ids=DATA)


def data_of(name: str) -> dict[str, Any]:
    file = resources.files("sim") / "data" / f"{name}.toml"
    return dict(tomllib.loads(file.read_text(encoding="utf-8")))


@every_kind
def test_a_data_file_is_good_before_it_is_spoiled(name, kind, number):
    shelves = {Pump: catalogue().pumps, Catheter: catalogue().catheters, Drug: catalogue().drugs}
    assert parse_data(kind, tomli_w.dumps(data_of(name))) == shelves[kind][name.split("/")[1]]


@every_kind
def test_a_number_without_a_source_is_refused(name, kind, number):
    data = data_of(name)
    del data["sources"][number]
    assert only(refusal(parse_data, kind, tomli_w.dumps(data))) == f"sources: no line for '{number}'"
    numbers = len(data.pop("sources")) + 1
    assert len(refusal(parse_data, kind, tomli_w.dumps(data))) == numbers


@every_kind
def test_a_source_for_no_number_is_refused(name, kind, number):
    data = data_of(name)
    data["sources"][number + "x"] = "assumed"
    assert only(refusal(parse_data, kind, tomli_w.dumps(data))) == (
        f"sources: '{number}x' is no number of this file; did you mean '{number}'?"
    )


@every_kind
def test_a_source_says_something(name, kind, number):
    for blank in ("", "   "):
        data = data_of(name)
        data["sources"][number] = blank
        assert number in only(refusal(parse_data, kind, tomli_w.dumps(data)))


@every_kind
def test_an_unknown_key_in_a_data_file_is_refused(name, kind, number):
    assert "unknown key 'colour'" in only(refusal(parse_data, kind, tomli_w.dumps({"colour": 1, **data_of(name)})))


@pytest.mark.parametrize("mechanism", ["piston", "Roller", "rollr"])
def test_an_unknown_mechanism_is_refused_with_the_known_ones(mechanism):
    data = {**data_of("pumps/roller-20ml"), "mechanism": mechanism}
    problem = only(refusal(parse_data, Pump, tomli_w.dumps(data)))
    assert problem.startswith(f"mechanism = '{mechanism}' is unknown")
    assert "'roller'" in problem


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"site": "x"}, "effect.site = 'x' is unknown; one of 'band', 'cistern', 'plasma' is needed"),
        ({"hill_gamma": 0}, "effect.hill_gamma = 0 is outside 0.2 to 20.0"),
        ({"ec50_mcg_ml": None, "ec50_ratio": None}, "needs ec50_mcg_ml, ec50_ratio, or both"),
        ({"low_index": 0.95}, "needs low_index below high_index"),
        ({"band_from": "S2"}, "needs band_from above band_to"),
    ],
)
def test_an_effect_that_makes_no_sense_is_refused(change, sentence):
    data = data_of("drugs/morphine-like")
    data["effect"] = {key: value for key, value in (data["effect"] | change).items() if value is not None}
    assert sentence in only(refusal(parse_data, Drug, tomli_w.dumps(data)))


def test_the_reader_is_the_only_way_in():
    assert plain(tomli_w.dumps(GOOD)) == GOOD
