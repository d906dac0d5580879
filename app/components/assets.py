"""What the browser fetches from this server beside the page: scripts of `static/js`, style of `static/css`, Plotly."""

import gzip
import zlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parents[1] / "static"
SCRIPTS: Final = {path.name: path.read_bytes() for path in sorted((STATIC / "js").glob("*.js"))}
SHEETS: Final = {path.name: path.read_text(encoding="utf-8") for path in sorted((STATIC / "css").glob("*.css"))}
PLOTLY_PATH: Final = "plotly.js"  # served by `server.py` out of the installed package
PAGE: Final = "page.css"
SCRIPT_PATH: Final = "js"  # scripts lie below it, in a folder named for their version

# constant text only; the rules of the page come last and win over those of the components
STYLE: Final = "\n".join(
    ["", "<style>", *(SHEETS[name] for name in SHEETS if name != PAGE), SHEETS[PAGE], "</style>", ""]
)


@cache
def static_version() -> str:
    """Package version and a sum of all code that is served: new code never meets an old browser cache."""
    code = b"".join([*SCRIPTS.values(), *(text.encode() for text in SHEETS.values())])
    return f"{version('pumplab')}-{zlib.crc32(code):08x}"


@cache
def plotly_packed() -> bytes:
    """The chart library of the installed package, compressed once for every visitor."""
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 6, mtime=0)
