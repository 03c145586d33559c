"""Passages: where a quote stands in a source, white space and the kind of apostrophe aside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import UsageError
from clausegraph.textfiles import read_text

# White space as `str.isspace` has it, and the three characters that print as nothing at all.
_BLANK = re.compile("[\\s\u200b\u2060\ufeff]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"))


@dataclass(frozen=True)
class Passage:
    """A stretch of a text: from code point `start` up to, and without, `end`; both from 0."""

    start: int
    end: int


def normalise(text: str) -> str:
    """Return `text` without white space and with every apostrophe as U+0027."""
    return _BLANK.sub("", text).translate(_APOSTROPHES)


def digest(quote: str) -> str:
    """Return the SHA-256, in hexadecimal, of the normalised quote in UTF-8."""
    return hashlib.sha256(normalise(quote).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256, in hexadecimal, of a UTF-8 file's bytes, or raise InputError."""
    return hashlib.sha256(read_text(path).encode()).hexdigest()


def locate(text: str, quote: str, occurrence: int | None = None) -> Passage:
    """Return where `quote` stands in `text`, white space and the kind of apostrophe aside.

    `occurrence` counts from 1 and picks one of several matches, which may overlap. Raises
    UsageError where the quote is empty, not found, or found more than once without a choice.
    """
    needle = normalise(quote)
    if not needle:
        raise UsageError("The quote is empty.", remedy="Give the words to look for.")
    haystack, positions = _with_positions(text)
    matches = list(_matches(haystack, needle))
    if not matches:
        raise _not_found(haystack, positions, needle)
    if occurrence is None and len(matches) > 1:
        places = ", ".join(str(positions[match]) for match in matches)
        raise UsageError(
            f"The quote occurs {len(matches)} times, at positions {places}.",
            remedy=f"Quote more of the passage, or choose occurrence 1 to {len(matches)}.",
        )
    chosen = 1 if occurrence is None else occurrence
    if not 1 <= chosen <= len(matches):
        raise UsageError(
            f"There is no occurrence {chosen}: the quote occurs {len(matches)} time(s).",
            remedy=f"Choose occurrence 1 to {len(matches)}.",
        )
    first = matches[chosen - 1]
    return Passage(positions[first], positions[first + len(needle) - 1] + 1)


def _with_positions(text: str) -> tuple[str, list[int]]:
    """Return the normalised text, and for each of its characters the place in `text`."""
    folded = text.translate(_APOSTROPHES)
    positions = [place for place, char in enumerate(folded) if not _BLANK.match(char)]
    return "".join(folded[place] for place in positions), positions


def _matches(haystack: str, needle: str) -> Iterator[int]:
    place = haystack.find(needle)
    while place >= 0:
        yield place
        place = haystack.find(needle, place + 1)


def _not_found(haystack: str, positions: Sequence[int], needle: str) -> UsageError:
    """Say how far the quote does match: every shorter prefix matches where a longer one does."""
    matched, missing = 0, len(needle)
    while missing - matched > 1:
        middle = (matched + missing) // 2
        matched, missing = (middle, missing) if needle[:middle] in haystack else (matched, middle)
    if not matched:
        return UsageError(
            "The quote is not in the source, not even its first character.",
            remedy="Check that this is the right source.",
        )
    place = positions[haystack.find(needle[:matched])]
    return UsageError(
        f"The quote is not in the source: it matches at position {place} for {matched} of "
        f"{len(needle)} characters (white space not counted), up to "
        f"'{needle[max(0, matched - 20) : matched]}'.",
        remedy="Correct what follows, or quote less.",
    )
