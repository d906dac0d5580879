"""Colours and sizes, one place: the Okabe-Ito set, each line with a dash of its own."""

from typing import Final

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
AMBER: Final = "#B57B00"  # what orange is on a light ground, where orange itself is too pale for a line
SKY: Final = "#56B4E9"
RED: Final = "#B3261E"  # too much
PALE_RED: Final = "#FF7468"  # the same on a dark ground
GREY: Final = "#7F7F7F"  # at least 3:1 on both backgrounds

DARK_INK: Final = "#1B2430"
LIGHT_INK: Final = "#EEF2F6"

# what follows the ground, as on a light one and on a dark one; in lower case, so that no fixed colour is taken for it
BY_GROUND: Final = {
    "ink": (DARK_INK, LIGHT_INK),
    "truth": (BLUE.lower(), SKY.lower()),
    "warm": (AMBER.lower(), ORANGE.lower()),
    "harm": (RED.lower(), PALE_RED.lower()),
    "ground": ("rgba(255, 255, 255, 0.8)", "rgba(15, 20, 27, 0.8)"),
    "grid": ("rgba(27, 36, 48, 0.13)", "rgba(238, 242, 246, 0.16)"),
    "tint": ("rgba(27, 36, 48, 0.14)", "rgba(238, 242, 246, 0.2)"),
}

FONT: Final = '"Source Sans", sans-serif'  # the page's own
FONT_PX: Final = 14
LINE_PX: Final = 3
THIN_PX: Final = 2.5  # the thinnest that can be seen from the back of a classroom

PLACE_COLOURS: Final = {
    "reservoir": BLUE,
    "line": SKY,
    "withdrawn": "#999999",
    "tissue_depot": VERMILLION,
    "epidural_depot": "#B07A00",
    "spinal_csf": GREEN,
    "cranial_csf": "#4DB89B",
    "gut": "#8C6D9E",
    "not_absorbed": "#5F6B78",
    "plasma": PURPLE,
    "cleared": ORANGE,
}
# shape and size in pixels: a second sign beside the colour
PLACE_PATTERNS: Final = {
    "reservoir": ("", 9),
    "line": ("/", 9),
    "withdrawn": (".", 9),
    "tissue_depot": ("x", 9),
    "epidural_depot": ("x", 22),
    "spinal_csf": ("|", 9),
    "cranial_csf": ("\\", 9),
    "gut": ("+", 22),
    "not_absorbed": (".", 22),
    "plasma": ("+", 9),
    "cleared": ("-", 9),
}
