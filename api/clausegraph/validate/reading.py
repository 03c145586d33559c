"""Files of RDF, read: each syntax in a stream where that can be, whatever is wrong with a place."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from pyoxigraph import Quad, RdfFormat, parse

from clausegraph import formats
from clausegraph.errors import InputError
from clausegraph.naming import Names
from clausegraph.validate import guards
from clausegraph.validate.sources import STDIN, is_compressed

LINES = (formats.N_TRIPLES, formats.N_QUADS)
_BYTE_ORDER_MARK = codecs.BOM_UTF8
_WHOLE = (formats.JSON_LD, formats.RDF_XML)  # syntaxes that are looked at before they are parsed
_MOST_WHOLE = 1 << 30  # bytes
_PIECE = 4096  # bytes, in which terms cannot be nested so deeply that it matters
_DEEPEST_TERM = 200  # triple terms within triple terms
_ENGINE_PLACE = re.compile(r"^Parser error at line .*?: ")
_HEAD = 100_000  # bytes that show the syntax of a text
_SNIFFED = (
    (re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*(?:\{|\]\s*$))"), formats.JSON_LD),
    (re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|(?:\w+:)?RDF[\s>])", re.IGNORECASE), formats.RDF_XML),
    (
        re.compile(
            rb"(?:\s|#[^\n]*+\n)*+(?:<[^>]*+>|_:[^\s<]++)\s*+<[^>]*+>\s*+"
            rb"(?:<[^>]*+>|_:[^\s<]++|\"(?:[^\"\\]|\\.)*+\"(?:@[\w-]++|\^\^<[^>]*+>)?+)\s*+"
            rb"(?:<[^>]*+>|_:[^\s<.]++)\s*+\."
        ),
        formats.N_QUADS,
    ),
)

_TERSE = (formats.TURTLE, formats.TRIG)
_PREFIX = re.compile(r"^\s*@?prefix\s+([^\s:]*):\s*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class SourceFile:
    """A file: its path (`-` for standard input), its number among all, its syntax.

    `data` is what standard input held. Blank nodes are named after the number.
    """

    path: Path
    number: int
    syntax: formats.Syntax
    is_judged: bool = True
    data: bytes | None = None

    def read(self) -> bytes | Path:
        """Return what `positions.locate` takes: the path, or the bytes of what has none."""
        if self.data is not None:
            return self.data
        if is_compressed(self.path):
            with opened(self) as stream:
                return stream.read()
        return self.path

    @property
    def base(self) -> str | None:
        """The IRI that relative IRIs are resolved against, of the syntaxes that have them."""
        if self.syntax in LINES:
            return None
        return (Path("/dev/stdin") if self.path == STDIN else self.path).resolve().as_uri()


def sniff(data: bytes) -> formats.Syntax:
    """Return the syntax that a text is in, by how it begins; TriG, and so Turtle, if in doubt."""
    head = data[:_HEAD].removeprefix(_BYTE_ORDER_MARK)
    return next((syntax for pattern, syntax in _SNIFFED if pattern.match(head)), formats.TRIG)


@contextmanager
def opened(file: SourceFile) -> Iterator[BinaryIO]:
    """Open a file for its bytes, without compression and byte order mark.

    Raises InputError where the file cannot be read, in the block, too.
    """
    try:
        with _stream(file) as stream:
            if stream.peek(len(_BYTE_ORDER_MARK)).startswith(_BYTE_ORDER_MARK):
                stream.read(len(_BYTE_ORDER_MARK))
            yield cast(BinaryIO, stream)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"The file is no whole gzip file: {error}.",
            file=file.path,
            remedy="Compress it anew, or give it uncompressed.",
        ) from error
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror or error}.",
            file=file.path,
            remedy="Check its path.",
        ) from error


def _stream(file: SourceFile) -> BufferedReader:
    if file.data is not None:
        return BufferedReader(BytesIO(file.data))
    if is_compressed(file.path):
        return BufferedReader(gzip.open(file.path))
    return file.path.open("rb")


def quads(file: SourceFile, names: Names | None = None) -> Iterator[Quad]:
    """Yield the quads of a file in its order and spelling, blank nodes named.

    Raises InputError with line and column where the text breaks the syntax.
    """
    named = names or Names(file.number)
    with opened(file) as stream:
        if file.syntax in _WHOLE:
            yield from map(named.quad, _whole(file, stream.read(_MOST_WHOLE + 1)))
        else:
            checked = _Checked(file, stream)
            yield from map(named.quad, parsed(file, checked))


def declared(file: SourceFile) -> dict[str, str]:
    """Return the prefixes that a file declares, in the syntaxes that people write."""
    if file.syntax not in _TERSE:
        return {}
    with opened(file) as stream:
        text = stream.read().decode()
    return {match[1]: match[2] for match in _PREFIX.finditer(text)}


def parsed(file: SourceFile, text: bytes | str | _Checked, before: int = 0) -> Iterator[Quad]:
    """Yield the quads of a text of a file, which stands after `before` lines of it."""
    engine = file.syntax.engine
    assert isinstance(engine, RdfFormat)  # noqa: S101  (as is that of each syntax that is read)
    try:
        yield from parse(cast(bytes, text), engine, base_iri=file.base)
    except SyntaxError as error:
        raise _broken(file, error, before) from error


def check_lines(file: SourceFile, text: bytes, lines: int, size: int) -> None:
    """Raise InputError where a text of a file, which stands after so many lines and bytes of it,
    is not UTF-8, or nested too deeply for the parser."""
    checked = _Checked(file, BytesIO(text), lines, size)
    while checked.read():
        pass


def _whole(file: SourceFile, data: bytes) -> Iterator[Quad]:
    """Yield the quads of a syntax in which a small file can grow large or deep."""
    if len(data) > _MOST_WHOLE:
        raise InputError(
            f"The file is too large for {file.syntax.name}.",
            file=file.path,
            remedy="Convert it to N-Quads or Turtle, which are read piece by piece.",
        )
    check_utf8(file, data)
    if file.syntax is formats.RDF_XML:
        guards.rdf_xml(data, file.path)
        yield from parsed(file, data)
        return
    text, has_ours = guards.json_ld(data, file.path)
    try:
        yield from parsed(file, text)
    except InputError as error:
        raise _json_ld_error(file, data, error, has_ours=has_ours) from error


def check_utf8(file: SourceFile, data: bytes) -> None:
    """Raise InputError, with line and byte, where the bytes of a file are not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _not_utf8(file, line, error.start) from error


