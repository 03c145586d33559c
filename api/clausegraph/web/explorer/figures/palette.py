"""The colours of pictures: one table of classes, as they are in a file and as a page has them.

A picture in a page takes the same classes from its style sheet, which knows the reader's theme; one
in a file is on white paper, whoever opens it.
"""

from __future__ import annotations

from collections.abc import Mapping

FONTS = '"Noto Sans", "Helvetica Neue", Arial, sans-serif'

# Fill by class; the names without `f-` are those of the design system's tokens (light theme).
FILLS: Mapping[str, str] = {
    "f-paper": "#fcfcfa",
    "f-raised": "#f3f5f2",
    "f-sunken": "#e8ecea",
    "f-line": "#d9dfdb",
    "f-edge": "#7c8a88",
    "f-ink": "#192124",
    "f-muted": "#525f65",
    "f-level-0": "#fcfcfa",
    "f-level-1": "#cde5e9",
    "f-level-2": "#71b4c0",
    "f-level-3": "#14606f",
    "f-on-level-0": "#192124",
    "f-on-level-1": "#10282d",
    "f-on-level-2": "#0b1c20",
    "f-on-level-3": "#ffffff",
    "f-hatch": "#a9b4b1",
    "f-series-1": "#14606f",
    "f-series-2": "#ad4c04",
    "f-series-3": "#54469b",
    "f-series-4": "#a07800",
}


def style() -> str:
    """Return the style sheet of a picture that stands alone."""
    fills = "".join(f".{name}{{fill:{colour}}}" for name, colour in FILLS.items())
    strokes = "".join(
        f".{name.replace('f-', 's-', 1)}{{stroke:{colour}}}" for name, colour in FILLS.items()
    )
    return f"text{{font-family:{FONTS}}}{fills}{strokes}"
