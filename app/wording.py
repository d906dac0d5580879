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

# how much stands behind a number, strongest first
GRADES: Final = {
    "measured": "measured",
    "label": "label",
    "published": "published",
    "derived": "derived",
    "fitted": "fitted",
    "assumed": "assumed",
    "illustrative": "illustrative",
}
GRADES_SAID: Final = {
    "measured": "taken from a measurement in people",
    "label": "in a drug's label or a maker's document",
    "published": "in a published study or textbook",
    "derived": "computed from published numbers or from the design",
    "fitted": "chosen so that published courses come out",
    "assumed": "a guess, because no number was found",
    "illustrative": "invented to show a shape",
}

# what an author says of a scenario, field by field, in the order of the page
ABOUT: Final = {"misconception": "Often believed", "objective": "Aim", "see": "What to see"}

# headings of the tables on the page Model and sources
COLUMNS: Final = {
    "parameters": ("Parameter", "Value", "Unit", "Legal range", "Grade", "Source", "Name in the file"),
    "figures": ("Row", "Figure", "Verdict", "Published", "Band", "Model", "Unit", "Under", "Numbers were", "Source"),
    "rules": ("Rule", "Score", "Why"),
}

TEXT: Final = {
    "page": "PumpLab",
    "page_explore": "Explore",
    "page_model": "Model and sources",
    "scenario": "Scenario",
    "from_link": "From a link",
    "about": "What is this about?",
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
    "at_once": "within a minute, off the scale",
    "lists": "Lists belong together, so they are taken up together.",
    "list_help": "each; commas and a space between",
    "apply": "Apply the lists",
    "yes": "yes",
    "no": "no",
    "choice": "choice",
    "model_said": "What PumpLab computes, with which numbers, how far it meets what was published, and what it is for.",
    "intended": "What it is for, and what not",
    "tab_equations": "Equations",
    "tab_parameters": "Parameters",
    "tab_figures": "Published figures",
    "tab_limits": "Limits and credibility",
    "equations_said": "In the order in which a run computes them. Nothing downstream feeds back upstream, except "
    "that a blocked line holds back the pump, a gas-driven pump feels pressure, and an empty reservoir stops flow.",
    "source": "Source",
    "which_table": "Numbers of",
    "table_canal": "Person and canal (default values)",
    "table_surroundings": "Surroundings (default values)",
    "table_drug": "Drug",
    "table_pump": "Pump",
    "table_catheter": "Catheter",
    "grades_said": "What the grades mean",
    "parameters_said": "Read from the files that the model runs on. A choice is a word, not a number, and needs no "
    "source.",
    "counted": "{n_ok} of {n} published figures lie in their band, {n_miss} miss it. {n_free} were not used for "
    "fitting; most others were, so that agreement there is no prediction.",
    "figures_said": "Every test run computes each figure anew. A band is the source's own range, or a factor around "
    "its figure.",
    "in_band": "\u2713 in the band",
    "miss_high": "\u2717 MISS, too high",
    "miss_low": "\u2717 MISS, too low",
    "not_modelled_title": "What is not modelled",
    "score_title": "How far it can be believed",
    "score_of": "of 4",
    "score_sum": "Together {score} of {most}.",
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
