"""A JSON Schema for every kind of file: it takes what the readers take, and marks what they refuse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from app import cli
from app.teaching.file_kinds import KINDS
from app.teaching.schema import ENDING, ROOT, packaged_folder, schema_text
from sim import ScenarioError, scenario_from
from sim.quantity import UNIT_OF_SUFFIX, unit_of
from tests.building import GOOD

FILES = [(kind, path) for kind in KINDS for path in sorted(ROOT.glob(KINDS[kind].files))]
every_kind = pytest.mark.parametrize("kind", list(KINDS))
every_file = pytest.mark.parametrize(("kind", "path"), FILES, ids=[str(path.relative_to(ROOT)) for _, path in FILES])


def problems(kind: str, data: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text(kind)))
    return [error.message for error in validator.iter_errors(data)]


@every_file
def test_a_packaged_file_names_its_schema_in_the_first_line(kind, path):
    word, _, target = path.read_text(encoding="utf-8").partition("\n")[0].partition(" ")
    assert word == "#:schema"
    assert (path.parent / target).resolve() == packaged_folder(kind) / f"{kind}{ENDING}"


@every_file
def test_a_packaged_file_is_as_its_schema_says(kind, path):
    assert problems(kind, tomllib.loads(path.read_text(encoding="utf-8"))) == []


def test_every_packaged_file_is_of_one_kind():
    packaged = [path for room in ("sim", "app") for path in (ROOT / room / "data").rglob("*.toml")]
    assert sorted(packaged) == sorted(path for _, path in FILES)


@every_kind
def test_the_packaged_schema_is_up_to_date(kind):
    file = packaged_folder(kind) / f"{kind}{ENDING}"
    assert file.read_text(encoding="utf-8") == schema_text(kind), "run: python -m app.teaching.schema"
    assert file.stat().st_size < 1_000_000


@every_kind
def test_a_schema_is_one_itself_and_says_what_it_is_for(kind):
    schema = json.loads(schema_text(kind))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$comment"].startswith("Teaching only")


def test_no_packaged_schema_is_left_over():
    found = {file for room in ("sim", "app") for file in (ROOT / room / "data" / "schema").iterdir()}
    assert found == {packaged_folder(kind) / f"{kind}{ENDING}" for kind in KINDS}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("duration_days", 30),
        ("duration_day", 0.0),
        ("duration_day", "30"),
        ("pump", "Roller 20"),
        ("tip_level", "X9"),
        ("orders.0.in_ml", -1.0),
        ("orders.0.told_mcg_ml", 2000),
        ("faults.0.kind", "tears"),
        ("faults.0.lost_frac", 50),
        ("faults.0.lost", 0.5),
        ("version", 2),
    ],
)
def test_what_the_reader_refuses_the_schema_marks(path, value):
    assert problems("scenario", GOOD) == []
    spoiled = json.loads(json.dumps(GOOD))
    here = spoiled
    *way, last = path.split(".")
    for step in way:
        here = here[int(step) if step.isdecimal() else step]
    here[last] = value
    with pytest.raises(ScenarioError):
        scenario_from(spoiled)
    assert problems("scenario", spoiled)


@pytest.mark.parametrize(("table", "name"), [("orders", "kind"), ("orders", "in_ml"), ("faults", "kind")])
def test_what_the_reader_misses_the_schema_misses(table, name):
    spoiled = json.loads(json.dumps(GOOD))
    del spoiled[table][0][name]
    with pytest.raises(ScenarioError):
        scenario_from(spoiled)
    assert problems("scenario", spoiled)


@pytest.mark.parametrize("kind", ["scenario", "pump", "catheter", "drug"])
def test_every_declared_number_is_described_by_its_unit(kind):
    schema = json.loads(schema_text(kind))
    tables = [schema, *schema.get("$defs", {}).values()]
    fields = [field for table in tables for field in table.get("properties", {}).items() if unit_of(field[0])]
    assert fields
    for name, field in fields:
        assert field["description"] in UNIT_OF_SUFFIX.values(), name
        assert field["title"], name


def test_the_command_prints_one_schema_and_nothing_else(capsys):
    assert cli.main(["schema", "scenario"]) == 0
    assert capsys.readouterr().out == schema_text("scenario")


def test_the_command_writes_every_schema_into_a_folder_that_it_makes(tmp_path, capsys):
    folder = tmp_path / "for" / "my-editor"
    assert cli.main(["schema", "--folder", str(folder)]) == 0
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert written == {f"{kind}{ENDING}": schema_text(kind) for kind in KINDS}
    assert {Path(line) for line in capsys.readouterr().out.splitlines()} == set(folder.iterdir())


def test_a_kind_that_is_none_gets_a_sentence(capsys):
    assert cli.main(["schema", "scenaro"]) == 2
    assert "no kind of file; did you mean 'scenario'?" in capsys.readouterr().err


def test_a_folder_that_is_a_file_gets_a_sentence(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert cli.main(["schema", "--folder", str(tmp_path / "taken")]) == 2
    assert "cannot be written" in capsys.readouterr().err
