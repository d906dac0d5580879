"""From command to tip: knows no scenario file."""
