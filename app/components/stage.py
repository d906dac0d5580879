"""The moving picture of pump, line and canal: one packet of bytes, drawn and played in the browser.

The packet holds every moment of the run and every word that the picture says, so playing never asks the server. The
drawing itself lives in `static/js/stage*.js`, the clock that all pictures of a run share in `static/js/clock.js`.
"""

from __future__ import annotations

from app.components.component import component


def show(packet: bytes, key: str, height: int) -> None:
    """Mount the picture, `height` pixels in all; a new packet under the same key keeps the chosen moment.

    On a phone it is as high as it needs to be.
    """
    component("stage")(data=packet, key=key, height=height)
