"""Permalinks: a query, the release that it is asked of, and the digest of its answer's bytes.

While the release is kept, a permalink asks the query again; afterwards it still says what was asked
and by which digest the answer is known.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from clausegraph import vocabulary
from clausegraph.engine import Answer, Dataset
from clausegraph.web.answers import MEDIA_TYPE_PARAMETER
from clausegraph.web.replies import pieces

PATH = "sparql"
DIGEST_PARAMETER = "digest"

_ADDRESS = re.compile(r"(?:[^?#]*/)?v/([0-9a-f]{64})/sparql\?([^#]*)")
_DIGEST = re.compile(r"sha-256:[0-9a-f]{64}")
_DEFAULT, _NAMED = "default-graph-uri", "named-graph-uri"


@dataclass(frozen=True)
class Permalink:
    """A query and its release (64 hex); the media type of its answer, and the answer's digest as
    `sha-256:` and 64 hex, each empty if not named."""

    release: str
    query: str
    media_type: str = ""
    digest: str = ""
    dataset: Dataset | None = None

    @property
    def address(self) -> str:
        """The path and query part, without a slash before: what follows the base of a host."""
        dataset = self.dataset or Dataset()
        pairs = [
            ("query", self.query),
            *((_DEFAULT, iri) for iri in dataset.default_graphs),
            *((_NAMED, iri) for iri in dataset.named_graphs),
        ]
        if self.media_type:
            pairs.append((MEDIA_TYPE_PARAMETER, self.media_type))
        if self.digest:
            pairs.append((DIGEST_PARAMETER, self.digest))
        return f"v/{self.release}/{PATH}?{urlencode(pairs, quote_via=quote, safe=':/')}"

    @property
    def iri(self) -> str:
        """The address under which it is cited, whichever host answers (RFC 8574)."""
        return vocabulary.BASE + self.address


def read(address: str) -> Permalink | None:
    """Return the permalink that an address is, on whichever host, or None; a digest that is none is
    left out."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    pairs = parse_qsl(match[2], keep_blank_values=True)
    query, media_type, digest = (
        _first(pairs, name) for name in ("query", MEDIA_TYPE_PARAMETER, DIGEST_PARAMETER)
    )
    if not query:
        return None
    default = tuple(value for name, value in pairs if name == _DEFAULT)
    named = tuple(value for name, value in pairs if name == _NAMED)
    dataset = Dataset(default, named) if default or named else None
    is_digest = _DIGEST.fullmatch(digest) is not None
    return Permalink(match[1], query, media_type, digest if is_digest else "", dataset)


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the digest of a body that comes in parts, as a permalink names it."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return f"sha-256:{found.hexdigest()}"


def digest_of_answer(answer: Answer) -> str:
    """Return the digest of an answer's body, and close it; blocks."""
    spool = answer.spool
    if spool is None:
        return digest_of([answer.body])
    try:
        return digest_of(pieces(spool))
    finally:
        spool.close()


def _first(pairs: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in pairs if key == name), "")
