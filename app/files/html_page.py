"""How a page of HTML is written that opens without a network: tables, figures, and the page with its two scripts."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import Final

import numpy as np

from app.figures import Part
from app.words.reader import language
from app.words.text import BANNER, TEXT, banner

CHART_WIDTH_PX: Final = 680  # as wide as a printed page

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
for (const chart of JSON.parse(document.getElementById("figures").textContent)) {
  Plotly.newPlot(chart.id, chart.figure.data, chart.figure.layout, { displayModeBar: false });
}
"""


def section(title: str, *parts: str) -> Iterator[str]:
    """Parts under a heading; title: its key in the table of words."""
    yield f"<section><h2>{escape(TEXT[title])}</h2>"
    yield from parts
    yield "</section>"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Rows of text under their column titles, which are keys of the table of words; a row's first cell heads it."""
    body = "".join(f"<tr>{cells(row)}</tr>" for row in rows)
    return table_of_bodies(titles, f"<tbody>{body}</tbody>", caption)


def table_of_bodies(titles: Sequence[str], bodies: str, caption: str = "") -> str:
    """A table whose bodies are HTML already."""
    caption_tag = f"<caption>{escape(caption)}</caption>" if caption else ""
    head = "".join(f"<th scope='col'>{escape(TEXT[title])}</th>" for title in titles)
    return f"<table>{caption_tag}<thead><tr>{head}</tr></thead>{bodies}</table>"


def cells(row: Sequence[str]) -> str:
    """The cells of a row; the first one heads it."""
    first, *rest = row
    return f"<th scope='row'>{escape(first)}</th>" + "".join(f"<td>{escape(text)}</td>" for text in rest)


def figure(place: int, title: str, words: str) -> str:
    """Where the figure of a place is drawn, with what it shows in words."""
    canvas = f"<div class='chart' tabindex='0' id='figure-{place}' role='img' aria-label='{escape(words)}'></div>"
    return f"<figure><h3>{escape(title)}</h3>{canvas}<figcaption>{escape(words)}</figcaption></figure>"


def page(title: str, body: str, charts: Sequence[Part]) -> str:
    """The page around a body and its figures: it may run its own two scripts, and load nothing at all."""
    from plotly.offline import get_plotlyjs

    library = get_plotlyjs()
    hashes = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (library, DRAW))
    policy = f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:"
    policy += "; base-uri 'none'; form-action 'none'"
    data = [{"id": f"figure-{place}", "figure": _on_paper(chart)} for place, chart in enumerate(charts)]
    style = STYLE.replace("BANNER", BANNER.replace('"', "'"))
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
<script>{DRAW}</script>
</body>
</html>
"""


def _on_paper(chart: Part) -> Part:
    """A chart as wide as the page, on white."""
    return chart | {"layout": chart["layout"] | {"width": CHART_WIDTH_PX, "paper_bgcolor": "#FFFFFF"}}


def _script_safe(data: object) -> str:
    """JSON in which no text ends a script or opens a comment."""
    text = json.dumps(data, default=_numbers, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _numbers(array: object) -> list[float]:
    """Numbers of a curve, to the six digits that a screen can show."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{type(array).__name__} is nothing that a chart holds")
    return [float(f"{value:.6g}") for value in array.tolist()]
