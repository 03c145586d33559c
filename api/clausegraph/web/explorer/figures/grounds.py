"""What cells and bars are filled with: a shade and a pattern, so that no colour tells alone."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from clausegraph.web.explorer.figures.drawing import Place, box, line, number

# By the style of a look: its ground, and its pattern if it has one.
_GROUNDS = {
    "level-1": ("f-level-1", "dots"),
    "level-2": ("f-level-2", "rise"),
    "partly": ("f-sunken", ""),
    "broader": ("f-sunken", "bars"),
    "not-assessed": ("f-paper", "hatch"),
    "series-2": ("f-series-2", "rise"),
    "series-3": ("f-series-3", "bars"),
    "series-4": ("f-series-4", "hatch"),
}
_EDGED = {"level-0": "s-edge", "not-assessed": "s-line", "partly": "s-line", "broader": "s-line"}
_ON = {"partly": "f-ink", "broader": "f-ink", "not-assessed": "f-muted"}
_LINES = {
    "hatch": ("s-line", 7, ((0, 7, 7, 0), (-2, 2, 2, -2), (5, 9, 9, 5))),
    "rise": ("s-level-1", 8, ((0, 8, 8, 0),)),
    "bars": ("s-hatch", 6, ((3, 0, 3, 6),)),
    "dots": ("s-level-2", 6, ((2.4, 3, 3.6, 3),)),
}


def define(group: Element, name: str) -> None:
    """Define the patterns; `name` sets them apart from those of others on the same page."""
    defs = SubElement(group, "defs")
    for key, (style, size, lines) in _LINES.items():
        given = {"width": number(size), "height": number(size), "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(defs, "pattern", {"id": f"{name}-{key}", **given})
        for x1, y1, x2, y2 in lines:
            drawn = line(pattern, (x1, y1), (x2, y2), style)
            drawn.set("stroke-width", "1.4" if key == "dots" else "0.9")


def fill(group: Element, at: Place, size: Place, look: tuple[str, str]) -> None:
    """Fill a box as a style and the name of the patterns say."""
    style, name = look
    ground, pattern = _GROUNDS.get(style, (f"f-{style}", ""))
    drawn = box(group, at, size, ground)
    if style in _EDGED:
        drawn.set("class", f"{ground} {_EDGED[style]}")
    if pattern:
        box(group, at, size, f"url(#{name}-{pattern})")


def on(style: str) -> str:
    """Return the class of text on a style."""
    return _ON.get(style, f"f-on-{style}")
