"""Numbers written by a pattern such as `#,##0.00`, read as XSD writes them.

Patterns by "Model for Tabular Data and Metadata on the Web", section 6.4.2 (a part of UTS 35):
`0` and `#` for digits, `,` for groups, `.` for the decimal mark, `E`, `%`, `‰`, `+` and `-`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_PATTERN = re.compile(
    r"(?P<before>[+\-%‰]*)(?P<whole>[#0,]*)(?:\.(?P<part>[0#,]*))?"
    r"(?:E(?P<sign>[+-]?)(?P<exponent>[#0]+))?(?P<after>[%‰]?)"
)
_SPECIAL = frozenset({"NaN", "INF", "-INF"})
_SCALES = {"%": Decimal("0.01"), "‰": Decimal("0.001")}


@dataclass(frozen=True)
class NumberFormat:
    """How a column writes numbers: by a pattern, and with which marks."""

    pattern: str | None = None
    decimal_mark: str = "."
    group_mark: str | None = None

    def compiled(self) -> Numbers:
        """Return what reads such numbers, or raise ValueError for a pattern that is none."""
        return Numbers(self, re.compile(self._expression()))

    def _expression(self) -> str:
        group = re.escape(self.group_mark or ("," if self.pattern else "")) or None
        mark = re.escape(self.decimal_mark)
        if self.pattern is None:
            whole = f"[0-9]+(?:{group}[0-9]+)*" if group else "[0-9]+"
            return rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?[%‰]?"
        match = _PATTERN.fullmatch(self.pattern)
        if match is None or not (match["whole"] or match["part"]):
            raise ValueError("it is no pattern of numbers, such as #,##0.00")
        sign = r"[+-]" if re.search(r"[+]", match["before"]) else "-?"
        percent = match["after"] or "".join(re.findall("[%‰]", match["before"]))
        lead = re.escape(percent) if percent and not match["after"] else ""
        tail = re.escape(match["after"])
        exponent = ""
        if match["exponent"]:
            needed = max(1, match["exponent"].count("0"))
            exponent = rf"[eE]{'[+-]' if match['sign'] == '+' else '[+-]?'}[0-9]{{{needed},}}"
        return (
            sign
            + lead
            + _whole(match["whole"], group)
            + _part(match["part"], mark)
            + exponent
            + tail
        )


def _whole(pattern: str, group: str | None) -> str:
    """Return the expression of the digits before the decimal mark."""
    needed = pattern.count("0")
    if "," not in pattern:
        return rf"[0-9]{{{needed},}}"
    last = len(pattern) - pattern.rindex(",") - 1
    inner = pattern.split(",")
    size = len(inner[-2]) if len(inner) > 2 and inner[-2] else last  # noqa: PLR2004
    if not last:
        raise ValueError("its last group has no digit")
    grouped = rf"[0-9]{{1,{size}}}(?:{group}[0-9]{{{size}}})*{group}[0-9]{{{last}}}"
    return rf"(?:{grouped}|[0-9]{{{min(needed, last)},{last}}})"


def _part(pattern: str | None, mark: str) -> str:
    """Return the expression of the decimal mark and the digits after it."""
    if not pattern:
        return ""
    least, most = pattern.count("0"), pattern.count("0") + pattern.count("#")
    digits = rf"{mark}[0-9]{{{max(least, 1)},{most}}}"
    return digits if least else f"(?:{digits})?"


@dataclass(frozen=True)
class Numbers:
    """Reads the numbers of a column."""

    format: NumberFormat
    expression: re.Pattern[str]

    def read(self, text: str) -> str:
        """Return a number with a point and without groups, or raise ValueError."""
        if text in _SPECIAL:
            return text
        if not self.expression.fullmatch(text):
            raise ValueError(
                f"it is not written as {self.format.pattern}"
                if self.format.pattern
                else "it is no number"
            )
        group = self.format.group_mark or ("," if self.format.pattern else "")
        plain = (text.replace(group, "") if group else text).replace(self.format.decimal_mark, ".")
        scale = next((_SCALES[mark] for mark in "%‰" if mark in plain), None)
        if scale is None:
            return plain
        try:
            return format(Decimal(plain.strip("%‰").replace("-%", "-")) * scale, "f")
        except InvalidOperation as error:
            raise ValueError("it is no number") from error
