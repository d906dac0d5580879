"""The ledger: where every microgram is, at one time or over the whole run."""

from __future__ import annotations

import numpy as np

from app.figures.axes import Ranges
from app.figures.parts import Look, Part, axis, days, frame, key_index, refit_note, time_axis
from app.figures.theme import PLACE_COLOURS, PLACE_PATTERNS
from app.words.reader import units
from app.words.text import PLACES, TEXT, amount
from sim import Result

PATTERN = {"fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.6)"}
N_AREA = 100  # bins of the times that areas keep
# not in every run, so not in every legend
RARE_PLACES = ("epidural_depot", "gut", "not_absorbed")


def ledger(result: Result, ranges: Ranges, look: Look) -> Part:
    """Where every microgram is at the end: one bar that sums to what was supplied."""
    bars = []
    factor, at_end = units().amount_factor, result.ledger.at_end()
    for place in _places(result):
        words = f"{PLACES[place]}: {amount(at_end[place])}"
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": [""],
                "x": [factor * at_end[place]],
                "name": words,
                "marker": {"color": PLACE_COLOURS[place], "pattern": _pattern(place)},
                "hovertemplate": f"{words}<extra></extra>",
            }
        )
    layout = frame(
        look,
        barmode="stack",
        margin={"l": 12, "r": 12, "t": 10, "b": 40},
        legend={"orientation": "h", "y": -0.4, "yanchor": "top", "traceorder": "normal", "font": look.font},
        xaxis={
            "title": {"text": units().amount_word, "font": look.font},
            "range": [0.0, 1.02 * factor * ranges.supplied_mcg],
        }
        | axis(look),
        yaxis=axis(look),
    )
    return {"data": bars, "layout": layout}


def ledger_over_time(result: Result, ranges: Ranges, look: Look, *, has_reservoir: bool = True) -> Part:
    """Where every microgram is at each time: areas that pile up to what was supplied so far.

    Without the reservoir, which dwarfs the rest, they pile up to what has left it.
    """
    factor, column = units().amount_factor, dict(zip(result.ledger.places, result.ledger.amount_mcg.T, strict=True))
    places = [place for place in _places(result) if has_reservoir or place != "reservoir"]
    top_name = "supplied_mcg" if has_reservoir else "outside_mcg"
    top = getattr(ranges, top_name)
    # areas that pile up need the same times
    index = np.unique(np.concatenate([key_index(days(result), column[place], N_AREA) for place in places]))
    day = units().time_factor * days(result)[index]
    areas = []
    for place in places:
        areas.append(
            {
                "type": "scatter",
                "x": day.astype("f4"),
                "y": (factor * column[place][index]).astype("f4"),
                "name": PLACES[place],
                "mode": "lines",
                "line": {"width": 1, "color": PLACE_COLOURS[place]},
                "stackgroup": "places",
                "fillpattern": _pattern(place) | {"bgcolor": PLACE_COLOURS[place]},
                "hovertemplate": "%{y:.4g}",
            }
        )
    layout = frame(
        look,
        result.duration_h / 24.0,
        margin={"l": 62, "r": 12, "t": 10, "b": 42},
        hovermode="x unified",
        legend={"orientation": "v", "x": 1.01, "y": 1.0, "traceorder": "reversed", "font": look.font},
        showlegend=True,
        annotations=refit_note(ranges, top_name, amount(top), look),
        xaxis=time_axis(result.duration_h / 24.0, look),
        yaxis={
            "title": {"text": units().amount_word, "font": look.font},
            "range": [0.0, 1.02 * factor * top],
        }
        | axis(look),
    )
    return {"data": areas, "layout": layout}


def _places(result: Result) -> list[str]:
    """Places in their order, without the rare ones where no drug ever was."""
    is_used = np.asarray(result.ledger.amount_mcg.any(axis=0)).tolist()
    return [
        place for place, is_in in zip(result.ledger.places, is_used, strict=True) if is_in or place not in RARE_PLACES
    ]


def _pattern(place: str) -> Part:
    shape, size = PLACE_PATTERNS[place]
    return PATTERN | {"shape": shape, "size": size}


def describe_ledger(result: Result) -> str:
    """The ledger in words: what came in, by which way, and what all places hold at the end."""
    given_mcg = float(result.ledger.given_mcg[-1])
    return TEXT["say_ledger"].format(
        filled=amount(float(result.ledger.filled_mcg[-1])),
        opening=amount(result.ledger.opening_mcg),
        by_hand=TEXT["say_given"].format(amount=amount(given_mcg)) if given_mcg else "",
        total=amount(float(result.ledger.amount_mcg[-1].sum())),
    )
