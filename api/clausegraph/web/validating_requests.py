"""What a request to validate asks: documents, shapes and options, from a body or a form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from clausegraph import formats
from clausegraph.errors import BadRequest, UnsupportedMedia
from clausegraph.formats import Syntax
from clausegraph.validate.jobs import Options, Part
from clausegraph.web.answers import MEDIA_TYPE_PARAMETER, PROFILE_PARAMETER
from clausegraph.web.bodies import is_utf_8
from clausegraph.web.validating_forms import FORM_DATA, Field, fields

DATA, SHAPES, SYNTAX = "data", "shapes", "syntax"
SEVERITIES = ("violation", "warning", "info")
BACKGROUNDS = ("ours", "none")
MOST_RESULTS = 1_000_000
PARAMETERS = ("severity", "background", "max-results", "allow-empty", "timeout")

_HOW = (MEDIA_TYPE_PARAMETER, PROFILE_PARAMETER)
_VAGUE = frozenset({"", "text/plain", "application/octet-stream"})  # types that say nothing
_SUFFIXES = {".json": formats.JSON_LD, ".xml": formats.RDF_XML, ".owl": formats.RDF_XML}
_TYPES = ", ".join(syntax.media_type for syntax in formats.READABLE)

Pairs = Sequence[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What a request asks: `media_type` is how the report is wanted if a form says so, `seconds`
    the client's own limit, `pasted` the texts of a page's form, by field, and `syntax` what was
    chosen there."""

    data: tuple[Part, ...]
    shapes: tuple[Part, ...]
    options: Options
    seconds: float | None = None
    media_type: str = ""
    pasted: Mapping[str, str] = field(default_factory=dict)
    syntax: Syntax = formats.TURTLE


def read(body: bytes, content_type: str, query: Pairs) -> Asked:
    """Return what is asked; raises BadRequest, or UnsupportedMedia for what is no RDF."""
    if content_type.lower().partition(";")[0].strip() == FORM_DATA:
        return _of_form(fields(body, content_type), query)
    syntax = formats.by_media_type(content_type, formats.READABLE)
    if syntax is None or not is_utf_8(content_type):
        raise _not_read(content_type)
    options = _Given(query)
    part = Part(DATA + syntax.suffix, syntax.media_type, body)
    return Asked((part,), (), options.options(), options.seconds())


def _not_read(content_type: str) -> UnsupportedMedia:
    """Return the error for a body that is no RDF, as far as its type says."""
    given = content_type.strip()[:100]
    named = f"A body of type {given}" if given else "A body without a Content-Type"
    return UnsupportedMedia(
        f"{named} is not validated here.",
        remedy=f"Say what it is: {_TYPES}, in UTF-8; or send {FORM_DATA} with files `data` and "
        "`shapes`. With curl: `--data-binary @my.ttl -H 'Content-Type: text/turtle'`, or "
        "`-F data=@my.ttl`.",
    )


def _of_form(given: Iterable[Field], query: Pairs) -> Asked:
    """Return what a form asks; what the address says counts too."""
    pairs, documents = list(query), []
    for item in given:
        if item.name not in {DATA, SHAPES}:
            pairs.append((item.name, item.text))
        elif item.data.strip() or item.file:  # An empty field of a page was not filled in.
            documents.append(item)
    # A form has an empty text for what was not filled in.
    options = _Given([(name, value) for name, value in pairs if value or (name, value) in query])
    pasted = options.pasted()
    parts: dict[str, list[Part]] = {DATA: [], SHAPES: []}
    taken: set[str] = set()
    for item in documents:
        syntax = _syntax(item, pasted if item.name == DATA else formats.TURTLE)
        name = _unused(item.file or f"{item.name}{syntax.suffix}", taken)
        parts[item.name].append(Part(name, syntax.media_type, item.data))
    if not parts[DATA]:
        raise BadRequest("There are no data to validate.", remedy="Send them as the field `data`.")
    return Asked(
        tuple(parts[DATA]),
        tuple(parts[SHAPES]),
        options.options(),
        options.seconds(),
        options.one(MEDIA_TYPE_PARAMETER),
        {item.name: item.data.decode(errors="replace") for item in documents if item.file is None},
        pasted,
    )


