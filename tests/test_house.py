"""What linters cannot see: names carry known units, files stay small, numbers have sources, words stay honest."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

import pytest

import sim
from sim import TEACHING_ONLY, catalogue
from sim.quantity import UNIT_OF_SUFFIX, Record, range_of, unit_of
from sim.scenario.faults import AnyFault, Fault
from sim.scenario.library import numbers_of
from sim.scenario.orders import AnyOrder as Order
from tests.building import fault, rate, refill, scenario

ROOT = Path(__file__).parents[1]
UNITLESS = {"version", "step", "low", "high", "seed", "fault", "lesson", "fold_pump", "fold_tablets"}
TOP = {"sim", "app", "tests", "pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"}


def records() -> Iterator[type[Record]]:
    waiting = list(Record.__subclasses__())
    while waiting:
        record = waiting.pop()
        if record.__module__.startswith("sim."):
            waiting += record.__subclasses__()
            yield record


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("record", list(records()), ids=lambda record: record.__name__)
def test_every_declared_number_has_a_known_unit_a_label_and_a_default_in_range(record):
    for name, field in record.model_fields.items():
        limits = range_of(field)
        if limits is None:
            continue
        assert limits[0] < limits[1], name
        assert name in UNITLESS or name.startswith("n_") or any(name.endswith(suffix) for suffix in UNIT_OF_SUFFIX), (
            name
        )
        assert field.title, name
        if isinstance(field.default, float):
            assert limits[0] <= field.default <= limits[1], name


def test_a_suffix_means_one_unit():
    assert unit_of("dose_mcg_day") == "mcg/day"
    assert unit_of("actual_mcg_ml") == "mcg/mL"
    assert unit_of("flow_ml_day") == "mL/day"
    assert "\u00b5" not in "".join(UNIT_OF_SUFFIX.values())


@pytest.mark.parametrize("path", list(sources("sim", "app")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_grows_over_250_lines(path):
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", list(sources("sim", "app")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path):
    first = path.read_text().lstrip()
    assert first.startswith('"""'), "no sentence at the top"
    assert "TODO" not in first
    assert "FIXME" not in first


def test_every_number_of_a_data_file_has_exactly_one_source_line():
    shelf = catalogue()
    for record in [*shelf.pumps.values(), *shelf.catheters.values(), *shelf.drugs.values()]:
        assert set(numbers_of(record)) == set(record.sources), record.title
        assert all(0 < len(line) <= 200 for line in record.sources.values()), record.title


def kinds(union: object) -> list[type[Record]]:
    return list(get_args(get_args(union)[0]))


HOOKS = [name for name in vars(Fault) if name.startswith("on_") or name in ("taken_ml", "air_ml")]
every_fault = pytest.mark.parametrize("record", kinds(AnyFault), ids=lambda record: record.__name__)


def with_one(record: type[Fault], is_there: bool) -> sim.Result:
    """A run in which something is refilled, with a marked fault of one kind for some days, or without it."""
    pump = next(name for name in ("roller-20ml", "valve-20ml", "gas-20ml") if mechanism(name) in record.mechanisms)
    degree = record.degree
    own: dict[str, object] = {"level": "C5"} if "level" in record.model_fields else {}
    if degree is not None:
        own[degree.field] = degree.harmless + 0.99 * (degree.worst - degree.harmless)
    kind = get_args(record.model_fields["kind"].annotation)[0]
    wrong = [fault(kind, 5, end_day=15, **own)] if is_there else []
    orders = [refill(2000), rate(4000), refill(2000, at_day=9.0)]
    # every fault is known with an opioid-like drug
    example = scenario(20, *orders, pump=pump, drug="morphine-like", faults=wrong)
    return sim.simulate(example, time_h=[float(hour) for hour in range(481)])


def mechanism(pump: str) -> str:
    return catalogue().pumps[pump].mechanism


@every_fault
def test_every_fault_runs_alone_and_the_ledger_closes(record):
    result = with_one(record, True)
    assert result.ledger.error_frac <= 1e-9
    happenings = [(one.kind, one.time_h) for one in result.happenings]
    assert ("fault_start", 120.0) in happenings
    assert ("fault_end", 360.0) in happenings


@every_fault
def test_every_fault_changes_something_that_can_be_seen(record):
    healthy, result = with_one(record, False), with_one(record, True)
    other = result.to_table()
    moved = [
        name for name, column in healthy.to_table().items() if abs(column - other[name]).max() > 1e-6 * column.max()
    ]
    happenings = {one.kind for one in result.happenings} - {one.kind for one in healthy.happenings}
    assert moved or happenings - {"fault_start", "fault_end"}


