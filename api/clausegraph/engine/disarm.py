"""Query text in which SERVICE cannot be found, however it is read.

The parser behind us reads characters, not tokens, and tries one rule after the other: it takes
`FILTER(?a<?b)SERVICE#>` for a call where the SPARQL grammar has an IRI, and `service:x {` for
`SERVICE :x {` where a prefix `service` is declared. Such readings are not chased one by one. Where
the letters stand in a string, an IRI or a comment, the first becomes a `\\u0053` escape, which
means the same there and is an error everywhere else; a prefixed name becomes its IRI. What is left
stands in variables, language tags and blank node labels, which no rule can split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausegraph.errors import QueryRefused, QuerySyntaxError
from clausegraph.sparql.edits import Edit
from clausegraph.sparql.tokens import Token, position

SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)

_ABSOLUTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_ESCAPABLE = frozenset({"comment", "iri", "string"})
_UNSPLITTABLE = frozenset({"blank", "language", "variable"})


def edits(
    text: str, found: Sequence[Token], declarations: Iterable[int], namespaces: Mapping[str, str]
) -> tuple[Edit, ...]:
    """Return the edits that disarm `text`.

    `found` are the tokens that hold the letters, `declarations` the offsets of names that a PREFIX
    declares, `namespaces` what each prefix stands for. Raises QueryRefused or QuerySyntaxError
    where there is no harmless way to write a token.
    """
    if sum(len(SERVICE.findall(token.text)) for token in found) != len(SERVICE.findall(text)):
        raise QueryRefused("The query holds SERVICE across two tokens, and is not evaluated.")
    declared = frozenset(declarations)
    made: list[Edit] = []
    for token in found:
        if token.kind in _ESCAPABLE:
            made += _escapes(token)
        elif token.start in declared:
            made.append(Edit(token.start, token.end, f"{_unused(namespaces)}:"))
        elif token.kind not in _UNSPLITTABLE:
            made.append(Edit(token.start, token.end, _written_out(text, token, namespaces)))
    return tuple(made)


def _escapes(token: Token) -> Iterator[Edit]:
    """Yield one edit for each time that a string, IRI or comment holds the letters."""
    for match in SERVICE.finditer(token.text):
        start = token.start + match.start()
        yield Edit(start, start + 1, _escape(match))


def _escape(match: re.Match[str]) -> str:
    """Return the escape of the first letter of a match."""
    return f"\\u{ord(match[0][0]):04X}"


def _unused(namespaces: Mapping[str, str]) -> str:
    """Return a prefix that stands for nothing."""
    return next(name for n in range(len(namespaces) + 1) if (name := f"p{n}") not in namespaces)


def _written_out(text: str, token: Token, namespaces: Mapping[str, str]) -> str:
    """Return the IRI that a prefixed name stands for, as text."""
    prefix, _, local = token.text.partition(":")
    namespace = namespaces.get(prefix)
    line, column = position(text, token.start)
    if namespace is None:
        message = f"The prefix {prefix}: is not declared."
        raise QuerySyntaxError(message, line=line, column=column)
    if not _ABSOLUTE.match(namespace):
        raise QueryRefused(
            f"{token.text} can be taken for a SERVICE clause.",
            line=line,
            column=column,
            remedy=f"Declare the prefix {prefix}: with an absolute IRI.",
        )
    whole = namespace + _LOCAL_ESCAPE.sub(r"\1", local)
    return " <" + SERVICE.sub(lambda match: _escape(match) + match[0][1:], whole) + "> "
