"""Scripts of the page run by node, outside a browser; packets read by a reader that shares no code with the page."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from app.components.assets import SCRIPTS

DESCRIBE = """
import { momentAt, parse } from "./stage_packet.js";
import { describe } from "./stage_words.js";
const packet = parse(new Uint8Array(readFileSync("packet")));
print(places.map((place) => describe(packet, momentAt(packet, packet.arrays.day.at(place)))));
"""


def in_node(script: str, packet: bytes = b"", **values: Any) -> Any:
    """What `print` is given by a script that runs beside the page's own, with a packet as a file and plain values."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("The tests of the JavaScript need the program 'node' (Debian, Ubuntu: apt-get install nodejs).")
    names = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
    start = 'import { readFileSync } from "node:fs";\nconst print = (value) => console.log(JSON.stringify(value));\n'
    with TemporaryDirectory() as folder:
        for name, code in SCRIPTS.items():
            Path(folder, name).write_bytes(code)
        Path(folder, "package.json").write_text('{"type": "module"}')
        Path(folder, "packet").write_bytes(packet)
        Path(folder, "script.js").write_text(f"{start}{names}{script}")
        done = subprocess.run([node, "script.js"], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def described(packet: bytes, *places: int) -> list[str]:
    """The picture in the words of the page, at the moments sent that have these places."""
    return list(in_node(DESCRIBE, packet, places=places))


def unpack(packet: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a packet, as float64; ValueError if it was cut short."""
    start = 4 + int.from_bytes(packet[:4], "little")
    header = json.loads(packet[4:start])
    arrays = {}
    for name, shape, kind, scale in header["arrays"]:
        column = np.frombuffer(packet, f"<{kind}", math.prod(shape), start)
        arrays[name] = column.astype(float).reshape(shape) * scale
        start += column.nbytes
    if start != len(packet):
        raise ValueError(f"packet: {len(packet)} bytes where the header announces {start}")
    return header, arrays
