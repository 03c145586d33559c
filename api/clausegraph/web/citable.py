"""How an answer of the endpoint is cited: the Link field that it comes with (RFC 8574)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from clausegraph import vocabulary
from clausegraph.engine import Dataset
from clausegraph.web import permalink
from clausegraph.web.permalink import DIGEST_PARAMETER, Permalink

LONGEST = 4096  # bytes of a query, or of a query string, that an answer's header repeats

# A query string that can stand in a permalink as it is: one query and no parameter that we add.
_PLAIN = re.compile(rb"query=[A-Za-z0-9\-._~!$'()*+,;:@/?%]+")
_RELEASES = vocabulary.RELEASE.encode()


def cited_by_get(
    query_string: bytes, release: str, content_type: bytes, digest: str
) -> bytes | None:
    """Return the Link field for the answer to a GET, or None where that takes reading more."""
    if len(query_string) > LONGEST:
        return None
    if not _PLAIN.fullmatch(query_string):
        found = permalink.read(f"v/{release}/sparql?{query_string.decode('latin-1')}")
        return (
            None
            if found is None
            else cited(found.query, found.dataset, release, content_type, digest)
        )
    form = b"&_mediatype=%b%b" % (_named(content_type), digest.encode()) if digest else b""
    target = b"%b%b/sparql?%b%b" % (_RELEASES, release.encode(), query_string, form)
    return b'<%b>; rel="cite-as"' % target


@lru_cache(maxsize=64)
def _named(content_type: bytes) -> bytes:
    """Return a media type as a parameter's value, and the start of the next parameter."""
    media_type = quote(content_type.partition(b";")[0], safe="/").encode()
    return b"%b&%b=" % (media_type, DIGEST_PARAMETER.encode())


def cited(
    query: str, dataset: Dataset | None, release: str, content_type: bytes, digest: str
) -> bytes | None:
    """Return the Link field for the answer to a query, or None where it would be too long."""
    if len(query) > LONGEST:
        return None
    media_type = content_type.decode().partition(";")[0] if digest else ""
    iri = Permalink(release, query, media_type, digest, dataset).iri
    return f'<{iri}>; rel="cite-as"'.encode() if len(iri) <= 2 * LONGEST else None
