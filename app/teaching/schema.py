"""JSON Schema of every kind of file, so that an author's editor completes names and marks mistakes.

`python -m app.teaching.schema` brings the packaged schemas up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from app.files.writing import path_text, reason, write
from app.teaching.file_kinds import KINDS
from sim import TEACHING_ONLY, ScenarioError
from sim.scenario import literal, nearest, unit_of

ROOT: Final = Path(__file__).parents[2]  # holds sim and app
ENDING: Final = ".schema.json"
NOTHING: Final = {"type": "null"}


@cache
def schema_text(kind: str) -> str:
    """The JSON Schema of one kind of file; raises ScenarioError naming the nearest kind.

    >>> json.loads(schema_text("catheter"))["properties"]["length_cm"]["description"]
    'cm'
    """
    if kind not in KINDS:
        hint = nearest(kind, KINDS) or f"; known are {', '.join(KINDS)}"
        raise ScenarioError([f"{literal(kind)} is no kind of file{hint}"])
    schema = TypeAdapter(KINDS[kind].shape).json_schema()
    for table in _tables(schema):
        table.setdefault("additionalProperties", False)
        if "const" in table["properties"].get("kind", {}):
            table["required"] = ["kind", *table.get("required", ())]
        for name, field in table["properties"].items():
            _leave_out_null(field)
            if unit := unit_of(name):
                field.setdefault("description", unit)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$comment": TEACHING_ONLY}
    return json.dumps({**head, **schema}, indent=1, ensure_ascii=False) + "\n"


def _tables(schema: object) -> Iterator[dict[str, Any]]:
    """Every table with declared names within a schema."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        yield schema
    for part in inner:
        yield from _tables(part)


def _leave_out_null(field: dict[str, Any]) -> None:
    """A value that may be absent is left out of a file; no file can hold null."""
    if NOTHING in field.get("anyOf", ()):
        choices = [choice for choice in field.pop("anyOf") if choice != NOTHING]
        field.update(choices[0] if len(choices) == 1 else {"anyOf": choices})
        del field["default"]


def packaged_folder(kind: str) -> Path:
    """Where the packaged schema of a kind of file is: in the data of the package that its files belong to."""
    return ROOT / Path(KINDS[kind].files).parts[0] / "data" / "schema"


def write_schemas(folder_of: Callable[[str], Path]) -> list[Path]:
    """Write the schema of every kind into its folder, which is made if needed; the files that were written."""
    files = []
    for kind in KINDS:
        file = folder_of(kind) / f"{kind}{ENDING}"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            problem = f"{path_text(file.parent)} cannot be written: {reason(error)}"
            raise ScenarioError([problem]) from None
        write(file, schema_text(kind))
        files.append(file)
    return files


if __name__ == "__main__":
    write_schemas(packaged_folder)
