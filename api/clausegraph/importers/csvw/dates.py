"""Dates and times written by a pattern such as `d.M.yyyy`, read as XSD writes them.

Patterns by "Model for Tabular Data and Metadata on the Web", section 6.4.4: year, month, day, hour,
minute, second, fractions of a second and time zone, in any order and with any marks between them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

_FIELDS: Mapping[str, str] = {
    "yyyy": r"(?P<year>-?[0-9]{4,})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
    "HH": r"(?P<hour>[0-9]{2})",
    "mm": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
    "X": r"(?P<zone>Z|[+-][0-9]{2}(?:[0-9]{2})?)",
    "XX": r"(?P<zone>Z|[+-][0-9]{4})",
    "XXX": r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})",
    "x": r"(?P<zone>[+-][0-9]{2}(?:[0-9]{2})?)",
    "xx": r"(?P<zone>[+-][0-9]{4})",
    "xxx": r"(?P<zone>[+-][0-9]{2}:[0-9]{2})",
}
_TOKEN = re.compile(r"y+|M+|d+|H+|m+|s+|\.?S+|X+|x+|T|[-/.: ]|.", re.DOTALL)
_LITERAL = re.compile(r"[-/.:, 年月日时分秒T]")
# Which parts a type is made of, in the order of its lexical form.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "date": ("year", "month", "day"),
    "dateTime": ("year", "month", "day", "hour", "minute"),
    "dateTimeStamp": ("year", "month", "day", "hour", "minute", "zone"),
    "time": ("hour", "minute"),
    "gYear": ("year",),
    "gYearMonth": ("year", "month"),
    "gMonth": ("month",),
    "gMonthDay": ("month", "day"),
    "gDay": ("day",),
}
TYPES = frozenset(_PARTS)
_LEXICAL: Mapping[str, str] = {
    "date": "yyyy-MM-dd",
    "dateTime": "yyyy-MM-ddTHH:mm:ss",
    "dateTimeStamp": "yyyy-MM-ddTHH:mm:ss",
    "time": "HH:mm:ss",
    "gYear": "yyyy",
    "gYearMonth": "yyyy-MM",
    "gMonth": "--MM",
    "gMonthDay": "--MM-dd",
    "gDay": "---dd",
}
_LONGEST_ZONE = 14 * 60
_HOUR = 60
_LEAP_YEAR = 2000


@dataclass(frozen=True)
class DateFormat:
    """How a column writes the values of a date or time type; `text` is the pattern."""

    kind: str
    text: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> str:
        """Return the XSD spelling of a value, or raise ValueError: what is wrong with it."""
        match = self.pattern.fullmatch(text)
        if match is None:
            raise ValueError(f"it is not written as {self.text}")
        parts = {name: part for name, part in match.groupdict().items() if part}
        _check(parts)
        return _spell(self.kind, parts)


def date_format(kind: str, text: str | None) -> DateFormat:
    """Return the format of a type by a pattern, by XSD's own spelling if None.

    Raises ValueError for a pattern that is none, or lacks a part of the type.
    """
    if text is None:
        expression = "".join(_expression(_LEXICAL[kind]))
        if kind in ("dateTime", "dateTimeStamp", "time"):
            expression += r"(?P<fraction>\.[0-9]+)?"
        zone = "" if kind == "dateTimeStamp" else "?"
        expression += rf"(?P<zone>Z|[+-][0-9]{{2}}:[0-9]{{2}}){zone}"
        return DateFormat(kind, _LEXICAL[kind], re.compile(expression))
    try:
        pattern = re.compile("".join(_expression(text)))
    except re.error as error:
        raise ValueError("it names one part twice") from error
    if missing := [part for part in _PARTS[kind] if part not in pattern.groupindex]:
        raise ValueError(f"it lacks the {' and the '.join(missing)} of a {kind}")
    known = {*_PARTS[kind], "zone"} | ({"second", "fraction"} if "hour" in _PARTS[kind] else set())
    if extra := sorted(pattern.groupindex.keys() - known):
        raise ValueError(f"a {kind} has no {extra[0]}")
    return DateFormat(kind, text, pattern)


def _expression(pattern: str) -> list[str]:
    parts = []
    for token in _TOKEN.findall(pattern):
        if token in _FIELDS:
            parts.append(_FIELDS[token])
        elif token.strip(".") and not token.strip(".").strip("S"):
            digits = len(token.strip("."))
            dot = r"\." if token.startswith(".") else ""
            parts.append(rf"(?P<fraction>{dot}[0-9]{{1,{digits}}})?")
        elif _LITERAL.fullmatch(token):
            parts.append(re.escape(token))
        else:
            raise ValueError(f"'{token}' is no part of a date or time here")
    return parts


def _check(parts: Mapping[str, str]) -> None:
    """Raise ValueError where there is no such day, or no such time of day."""
    year, month, day = (int(parts.get(name, 0)) for name in ("year", "month", "day"))
    try:
        if "month" in parts or "day" in parts:
            datetime.date(
                year if 0 < year <= datetime.MAXYEAR else _LEAP_YEAR, month or 1, day or 1
            )
        hour, minute, second = (int(parts.get(name, 0)) for name in ("hour", "minute", "second"))
        datetime.time(hour, minute, second)
    except ValueError as error:
        raise ValueError(f"there is no such date or time ({error})") from error
    zone = parts.get("zone", "Z").replace(":", "")
    if zone != "Z" and int(zone[1:3]) * _HOUR + int(zone[3:5] or 0) > _LONGEST_ZONE:
        raise ValueError("there is no such time zone")


def _spell(kind: str, parts: Mapping[str, str]) -> str:
    """Return the lexical form of XSD."""
    year = parts.get("year", "")
    month, day = parts.get("month", "").zfill(2), parts.get("day", "").zfill(2)
    fraction = parts.get("fraction", "").strip(".").rstrip("0")
    clock = ":".join(parts.get(name, "00") for name in ("hour", "minute", "second"))
    clock += f".{fraction}" if fraction else ""
    text = {
        "date": f"{year}-{month}-{day}",
        "dateTime": f"{year}-{month}-{day}T{clock}",
        "dateTimeStamp": f"{year}-{month}-{day}T{clock}",
        "time": clock,
        "gYear": year,
        "gYearMonth": f"{year}-{month}",
        "gMonth": f"--{month}",
        "gMonthDay": f"--{month}-{day}",
        "gDay": f"---{day}",
    }[kind]
    return text + _zone(parts.get("zone", ""))


def _zone(zone: str) -> str:
    if zone in ("", "Z"):
        return zone
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
