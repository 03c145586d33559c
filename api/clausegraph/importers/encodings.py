"""What encoding bytes that are not UTF-8 seem to be in, and texts that are refused with that."""

from __future__ import annotations

from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.textfiles import read_text

SAVE_TEXT = "Save it as UTF-8."
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_LAST_ASCII = 0x7F
_CHINESE = frozenset(map(chr, range(0x4E00, 0xA000)))


def guess(raw: bytes, wrong: int) -> str:
    """Name the encoding that a line is most likely in, as the end of a sentence, or return nothing;
    `wrong` is its first byte that is not UTF-8."""
    pairs = [char.encode("gb18030") for char in raw.decode("gb18030", "ignore") if char in _CHINESE]
    chinese = sum(len(pair) for pair in pairs if min(pair) > _LAST_ASCII)
    if chinese and chinese == sum(byte > _LAST_ASCII for byte in raw):
        return ": it seems to be GB18030 (GBK)"
    letter = bytes([wrong]).decode("cp1252", "replace")
    if letter.isprintable() and letter != "\ufffd":
        return f": it seems to be Latin-1 or Windows-1252 (0x{wrong:02X} is '{letter}' there)"
    return ""


def read_utf8(path: Path) -> str:
    """Return a UTF-8 text as it is, a byte order mark included.

    Raises InputError that names the line and says what the file seems to be instead.
    """
    try:
        return read_text(path)
    except InputError as error:
        cause = error.__cause__
        if not isinstance(cause, UnicodeDecodeError):
            raise
        message, remedy = _told(cause)
        raise InputError(message, file=path, line=error.line, remedy=remedy) from cause


def _told(error: UnicodeDecodeError) -> tuple[str, str]:
    data, start = error.object, error.start
    if data.startswith(_WIDE):
        return "The file is UTF-16.", f"{SAVE_TEXT[:-1]}, as with: iconv -f UTF-16 -t UTF-8 FILE."
    if error.end == len(data) and error.reason == "unexpected end of data":
        return "The file ends in the middle of a character.", "Get it again; it is cut off."
    begin, end = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", start)
    line = data[begin : end if end >= 0 else len(data)]
    return f"The file is not UTF-8{guess(line, data[start])}.", SAVE_TEXT
