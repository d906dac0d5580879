"""What is installed and what is written stays as it is while the tests run; the framework would read it anew for
every page opened, and compile every script anew for every run."""

from __future__ import annotations

from functools import cache

from streamlit import config
from streamlit.components.v2 import manifest_scanner

config.set_option("runner.magicEnabled", False)  # as the page's own settings have it

if hasattr(manifest_scanner, "scan_component_manifests"):
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
