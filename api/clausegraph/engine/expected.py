"""What the parser behind us says of text that it refuses, in words that people use.

It writes `error at LINE:COLUMN: expected one of ...`, with a long list of characters, character
classes and keywords: whatever it has tried at the farthest place that it reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausegraph.engine.reading import Reading
from clausegraph.sparql import edits

_WHERE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,\[\]"|]+')
_KEYWORD = re.compile("[A-Za-z][A-Za-z0-9_]*")
_MOST = 12  # names that a person still reads

# What a character begins; one that stands for itself is not here.
_BEGUN = {
    "?": "a variable",
    "$": "a variable",
    "<": "an IRI",
    ":": "a prefixed name",
    "_:": "a blank node",
    "'": "a string",
    '"': "a string",
    "'''": "a string",
    '"""': "a string",
    "+": "a number",
    "-": "a number",
    "true": "true or false",
    "false": "true or false",
    "<<": "a triple",
    "<<(": "a triple",
}
_PASSED_OVER = frozenset({"\\", "\\\\", "\\u", "\\U", "%", "#", "\n", "\r", ""})
_CERTAIN = "BY"  # nothing else can follow GROUP or ORDER
_FUNCTION = "a function"
_FUNCTIONS = frozenset(
    "ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR "
    "GROUP_CONCAT HOURS IF IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGMATCHES "
    "LCASE MAX MD5 MIN MINUTES MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND SAMETERM SAMPLE "
    "SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN "
    "STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TZ UCASE URI UUID YEAR HASLANG "
    "HASLANGDIR LANGDIR STRLANGDIR ADJUST".split()
)


@dataclass(frozen=True)
class Refusal:
    """Where the parser stopped, in the text that it was given; what it had hoped for, tidied; and
    what it remarks, if it says something in words."""

    place: tuple[int, int]
    overshoot: int
    names: tuple[str, ...]
    remark: str | None

    def offset(self, reading: Reading) -> int:
        """Return the place as an offset into the text as it was sent."""
        return edits.origin(reading.text, reading.edits, self.place, self.overshoot)


def read(message: str) -> Refusal | None:
    """Read a message of the parser; None where it names no place."""
    match = _WHERE.match(message)
    if match is None:
        return None
    parts = [part.strip() for part in _PART.findall(match[3]) if part.strip()]
    remarks = [part for part in parts if part[0] not in '"[' and " " in part]
    return Refusal(
        place=(int(match[1]), int(match[2])),
        overshoot=_overshoot(parts),
        names=() if remarks else _names(parts),
        remark=remarks[0] if remarks else None,
    )


def _overshoot(parts: list[str]) -> int:
    """Return by how many characters a place is too late: where only keywords are expected, the
    parser has read the length of the longest before it finds that it is another word."""
    if parts and all(_KEYWORD.fullmatch(part) and part.isupper() for part in parts):
        return max(len(part) for part in parts)
    return 0


def _names(parts: list[str]) -> tuple[str, ...]:
    """Return the parts by the names that people use, each once.

    Character classes only go on with what has begun, and are left out. So are keywords: the parser
    tells of those alone that reach as far as it has read, and `SELEC` would have to be CONSTRUCT.
    """
    if parts == [_CERTAIN]:
        return (_CERTAIN,)
    named: dict[str, None] = {}
    for part in parts:
        if part[0] == '"':
            text = _unquoted(part)
            if text not in _PASSED_OVER:
                named[_BEGUN.get(text, text)] = None
        elif part.upper() in _FUNCTIONS:
            named[_FUNCTION] = None
    return tuple(named)[:_MOST]


def _unquoted(part: str) -> str:
    """Return the text of a quoted part."""
    return part[1:-1].replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")
