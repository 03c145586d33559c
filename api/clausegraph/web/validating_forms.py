"""Forms with files (multipart/form-data, RFC 7578), read from a body that is there as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clausegraph.errors import BadRequest

FORM_DATA = "multipart/form-data"
MOST_FIELDS = 100

_LONGEST_HEAD = 8192  # bytes of the fields before what a part holds
_LONGEST_NAME = 120  # characters of a file's name that are kept
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([A-Za-z*]+)=(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\([\\\"])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNESCAPED = {"%22": '"', "%0D": "", "%0A": ""}  # what browsers escape, and only that


@dataclass(frozen=True)
class Field:
    """One field of a form: its name, the name of its file (None for a text), its media type as
    given, and what it holds."""

    name: str
    file: str | None
    content_type: str
    data: bytes

    @property
    def text(self) -> str:
        """What it holds, as text; raises BadRequest."""
        try:
            return self.data.decode().strip()
        except UnicodeDecodeError as error:
            raise BadRequest(f"The field {self.name} is not UTF-8.") from error


def fields(body: bytes, content_type: str) -> list[Field]:
    """Return the fields of a form, or raise BadRequest for what is none."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadRequest("The form names no boundary.", remedy="Let your client set Content-Type.")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode()
    _, *parts = (b"\r\n" + body).split(delimiter, MOST_FIELDS + 2)
    if not parts:
        raise BadRequest("The form has no part: its boundary is not in the body.")
    return list(_fields(parts))


def _fields(parts: list[bytes]) -> Iterator[Field]:
    """Yield what stands between delimiters, up to the one that closes the form."""
    for number, part in enumerate(parts):
        if part.startswith(b"--"):
            return
        if number >= MOST_FIELDS:
            raise BadRequest(f"The form has more than {MOST_FIELDS} fields.")
        yield _field(part)
    raise BadRequest("The form has no end.", remedy="Send all of it.")


def _field(part: bytes) -> Field:
    """Return the field that one part is."""
    line, _, rest = part.partition(b"\r\n")
    end = rest.find(b"\r\n\r\n", 0, _LONGEST_HEAD)
    if line.strip(b" \t") or end < 0:
        raise BadRequest("A part of the form has no header.", remedy="Begin each with its name.")
    head = _head(rest[:end])
    given = _parameters(head.get("content-disposition", ""))
    if "name" not in given:
        raise BadRequest("A part of the form has no name.", remedy="Name it data or shapes.")
    file = given.get("filename")
    kept = None if file is None else _file_name(file)
    return Field(given["name"][:100], kept, head.get("content-type", ""), rest[end + 4 :])


def _head(data: bytes) -> Mapping[str, str]:
    """Return the fields before what a part holds, names in lower case."""
    lines = (line.partition(":") for line in data.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _parameters(disposition: str) -> Mapping[str, str]:
    """Return the parameters of a Content-Disposition field (RFC 7578, section 4.2)."""
    return {
        found[1].lower(): _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3]
        for found in _PARAMETER.finditer(disposition)
    }


def _file_name(given: str) -> str:
    """Return the last part of a file's name, as a report may show it; empty if nothing is left."""
    for escape, meant in _UNESCAPED.items():
        given = given.replace(escape, meant)
    last = re.split(r"[/\\]", given)[-1]
    return _CONTROL.sub("", last)[-_LONGEST_NAME:]
