"""The heat map: documents by concepts, the level of each by shade and by pattern."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from xml.etree.ElementTree import Element

from clausegraph.web.explorer.figures import grounds
from clausegraph.web.explorer.figures.drawing import Ink, cut, line, width, wrap, write
from clausegraph.web.explorer.figures.grid import Cell, Grid, Thing
from clausegraph.web.explorer.figures.picture import Chart

_CELL, _GAP, _ROW = 34.0, 2.0, 28.0
_NAMES = 310.0  # for the titles of documents
_HEADS = 270.0  # longest line of a concept's name, along its own slant
_TURN = -52.0
_BESIDE = 12.5  # between the two lines of a name
_LEGEND, _LONGEST = 19.0, 560.0

_GROUP, _TITLE = Ink(size=12, weight=700), Ink(size=11)
_HEAD = Ink(size=11, turn=_TURN)
_KEY = Ink(size=11)


def draw(grid: Grid, name: str) -> Chart:
    """Return the heat map of a grid; `name` sets its patterns apart from those of others beside."""
    group = Element("g")
    grounds.define(group, name)
    heads = _heads(group, grid.columns)
    y = heads + 6
    for part in grid.groups:
        if part.name:
            y += 20
            write(group, (0, y - 6), cut(part.name, _GROUP.size, _NAMES), _GROUP)
        for row in part.rows:
            lines = wrap(row.head.title, _TITLE.size, _NAMES - 14, 2)
            for number, part_of in enumerate(lines):
                write(
                    group, (0, y + 17.5 - 6.5 * (len(lines) - 1) + 12.5 * number), part_of, _TITLE
                )
            for place, cell in enumerate(row.cells):
                _cell(group, (_NAMES + place * _CELL, y), cell, name)
            y += _ROW
    y, keyed = _legend(group, grid, y + 8, name)
    over = cos(radians(_TURN)) * _HEADS
    wide = max(_NAMES + len(grid.columns) * _CELL + over * 0.5, keyed)
    return Chart(group, wide, y, grid.said)


def _heads(group: Element, columns: Sequence[Thing]) -> float:
    """Set the names of concepts, slanting; return how high they stand."""
    names = [wrap(column.full, _HEAD.size, _HEADS, 2) for column in columns]
    longest = max((width(part, _HEAD.size) for lines in names for part in lines), default=0)
    height = -sin(radians(_TURN)) * longest + 8
    for place, lines in enumerate(names):
        x = _NAMES + place * _CELL + _CELL / 2
        for number, text in enumerate(lines):
            # Lines of one name lie beside each other, at right angles to the slant.
            aside = _BESIDE * (number - (len(lines) - 1) / 2)
            at = (x - sin(radians(_TURN)) * aside, height + cos(radians(_TURN)) * aside)
            write(group, at, text, _HEAD)
    return height


def _cell(group: Element, at: tuple[float, float], cell: Cell, name: str) -> None:
    """Draw one cell: its ground, its pattern, its mark, and the flag of its evidence."""
    x, y = at
    grounds.fill(group, (x, y), (_CELL - _GAP, _ROW - _GAP), (cell.look.style, name))
    style = grounds.on(cell.look.style)
    middle = x + (_CELL - _GAP) / 2 - (4 if cell.flag else 0)
    if cell.mark:
        write(group, (middle, y + 17.5), cut(cell.mark, 11, _CELL), Ink(style, 11, "middle", 700))
    if cell.flag:
        write(group, (x + _CELL - _GAP - 2, y + 10), cell.flag, Ink(style, 8.5, "end"))


def _legend(group: Element, grid: Grid, y: float, name: str) -> tuple[float, float]:
    """Explain what occurs; return how far down and how far right that reaches."""
    line(group, (0, y), (_NAMES + len(grid.columns) * _CELL, y))
    y += 8
    reach = 0.0
    for look in grid.looks:
        grounds.fill(group, (0, y), (_CELL - _GAP, _LEGEND - 4), (look.style, name))
        if look.mark:
            mark = Ink(grounds.on(look.style), 11, "middle", 700)
            write(group, (16, y + 11.5), cut(look.mark, 11, _CELL), mark)
        words = cut(look.words, _KEY.size, _LONGEST)
        write(group, (_CELL + 6, y + 11.5), words, _KEY)
        reach = max(reach, _CELL + 6 + width(words, _KEY.size))
        y += _LEGEND
    flags = "; ".join(f"{flag} {words}" for flag, words in grid.flags)
    if flags:
        said = f"Small signs, on the best evidence of a cell: {flags}."
        write(group, (0, y + 12), said, _KEY)
        reach = max(reach, width(said, _KEY.size))
        y += _LEGEND
    return y, reach
