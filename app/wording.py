"""All words of the page, in one table."""

from __future__ import annotations

import re
from typing import Final

from sim import TEACHING_ONLY

BANNER: Final = TEACHING_ONLY

PLACES: Final = {
    "reservoir": "Reservoir",
    "line": "Line",
    "withdrawn": "Drawn out",
    "tissue_depot": "Tissue depot",
    "epidural_depot": "Epidural depot",
    "spinal_csf": "Spinal CSF",
    "cranial_csf": "Cranial CSF",
    "gut": "Gut",
    "not_absorbed": "Not absorbed",
    "plasma": "Plasma",
    "cleared": "Cleared",
}

CHOICES: Final = {
    "line_start": {
        "drug": "drug throughout (primed)",
        "pump_path": "drug in the pump path only",
        "csf": "CSF throughout (unprimed)",
    },
    "body_start": {"empty": "no drug yet", "steady": "steady at the first dose"},
    "priming": {"plug": "they stay apart", "mixed": "they mix"},
}

TEXT: Final = {
    "page": "PumpLab",
    "scenario": "Scenario",
    "from_link": "From a link",
    "about": "What is this about?",
    "objective": "Aim",
    "see": "What to see",
    "link_author": "This scenario came with a link; its words are those of whoever made it.",
    "controls": "Move these",
    "reset": "Reset",
    "believes": "pump believes",
    "receives": "tip receives",
    "ghost": "tip, without faults",
    "dose_axis": "mcg/day",
    "day_axis": "days",
    "volume_axis": "mL in the reservoir",
    "csf_axis": "mcg/mL in CSF",
    "index_axis": "index, illustrative",
    "true_volume": "true volume",
    "believed_volume": "pump believes",
    "ghost_volume": "without faults",
    "alarm_level": "alarm level",
    "unpumpable": "cannot be pumped",
    "band": "effect band from",
    "tile_alarm": "Low alarm",
    "tile_ratio": "Delivered / programmed",
    "tile_lost": "Lost from the line",
    "tile_without": "Time without effect",
    "none": "none",
    "tab_reservoir": "Reservoir",
    "tab_effect": "CSF and effect",
    "tab_ledger": "Ledger",
    "tab_story": "What happened",
    "tab_more": "More fields",
    "refused": "Not changed, because it cannot be carried out:",
    "link_refused": "The link could not be opened, so the first scenario is shown:",
    "without_note": "Hours with the effect index below its band (illustrative).",
    "withdrawal": "Withdrawal",
    "illustrative": "Effect, breathing and withdrawal are indices from 0 to 1, illustrative.",
    "nothing": "Nothing happened.",
    "not_modelled": "not modelled",
    "effect_not_modelled": "The effect is not modelled: of this drug, given this way, only amounts are followed.",
    "tolerance": "Tolerance",
    "battery": "Battery at the end:",
    "battery_left": "of its life left",
    "which_drug": "Drug of the mixture",
    "off_scale": "off the scale",
    "at_once": "at once, off the scale",
    "lists": "Lists belong together, so they are taken up together.",
    "list_help": "each; commas and a space between",
    "apply": "Apply the lists",
}


def amount(mcg: float) -> str:
    """An amount with its unit, in mg from 1,000 mcg on.

    >>> amount(250.0), amount(2500.0), amount(3e-9)
    ('250 mcg', '2.5 mg', 'under 0.001 mcg')
    """
    if 0.0 < abs(mcg) < 0.001:
        return "under 0.001 mcg"
    small = digits(mcg, 3)
    return f"{small} mcg" if small != "1,000" and abs(mcg) < 1000.0 else f"{digits(mcg / 1000.0, 4)} mg"


def percent(frac: float | None) -> str:
    """A share in percent.

    >>> percent(0.5), percent(None)
    ('50 %', 'none')
    """
    return TEXT["none"] if frac is None else f"{digits(100.0 * frac, 3)} %"


def day(value: float | None) -> str:
    """A day of the run.

    >>> day(46.5), day(None)
    ('day 46.5', 'none')
    """
    return TEXT["none"] if value is None else f"day {digits(value, 4).replace(',', '')}"


def span(hours: float | None) -> str:
    """A span of time, in hours up to two days.

    >>> span(0.0), span(30.0), span(336.0), span(None)
    ('0 h', '30 h', '14 days', 'none')
    """
    if hours is None:
        return TEXT["none"]
    return f"{digits(hours, 3)} h" if hours < 48.0 else f"{digits(hours / 24.0, 3)} days"


def digits(value: float, most: int) -> str:
    """A number to `most` significant digits: no power of ten, no trailing zero.

    >>> digits(0.0512345, 3), digits(12345.6, 3), digits(0.0, 3)
    ('0.0512', '12,300', '0')
    """
    rounded = float(f"{value:.{most}g}") + 0.0
    text = f"{rounded:,.9f}"
    return text.rstrip("0").rstrip(".")


def plain(text: str) -> str:
    """Author's text so that Markdown shows it literally.

    >>> plain("a *b* $c$")
    'a \\\\*b\\\\* \\\\$c\\\\$'
    """
    lines = re.sub(r"(?m)^[ \t]+", "", text)  # an indented line would be code
    # addresses become links after escapes are read; an invisible joint inside keeps them words
    lines = re.sub(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", "\u2060", lines)
    return "".join("\\" + char if char in _SPECIAL else char for char in lines)


def label(text: str) -> str:
    """A widget's label, shown literally; a tame one stays as it is, since it is also read out as written.

    >>> label("Tear: share of flow lost, mL/day"), label("a *b*")
    ('Tear: share of flow lost, mL/day', 'a \\\\*b\\\\*')
    """
    return text if _TAME.fullmatch(text) else plain(text)


_TAME: Final = re.compile(r"[A-Za-z](?:[\w ,/()-]|: )*")
_SPECIAL: Final = frozenset("\\`*_{}[]()<>#+-.!|~^$:\"'&=@/%")
