"""The command: open the page, run a file, list, check."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

# help and version need no more; what a command needs it imports itself
from sim import TEACHING_ONLY, ScenarioError, __version__

BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code, 2 where input was refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.act(options))
    except ScenarioError as error:
        for problem in str(error).splitlines():
            print(f"pumplab: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 0


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

    if [options.csv, options.dosing].count("-") + options.json > 1:
        raise ScenarioError(["--csv -, --dosing - and --json each ask for standard output; give all but one a file"])
    scenario = read_scenario(options.scenario)
    result = simulate(scenario)
    notes = [TEACHING_ONLY, f"pumplab {__version__}", f"title: {scenario.title}", HOW_WRITTEN[options.decimals]]
    if options.csv is not None:
        _output(options.csv, csv_text(result.to_table(), notes, options.decimals))
    if options.dosing is not None:
        units = "TIME and II in hours, AMT in mcg, RATE in mcg/h"
        _output(options.dosing, csv_text(dosing_table(result), [*notes, units], options.decimals))
    meant = simulate(as_intended(scenario), time_h=[result.duration_h])
    record = {
        "title": scenario.title,
        "duration_day": scenario.duration_day,
        **metrics.summary(result),
        "intended_delivered_mcg": float(meant.delivered_mcg[-1]),
    }
    if options.json:
        print(json.dumps(record, allow_nan=False))
    elif "-" not in (options.csv, options.dosing):
        _print_summary(record)
    return 0


def _output(where: str, text: str) -> None:
    if where == "-":
        print(text, end="")
    else:
        _write(Path(where), text)


def _write(path: Path, text: str) -> None:
    # whole or not at all: a half-written export would be read as a short run
    part = Path(f"{path}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "is a folder")
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ScenarioError([f"'{path}' cannot be written: {(error.strerror or 'unknown reason').lower()}"]) from None


def _print_summary(record: dict[str, object]) -> None:
    print(TEACHING_ONLY)
    print(f"{record['title']} ({record['duration_day']:g} days)")
    for name in ("alarm_day", "empty_day", "first_drug_at_tip_day"):
        value = record[name]
        print(f"  {name:24} {'-' if value is None else format(value, '.4f')}")
    for name in ("programmed_mcg", "pumped_mcg", "delivered_mcg", "leaked_mcg"):
        print(f"  {name:24} {record[name]:.2f}")
    ratio = record["delivered_ratio"]
    print(f"  {'delivered_ratio':24} {'-' if ratio is None else format(ratio, '.4f')}")
    for name in ("residual_expected_ml", "residual_actual_ml"):
        print(f"  {name:24} {record[name]:.3f}")
    print("ledger, mcg at the end")
    ledger = record["ledger_mcg"]
    assert isinstance(ledger, dict)
    for place, amount in ledger.items():
        print(f"  {place:24} {amount:.2f}")
    print(f"  {'error, share of supply':24} {record['ledger_error_frac']:.1e}")
    print("what happened")
    happenings = record["happenings"]
    assert isinstance(happenings, list)
    for happening in happenings:
        print(f"  day {happening['day']:9.4f}  {happening['text']}")


def _list(_: argparse.Namespace) -> int:
    from sim import catalogue

    print(TEACHING_ONLY)
    for name, scenario in catalogue().scenarios.items():
        print(f"{name:24} {scenario.title} ({scenario.duration_day:g} days)")
    return 0


def _check(options: argparse.Namespace) -> int:
    from sim import read_scenario, simulate

    scenario = read_scenario(options.scenario)
    simulate(scenario, time_h=[0.0])
    print(f"'{scenario.title}': no problem found. {TEACHING_ONLY}")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from app.teaching.schema import schema_text, write_schemas

    if options.kind is not None:
        print(schema_text(options.kind), end="")
    else:
        for file in write_schemas(lambda _: Path(options.folder)):
            print(file)
    return 0


def _open_page(options: argparse.Namespace) -> int:
    import threading

    import streamlit.web.cli

    address = f"http://127.0.0.1:{options.port}"
    print(f"PumpLab at {address} (Ctrl+C ends it). {TEACHING_ONLY}", flush=True)
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
