"""Header fields as lines, and answers that are sent in one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

Fields = Iterable[tuple[bytes, bytes]]

# A message (an extension of ASGI, named in the scope) that is a whole answer: `status`, `lines`, a
# list of what `lines_of` returned, and `body`, whose length is one of the fields.
WHOLE = "clausegraph.whole"

_REMEMBERED = 1024  # headers


def lines_of(fields: Fields) -> bytes:
    """Return fields as lines; raises ValueError if one would be two (CWE-113)."""
    lines = [b"%b: %b\r\n" % field for field in fields]
    joined = b"".join(lines)
    if joined.count(b"\n") != len(lines) or joined.count(b"\r") != len(lines) or b"\0" in joined:
        raise ValueError("A field of the answer holds a control character.")
    return joined


known_lines: Callable[[tuple[tuple[bytes, bytes], ...]], bytes] = lru_cache(_REMEMBERED)(lines_of)
