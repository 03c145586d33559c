"""What the IRIs and prefixed names of a query's text stand for (SPARQL 1.1 Query, section 4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import urljoin

from clausegraph.sparql.tokens import Token, is_word, unescaped

_ESCAPED = re.compile(r"\\(.)")  # of a local name: PN_LOCAL_ESC, section 19.8

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

# What is read: nobody declares more bases, or longer ones, unless to keep us busy.
_BASES = 16
_LONGEST = 2000  # characters


class Names:
    """The prefixes and bases that a query declares, beside the prefixes that it may use."""

    def __init__(self, tokens: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._prefixes = prefixes

    def iri(self, token: Token) -> str:
        """Return the IRI that a token stands for, or nothing where it stands for none."""
        if token.kind == "iri":
            return self._absolute(token)
        prefix, _, local = token.text.partition(":")
        if token.kind != "name" or prefix not in self._names:
            return ""
        return self._names[prefix] + _ESCAPED.sub(r"\1", local)

    def _absolute(self, token: Token) -> str:
        """Return an IRI in full, by the base that was declared before it."""
        base = next((iri for start, iri in self._bases if start < token.start), "")
        return _resolved(base, token)

    @cached_property
    def _bases(self) -> list[tuple[int, str]]:
        """Where bases are declared, and their IRIs in full, the last one first."""
        found: list[tuple[int, str]] = []
        for word, iri in zip(self._tokens, self._tokens[1:], strict=False):
            if is_word(word, "BASE") and iri.kind == "iri" and len(found) < _BASES:
                found.append((iri.start, _resolved(found[-1][1] if found else "", iri)))
        return found[::-1]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {**self._prefixes, **dict(self._declared())}

    def _declared(self) -> Iterator[tuple[str, str]]:
        """Yield the prefixes that the query declares."""
        for word, name, iri in zip(self._tokens, self._tokens[1:], self._tokens[2:], strict=False):
            if is_word(word, "PREFIX") and (name.kind, iri.kind) == ("name", "iri"):
                yield name.text.partition(":")[0], self._absolute(iri)


def _resolved(base: str, token: Token) -> str:
    """Return an IRI with its escapes read, resolved by a base (RFC 3986, section 5.2)."""
    iri = unescaped(token.text[1:-1])
    if not base or len(base) > _LONGEST or _SCHEME.match(iri):
        return iri
    try:
        found = urljoin(base, iri)
    except ValueError:  # as of http://[
        return iri
    # Python leaves an empty fragment out, which is what the prefix of a vocabulary ends with.
    return f"{found}#" if iri.endswith("#") and not found.endswith("#") else found