@every_fault
def test_every_fault_acts_on_something(record):
    assert [name for name in HOOKS if getattr(record, name) is not getattr(Fault, name)]


def test_every_kind_of_entry_bears_its_own_name():
    for union in (Order, AnyFault):
        names = [get_args(record.model_fields["kind"].annotation)[0] for record in kinds(union)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(catalogue().pumps))
def test_every_pump_runs(name):
    orders = [rate(400)] if catalogue().pumps[name].is_programmable else []
    result = sim.simulate(scenario(10, refill(2000, in_ml=10.0), *orders, pump=name))
    assert result.delivered_mcg[-1] > 0.0
    assert result.ledger.error_frac <= 1e-9


@pytest.mark.parametrize("name", sorted(catalogue().catheters))
def test_every_catheter_runs(name):
    result = sim.simulate(scenario(10, refill(2000), rate(400), catheter=name, line_start="csf"))
    assert 0.0 < result.delivered_mcg[-1] < result.programmed_mcg[-1]


@pytest.mark.parametrize("name", sorted(catalogue().drugs))
def test_every_drug_runs_and_half_effect_is_reached_at_a_finite_level(name):
    drug = catalogue().drugs[name]
    result = sim.simulate(scenario(10, refill(20.0 * drug.reference_mcg_day), rate(drug.reference_mcg_day), drug=name))
    assert (result.effect_index is None) == (drug.effect is None)
    assert result.effect_index is None or 0.0 < result.effect_index[-1] < 1.0
    assert result.ledger.error_frac <= 1e-9


def test_public_functions_have_a_docstring_that_says_what_comes_back():
    for name in sim.__all__:
        thing = getattr(sim, name)
        if callable(thing) and get_origin(thing) is None:  # a choice of words says by its words what it is
            assert inspect.getdoc(thing), name


def test_the_top_level_holds_what_was_agreed():
    ignored = {"build", "pumplab.egg-info"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    assert found == TOP


def test_examples_and_tests_see_one_and_the_same_module_whichever_comes_first():
    # a module imported a second time would hold other cells than those that the test cuts finer
    files = ["sim/body/canal.py", "tests/sim/test_body.py", "-k", "cut_four_times_finer and D20"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout


def test_the_teaching_only_sentence_stands_in_readme_package_and_module():
    assert TEACHING_ONLY in (ROOT / "README.md").read_text()
    assert "eaching only" in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["description"]
    assert "Teaching only" in (sim.__doc__ or "")


def test_the_shipped_configuration_keeps_the_page_to_itself():
    config = tomllib.loads((ROOT / "app" / ".streamlit" / "config.toml").read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableCORS"] is True
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["maxUploadSize"] == 1
    assert config["server"]["allowedHosts"]
    assert config["client"] == {"showErrorDetails": "none", "showErrorLinks": False, "toolbarMode": "viewer"}


def test_nothing_the_page_loads_lies_on_another_host():
    for path in (ROOT / "app").rglob("*"):
        if path.suffix in {".js", ".css", ".py"}:
            addresses = re.findall(r"https?://[^\s\"'`)]+", path.read_text())
            outside = [one for one in addresses if not one.startswith(("http://127.0.0.1", "http://www.w3.org/"))]
            assert not outside, path


def test_only_the_session_holds_the_keys_of_the_session_state():
    holders = [path for path in sources("app") if "session_state" in path.read_text()]
    assert holders
    assert all(path.is_relative_to(ROOT / "app" / "session") for path in holders), holders


def test_every_file_lies_in_a_room():
    for folder, loose in (
        ("app", {"cli.py", "main.py", "server.py"}),
        ("sim", {"happening.py", "quantity.py", "refusal.py"}),
    ):
        assert {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py"} == loose


def test_no_page_turns_text_into_markup():
    dangerous = re.compile(
        r"unsafe_allow_html|components\.html|\beval\(|\bexec\(|import pickle|pickle\.load"
        r"|yaml\.load|os\.system|shell=True"
    )
    for path in sources("sim", "app"):
        assert not dangerous.search(path.read_text()), path
        assert "st.html(" not in path.read_text(), path
    # constant text is all that is put into the page that the server sends
    assert [path.name for path in sources("app") if "import STYLE" in path.read_text()] == ["page_style.py"]


@pytest.mark.parametrize("word", ["suggested dose", "recommended dose", "safe dose", "toxic", "target dose"])
def test_no_screen_word_advises_a_dose(word):
    for path in [*sources("app"), *(ROOT / "sim" / "data").rglob("*.toml"), *(ROOT / "app" / "static").rglob("*.js")]:
        assert word not in path.read_text().lower(), path
