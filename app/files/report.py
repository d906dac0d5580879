"""One run as one page of HTML that opens without a network, prints, and asks nothing of anybody."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextvars import copy_context
from hashlib import sha256
from html import escape
from typing import Any, Final

import numpy as np

from app import figures, runs
from app.figures import Look, Part, Ranges
from app.figures.theme import DARK_INK
from app.files.exchange import LINK_VERSION, QUERY
from app.words.model_names import in_words, sentence_of
from app.words.parameters import of_scenario
from app.words.setting import group_of, value_of
from app.words.text import (
    ABOUT,
    BANNER,
    PLACES,
    TEXT,
    amount,
    banner,
    day,
    digits,
    is_foreign,
    language,
    percent,
    span,
    speak,
)
from app.words.units import Units
from sim import Result, Scenario, __version__, catalogue, metrics

CHART_WIDTH_PX, CHART_PX = 680, 300  # as wide as a printed page
MOST_ROWS: Final = 1_000
LEFT_OUT: Final = ("version", "title", "kind", "orders", "faults", *ABOUT)  # told elsewhere in the report
LEVELS: Final = ("L4", "T6", "C4")

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 2rem; max-width: 46rem; background: #FFFFFF; color: #1B2430;
  font: 16px/1.45 "Source Sans", "Source Sans 3", system-ui, sans-serif; }
.banner { position: sticky; top: 0; z-index: 2000; margin: 0 -1rem 1rem; padding: 0.35rem 1rem; text-align: center;
  font-size: 0.9375rem; font-weight: 600; background: #7A2E00; color: #FFFFFF; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
.what { margin: 0; font-weight: 600; color: #5A6573; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
caption { text-align: left; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem; border-top: 1px solid #C4CAD2;
  overflow-wrap: anywhere; }
thead th { border-top: 0; background: #F0F3F7; }
tbody th { font-weight: 400; width: 45%; }
tbody.group th[scope=rowgroup] { font-weight: 600; background: #F0F3F7; }
tr.changed { background: #FBE9DD; font-weight: 600; }
tr.changed th { font-weight: 600; }
figure { margin: 1rem 0; }
figcaption { font-size: 0.9375rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 0.25rem; }
.chart { overflow-x: auto; min-height: 300px; }
code { display: block; font-size: 0.875rem; overflow-wrap: anywhere; background: #F0F3F7; padding: 0.5rem; }
@page { margin: 18mm 15mm; @top-center { content: "BANNER"; font: 600 9pt sans-serif; } }
@media print {
  body { max-width: none; padding: 0; }
  .banner { position: static; margin: 0 0 1rem; border: 2px solid #000; color: #000; background: #FFF; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""
DRAW: Final = """
for (const one of JSON.parse(document.getElementById("figures").textContent)) {
  Plotly.newPlot(one.id, one.figure.data, one.figure.layout, { displayModeBar: false });
}
"""


def report(
    scenario: Scenario,
    base: Scenario,
    result: Result,
    ghost: Result,
    ranges: Ranges,
    link: str | None,
    language: str,
    units: Units,
) -> str:
    """The whole page, in a language and units of its own, whatever its caller speaks.

    base: the scenario as it was loaded, which shows what was changed; link: its link text, None where it has none.
    """
    return copy_context().run(_report, scenario, base, result, ghost, ranges, link, language, units)


def _report(
    scenario: Scenario,
    base: Scenario,
    result: Result,
    ghost: Result,
    ranges: Ranges,
    link: str | None,
    language: str,
    units: Units,
) -> str:
    speak(language, units)
    charts = list(_charts(scenario, result, ghost, ranges))
    parts = [
        f'<p class="what">{escape(TEXT["page"])}: {escape(TEXT["files_report"])}</p>',
        f"<h1>{escape(scenario.title)}</h1>",
        *_about(scenario),
        *_section("files_report_numbers", _numbers(scenario, result, ghost)),
        *_section("files_report_charts", *(_figure(i, *chart) for i, chart in enumerate(charts))),
        *_section("files_report_ledger", *_ledgers(scenario, result)),
        *_section("files_report_story", _story(result)),
        *_section("files_report_settings", _settings(scenario, base)),
        *_section("files_report_versions", *_versions(link)),
    ]
    return _page(scenario.title, "\n".join(parts), [figure for _, figure, _ in charts])


# ------------------------------------------------------------ what is told


def _about(scenario: Scenario) -> Iterator[str]:
    for name, title in ABOUT.items():
        if words := getattr(scenario, name):
            yield f"<p><strong>{escape(title)}.</strong> {escape(words)}</p>"
    yield f"<p>{escape(TEXT['files_author_said'])}</p>"
    if is_foreign():
        yield f"<p>{escape(TEXT['by_authors'])}</p>"


def _numbers(scenario: Scenario, result: Result, ghost: Result) -> str:
    """What the tiles of the page show, and what was read off besides."""
    curve = catalogue().drugs[scenario.drug].effect
    low_index = 0.0 if curve is None else curve.low_index

    def volume(ml: float) -> str:
        return f"{digits(ml, 3)} mL"

    def without(run: Result) -> str:
        hours = metrics.hours_below(run, low_index)
        return TEXT["not_modelled"] if hours is None else span(hours)

    told = {
        "tile_alarm": lambda run: day(metrics.alarm_day(run)),
        "tile_ratio": lambda run: percent(metrics.delivered_ratio(run)),
        "tile_lost": lambda run: amount(metrics.lost_mcg(run)),
        "tile_without": without,
        "files_n_programmed": lambda run: amount(float(run.programmed_mcg[-1])),
        "files_n_delivered": lambda run: amount(float(run.delivered_mcg[-1])),
        "files_n_empty": lambda run: day(metrics.empty_day(run)),
        "files_n_first_drug": lambda run: day(metrics.first_drug_at_tip_day(run)),
        "files_n_true": lambda run: volume(float(run.reservoir_true_ml[-1])),
        "files_n_believed": lambda run: volume(float(run.reservoir_believed_ml[-1])),
        "files_n_csf_lost": lambda run: volume(metrics.csf_lost_ml(run)),
        "files_n_headache": lambda run: day(metrics.headache_day(run)),
        "files_n_error": lambda run: f"{run.ledger.error_frac:.1e}",
    }
    rows = [(TEXT[name], read(result), read(ghost)) for name, read in told.items()]
    return _table(("files_number", "files_run", "files_without"), rows)


def _charts(scenario: Scenario, result: Result, ghost: Result, ranges: Ranges) -> Iterator[tuple[str, Part, str]]:
    """(title, figure, what it shows in words), for every drug of a mixture."""
    look = Look(scenario.title, CHART_PX, DARK_INK)
    pump, drugs = catalogue().pumps[scenario.pump], catalogue().drugs
    truths = figures.two_truths(result, ghost, ranges, look)
    yield TEXT["files_chart_truths"], truths, figures.describe_truths(result)
    held = figures.reservoir(result, ghost, pump, ranges, look)
    yield TEXT["files_chart_reservoir"], held, figures.describe_reservoir(result)
    tip = scenario.tip_level
    levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in LEVELS if level != tip}
    for name in (scenario.drug, *scenario.with_drugs):
        drug, run, healthy = drugs[name], runs.of_drug(result, name), runs.of_drug(ghost, name)
        axes = ranges if name == scenario.drug else runs.ranges(scenario, name)

        def title(key: str, of: str = in_words(drug.title)) -> str:
            return TEXT["files_of_drug"].format(chart=TEXT[key], drug=of) if scenario.with_drugs else TEXT[key]

        csf = figures.csf(run, healthy, levels, axes, look)
        yield title("files_chart_csf"), csf, figures.describe_csf(run, levels)
        if drug.effect is not None and run.effect_index is not None:
            titles = {"effect": in_words(drug.effect.title), "withdrawal": TEXT["withdrawal"]}
            if drug.breathing is not None:
                titles["breathing"] = in_words(drug.breathing.title)
            effect = figures.effect(run, healthy, titles, drug.effect.low_index, look)
            yield title("files_chart_effect"), effect, figures.describe_effect(run, in_words(drug.effect.title))
        over_time = figures.ledger_over_time(run, axes, look)
        yield title("files_chart_ledger"), over_time, figures.describe_ledger(run)


def _ledgers(scenario: Scenario, result: Result) -> Iterator[str]:
    for name in (scenario.drug, *scenario.with_drugs):
        run = runs.of_drug(result, name)
        supplied = float(run.ledger.supplied_mcg[-1])
        rows = [
            (PLACES[place], amount(mcg), percent(mcg / supplied if supplied else None))
            for place, mcg in run.ledger.at_end().items()
        ]
        title = in_words(catalogue().drugs[name].title) if scenario.with_drugs else ""
        yield _table(("files_place", "files_at_end", "files_share"), rows, title)


def _story(result: Result) -> str:
    told = result.happenings
    if not told:
        return f"<p>{escape(TEXT['nothing'])}</p>"
    rows = [(day(one.time_h / 24.0), sentence_of(one)) for one in told[:MOST_ROWS]]
    return _table(("files_moment", "files_happening"), rows, _cut(len(told)))


def _settings(scenario: Scenario, base: Scenario) -> str:
    """Every field in its group; a changed one is marked, with the value that it had."""
    before = {line.path: line for line in of_scenario(base)}
    lines = [line for line in of_scenario(scenario) if line.name not in LEFT_OUT]
    gone = [before[path] for path in before.keys() - {line.path for line in lines} if before[path].name not in LEFT_OUT]
    groups: dict[str, list[str]] = {}
    for line in lines[:MOST_ROWS]:
        was = before.get(line.path)
        old = TEXT["files_added"] if was is None else "" if was.value == line.value else value_of(was)
        if was is not None and old:
            old = f"{TEXT['files_changed']}: {old}"
        cells = _cells((in_words(line.label), value_of(line), old))
        row = f"<tr class='changed'>{cells}</tr>" if old else f"<tr>{cells}</tr>"
        groups.setdefault(group_of(scenario, line.path), []).append(row)
    for line in sorted(gone, key=lambda line: line.path)[:MOST_ROWS]:
        cells = _cells((in_words(line.label), TEXT["files_removed"], f"{TEXT['files_changed']}: {value_of(line)}"))
        groups.setdefault(group_of(base, line.path), []).append(f"<tr class='changed'>{cells}</tr>")
    bodies = [
        f"<tbody class='group'><tr><th colspan='3' scope='rowgroup'>{escape(title)}</th></tr>{''.join(rows)}</tbody>"
        for title, rows in groups.items()
    ]
    head = _head(("files_setting", "files_value", "files_preset"))
    return f"<table>{_caption(_cut(len(lines)))}{head}{''.join(bodies)}</table>"


def _versions(link: str | None) -> Iterator[str]:
    from plotly import __version__ as plotly_version

    made = TEXT["files_made_with"].format(version=__version__, link=LINK_VERSION, plotly=plotly_version)
    yield f"<p>{escape(made)}</p>"
    if link is None:
        yield f"<p>{escape(TEXT['files_no_link'])}</p>"
    else:
        yield f"<p>{escape(TEXT['files_link_said'])}</p><code>?{escape(QUERY)}={escape(link)}</code>"


def _cut(n: int) -> str:
    return TEXT["files_first_of"].format(n=MOST_ROWS, all=n) if n > MOST_ROWS else ""


# ------------------------------------------------------------ how it is written


def _section(title: str, *parts: str) -> Iterator[str]:
    yield f"<section><h2>{escape(TEXT[title])}</h2>"
    yield from parts
    yield "</section>"


def _caption(text: str) -> str:
    return f"<caption>{escape(text)}</caption>" if text else ""


def _head(titles: Sequence[str]) -> str:
    return "<thead><tr>" + "".join(f"<th scope='col'>{escape(TEXT[title])}</th>" for title in titles) + "</tr></thead>"


def _cells(row: Sequence[str]) -> str:
    first, *rest = row
    return f"<th scope='row'>{escape(first)}</th>" + "".join(f"<td>{escape(text)}</td>" for text in rest)


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table>{_caption(caption)}{_head(titles)}<tbody>{body}</tbody></table>"


def _figure(place: int, title: str, figure: Part, words: str) -> str:
    drawn = f"<div class='chart' tabindex='0' id='figure-{place}' role='img' aria-label='{escape(words)}'></div>"
    return f"<figure><h3>{escape(title)}</h3>{drawn}<figcaption>{escape(words)}</figcaption></figure>"


def _page(title: str, body: str, drawn: Sequence[Part]) -> str:
    """The page around it: it may run its own two scripts, and load nothing at all."""
    from plotly.offline import get_plotlyjs

    scripts = (get_plotlyjs(), DRAW)
    known = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts)
    policy = f"default-src 'none'; script-src {known}; style-src 'unsafe-inline'; img-src data: blob:"
    policy += "; base-uri 'none'; form-action 'none'"
    data = [{"id": f"figure-{i}", "figure": _sized(one)} for i, one in enumerate(drawn)]
    style = STYLE.replace("BANNER", BANNER.replace('"', "'"))
    library, draw = scripts
    return f"""<!DOCTYPE html>
<html lang="{language()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(TEXT["page"])}: {escape(title)}</title>
<style>{style}</style>
</head>
<body>
<p class="banner" role="note">{escape(banner())}</p>
<main>
{body}
</main>
<script type="application/json" id="figures">{_script_safe(data)}</script>
<script>{library}</script>
<script>{draw}</script>
</body>
</html>
"""


def _sized(figure: Part) -> Part:
    layout: Any = figure["layout"]
    return {**figure, "layout": {**layout, "width": CHART_WIDTH_PX, "paper_bgcolor": "#FFFFFF"}}


def _script_safe(data: object) -> str:
    """JSON that ends no script and opens no comment, whatever stands in it."""
    text = json.dumps(data, default=_numbers_of, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _numbers_of(array: object) -> list[float]:
    """Numbers of a curve, to the six digits that a screen can show."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{type(array).__name__} is nothing that a chart holds")
    return [float(f"{value:.6g}") for value in array.tolist()]