def _unused(name: str, taken: set[str]) -> str:
    """Return a name that no other document has, and take it: a number may be added to its stem."""
    path, number = PurePath(name), 1
    while name in taken:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    taken.add(name)
    return name


def _syntax(item: Field, pasted: Syntax) -> Syntax:
    """Return the syntax of a document: what its type says, else its suffix, else, of a text in a
    page's form, what was chosen there."""
    bare = item.content_type.partition(";")[0].strip().lower()
    found = None if bare in _VAGUE else formats.by_media_type(bare, formats.READABLE)
    if found is None and item.file:
        suffix = PurePath(item.file).suffix.lower()
        found = formats.by_suffix(suffix, formats.READABLE) or _SUFFIXES.get(suffix)
    if found is None and item.file is None and bare in _VAGUE:
        found = pasted
    if found is None or not is_utf_8(item.content_type):
        raise UnsupportedMedia(
            f"What the field {item.name} holds ({item.file or 'a text'}, "
            f"{item.content_type[:100] or 'no type'}) is not read here.",
            remedy=f"Give it a type, one of {_TYPES}, in UTF-8, or a file name with a suffix such "
            f"as .ttl. With curl: `-F '{item.name}=@my.ttl;type=text/turtle'`.",
        )
    return found


class _Given:
    """Parameters that were given, each once, by name; raises BadRequest for others."""

    def __init__(self, pairs: Pairs) -> None:
        known = (*PARAMETERS, SYNTAX, *_HOW)
        self._values: dict[str, str] = {}
        for name, value in pairs:
            if name not in known:
                listed = ", ".join(PARAMETERS)
                raise BadRequest(
                    f"{name[:100]!r} is not known here.",
                    remedy=f"Known are: {listed}; and in a form {DATA}, {SHAPES} and {SYNTAX}.",
                )
            if name in self._values and name not in _HOW:
                raise BadRequest(f"`{name}` is given twice.", remedy="Give it once.")
            self._values[name] = value

    def one(self, name: str) -> str:
        """Return a parameter as it was given; empty if it was not."""
        return self._values.get(name, "")

    def pasted(self) -> Syntax:
        """Return the syntax of texts in a page's form."""
        given = self._values.get(SYNTAX, formats.TURTLE.media_type)
        syntax = formats.by_media_type(given, formats.READABLE)
        if syntax is None:
            raise BadRequest(f"{SYNTAX}={given[:100]!r} is no syntax.", remedy=f"One of {_TYPES}.")
        return syntax

    def options(self) -> Options:
        """Return how the job is to be done, but for the format of its report."""
        return Options(
            severity=self._chosen("severity", SEVERITIES),
            background=self._chosen("background", BACKGROUNDS) == BACKGROUNDS[0],
            most=self._read("max-results", _count),
            allow_empty=self._chosen("allow-empty", ("false", "true")) == "true",
        )

    def seconds(self) -> float | None:
        """Return the client's own limit."""
        return self._read("timeout", _seconds)

    def _chosen(self, name: str, known: tuple[str, ...]) -> str:
        """Return one of the values that are known; the first one if none was given."""
        given = self._values.get(name, known[0]).lower()
        if given not in known:
            listed = ", ".join(known)
            raise BadRequest(f"{name}={given[:100]!r} is not known.", remedy=f"One of {listed}.")
        return given

    def _read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """Return a value as read, None if it was not given."""
        if name not in self._values:
            return None
        try:
            return reader(self._values[name])
        except ValueError as error:
            given = self._values[name][:100]
            raise BadRequest(f"{name}={given!r} cannot be used: {error}.") from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:20]) <= MOST_RESULTS:
        raise ValueError(f"a number between 1 and {MOST_RESULTS} is wanted")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError("a number of seconds above 0 is wanted")
    return seconds
