"""Links and files: how they are written, and how the strict reader takes a link apart."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from numpy import integer, ndarray

from app.words.parameters import of_parts, of_scenario
from sim import TEACHING_ONLY, Result, Scenario, ScenarioError, __version__, write_scenario
from sim.scenario import LARGEST_BYTES, literal, plain

LINK_VERSION: Final = "3"
READ_VERSIONS: Final = ("2", LINK_VERSION)  # 2 gave every scenario in full
QUERY: Final = "s"  # name of the one part of an address that is read
REFUSED: Final = "refused"  # name of an address that could not be read, sent along so that the page says why
LONGEST_LINK: Final = 8_000
LONGEST_NAME: Final = 80
BROKEN: Final = "the link is incomplete or was changed; copy it again"
BROKEN_LINE: Final = r"=?[\s\u00ad\u200b-\u200f\u2060\ufeff]+|="  # and what marks it
AROUND: Final = ".,;:!?*'\"<>()[]{}\u2026\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019"
RESERVED: Final = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
DECIMALS: Final = {"point": (".", ","), "comma": (",", ";")}  # choice -> (before decimals, between columns)
Decimals = Literal["point", "comma"]
HOW_WRITTEN: Final = {
    "point": "Numbers in the table: decimal point; columns: comma.",
    "comma": "Numbers in the table: decimal comma; columns: semicolon. Numbers in these notes: decimal point.",
}
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def to_link(data: Mapping[str, object]) -> str:
    """Plain tables as link text: version, checksum and packed JSON; every number survives exactly.

    Raises ScenarioError where the text could not be opened again, such as over 8,000 characters.

    >>> from_link(to_link({"scenario": {"title": "Tear", "duration_day": 0.1}}))
    {'scenario': {'duration_day': 0.1, 'title': 'Tear'}}
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    archive = zlib.compress(text.encode(), 9)
    payload = base64.urlsafe_b64encode(archive).decode().rstrip("=")
    link = f"{LINK_VERSION}.{_checksum(archive)}.{payload}"
    from_link(link)
    return link


def from_link(text: str) -> dict[str, object]:
    """Plain tables of a link text, unpacked to at most 64 KiB and read like any file.

    Raises ScenarioError.

    >>> from_link("4.abc")
    Traceback (most recent call last):
    sim.refusal.ScenarioError: the link was made by a newer version of PumpLab
    """
    text = tidy(text) if len(text) <= 2 * LONGEST_LINK else text
    if len(text) > LONGEST_LINK:
        raise ScenarioError([f"the link has {len(text)} characters; the most is {LONGEST_LINK}; use a file"])
    version, _, rest = text.partition(".")
    if re.fullmatch("[1-9][0-9]{0,3}", version) and int(version) > int(LINK_VERSION):
        raise ScenarioError(["the link was made by a newer version of PumpLab"])
    if version == "1":
        raise ScenarioError(["the link was made by an earlier version of PumpLab, before its names changed"])
    if version not in READ_VERSIONS:
        raise ScenarioError([f"this is no PumpLab link: {literal(text)}"])
    checksum, _, payload = rest.partition(".")
    if not re.fullmatch("[A-Za-z0-9_-]*", payload) or len(payload) % 4 == 1:
        raise ScenarioError([BROKEN])
    archive = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    if checksum != _checksum(archive):
        raise ScenarioError([BROKEN])
    return plain(_unpack(archive))


def tidy(text: str) -> str:
    """A link text without what mail programs add: line breaks, soft hyphens, brackets and a full stop around it.

    >>> tidy("<3.ab=\\n  cd.ef>."), tidy("3D3.abcd.ef")
    ('3.abcd.ef', '3.abcd.ef')
    """
    return re.sub("^3D(?=[0-9]+[.])", "", re.sub(BROKEN_LINE, "", text).strip(AROUND))


def safe_name(title: str, suffix: str) -> str:
    """File name of at most 80 small letters, digits and hyphens that any system takes.

    >>> safe_name("../Half the dose goes missing!", "toml"), safe_name("CON", "csv")
    ('half-the-dose-goes-missing.toml', 'pumplab-con.csv')
    """
    letters = _plain_letters(suffix).replace("-", "")[:10]
    tail = f".{letters}" if letters else ""
    stem = _plain_letters(title)[: LONGEST_NAME - len(tail)].strip("-") or "pumplab"
    return ("pumplab-" if RESERVED.fullmatch(stem) else "") + stem + tail


def csv_text(
    columns: Mapping[str, Sequence[float] | Sequence[str] | ndarray], notes: Sequence[str], decimals: Decimals = "point"
) -> str:
    """Notes as `# ` lines, the teaching-only sentence first; then the header; then a row per number.

    Numbers are written so that they are read back exactly. Columns must be equally long.

    >>> print(csv_text({"time_h": [0.0, 0.1]}, ["Teaching only."]), end="")
    # Teaching only.
    time_h
    0.0
    0.1
    """
    if not notes or not notes[0].strip():
        raise ValueError("the first note must be the teaching-only sentence")
    out = io.StringIO()
    out.writelines(f"# {_note(note)}\n" for note in notes)
    sign, delimiter = DECIMALS[decimals]
    rows = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    rows.writerow(_cell(name, sign) for name in columns)
    rows.writerows([_cell(value, sign) for value in row] for row in zip(*columns.values(), strict=True))
    return out.getvalue()


def scenario_text(scenario: Scenario) -> str:
    """A scenario as a file: the teaching-only sentence and the version first; it is read back exactly."""
    first, _, rest = write_scenario(scenario).partition("\n")
    return f"{first}\n# pumplab {__version__}\n{rest}"


def series_text(scenario: Scenario, result: Result, decimals: Decimals = "point") -> str:
    """All series of a run as CSV, with every parameter in a note; of a mixture, each other drug under its name."""
    notes = [TEACHING_ONLY, f"pumplab {__version__}", HOW_WRITTEN[decimals]]
    notes += [field.text() for field in (*of_scenario(scenario), *of_parts(scenario))]
    columns = dict(result.to_table())
    for drug, other in result.others.items():
        columns |= {f"{drug}: {name}": column for name, column in other.to_table().items() if name != "time_h"}
    return csv_text(columns, notes, decimals)


def _checksum(archive: bytes) -> str:
    return hashlib.sha256(archive).hexdigest()[:8]


def _unpack(archive: bytes) -> bytes:
    """The bytes of an archive; reads at most one byte over the cap. Raises ScenarioError."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(archive, LARGEST_BYTES + 1)
    except zlib.error:
        raise ScenarioError([BROKEN]) from None
    if len(raw) > LARGEST_BYTES:
        raise ScenarioError([f"the link unpacks to over {LARGEST_BYTES} bytes, the most that is read"])
    if not unpacker.eof or unpacker.unused_data:
        raise ScenarioError([BROKEN])
    return raw


def _plain_letters(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def _note(text: str) -> str:
    """One line in which no spreadsheet finds an open quotation mark or a formula after a separator."""
    line = " ".join(text.split()).replace('"', "'")
    return re.sub(r"([,;|]\s*)(?=[=+\-@])", r"\1'", line)


def _cell(value: Any, sign: str) -> str:
    if isinstance(value, str):
        quote = "'" if value.startswith(FORMULA_STARTS) else ""
        return quote + value.replace("\r", " ")  # the writer leaves a bare CR outside quotation marks
    return str(value) if isinstance(value, int | integer) else repr(float(value)).replace(".", sign)
