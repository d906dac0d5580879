"""What is installed stays as it is while the tests run; the framework would look through it for every page opened."""

from __future__ import annotations

from functools import cache

from streamlit.components.v2 import manifest_scanner

if hasattr(manifest_scanner, "scan_component_manifests"):
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