def _broken(file: SourceFile, error: SyntaxError, before: int) -> InputError:
    message = _ENGINE_PLACE.sub("", error.msg or "bad syntax")
    return InputError(
        f"{file.syntax.name} syntax: {message}.",
        file=file.path,
        line=None if error.lineno is None else before + error.lineno,
        column=error.offset,
        remedy="Correct it there.",
    )


def _json_ld_error(
    file: SourceFile, data: bytes, error: InputError, *, has_ours: bool
) -> InputError:
    remote = guards.remote_context(data.decode())
    if error.line is None and remote is not None:
        name = f'"{remote}"'.encode()
        return InputError(
            f"The context <{remote}> is somewhere else, and nothing is fetched from the network.",
            file=file.path,
            line=data.count(b"\n", 0, max(0, data.find(name))) + 1,
            remedy="Write the context into the file.",
        )
    column = None if has_ours else error.column
    return InputError(
        error.message, file=error.file, line=error.line, column=column, remedy=error.remedy
    )


def _not_utf8(file: SourceFile, line: int, offset: int) -> InputError:
    return InputError(
        f"The file is not UTF-8 (byte {offset}, counted from 0).",
        file=file.path,
        line=line,
        remedy="Save it as UTF-8.",
    )


class _Checked:
    """A stream whose bytes are UTF-8, and in which triple terms are not nested without end: a
    parser may pass over the one in comments, and overrun its stack by the other."""

    def __init__(self, file: SourceFile, stream: BinaryIO, lines: int = 0, size: int = 0) -> None:
        self._file, self._stream = file, stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines, self._bytes, self._depth = lines, size, 0

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes; none at the end."""
        data = self._stream.read(_PIECE if size < 0 else min(size, _PIECE))
        pending = len(self._decoder.getstate()[0])
        if pending or not data.isascii():
            self._decode(data, pending)
        if b"<<" in data or self._depth:
            self._depth = max(0, self._depth + data.count(b"<<(") - data.count(b")>>"))
            if self._depth > _DEEPEST_TERM:
                raise InputError(
                    "Triple terms are nested too deeply.",
                    file=self._file.path,
                    line=self._lines + 1,
                    remedy="Write what they say without them.",
                )
        self._lines += data.count(b"\n")
        self._bytes += len(data)
        return data

    def _decode(self, data: bytes, pending: int) -> None:
        try:
            self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            start = max(0, error.start - pending)
            line = self._lines + data.count(b"\n", 0, start) + 1
            raise _not_utf8(self._file, line, self._bytes + error.start - pending) from error
