"""Files that the browser fetches once: each page component is a two-line loader of a file in `static`."""

import gzip
import zlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parents[1] / "static"
PLOTLY_PATH: Final = "plotly.js"  # served by `server.py` out of the installed package

LOADER: Final = """
// The code is a file of its own, so this loader is all that travels with each change.
export default async function (component) {
  const address = new URL("app/static/@FILE@?v=@VERSION@", document.baseURI);
  const file = await import(address.href);
  return file.default(component);
}
"""


@cache
def static_version() -> str:
    """Package version and a sum of all code that is served: new code never meets an old browser cache."""
    files = [path for path in sorted(STATIC.iterdir()) if path.suffix in (".js", ".css")]
    return f"{version('pumplab')}-{zlib.crc32(b''.join(path.read_bytes() for path in files)):08x}"


def loader(name: str) -> str:
    """Script of a component that lives in the file `name` of `static`."""
    return LOADER.replace("@FILE@", name).replace("@VERSION@", static_version())


@cache
def plotly_packed() -> bytes:
    """The chart library of the installed package, compressed once for every visitor."""
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 6, mtime=0)
