"""Queries that are plain to see: read by a few searches, in a third of the time of their tokens.

Whatever could be read in two ways, or needs more than its prefixes found, is left to the guard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clausegraph.engine.reading import Reading
from clausegraph.engine.tokens import PREFIX_NAME

_LONGEST = 2000  # characters, in which no limit of joins or operators can be passed
_DEEPEST = 60  # brackets, of which none can nest too deep

_PROLOGUE = re.compile(
    rf"(?:[ \t\r\n]++|PREFIX[ \t\r\n]++(?:{PREFIX_NAME})?+:[ \t\r\n]*+"
    r"<[^<>\"{}|^`\\\x00-\x20]*+>)*+(?=(SELECT|ASK)\b)",
    re.IGNORECASE,
)
_DECLARED = re.compile(rf"PREFIX[ \t\r\n]++({PREFIX_NAME}|):", re.IGNORECASE)
# Services, datasets, what gives another answer each time, escapes: for the guard to find.
_SPECIAL = ("SERVICE", "FROM", "NOW", "RAND", "UUID", "BNODE", "\\")
# IRIs that nothing can take for a comparison (see tokens.is_doubtful).
_IRI = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]*+://[^<>\"{}|^`\\\x00-\x20]*+|[^<>\"{}|^`\\\x00-\x20()&,'#]*+)>"
)
_NAME = re.compile(rf"({PREFIX_NAME}|):")
_DOTS = re.compile(r":[^\s:]*\.[^\s:]*\.")
_OPEN = "([{"
_HIDING = re.compile("[\"'#]")


def read(text: str, prefixes: Mapping[str, str]) -> Reading | None:
    """Return the reading of a SELECT or ASK for which `prefixes` are declared beforehand, or None
    where that takes its tokens."""
    if len(text) > _LONGEST or sum(map(text.count, _OPEN)) > _DEEPEST:
        return None
    upper = text.upper()
    if any(word in upper for word in _SPECIAL):
        return None
    start = _PROLOGUE.match(text)
    if start is None:
        return None
    rest = _IRI.sub(" ", text[start.end() :])
    if "<" in rest or _DOTS.search(rest):
        return None
    declared = set(_DECLARED.findall(text, 0, start.end()))
    used = [name for name in dict.fromkeys(_NAME.findall(rest)) if name not in declared]
    if "_" in used:  # the label of a blank node
        used.remove("_")
    if used and (_HIDING.search(rest) or not all(name in prefixes for name in used)):
        return None
    return Reading(
        text=text,
        form=start[1].upper(),
        prologue=text[: start.end()],
        default_graphs=(),
        named_graphs=(),
        unknown={},
        registered=tuple(used),
    )
