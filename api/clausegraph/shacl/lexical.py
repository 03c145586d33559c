"""Lexical forms (XML Schema 1.1, part 2): which are well-formed, and which a store rewrites."""

from __future__ import annotations

import re
from calendar import monthrange
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.vocabulary import XSD

_REMEMBERED = 1 << 16
_HIGHEST_DAY = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"(?:{_DECIMAL}(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN)"
_MONTHS = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_CLOCK = (
    r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
    r"|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
)
_DAYS = rf"(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})"
_START = "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_START += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_INNER = _START + "\\-.0-9\xb7\u0300-\u036f\u203f-\u2040"
_SEXTETS = "[A-Za-z0-9+/]"
_BASE_64 = (
    rf"(?:(?:{_SEXTETS} ?){{4}})*"
    rf"(?:(?:{_SEXTETS} ?){{3}}{_SEXTETS}|(?:{_SEXTETS} ?){{2}}[AEIMQUYcgkosw048] ?="
    rf"|{_SEXTETS} ?[AQgw] ?= ?=)?"
)

_PATTERNS = {
    "boolean": "true|false|0|1",
    "decimal": _DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "time": rf"{_TIME}{_ZONE}?",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}?",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": rf"--{_MONTH}{_ZONE}?",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": rf"---{_DAY}{_ZONE}?",
    "duration": rf"-?P(?:{_MONTHS}(?:{_DAYS})?|{_DAYS})",
    "yearMonthDuration": rf"-?P{_MONTHS}",
    "dayTimeDuration": rf"-?P{_DAYS}",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": _BASE_64,
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "Name": f"[:{_START}][:{_INNER}]*",
    "NCName": f"[{_START}][{_INNER}]*",
    "NMTOKEN": f"[:{_INNER}]+",
}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_DATED = frozenset({"date", "dateTime", "dateTimeStamp"})
_INTEGER = re.compile(r"([+-]?)0*([0-9]+)")
_MOST_DIGITS = 20  # of the bounds above; longer numbers are beyond each of them
_YEAR_MONTH_DAY = re.compile(r"-?([0-9]+)-([0-9]{2})-([0-9]{2})")
_MONTH_DAY = re.compile(r"--([0-9]{2})-([0-9]{2})")
# Forms that no store rewrites, of the datatypes that are common: the others are put to the test.
_KEPT = {
    "boolean": re.compile("true|false"),
    "integer": re.compile("0|-?[1-9][0-9]{0,17}"),
    "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,8}[1-9]"),
    "date": re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"),
    "gYear": re.compile("[12][0-9]{3}"),
}
# Datatypes that a store takes for what they are; literals of any other are text to it.
_VALUED = frozenset(
    {
        *_RANGES,
        *(name for name in _PATTERNS if name.startswith(("g", "date", "time"))),
        *("boolean", "decimal", "double", "float"),
        *("duration", "yearMonthDuration", "dayTimeDuration"),
    }
)
_NODE = NamedNode("urn:x-clausegraph:spelling")


@cache
def _pattern(name: str) -> re.Pattern[str] | None:
    """Return a pattern, compiled when it is first asked for: some take long."""
    return re.compile(_PATTERNS[name]) if name in _PATTERNS else None


def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether a literal has a value: its lexical form is one of its datatype (an IRI).

    True for a datatype that is not known here. Space around a form is no part of any.
    """
    if not datatype.startswith(XSD):
        return True
    name = datatype[len(XSD) :]
    if name in _RANGES:
        return _is_integer(lexical, *_RANGES[name])
    pattern = _pattern(name)
    if pattern is None:
        return True
    if pattern.fullmatch(lexical) is None:
        return False
    if name in _DATED:
        return _is_day(lexical)
    return name != "gMonthDay" or _is_day_of_month(lexical)


def _is_integer(lexical: str, low: int | None, high: int | None) -> bool:
    match = _INTEGER.fullmatch(lexical)
    if match is None:
        return False
    if low is None and high is None:
        return True
    negative, digits = match[1] == "-", match[2][: _MOST_DIGITS + 1]
    number = -int(digits) if negative else int(digits)
    return (low is None or number >= low) and (high is None or number <= high)


def _is_day(lexical: str) -> bool:
    """Whether there is such a day; years before the first are those of the same calendar."""
    match = _YEAR_MONTH_DAY.match(lexical)
    assert match is not None  # noqa: S101  (the pattern of the datatype holds it)
    # The calendar repeats after 400 years, of which the last four digits tell; `-4` is leap, too.
    year = int(match[1][-4:]) % 400 or 400
    return int(match[3]) <= monthrange(year, int(match[2]))[1]


def _is_day_of_month(lexical: str) -> bool:
    match = _MONTH_DAY.match(lexical)
    assert match is not None  # noqa: S101  (the pattern of the datatype holds it)
    return int(match[2]) <= _HIGHEST_DAY.get(int(match[1]), 31)


def is_rewritten(literal: Literal) -> bool:
    """Whether a store gives a literal back as another term."""
    datatype = literal.datatype.value
    name = datatype[len(XSD) :] if datatype.startswith(XSD) else ""
    if name not in _VALUED:
        return False
    kept = _KEPT.get(name)
    if kept is not None and kept.fullmatch(literal.value):
        return False
    return given_back(literal) != literal


@lru_cache(_REMEMBERED)
def given_back(literal: Literal) -> Literal:
    """Return what a store gives back for a literal."""
    store = Store()
    store.add(Quad(_NODE, _NODE, literal))
    [quad] = store
    found = quad.object
    assert isinstance(found, Literal)  # noqa: S101  (of the same kind)
    return found
