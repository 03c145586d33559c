"""The bar chart: one bar a row, its parts side by side, each with its number in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from clausegraph.web.explorer.figures import grounds
from clausegraph.web.explorer.figures.drawing import Ink, cut, line, width, wrap, write
from clausegraph.web.explorer.figures.grid import Look
from clausegraph.web.explorer.figures.picture import Chart

_NAMES, _LENGTH, _SAID = 330.0, 380.0, 150.0
_ROW, _THICK, _LEGEND = 30.0, 17.0, 19.0

_LABEL, _VALUE, _KEY = Ink(size=11), Ink(size=11), Ink(size=11)


@dataclass(frozen=True)
class Bar:
    """A row: what it is called, how much each of the looks has of it, what is said at its end."""

    label: str
    parts: Sequence[int]
    said: str

    @property
    def total(self) -> int:
        """How long it is."""
        return sum(self.parts)


@dataclass(frozen=True)
class Bars:
    """Bars whose parts look as `looks` say, and what they count; `left` says how many are left
    out."""

    bars: Sequence[Bar]
    looks: Sequence[Look]
    unit: str
    left: int = 0

    @property
    def said(self) -> str:
        """The whole in a sentence or two."""
        told = "; ".join(f"{bar.label}: {bar.said}" for bar in self.bars[:8])
        more = f" and {len(self.bars) - 8} more" if len(self.bars) > 8 else ""  # noqa: PLR2004
        return f"{len(self.bars)} bars, {self.unit}. {told}{more}."


def draw(bars: Bars, name: str) -> Chart:
    """Return the chart; `name` sets its patterns apart from those of others on the page."""
    group = Element("g")
    grounds.define(group, name)
    scale = _LENGTH / max([1, *(bar.total for bar in bars.bars)])
    y = _legend(group, bars, name)
    write(group, (_NAMES, y + 12), bars.unit, Ink("f-muted", 11))
    y += 20
    line(group, (_NAMES, y), (_NAMES, y + _ROW * len(bars.bars)), "s-edge")
    for bar in bars.bars:
        _bar(group, y, bar, (bars.looks, scale, name))
        y += _ROW
    if bars.left:
        write(group, (_NAMES, y + 14), f"and {bars.left:,} more rows", Ink("f-muted", 11))
        y += 18
    return Chart(group, _NAMES + _LENGTH + _SAID, y + 4, bars.said)


def _bar(group: Element, y: float, bar: Bar, how: tuple[Sequence[Look], float, str]) -> None:
    looks, scale, name = how
    lines = wrap(bar.label, _LABEL.size, _NAMES - 34, 2)
    for number, text in enumerate(lines):
        at = (_NAMES - 8, y + 15.5 - 6.5 * (len(lines) - 1) + 12.5 * number)
        write(group, at, text, Ink(size=_LABEL.size, anchor="end"))
    x = _NAMES
    for look, part in zip(looks, bar.parts, strict=True):
        if part:
            size = (max(part * scale, 1.5), _THICK)
            grounds.fill(group, (x, y + 3), size, (look.style, name))
            x += size[0]
    write(group, (x + 6, y + 15.5), cut(bar.said, _VALUE.size, _SAID - 6), _VALUE)


def _legend(group: Element, bars: Bars, name: str) -> float:
    """Explain the looks that occur, in lines; return how far down that reaches."""
    used = [
        look for place, look in enumerate(bars.looks) if any(bar.parts[place] for bar in bars.bars)
    ]
    x, y = 0.0, 0.0
    for look in used:
        long = 30 + width(look.words, _KEY.size) + 24
        if x and x + long > _NAMES + _LENGTH + _SAID:
            x, y = 0.0, y + _LEGEND
        grounds.fill(group, (x, y), (24, 13), (look.style, name))
        write(group, (x + 30, y + 11), look.words, _KEY)
        x += long
    return y + (_LEGEND + 6 if used else 0)
