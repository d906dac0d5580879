"""Colours and sizes, one place: the Okabe-Ito set, each line with a dash of its own."""

from typing import Final

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
AMBER: Final = "#B57B00"  # what orange is on a light ground, where orange itself is too pale for a line
SKY: Final = "#56B4E9"
GREY: Final = "#7F7F7F"  # at least 3:1 on both backgrounds

DARK_INK: Final = "#1B2430"
LIGHT_INK: Final = "#EEF2F6"

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

# only constant text may stand here
STYLE: Final = """
<style>
.stMainBlockContainer { padding: 0.4rem 1.25rem 2rem; max-width: 1500px; }
.stMainBlockContainer > div { gap: 0.5rem; }
header[data-testid="stHeader"] { display: none; }
.st-key-banner p { margin: 0; padding: 0.15rem 0.75rem; font-weight: 600; font-size: 0.875rem; line-height: 1.2;
  background: #7A2E00; color: #FFFFFF; border-radius: 0.4rem; text-align: center; }
:is(.st-key-banner, .st-key-controls, .st-key-chart-head, .st-key-tour)
  :is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) {
  margin-bottom: 0; }
.st-key-top { gap: 0.35rem 0.75rem; }
.st-key-top > div:has(> .st-key-banner) { flex: 1 1 20rem; min-width: min(20rem, 100%); }
.st-key-pages a { padding-top: 0.2rem; padding-bottom: 0.2rem; }
:is(.st-key-model, .st-key-leaflet) h1 { font-size: 1.6rem; padding: 0.3rem 0 0; }
:is(.st-key-model, .st-key-leaflet) h2 { font-size: 1.25rem; padding: 0.75rem 0 0.4rem; }
[class*="st-key-equations"] { display: grid; gap: 0.75rem;
  grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); }
[class*="st-key-equations"] > div { width: auto; }
[class*="st-key-equations"] pre { padding: 0.5rem 0.75rem; }
[class*="st-key-equations"] code { font-size: 0.875rem; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.85; }
.stMainBlockContainer > div > div:has(> .st-key-spoken), .st-key-spoken { display: none; }
[data-testid="stButtonGroup"] button[data-selected="true"]:is(
  [data-focused="true"], [data-hovered="true"], [data-pressed="true"]) { background: transparent !important; }
[data-testid="stWidgetLabel"] { color: inherit; opacity: 1; }
[data-testid="stHeaderActionElements"] { display: none; }
[role="tab"] { flex-shrink: 0; }
.st-key-head { gap: 0.6rem; }
.st-key-above, .st-key-below { gap: 0.5rem; }
.st-key-controls { gap: 0.55rem; }
.st-key-controls > div > [data-testid="stVerticalBlock"] { gap: 0.1rem; }
.st-key-controls label { min-height: 1.2rem; margin-bottom: 0; }
.st-key-controls label p { font-size: 0.9rem; line-height: 1.2; }
.st-key-controls .stSlider > div > div { padding: 0.7rem 0; }
.st-key-controls [data-testid="stSliderThumbValue"] { opacity: 0; background: var(--st-background-color, Canvas);
  border-radius: 0.3rem; padding: 0 0.25rem; z-index: 2; }
.st-key-controls .stSlider:is(:hover, :focus-within) [data-testid="stSliderThumbValue"] { opacity: 1; }
.st-key-controls [data-testid="stCaptionContainer"] p { font-size: 0.875rem; line-height: 1.1; margin: 0; }
.typed-number { width: 84px; height: 34px; padding: 0.2rem 0.4rem; font: inherit; font-size: 0.9rem;
  border-radius: 0.5rem; border: 1px solid var(--st-border-color); box-sizing: border-box;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  font-variant-numeric: tabular-nums; appearance: textfield; }
.typed-number::-webkit-inner-spin-button { display: none; }
.typed-number:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 0; }
.stMainBlockContainer :is(a, button, summary, [role="tab"], .stSelectbox input, .stMultiSelect input):focus-visible {
  outline: 3px solid var(--st-primary-color, #0072B2); outline-offset: -2px; }
.st-key-aim { border-top: 1px solid rgba(127, 127, 127, 0.4); padding-top: 0.4rem; }
.st-key-aim p { font-size: 0.9rem; line-height: 1.35; margin-bottom: 0.4rem; }
.st-key-tour { position: fixed; left: 50%; bottom: 0.5rem; transform: translateX(-50%); z-index: 1000;
  width: min(62rem, calc(100vw - 1rem)); background: var(--st-background-color, Canvas); padding: 0.4rem 0.9rem;
  border: 2px solid #0072B2; border-radius: 0.6rem; box-shadow: 0 2px 14px rgba(0, 0, 0, 0.35); }
.st-key-tour > div:has([data-testid="stMarkdown"]) { flex: 1 1 18rem; }
.st-key-tour p { margin: 0; }
.st-key-charts { gap: 0.25rem; }
.st-key-chart, .st-key-beside-chart { gap: 0; }
.st-key-chart-head, .st-key-beside { height: 2.5rem; }
.st-key-chart-head p { margin: 0; line-height: 2.5rem; }
.st-key-tiles { gap: 0.45rem; padding-top: 0.3rem; }
.st-key-tiles [data-testid="stHorizontalBlock"] { gap: 0.45rem; }
.st-key-tiles [data-testid="stMetric"] { border: 1px solid rgba(127, 127, 127, 0.45); border-radius: 0.5rem;
  padding: 0.1rem 0.5rem 0.15rem; }
.st-key-tiles [data-testid="stMetric"] > div { gap: 0; padding: 0; }
.st-key-tiles [data-testid="stMetric"] label { min-height: 0; }
.st-key-tiles [data-testid="stMetricLabel"] p { font-size: 0.875rem; line-height: 1.2; }
.st-key-tiles [data-testid="stMetricValue"] { font-size: 1.3rem; line-height: 1.15; font-weight: 600; padding: 0; }
.st-key-tiles [data-testid="stMetricValue"] p { line-height: 1.2; }
.st-key-tiles [data-testid="stMetric"] > div > div { padding-bottom: 0; }
.st-key-tiles [data-testid="stMetricDelta"] { font-size: 0.875rem; padding: 0; background: none; line-height: 1.15; }
.st-key-picture { gap: 0.4rem; }
/* room for what is still coming; a row is shown once all of it is there, the drawing once its charts are below it */
.st-key-trial-controls > [data-testid="stElementContainer"], .st-key-leaflet-words { min-height: 68px; }
.st-key-lesson > [data-testid="stElementContainer"]:has(.stRadio, [data-testid="stSkeleton"]) { min-height: 60px; }
:is(.st-key-pages, .st-key-acts):has([data-testid="stSkeleton"]),
.st-key-picture:has(.st-key-stage):not(:has(.st-key-charts)) { visibility: hidden; }
button[data-testid="stBaseButton-primary"], button[data-testid="stBaseButton-primary"]:hover {
  background: #0072B2; border-color: #0072B2; color: #FFFFFF; }
.st-key-lesson h3 { font-size: 1.4rem; padding: 0.2rem 0 0; }
.st-key-lesson-head { gap: 0.3rem 1rem; }
.st-key-lesson [role="radiogroup"] { gap: 0.35rem; }
.stFileChip[aria-invalid="true"] { flex-wrap: wrap; height: auto; max-width: none; }
.stFileChip[aria-invalid="true"] > [role="alert"] { position: static; width: 100%; height: auto; margin: 0;
  clip: auto; clip-path: none; overflow: visible; white-space: normal; font-size: 0.875rem; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 0.3rem 0.75rem 2rem; }
  .st-key-banner p { font-size: 0.875rem; line-height: 1.25; }
  .st-key-picked { width: 100%; }
  div:has(> .st-key-aim), .st-key-tiles [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) {
    display: none; }
  .st-key-head > div:has(> .st-key-acts), .st-key-top > div:has(> .st-key-pages) { width: 100%; }
  .st-key-acts, .st-key-pages { flex-wrap: nowrap; overflow-x: auto; width: 100%; }
  .st-key-acts > div, .st-key-pages > div { flex: 0 0 auto; }
  .st-key-acts button kbd, .st-key-acts [data-testid="stShortcut"] { display: none; }
  .st-key-controls { flex-direction: row; flex-wrap: nowrap; overflow-x: auto; gap: 1rem;
    scroll-snap-type: x mandatory; padding-bottom: 0.3rem; }
  .st-key-controls > div { flex: 0 0 84%; min-width: 84%; scroll-snap-align: start; }
  .st-key-picture { reading-flow: flex-visual; }
  .st-key-picture > div:has(> .st-key-charts) { order: -1; }
  .stColumn:has(.st-key-lesson-run) { order: -1; }
  .st-key-charts { min-height: 600px; }
  [class*="st-key-study-pick"] { min-height: 196px; }
  .st-key-study-level { min-height: 98px; }
  .st-key-leaflet-group { flex: 1 0 100%; min-height: 63px; }
  .st-key-tiles [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-tiles [data-testid="stColumn"] { flex: 1 1 45%; min-width: 45%; }
}
@media (pointer: coarse) {
  :is(.stMainBlockContainer, [data-testid="stPopoverBody"])
    :is(button:not(.stage-mark), summary, select, textarea, [role="tab"], [role="radiogroup"] label,
      [data-testid="stCheckbox"] label, [data-testid="stPageLink"] a, .typed-number,
      input:not([type="radio"], [type="checkbox"], [type="file"])) { min-width: 44px; min-height: 44px; }
  .stSlider > div > div, .st-key-controls .stSlider > div > div { padding: 22px 0; }
  :is([class*="st-key-typed"], .st-key-copy-link),
    :is([class*="st-key-typed"], .st-key-copy-link) [class*="stBidiComponent"] { height: 44px; }
  :is(.stSelectbox, .stNumberInput, .stTextInput, .stMultiSelect) :is([role="group"], [role="combobox"],
    [data-testid$="Container"]) { height: auto; }
  [role="option"] { min-height: 44px; }
}
@media print { .st-key-banner p { border: 2px solid #000; color: #000; background: #FFF; } }
</style>
"""
