"""The command: open the page, run a file, list, check."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

# help and version need no more; what a command needs it imports itself
from app.files import writing
from sim import TEACHING_ONLY, ScenarioError, __version__

BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code, 2 where input was refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _options(arguments)
        return int(options.act(options))
    except ScenarioError as error:
        with contextlib.suppress(OSError):  # nothing is left where this could be said
            for problem in str(error).splitlines():
                print(f"pumplab: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    try:
        return _parser().parse_args(arguments)
    except SystemExit:
        if sys.stdout is not None:
            writing.say("")  # help that cannot be written is a failure, not a success
        raise


def _print(text: object) -> None:
    writing.say(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    about = "Simulates an implanted intrathecal pump, its catheter and the canal, faults included."
    parser = argparse.ArgumentParser(
        prog="pumplab",
        description=f"{about}\nWithout a command it opens the page.",
        epilog=TEACHING_ONLY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"pumplab {__version__}. {TEACHING_ONLY}")
    parser.add_argument("--port", type=_port, default=8501, help="port of the page on 127.0.0.1 (8501)")
    parser.add_argument("--no-browser", action="store_true", help="serve the page without opening a browser")
    parser.set_defaults(act=_open_page)
    commands = parser.add_subparsers(title="commands", metavar="")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        unwrapped = argparse.RawDescriptionHelpFormatter
        return commands.add_parser(name, help=help, epilog=TEACHING_ONLY, formatter_class=unwrapped)

    run = command("run", "run a scenario and print what came out")
    run.add_argument("scenario", help="a scenario file, or the name of a packaged scenario")
    run.add_argument("--csv", metavar="OUT", help="write all series to a CSV file; - for standard output")
    run.add_argument("--dosing", metavar="OUT", help="write a dosing table (ID TIME AMT RATE II ADDL EVID CMT TYPE)")
    decimals = "how tables write numbers: point decimals and commas, or comma decimals and semicolons (point)"
    run.add_argument("--decimals", choices=("point", "comma"), default="point", help=decimals)
    run.add_argument("--json", action="store_true", help="print one JSON object")
    run.set_defaults(act=_run)

    listing = command("list", "list the packaged scenarios")
    listing.set_defaults(act=_list)

    check = command("check", "check a scenario file without running it")
    check.add_argument("scenario", help="a scenario file")
    check.set_defaults(act=_check)

    schema = command("schema", "write the JSON Schema of every kind of file, or print one")
    where = schema.add_mutually_exclusive_group()
    where.add_argument(
        "kind", nargs="?", help="print the schema of this kind of file: scenario, pump, drug, lesson ..."
    )
    where.add_argument("--folder", metavar="DIR", default="schema", help="write all of them into this folder (schema)")
    schema.set_defaults(act=_schema)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; a whole number from 1 to 65535 is needed")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from app.files.exchange import HOW_WRITTEN, csv_text
    from sim import dosing_table, metrics, read_scenario, simulate
    from sim.scenario import as_intended

    is_free = _check_places(options)
    scenario = read_scenario(options.scenario)
    result = simulate(scenario)
    notes = [TEACHING_ONLY, f"pumplab {__version__}", f"title: {scenario.title}", HOW_WRITTEN[options.decimals]]
    if options.csv is not None:
        writing.write(options.csv, csv_text(result.to_table(), notes, options.decimals))
    if options.dosing is not None:
        units = "TIME and II in hours, AMT in mcg, RATE in mcg/h"
        writing.write(options.dosing, csv_text(dosing_table(result), [*notes, units], options.decimals))
    meant = simulate(as_intended(scenario), time_h=[result.duration_h])
    record = {
        "title": scenario.title,
        "duration_day": scenario.duration_day,
        **metrics.summary(result),
        "intended_delivered_mcg": float(meant.delivered_mcg[-1]),
    }
    if options.json:
        _print(json.dumps(record, allow_nan=False))
    elif is_free:
        _print_summary(record)
    return 0


def _check_places(options: argparse.Namespace) -> bool:
    """Refuse outputs that would overwrite each other, or the file that is read; whether standard output is free."""
    from sim import catalogue

    tables = {"--csv": options.csv, "--dosing": options.dosing}
    asked = {name: writing.place(where) for name, where in tables.items() if where is not None}
    if options.json:
        asked["--json"] = writing.place(writing.STANDARD_OUTPUT)
    n_on_output = list(asked.values()).count(writing.place(writing.STANDARD_OUTPUT))
    if n_on_output > 1:
        raise ScenarioError(["--csv -, --dosing - and --json each ask for standard output; give all but one a file"])
    if len(set(asked.values())) < len(asked):
        raise ScenarioError(["--csv and --dosing name the same file; give each its own"])
    if options.scenario not in catalogue().scenarios and writing.place(options.scenario) in asked.values():
        raise ScenarioError([f"{writing.path_text(options.scenario)} is what is read; name another file to write"])
    return n_on_output == 0


def _print_summary(record: dict[str, object]) -> None:
    _print(TEACHING_ONLY)
    _print(f"{record['title']} ({record['duration_day']:g} days)")
    for name in ("alarm_day", "empty_day", "first_drug_at_tip_day"):
        value = record[name]
        _print(f"  {name:24} {'-' if value is None else format(value, '.4f')}")
    for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg"):
        _print(f"  {name:24} {record[name]:.2f}")
    ratio = record["delivered_ratio"]
    _print(f"  {'delivered_ratio':24} {'-' if ratio is None else format(ratio, '.4f')}")
    for name in ("residual_expected_ml", "residual_actual_ml"):
        _print(f"  {name:24} {record[name]:.3f}")
    _print("ledger, mcg at the end")
    ledger = record["ledger_mcg"]
    assert isinstance(ledger, dict)
    for place, amount in ledger.items():
        _print(f"  {place:24} {amount:.2f}")
    _print(f"  {'error, share of supply':24} {record['ledger_error_frac']:.1e}")
    _print("what happened")
    happenings = record["happenings"]
    assert isinstance(happenings, list)
    for happening in happenings:
        _print(f"  day {happening['day']:9.4f}  {happening['text']}")


def _list(_: argparse.Namespace) -> int:
    from sim import catalogue

    _print(TEACHING_ONLY)
    for name, scenario in catalogue().scenarios.items():
        _print(f"{name:24} {scenario.title} ({scenario.duration_day:g} days)")
    return 0


def _check(options: argparse.Namespace) -> int:
    from sim import read_scenario, simulate

    scenario = read_scenario(options.scenario)
    simulate(scenario, time_h=[0.0])
    _print(f"'{scenario.title}': no problem found. {TEACHING_ONLY}")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from app.teaching.schema import schema_text, write_schemas

    if options.kind is not None:
        writing.say(schema_text(options.kind))
    else:
        for file in write_schemas(lambda _: Path(options.folder)):
            _print(file)
    return 0


def _open_page(options: argparse.Namespace) -> int:
    import os
    import threading

    import streamlit.web.cli

    base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    address = f"http://127.0.0.1:{options.port}" + (f"/{base}" if base else "")
    with contextlib.suppress(ScenarioError):  # a page can be served without a word
        _print(f"PumpLab at {address} (Ctrl+C ends it). {TEACHING_ONLY}")
    if not options.no_browser:
        threading.Thread(target=_show_when_up, args=(address,), daemon=True).start()
    script = Path(__file__).with_name("server.py")
    sys.argv = ["streamlit", "run", str(script), "--server.port", str(options.port)]
    streamlit.web.cli.main(standalone_mode=False)
    return 0


def _show_when_up(address: str) -> None:
    """Open a browser once the server answers; the server itself would first ask for an e-mail."""
    import time
    import urllib.request
    import webbrowser

    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                webbrowser.open(address)
                return
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
