"""Drawing: elements of SVG, made so that no text can be anything but text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element, SubElement

Place = tuple[float, float]

# What XML 1.0 cannot hold, not even escaped (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW = frozenset("iljtfrI.,:;'|()[]!- ")
_WIDE = frozenset("mwMWQO@%")
_ELLIPSIS = "…"
_MOST_LINES = 40
_LONGEST_PART = 400  # characters of a word that are measured at once: more fit no line


@dataclass(frozen=True)
class Ink:
    """How a text is set: its class, its size in pixels, where it is anchored, how far turned."""

    style: str = "f-ink"
    size: float = 13
    anchor: str = "start"
    weight: int = 400
    turn: float = 0


def clean(text: str) -> str:
    """Return a text without what XML cannot hold, and in one line."""
    return " ".join(_FORBIDDEN.sub("\ufffd", text).split())


def number(value: float) -> str:
    """Return a coordinate, as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def write(parent: Element, at: Place, text: str, ink: Ink) -> Element:
    """Set a text, its base line at a place."""
    x, y = map(number, at)
    element = SubElement(parent, "text", {"x": x, "y": y, "class": ink.style})
    element.set("font-size", number(ink.size))
    if ink.anchor != "start":
        element.set("text-anchor", ink.anchor)
    if ink.weight != Ink.weight:
        element.set("font-weight", str(ink.weight))
    if ink.turn:
        element.set("transform", f"rotate({number(ink.turn)} {x} {y})")
    element.text = clean(text)
    return element


def box(parent: Element, at: Place, size: Place, style: str) -> Element:
    """Draw a box, filled with the colour of a class, or with a pattern: `url(#...)`."""
    given = {"x": number(at[0]), "y": number(at[1])}
    given |= {"width": number(size[0]), "height": number(size[1])}
    return SubElement(parent, "rect", {**given, _filling(style): style})


def line(parent: Element, start: Place, end: Place, style: str = "s-line") -> Element:
    """Draw a straight line."""
    x1, y1, x2, y2 = map(number, (*start, *end))
    return SubElement(parent, "line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": style})


def _filling(style: str) -> str:
    return "fill" if style.startswith("url(") else "class"


def width(text: str, size: float) -> float:
    """Return about how wide a text is: enough to break lines by, whatever font is there."""
    return size * sum(map(_advance, text))


@cache
def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.86
    return 0.65 if character.isupper() else 0.57


def cut(text: str, size: float, room: float) -> str:
    """Return as much of a text as fits, with an ellipsis if that is not all."""
    text = clean(text)
    if width(text, size) <= room:
        return text
    return text[: _fitting(text, size, room - width(_ELLIPSIS, size))].rstrip() + _ELLIPSIS


def wrap(text: str, size: float, room: float, most: int = _MOST_LINES) -> list[str]:
    """Return a text in lines that fit, at most so many; a word that is too long is broken."""
    lines = [""]
    for word in _words(clean(text), size, room):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > room:
            if len(lines) == most:
                lines[-1] = cut(longer, size, room)
                break
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _words(text: str, size: float, room: float) -> Iterator[str]:
    """Yield the words of a text, those that are too long in parts."""
    for word in text.split(" "):
        rest = word
        while rest and width(rest[:_LONGEST_PART], size) > room:
            end = max(1, _fitting(rest, size, room))
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _fitting(text: str, size: float, room: float) -> int:
    """Return how many of the first characters of a text fit."""
    left = room / size
    for place, character in enumerate(text):
        left -= _advance(character)
        if left < 0:
            return place
    return len(text)
