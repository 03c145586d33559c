"""Queries that are plain to see: read by a few searches, in a third of the time of their tokens.

Whatever could be read in two ways, or needs more than its prefixes found, is left to the guard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clausegraph.engine.reading import Reading
from clausegraph.sparql.tokens import PREFIX_NAME

_LONGEST = 2000  # characters, in which no limit of joins or operators can be passed
_DEEPEST = 60  # brackets, of which none can nest too deep

_PROLOGUE = re.compile(
    rf"(?:[ \t\r\n]++|PREFIX[ \t\r\n]++(?:{PREFIX_NAME})?+:[ \t\r\n]*+"
    r"<[^<>\"{}|^`\\\x00-\x20]*+>)*+(?=(SELECT|ASK|CONSTRUCT)\b)",
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
_MAKING = ("[", "(", "~", "{|")  # what may make a blank node
_HIDING = re.compile("[\"'#]")


def read(text: str, prefixes: Mapping[str, str]) -> Reading | None:
    """Return the reading of a SELECT, ASK or CONSTRUCT for which `prefixes` are declared
    beforehand, or None where that takes its tokens."""
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
    names = dict.fromkeys(_NAME.findall(rest))
    used = [name for name in names if name not in declared]
    if "_" in used:  # the label of a blank node
        used.remove("_")
    is_hidden = used and (_HIDING.search(rest) or not all(name in prefixes for name in used))
    form = start[1].upper()
    if is_hidden or (form == "CONSTRUCT" and ("_" in names or not _is_plain_template(rest))):
        return None
    return Reading(
        text=text,
        form=form,
        prologue=text[: start.end()],
        default_graphs=(),
        named_graphs=(),
        unknown={},
        registered=tuple(used),
    )


def _is_plain_template(rest: str) -> bool:
    """Whether it is plain to see that a CONSTRUCT, from its form on, makes no blank nodes."""
    if any(made in rest for made in _MAKING) or _HIDING.search(rest, 0, rest.rfind("}")):
        return False
    start = rest.find("{")
    return rest.find("{", start + 1, rest.find("}")) < 0 <= start
