"""The report of a run: its numbers, charts, balance, happenings and settings on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from html import escape
from typing import Final

from app import figures, runs
from app.figures import Look, Part, stage_packet
from app.figures.theme import DARK_INK
from app.files import html_page
from app.files.exchange import LINK_VERSION, QUERY
from app.words.model_names import in_words, sentence_of
from app.words.numbers import digits, number_text
from app.words.parameters import FieldValue, of_scenario
from app.words.reader import is_foreign, speak
from app.words.setting import ENTRIES, group_of, value_of
from app.words.text import ABOUT, PLACES, TEXT, amount, day, percent
from app.words.units import Units
from sim import Result, Scenario, __version__, catalogue, metrics
from sim.body import Level
from sim.scenario import as_intended

CHART_PX: Final = 300
MOST_ROWS: Final = 1_000
LEFT_OUT: Final = ("version", "title", "kind", *ENTRIES, *ABOUT)  # elsewhere in the report
LEVELS: Final[tuple[Level, ...]] = ("L4", "T6", "C4")


def report(
    scenario: Scenario,
    base: Scenario,
    result: Result,
    ghost: Result,
    link: str | None,
    language: str,
    units: Units,
) -> str:
    """The whole page, in a language and units of its own: those of the caller stay as they are.

    base: the scenario before any change of the reader; link: its link text, None where it has none.
    """

    def page() -> str:
        speak(language, units)
        charts = list(_charts(scenario, result, ghost))
        parts = [
            f'<p class="what">{escape(TEXT["page"])}: {escape(TEXT["files_report"])}</p>',
            f"<h1>{escape(scenario.title)}</h1>",
            *_about(scenario),
            *html_page.section("files_report_numbers", _numbers(scenario, result, ghost)),
            *html_page.section(
                "files_report_charts",
                *(html_page.figure(place, title, words) for place, (title, _, words) in enumerate(charts)),
            ),
            *html_page.section("files_report_ledger", *_ledgers(scenario, result)),
            *html_page.section("files_report_story", _story(result)),
            *html_page.section("files_report_settings", _settings(scenario, base)),
            *html_page.section("files_report_versions", *_versions(link)),
        ]
        return html_page.page(scenario.title, "\n".join(parts), [chart for _, chart, _ in charts])

    return copy_context().run(page)


def _about(scenario: Scenario) -> Iterator[str]:
    for name, title in ABOUT.items():
        if words := getattr(scenario, name):
            yield f"<p><strong>{escape(title)}.</strong> {escape(words)}</p>"
    yield f"<p>{escape(TEXT['files_author_said'])}</p>"
    if is_foreign():
        yield f"<p>{escape(TEXT['by_authors'])}</p>"


def _numbers(scenario: Scenario, result: Result, ghost: Result) -> str:
    """The key numbers, and more that the page has no room for."""

    def volume(ml: float) -> str:
        return f"{digits(ml, 3)} mL"

    more: dict[str, Callable[[Result], str]] = {
        "files_n_programmed": lambda run: amount(float(run.programmed_mcg[-1])),
        "files_n_delivered": lambda run: amount(float(run.delivered_mcg[-1])),
        "files_n_empty": lambda run: day(metrics.empty_day(run)),
        "files_n_first_drug": lambda run: day(metrics.first_drug_at_tip_day(run)),
        "files_n_true": lambda run: volume(float(run.reservoir_true_ml[-1])),
        "files_n_believed": lambda run: volume(float(run.reservoir_believed_ml[-1])),
        "files_n_csf_lost": lambda run: volume(metrics.csf_lost_ml(run)),
        "files_n_headache": lambda run: day(metrics.headache_day(run)),
        "files_n_error": lambda run: number_text(float(f"{run.ledger.error_frac:.1e}")),
    }
    readings = [
        *runs.key_numbers(),
        runs.harm_number(),
    ]
    meant = as_intended(scenario)
    rows = [(TEXT["dose_highest"], *(runs.highest_dose(one) or TEXT["none"] for one in (scenario, meant)))]
    rows += [(words, read(scenario, result), read(meant, ghost)) for words, read in readings]
    rows += [(TEXT[name], look(result), look(ghost)) for name, look in more.items()]
    return html_page.table(("files_number", "files_run", "files_without"), rows)


def _charts(scenario: Scenario, result: Result, ghost: Result) -> Iterator[tuple[str, Part, str]]:
    """(title, figure, what it shows in words), for every drug of a mixture; the axes fit what is drawn."""
    look = Look(scenario.title, CHART_PX, DARK_INK)
    pump, drugs = catalogue().pumps[scenario.pump], catalogue().drugs
    ranges = runs.fitted(scenario, scenario.drug)
    truths = figures.two_truths(result, ghost, ranges, look)
    yield TEXT["files_chart_truths"], truths, figures.describe_truths(result)
    volumes = figures.reservoir(result, ghost, pump, ranges, look)
    yield TEXT["files_chart_reservoir"], volumes, figures.describe_reservoir(result)
    tip = scenario.tip_level
    levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in LEVELS if level != tip}
    for name in (scenario.drug, *scenario.with_drugs):
        drug, run, meant = drugs[name], runs.of_drug(result, name), runs.of_drug(ghost, name)
        axes = runs.fitted(scenario, name)

        def title(key: str, drug_name: str = in_words(drug.title)) -> str:
            return TEXT["files_of_drug"].format(chart=TEXT[key], drug=drug_name) if scenario.with_drugs else TEXT[key]

        csf = figures.csf(run, meant, levels, axes, look)
        yield title("files_chart_csf"), csf, figures.describe_csf(run, levels)
        if drug.effect is not None and run.effect_index is not None:
            effect = figures.effect(run, meant, drug, look)
            yield title("files_chart_effect"), effect, figures.describe_effect(run, drug)
        over_time = figures.ledger_over_time(run, axes, look)
        yield title("files_chart_ledger"), over_time, figures.describe_ledger(run)


def _ledgers(scenario: Scenario, result: Result) -> Iterator[str]:
    for name in (scenario.drug, *scenario.with_drugs):
        run = runs.of_drug(result, name)
        supplied_mcg = float(run.ledger.supplied_mcg[-1])
        rows = [
            (PLACES[place], amount(mcg), percent(mcg / supplied_mcg if supplied_mcg else None))
            for place, mcg in run.ledger.at_end().items()
        ]
        title = in_words(catalogue().drugs[name].title) if scenario.with_drugs else ""
        yield html_page.table(("files_place", "files_at_end", "files_share"), rows, title)


def _story(result: Result) -> str:
    if not result.happenings:
        return f"<p>{escape(TEXT['nothing'])}</p>"
    rows = [
        (day(happening.time_h / 24.0), sentence_of(happening))
        for happening in stage_packet.rare_first(result.happenings, MOST_ROWS)
    ]
    return html_page.table(("files_moment", "files_happening"), rows, _cut(len(result.happenings), "files_some_of"))


def _settings(scenario: Scenario, base: Scenario) -> str:
    """Every field in its group; a field that the reader changed is highlighted, with the value it had."""
    before = {field.path: field for field in of_scenario(base) if field.name not in LEFT_OUT}
    fields = [field for field in of_scenario(scenario) if field.name not in LEFT_OUT]
    removals = [before[path] for path in sorted(before.keys() - {field.path for field in fields})]
    groups: dict[str, list[str]] = {}
    for field in fields[:MOST_ROWS]:
        change = _change(before.get(field.path), field)
        cells = html_page.cells((in_words(field.label), value_of(field), change))
        row = f"<tr class='changed'>{cells}</tr>" if change else f"<tr>{cells}</tr>"
        groups.setdefault(group_of(scenario, field.path), []).append(row)
    for field in removals[:MOST_ROWS]:
        old = f"{TEXT['files_changed']}: {value_of(field)}"
        cells = html_page.cells((in_words(field.label), TEXT["files_removed"], old))
        groups.setdefault(group_of(base, field.path), []).append(f"<tr class='changed'>{cells}</tr>")
    bodies = [
        f"<tbody class='group'><tr><th colspan='3' scope='rowgroup'>{escape(title)}</th></tr>{''.join(rows)}</tbody>"
        for title, rows in groups.items()
    ]
    titles = ("files_setting", "files_value", "files_preset")
    return html_page.table_of_bodies(titles, "".join(bodies), _cut(len(fields)))


def _change(before: FieldValue | None, field: FieldValue) -> str:
    """What the reader changed of a field, in words; empty where nothing."""
    if before is None:
        return TEXT["files_added"]
    return "" if before.value == field.value else f"{TEXT['files_changed']}: {value_of(before)}"


def _versions(link: str | None) -> Iterator[str]:
    from plotly import __version__ as plotly_version

    versions = TEXT["files_made_with"].format(version=__version__, link=LINK_VERSION, plotly=plotly_version)
    yield f"<p>{escape(versions)}</p>"
    if link is None:
        yield f"<p>{escape(TEXT['files_no_link'])}</p>"
    else:
        yield f"<p>{escape(TEXT['files_link_said'])}</p><code>?{escape(QUERY)}={escape(link)}</code>"


def _cut(n: int, words: str = "files_first_of") -> str:
    return TEXT[words].format(n=MOST_ROWS, all=n) if n > MOST_ROWS else ""
