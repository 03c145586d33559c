"""The diagram of a term: a class between what points to it and what it points to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from clausegraph.web.explorer.figures.drawing import Ink, Place, box, cut, line, write
from clausegraph.web.explorer.figures.picture import Chart

_LEFT, _MIDDLE, _RIGHT = (0.0, 150.0), (330.0, 250.0), (760.0, 150.0)  # where, and how wide
_ROW, _PAD = 22.0, 10.0
_MOST = 16  # lines on a side

_HEAD = Ink(size=14, weight=700, anchor="middle")
_BOX = Ink(size=11.5, weight=700, anchor="middle")
_TEXT, _SMALL = Ink(size=11), Ink("f-muted", 10.5)


@dataclass(frozen=True)
class Arrow:
    """A property between the term and another: what it is called, and how often it may be."""

    label: str
    other: str
    count: str = ""

    @property
    def text(self) -> str:
        """What stands on the line."""
        return f"{self.label} {self.count}".strip()


@dataclass(frozen=True)
class Diagram:
    """A term with what is above it, its values that are texts or numbers, and its arrows."""

    name: str
    above: Sequence[str] = ()
    values: Sequence[str] = ()
    inward: Sequence[Arrow] = ()
    outward: Sequence[Arrow] = ()

    @property
    def said(self) -> str:
        """The whole in words."""
        parts = [f"{self.name}."]
        if self.above:
            parts.append(f"Below {', '.join(self.above)}.")
        if self.values:
            parts.append(f"Has {'; '.join(self.values)}.")
        parts += [f"{arrow.text} leads to {arrow.other}." for arrow in self.outward]
        parts += [f"{arrow.other} leads here by {arrow.label}." for arrow in self.inward]
        return " ".join(parts)


def draw(diagram: Diagram, name: str) -> Chart:
    """Return the chart of a diagram; `name` sets its arrow heads apart from others on the page."""
    group = Element("g")
    _heads(group, name)
    top = 0.0
    if diagram.above:
        above = f"a kind of {', '.join(diagram.above)}"
        text = cut(above, _SMALL.size, 700)
        middle = _MIDDLE[0] + _MIDDLE[1] / 2
        write(group, (middle, 12), text, Ink(_SMALL.style, _SMALL.size, "middle"))
        line(group, (middle, 40), (middle, 19), "s-muted").set("marker-end", f"url(#{name}-up)")
        top = 40.0
    values, inward = diagram.values[:_MOST], diagram.inward[:_MOST]
    outward = diagram.outward[:_MOST]
    first = top + 40
    rows = max(len(values) + 0.3, _height(inward), _height(outward), 1)
    height = 40 + rows * _ROW + _PAD
    _term(group, (_MIDDLE[0], top), height, diagram.name)
    for number, value in enumerate(values):
        text = cut(value, _TEXT.size, _MIDDLE[1] - 2 * _PAD)
        write(group, (_MIDDLE[0] + _PAD, first + number * _ROW + 10), text, _TEXT)
    _side(group, first, inward, (name, False))
    _side(group, first, outward, (name, True))
    sides = (diagram.values, diagram.inward, diagram.outward)
    left = sum(max(0, len(side) - _MOST) for side in sides)
    end = top + height
    if left:
        said = f"{left} more are in the table."
        write(group, (_MIDDLE[0], end + 16), said, _SMALL)
        end += 22
    return Chart(group, _RIGHT[0] + _RIGHT[1] + 2, end + 4, diagram.said)


def _height(arrows: Sequence[Arrow]) -> float:
    """Return how many rows a side takes: half a row lies between the things that it leads to."""
    return len(arrows) + 0.5 * len({arrow.other for arrow in arrows})


def _term(group: Element, at: Place, height: float, name: str) -> None:
    drawn = box(group, at, (_MIDDLE[1], height), "f-raised")
    drawn.set("class", "f-raised s-series-1")
    drawn.set("rx", "5")
    middle = at[0] + _MIDDLE[1] / 2
    write(group, (middle, at[1] + 21), cut(name, _HEAD.size, _MIDDLE[1] - 12), _HEAD)
    line(group, (at[0], at[1] + 31), (at[0] + _MIDDLE[1], at[1] + 31), "s-line")


def _side(group: Element, y: float, arrows: Sequence[Arrow], how: tuple[str, bool]) -> None:
    """Draw the arrows of a side, those of one thing together."""
    name, is_outward = how
    x, wide = _RIGHT if is_outward else _LEFT
    for other in dict.fromkeys(arrow.other for arrow in arrows):
        mine = [arrow for arrow in arrows if arrow.other == other]
        size = (wide, len(mine) * _ROW - 2)
        drawn = box(group, (x, y - 4), size, "f-paper")
        drawn.set("class", "f-paper s-edge")
        drawn.set("rx", "4")
        at = (x + wide / 2, y - 4 + size[1] / 2 + 4)
        write(group, at, cut(other, _BOX.size, wide - 8), _BOX)
        for arrow in mine:
            _arrow(group, y + 6, arrow, (name, is_outward))
            y += _ROW
        y += _ROW / 2


def _arrow(group: Element, y: float, arrow: Arrow, how: tuple[str, bool]) -> None:
    name, is_outward = how
    if is_outward:
        start, end = _MIDDLE[0] + _MIDDLE[1], _RIGHT[0]
    else:
        start, end = _LEFT[0] + _LEFT[1], _MIDDLE[0]
    drawn = line(group, (start, y), (end - 2, y), "s-muted")
    drawn.set("marker-end", f"url(#{name}-right)")
    text = cut(arrow.text, _SMALL.size, end - start - 16)
    middle = (start + end) / 2 - 3
    write(group, (middle, y - 4), text, Ink("f-ink", _SMALL.size, "middle"))


def _heads(group: Element, name: str) -> None:
    """Define the heads of arrows: filled for a property, hollow for a kind of."""
    defs = SubElement(group, "defs")
    for key, style in (("right", "f-muted"), ("up", "f-paper s-muted")):
        given = {"id": f"{name}-{key}", "viewBox": "0 0 10 10", "refX": "9", "refY": "5"}
        given |= {"markerWidth": "8", "markerHeight": "8", "orient": "auto"}
        marker = SubElement(defs, "marker", given)
        SubElement(marker, "path", {"d": "M0 1 9 5 0 9z", "class": style})
