"""Prefixed names with several dots, written so that the parser behind us reads them whole.

`mit-mitigation-v2:3.1.4` is one name (SPARQL 1.1 Query, section 19.8, PN_LOCAL). The parser of
Oxigraph 0.5 stops at the second dot and refuses the query. With its dots escaped the name is the
same (PN_LOCAL_ESC) and is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausegraph.sparql.edits import Edit
from clausegraph.sparql.tokens import Token

_DOT = re.compile(r"\\.|\.", re.DOTALL)
_READ_WHOLE = 1  # as many dots in a local name do no harm


def is_split(token: Token) -> bool:
    """Whether the parser would stop within this prefixed name."""
    return token.text.count(".") > _READ_WHOLE


def edits(token: Token) -> Iterator[Edit]:
    """Yield the edits that put a backslash before each dot of the name's local part."""
    local = token.text.index(":") + 1
    for match in _DOT.finditer(token.text, local):
        if match[0] == ".":
            place = token.start + match.start()
            yield Edit(place, place, "\\")
