"""Where an answer is written to: memory as long as it is small, then the worker's file."""

from __future__ import annotations

from typing import IO, Any, cast
from xml.parsers import expat

from clausegraph.engine.spool import Outlet, too_large
from clausegraph.errors import NotAcceptable

# Larger answers go through the file, if they may. A copy through the socket costs no more than
# page cache up to here, and all workers together fill no more than some MiB of the service.
MEMORY = 2**20  # bytes

# What XML 1.0 cannot hold, not even escaped (section 2.2): most control characters, U+FFFE, U+FFFF.
_NOT_XML = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_STRADDLING = len(_NONCHARACTERS[0]) - 1  # bytes of one that may end a piece


class Plain:
    """What passes an answer on as it is."""

    def piece(self, data: bytes) -> bytes:
        """Return the next piece as it is to be sent."""
        return data

    def end(self) -> None:
        """Take in that the answer has ended."""


class Xml(Plain):
    """What makes sure of each piece of an XML document that its characters are legal and survive
    reading; raises NotAcceptable.

    A carriage return is written as a reference: a reader would make a line feed of it (XML 1.0,
    section 2.11).
    """

    def __init__(self) -> None:
        self._before = b""

    def piece(self, data: bytes) -> bytes:
        """Return the next piece as it is to be sent."""
        seam = self._before + data[:_STRADDLING]
        if len(data.translate(None, _NOT_XML)) != len(data) or any(
            character in part for character in _NONCHARACTERS for part in (seam, data)
        ):
            raise unsayable("XML", "it holds a character that XML 1.0 has no form for")
        self._before = (self._before + data[-_STRADDLING:])[-_STRADDLING:]
        return data.replace(b"\r", b"&#13;")


class RdfXml(Xml):
    """What makes sure that RDF/XML is well formed too: it has no form for a predicate that does not
    end in an XML name (RDF 1.1 XML Syntax, section 5.1)."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def piece(self, data: bytes) -> bytes:
        """Return the next piece as it is to be sent."""
        clean = super().piece(data)
        self._parse(clean, last=False)
        return clean

    def end(self) -> None:
        """Take in that the answer has ended."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool) -> None:
        """Read a piece, or raise NotAcceptable."""
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            reason = "one of its predicates does not end in an XML name"
            raise unsayable("RDF/XML", reason) from error


_AS_IT_IS = Plain()


class Sink:
    """A binary file that takes `cap` bytes, and raises ResultTooLarge beyond.

    With an `outlet`, what is past MEMORY goes there. `check` sees and changes the bytes on the way.
    No BytesIO: most answers come in one piece, which need not be copied.
    """

    __slots__ = ("_check", "_held", "_outlet", "_parts", "_passed", "cap")

    def __init__(self, cap: int, outlet: Outlet | None = None, check: Plain | None = None) -> None:
        self.cap = cap
        self._outlet = outlet
        self._check = check or _AS_IT_IS
        self._parts: list[bytes] = []
        self._held = 0  # bytes in memory
        self._passed = 0  # bytes that have gone to the outlet

    def write(self, data: Any, /) -> int:
        """Take `data` in."""
        count = len(data)
        self._held += count
        if self._passed + self._held > self.cap:
            raise too_large(self.cap)
        self._parts.append(bytes(data))
        if self._held >= MEMORY and self._outlet is not None:
            self._pass_on(self._outlet)
        return count

    @property
    def file(self) -> IO[bytes]:
        """This, as what the engine writes to: it needs no more of a file than there is here."""
        return cast("IO[bytes]", self)

    def flush(self) -> None:
        """Do nothing: what is written is here."""

    def getvalue(self) -> bytes:
        """Return what is in memory."""
        parts = self._parts
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def finish(self) -> tuple[bytes, int | None]:
        """Return the whole body, or no bytes and the size of what is in the outlet."""
        if self._passed and self._outlet is not None:
            self._pass_on(self._outlet)
            self._check.end()
            return b"", self._passed
        body = self._check.piece(self.getvalue())
        self._check.end()
        if len(body) > self.cap:
            raise too_large(self.cap)
        return body, None

    def _pass_on(self, outlet: Outlet) -> None:
        """Empty the memory into the outlet."""
        piece = self._check.piece(self.getvalue())
        if not self._passed:
            outlet.clear()
        self._passed += len(piece)
        if self._passed > self.cap:
            raise too_large(self.cap)
        outlet.write(piece)
        self._parts.clear()
        self._held = 0


def unsayable(name: str, reason: str) -> NotAcceptable:
    """Return the error for an answer that a syntax cannot hold."""
    return NotAcceptable(
        f"The answer cannot be written as {name}: {reason.rstrip('.')}.",
        remedy="Ask for another syntax, such as JSON, Turtle or N-Triples.",
    )
