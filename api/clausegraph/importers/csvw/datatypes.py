"""Datatypes of columns: a cell's text in, a literal as the graph keeps it out.

By "Metadata Vocabulary for Tabular Data", section 5.11, and "Model for Tabular Data", section 6.4.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.importers.csvw import dates
from clausegraph.vocabulary import RDF, XSD

CSVW = "http://www.w3.org/ns/csvw#"

_SHORT: Mapping[str, str] = {
    "any": "anyAtomicType",
    "binary": "base64Binary",
    "datetime": "dateTime",
    "number": "double",
}
_ELSEWHERE: Mapping[str, str] = {
    "html": RDF + "HTML",
    "xml": RDF + "XMLLiteral",
    "json": CSVW + "JSON",
}
_WHOLE: Mapping[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
NUMBERS = frozenset({*_WHOLE, "decimal", "double", "float"})
_DURATION = (
    r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
    r"(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)
# Types of text with a form of their own; those with None take any text.
_FORMS: Mapping[str, str | None] = {
    "string": None,
    "normalizedString": None,
    "token": None,
    "anyAtomicType": None,
    "anyURI": r"[^\s<>\"{}|\\^`]*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "Name": r"[\w:][\w.:-]*",
    "NMTOKEN": r"[\w.:-]+",
    "QName": r"(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*",
    "base64Binary": r"(?:[A-Za-z0-9+/]\s?)*(?:=\s?){0,2}",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "duration": _DURATION,
    "dayTimeDuration": r"-?P(?=.)(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9.]+S)?)?",
    "yearMonthDuration": r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?",
    "html": None,
    "xml": None,
    "json": None,
}
KNOWN = frozenset({*NUMBERS, *_FORMS, *dates.TYPES, "boolean", *_SHORT})
# Types whose values keep the spaces around them and within.
KEEP_SPACES = frozenset({"string", "anyAtomicType", "json", "xml", "html"})
MEASURED = frozenset({"string", "normalizedString", "token", "anyURI", "language", "Name"}) | {
    "NMTOKEN", "QName", "base64Binary", "hexBinary", "anyAtomicType", "json", "xml", "html",
}  # fmt: skip
ORDERED = frozenset({*NUMBERS, "date", "dateTime", "dateTimeStamp", "time", "gYear", "gYearMonth"})


@dataclass(frozen=True)
class Datatype:
    """A datatype with what reads its values; `bounds` are least, most, and whether each is in."""

    base: str = "string"
    read: Callable[[str], str] = str
    lengths: tuple[int | None, int | None] = (None, None)
    bounds: tuple[Bound, ...] = field(default=())

    @property
    def iri(self) -> str:
        """The datatype of the literals."""
        return _ELSEWHERE.get(self.base, XSD + self.base)

    def value(self, text: str) -> str:
        """Return the lexical form of a cell's text, or raise ValueError: what is wrong with it."""
        if self.base not in KEEP_SPACES:
            text = " ".join(text.split())
        lexical = self.read(text)
        least, most = self.lengths
        if least is not None and len(lexical) < least:
            raise ValueError(f"it has {len(lexical)} characters; at least {least} are needed")
        if most is not None and len(lexical) > most:
            raise ValueError(f"it has {len(lexical)} characters; at most {most} are allowed")
        for bound in self.bounds:
            bound.check(self.base, lexical)
        return lexical


@dataclass(frozen=True)
class Bound:
    """A least or greatest value: `name` as the mapping calls it, `lexical` the value."""

    name: str
    lexical: str

    def check(self, base: str, lexical: str) -> None:
        """Raise ValueError for a value beyond the bound."""
        order = _compare(base, lexical, self.lexical)
        outside = order < 0 if self.name.startswith("min") else order > 0
        if outside or (self.name.endswith("Exclusive") and not order):
            raise ValueError(f"it is beyond {self.name} {self.lexical}")


def base_name(name: str) -> str:
    """Return the name that XSD has for a type."""
    return _SHORT.get(name, name)


def form_reader(base: str, expression: str | None) -> Callable[[str], str]:
    """Return what reads a type of text by a regular expression, its own if None.

    Raises re.error for an expression that is none.
    """
    own = _FORMS.get(base)
    forms = [re.compile(form) for form in (own, expression) if form is not None]

    def read(text: str) -> str:
        for form in forms:
            if not form.fullmatch(text):
                raise ValueError(
                    f"it does not match {expression}"
                    if form.pattern == expression
                    else f"it is no {base}"
                )
        return text

    return read


def boolean_reader(true: str, false: str) -> Callable[[str], str]:
    """Return what reads a boolean; without format also 1 and 0."""
    spellings = {true: "true", false: "false"}
    if (true, false) == ("true", "false"):
        spellings |= {"1": "true", "0": "false"}

    def read(text: str) -> str:
        if text not in spellings:
            raise ValueError(f"it is neither '{true}' nor '{false}'")
        return spellings[text]

    return read


def number_reader(base: str, parse: Callable[[str], str]) -> Callable[[str], str]:
    """Return what reads a numeric type, given what reads its way of writing numbers."""

    def read(text: str) -> str:
        plain = parse(text)
        if base in _WHOLE:
            return _whole(base, plain)
        if base == "decimal" and ("e" in plain.lower() or plain in ("NaN", "INF", "-INF")):
            raise ValueError("a decimal has no exponent")
        return plain

    return read


def _whole(base: str, plain: str) -> str:
    if not re.fullmatch(r"[+-]?[0-9]+(?:\.0*)?", plain):
        raise ValueError("it is no whole number")
    number = plain.partition(".")[0]
    value = Decimal(number)
    least, most = _WHOLE[base]
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError(f"it is out of the range of {base}")
    return number


def _compare(base: str, one: str, other: str) -> int:
    """Return -1, 0 or 1, as `one` is before, at or after `other`; what is no number is after."""
    if base in NUMBERS:
        order = Decimal(_named(one)).compare(Decimal(_named(other)))
        return 1 if order.is_nan() else int(order)
    left, right = _moment(one), _moment(other)
    return (left > right) - (left < right)


def _named(number: str) -> str:
    return number.replace("INF", "Infinity")


def _moment(lexical: str) -> str:
    """Return a text by which dates and times sort; those with a time zone as in UTC."""
    if "T" in lexical and re.search(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$", lexical):
        moment = datetime.datetime.fromisoformat(lexical)
        return moment.astimezone(datetime.UTC).isoformat()
    return lexical


@lru_cache(maxsize=4096)
def literal(lexical: str, datatype: str) -> Literal:
    """Return a typed literal in the spelling in which the graph keeps it: 1.50 as 1.5.

    A build refuses any other, since files, dumps and answers must agree.
    """
    given = Literal(lexical, datatype=NamedNode(datatype))
    scratch, node = Store(), NamedNode("urn:x")
    scratch.add(Quad(node, node, given))
    kept = next(iter(scratch)).object
    return kept if isinstance(kept, Literal) else given
