"""A picture: a chart with a caption, as part of a page, or as a file."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from clausegraph.formats import Syntax
from clausegraph.web.explorer.figures import palette
from clausegraph.web.explorer.figures.drawing import Ink, clean, line, number, wrap, write

SVG = Syntax("SVG", "image/svg+xml", ".svg")
PNG = Syntax("PNG", "image/png", ".png")

_NAMESPACE = "http://www.w3.org/2000/svg"
_MOST_LINES = 6  # of a title, a lead or a note
_MARGIN = 24.0
_NARROWEST = 620.0
_LONGEST = 4000  # characters of what is said of a picture
_ZOOM = 2.0  # of a PNG: sharp in print at the size that the SVG has on a screen
_MOST_PIXELS = 16_000_000  # of a PNG: 64 MB while it is made
_TITLE, _TEXT, _FOOT = Ink(size=19, weight=700), Ink(size=13), Ink("f-muted", 11)


@dataclass(frozen=True)
class Caption:
    """What is said with a picture: what it shows, how it was asked, of what release and when.

    `address` is that of the page which shows the same, in this very release.
    """

    title: str
    lead: str
    notes: tuple[str, ...]
    address: str
    release: str
    date: str

    @property
    def foot(self) -> tuple[str, ...]:
        """The lines below a picture."""
        made = f"Data: Clausegraph, release {self.release[:12]}, {self.date}. CC BY 4.0."
        return (*self.notes, made, f"Query: {self.address}")


@dataclass(frozen=True)
class Chart:
    """What is drawn: a group of elements, how large it is, and what it shows in words."""

    group: Element
    width: float
    height: float
    description: str


@dataclass(frozen=True)
class Picture:
    """A chart with its caption."""

    chart: Chart
    caption: Caption

    @property
    def inline(self) -> Markup:
        """The chart as a part of a page, which has the caption in words of its own."""
        chart = self.chart
        size = {"width": number(chart.width), "height": number(chart.height)}
        root = Element("svg", {"viewBox": f"0 0 {size['width']} {size['height']}", **size})
        _name(root, self.caption.title, chart.description)
        root.append(chart.group)
        return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree escapes

    @property
    def svg(self) -> bytes:
        """The picture as a file."""
        data: bytes = tostring(self._framed(), encoding="utf-8", xml_declaration=True)
        return data

    @property
    def zoom(self) -> float:
        """How many pixels a PNG has for each of the picture's own, along a side."""
        root = self._framed()
        area = float(root.get("width", "1")) * float(root.get("height", "1"))
        return min(_ZOOM, sqrt(_MOST_PIXELS / area))

    def _framed(self) -> Element:
        """Return the picture with title above and foot below, on paper."""
        room = max(self.chart.width, _NARROWEST)
        root = Element("svg", {"xmlns": _NAMESPACE})
        _name(root, self.caption.title, self.chart.description)
        SubElement(root, "style").text = palette.style()
        paper = SubElement(root, "rect", {"class": "f-paper"})
        y = self._head(root, room)
        inner = SubElement(root, "g", {"transform": f"translate({number(_MARGIN)} {number(y)})"})
        inner.append(self.chart.group)
        y = self._foot(root, room, y + self.chart.height + 14)
        size = {"width": number(room + 2 * _MARGIN), "height": number(y + _MARGIN / 2)}
        for element in (root, paper):
            element.attrib |= size
        root.set("viewBox", f"0 0 {size['width']} {size['height']}")
        return root

    def _head(self, root: Element, room: float) -> float:
        """Set title and lead; return how far down they reach."""
        y = _MARGIN
        for text, ink in ((self.caption.title, _TITLE), (self.caption.lead, _TEXT)):
            for part in wrap(text, ink.size, room, _MOST_LINES):
                y += ink.size * 1.3
                write(root, (_MARGIN, y - 4), part, ink)
            y += 5
        return y + 10

    def _foot(self, root: Element, room: float, y: float) -> float:
        """Set what stands below a chart; return how far down it reaches."""
        line(root, (_MARGIN, y), (_MARGIN + room, y))
        y += 4
        for text in self.caption.foot:
            for part in wrap(text, _FOOT.size, room, _MOST_LINES):
                y += _FOOT.size * 1.4
                write(root, (_MARGIN, y), part, _FOOT)
        return y


def _name(root: Element, title: str, description: str) -> None:
    """Say what a picture is to who cannot see it (SVG accessibility mappings)."""
    root.set("role", "img")
    root.set("aria-label", clean(title)[:_LONGEST])
    SubElement(root, "title").text = clean(title)[:_LONGEST]
    SubElement(root, "desc").text = clean(description)[:_LONGEST]
