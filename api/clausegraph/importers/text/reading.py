"""The file of a text: read as it is, or refused with what it is instead and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.importers.encodings import read_utf8

_LARGEST = 16 * 1024 * 1024
# What other files begin with, and how to make a text of them.
_NO_TEXTS = (
    ("%PDF-", "a PDF", "Make a text of it first, as with: pdftotext FILE.pdf FILE.txt."),
    ("PK\x03\x04", "a zip archive, as .docx and .odt are", "Save it as plain text (UTF-8) first."),
    ("{\\rtf", "an RTF file", "Save it as plain text (UTF-8) first."),
)
_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<\?xml)", re.IGNORECASE)


def read(path: Path) -> str:
    """Return a text, or raise InputError for what is none."""
    if path.exists() and not path.is_file():
        raise InputError("This is no file.", file=path, remedy="Save the text to a file first.")
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size > _LARGEST:
        raise InputError(
            f"The file has {size >> 20} MiB; a text of more than {_LARGEST >> 20} is not read.",
            file=path,
            remedy="See whether it is the right file; else import its parts one by one.",
        )
    _refuse_other_formats(path)
    text = read_utf8(path)
    if not text.strip("\ufeff \t\r\n"):
        raise InputError("The file is empty.", file=path, line=1, remedy="Give a numbered text.")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            "The file has a NUL character: it is no text.",
            file=path,
            line=line,
            remedy="Save it as plain text in UTF-8.",
        )
    return text


def _refuse_other_formats(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
    except OSError:
        return  # `read_utf8` says why.
    start = head.decode("latin-1")
    for sign, name, remedy in _NO_TEXTS:
        if start.startswith(sign):
            raise InputError(f"This is {name}, not a text.", file=path, remedy=remedy)
    if _PAGE.match(start):
        raise InputError(
            "This is a web page, not a text.", file=path, remedy="Save its text first, in UTF-8."
        )
