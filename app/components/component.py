"""What the browser draws itself: a component of the page whose code is a file of `static/js`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from app.components.assets import SCRIPT_PATH, SCRIPTS, static_version
from app.words.reader import LANGUAGES
from app.words.text import read_words


@cache
def component(name: str) -> Any:
    """The component of that name; made once, mounted by calling it.

    All that travels with each change is a loader: the code itself is fetched once.
    """
    import streamlit as st

    address = f"{SCRIPT_PATH}/{static_version()}/{name}.js"
    sentences = {language: read_words(language)["server"]["no_part"] for language in LANGUAGES}
    loader = SCRIPTS["loader.js"].decode().replace("@ADDRESS@", address)
    loader = loader.replace('"@SENTENCES@"', json.dumps(json.dumps(sentences)))
    return st.components.v2.component(f"pumplab_{name}", js=loader, isolate_styles=False)
