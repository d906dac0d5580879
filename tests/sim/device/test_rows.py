"""Every row of the device's requirements is tested in this folder, or its absence explained."""

from __future__ import annotations

import re
from pathlib import Path

NOT_APPLICABLE = {
    "DEV-06": "no flow sensor: nothing in an implant can tell that it gives too much; the centre of the lesson",
    "DEV-07": "no flow sensor: nothing in an implant can tell that it gives too little",
    "DEV-08": "no flow sensor: a stricter profile of alarms that cannot be raised",
    "DEV-29": "no programme runs while a page is open: each change is a new scenario, run from its start",
    "DEV-33": "nobody can silence an implant; the story tells when an alarm begins, not how often it sounds",
    "DEV-35": "no drug library and no soft limit: hard limits refuse (DEV-01), data files name their sources",
    "DEV-37": "an implant does not stop at an alert, so it cannot be restarted three times in ten minutes",
    "IEC-4": "no page draws the borrowed curves; the module that computes them names the standard and its scope",
}


def test_every_row_is_tested_or_its_absence_explained():
    texts = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    found = [row for text in texts for row in re.findall(r"^def test_(dev|iec)_(\d+)", text, re.MULTILINE)]
    named = {f"{family.upper()}-{number}" for family, number in found}
    rows = {f"DEV-{i:02d}" for i in range(1, 39)} | {f"IEC-{i}" for i in range(1, 5)}
    assert named | set(NOT_APPLICABLE) == rows
    assert not named & set(NOT_APPLICABLE)
    assert all(len(reason.split()) >= 6 for reason in NOT_APPLICABLE.values())
