"""Lines of a table file: bytes as text, or refused with the line and what the file seems to be."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.importers.encodings import guess

LIMIT = 16 * 1024 * 1024
"""The longest line and the longest cell that are read, in bytes and characters."""

_SAVE = "Save it as UTF-8 (in a spreadsheet program: 'CSV UTF-8')."
# How files begin that are taken for tables.
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive", "Save the sheet as 'CSV UTF-8'."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as 'CSV UTF-8'."),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it first (gunzip)."),
    (b"BZh", "compressed with bzip2", "Unpack it first (bunzip2)."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it first (unzstd)."),
    (b"%PDF-", "a PDF", "Give the table as CSV."),
    (b"<!doctype html", "a web page", "Download the table itself; a log-in page was saved?"),
    (b"<html", "a web page", "Download the table itself; a log-in page was saved?"),
    (b"\xff\xfe\x00\x00", "UTF-32", _SAVE),
    (b"\x00\x00\xfe\xff", "UTF-32", _SAVE),
    (b"\xff\xfe", "UTF-16", _SAVE),
    (b"\xfe\xff", "UTF-16", _SAVE),
)
_HEAD = 4096
_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})


class BadText(Exception):
    """Bytes of a line that are no text: what stands before them, what is wrong, the way out."""

    def __init__(self, line: int, before: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = line
        self.before = before
        self.message = message
        self.remedy = remedy


def read_lines(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """Yield each line with its number from 1 and its line end, without a byte order mark.

    A line longer than LIMIT is cut there, which its length tells. Raises InputError for what is no
    text file at all, BadText for bytes that are not of the encoding and for NUL.
    """
    name = codecs.lookup(encoding).name
    try:
        with path.open("rb") as stream:
            head = stream.peek(_HEAD)[:_HEAD]
            if name == "utf-8":
                _refuse_other_files(path, head)
            yield from _wide(stream, name) if name in _WIDE else _narrow(stream, name)
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", file=path, remedy="Check its path."
        ) from error


def _refuse_other_files(path: Path, head: bytes) -> None:
    """Raise InputError for what is not UTF-8 by its first bytes."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for magic, what, remedy in _OTHERS:
        if head.startswith(magic) or start.startswith(magic):
            raise InputError(f"The file is {what}.", file=path, line=1, remedy=remedy)
    if head.count(0) * 4 > len(head):
        raise InputError("The file seems to be UTF-16.", file=path, line=1, remedy=_SAVE)


def _narrow(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str]]:
    """Read an encoding in which a line feed is always that one byte."""
    number = 0
    while raw := stream.readline(LIMIT + 1):
        number += 1
        if number == 1 and encoding == "utf-8":
            raw = raw.removeprefix(codecs.BOM_UTF8)
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            if len(raw) <= LIMIT:
                raise _no_text(number, raw, error, stream) from error
            text = raw.decode(encoding, "ignore").ljust(LIMIT + 1)
        if "\0" in text:
            raise _nul(number, text)
        yield number, text


def _wide(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str]]:
    number, text = 0, ""
    with io.TextIOWrapper(stream, encoding, newline="\n") as lines:
        try:
            while text := lines.readline(LIMIT + 1):
                number += 1
                if "\0" in text:
                    raise _nul(number, text)
                yield number, text.removeprefix("\ufeff") if number == 1 else text
        except UnicodeError as error:
            message = f"The bytes in or after this line are not {encoding.upper()}."
            raise BadText(number + 1, "", message, "Name the file's encoding.") from error


def _nul(number: int, text: str) -> BadText:
    before = text.partition("\0")[0]
    return BadText(number, before, "A NUL character stands in the text.", "Export the file again.")


def _no_text(
    number: int, raw: bytes, error: UnicodeDecodeError, stream: io.BufferedReader
) -> BadText:
    """Say what the bytes may be instead."""
    before = raw[: error.start].decode(error.encoding)
    wrong = raw[error.start]
    if error.encoding != "utf-8":
        message = f"The byte 0x{wrong:02X} is not {error.encoding.upper()}."
        return BadText(number, before, message, "Name the file's encoding, or save it as UTF-8.")
    if error.end == len(raw) and error.reason == "unexpected end of data" and not stream.peek(1):
        message = "The file ends in the middle of a character."
        return BadText(number, before, message, "Get it again; it is cut off.")
    return BadText(number, before, f"The file is not UTF-8{guess(raw, wrong)}.", _SAVE)
