"""Answers as bytes: written whole, up to a cap, well formed, and the same for the same answer."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse,
    serialize,
)

from clausegraph import jsonld
from clausegraph.engine.interface import Query
from clausegraph.errors import NotAcceptable, QueryError, ResultTooLarge
from clausegraph.formats import BOOLEAN_RESULTS, RDF_GRAPH, RESULTS, Syntax

# What XML 1.0 cannot hold, not even escaped (section 2.2): most control characters, U+FFFE, U+FFFF.
_NOT_XML = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

_HEAD = re.compile(rb"(?:@prefix [^\n]*\n)+")
_IRI = re.compile(rb"<([^>]*)>")


class Capped(io.BytesIO):
    """A binary file in memory that takes `cap` bytes, and raises ResultTooLarge beyond."""

    def __init__(self, cap: int) -> None:
        super().__init__()
        self._cap = cap

    def write(self, data: Any, /) -> int:
        """Take `data` in."""
        if self.tell() + len(data) > self._cap:
            raise ResultTooLarge(
                f"The answer has more than {self._cap} bytes.",
                remedy="Ask for it in pages, with ORDER BY, LIMIT and OFFSET.",
            )
        return super().write(data)


def solutions(result: QuerySolutions, syntax: Syntax | None, cap: int) -> bytes:
    """Return the solutions of a SELECT in `syntax`; raises NotAcceptable where that is None."""
    engine = _results_format(syntax, "A SELECT query answers with a table of solutions", RESULTS)
    output = Capped(cap)
    try:
        result.serialize(output, format=engine)
    except (OSError, RuntimeError) as error:
        raise gave_up(error) from error
    return _xml(output.getvalue()) if engine == QueryResultsFormat.XML else output.getvalue()


def boolean(result: QueryBoolean, syntax: Syntax | None) -> bytes:
    """Return the answer of an ASK in `syntax`; raises NotAcceptable where that is None, or has no
    form for it, as CSV and TSV."""
    if syntax is not None and syntax.media_type not in {s.media_type for s in BOOLEAN_RESULTS}:
        syntax = None
    engine = _results_format(syntax, "An ASK query answers true or false", BOOLEAN_RESULTS)
    return result.serialize(format=engine) or b""


def graph(result: QueryTriples, query: Query, prefixes: Mapping[str, str], cap: int) -> bytes:
    """Return the triples of a CONSTRUCT or DESCRIBE, each once, in the order of their N-Triples.

    The syntax is the query's, Turtle with those of `prefixes` that fit, JSON-LD compacted or framed
    if the query wants it. Raises NotAcceptable where the syntax is None or cannot say it.
    """
    syntax = _offered(query.graph, "A CONSTRUCT or DESCRIBE query answers with a graph", RDF_GRAPH)
    output = Capped(cap)
    try:
        result.serialize(output, format=RdfFormat.N_TRIPLES)
    except (OSError, RuntimeError) as error:
        raise gave_up(error) from error
    triples = b"".join(sorted(set(output.getvalue().splitlines(keepends=True))))
    if syntax.engine == RdfFormat.N_TRIPLES:
        return triples
    written = _written(triples, syntax, prefixes, cap)
    if syntax.engine == RdfFormat.JSON_LD and (query.compact or query.frame is not None):
        written = jsonld.compact(written, query.frame, query.first)
        Capped(cap).write(written)
    return written


def _offered(syntax: Syntax | None, answer: str, offers: Sequence[Syntax]) -> Syntax:
    """Return the syntax, or raise NotAcceptable naming the media types there are."""
    if syntax is None:
        raise _not_offered(answer, offers)
    return syntax


def _not_offered(answer: str, offers: Sequence[Syntax]) -> NotAcceptable:
    """Return the error for an answer that the client accepts no syntax for."""
    listed = ", ".join(offer.media_type for offer in offers)
    return NotAcceptable(
        f"{answer}, and the client accepts no syntax for that.",
        remedy=f"Ask for one of: {listed}.",
    )


def gave_up(error: Exception) -> QueryError:
    """Return the error for a query that the engine could not go on with."""
    return QueryError(f"The engine gave the query up: {str(error).rstrip('.')}.")


def _results_format(
    syntax: Syntax | None, answer: str, offers: Sequence[Syntax]
) -> QueryResultsFormat:
    """Return what the engine calls a syntax for SELECT or ASK, or raise NotAcceptable."""
    engine = _offered(syntax, answer, offers).engine
    if isinstance(engine, QueryResultsFormat):
        return engine
    raise _not_offered(answer, offers)


def _written(triples: bytes, syntax: Syntax, prefixes: Mapping[str, str], cap: int) -> bytes:
    """Return sorted N-Triples in another syntax."""
    output = Capped(cap)
    used = _fitting(triples, prefixes) if syntax.engine == RdfFormat.TURTLE else {}
    try:
        serialize(
            parse(triples, RdfFormat.N_TRIPLES),
            output,
            syntax.engine,  # type: ignore[arg-type]
            prefixes=used,
        )
    except OSError as error:
        raise _unsayable(syntax.name, str(error)) from error
    if syntax.engine == RdfFormat.TURTLE:
        return _headed(output.getvalue())
    if syntax.engine == RdfFormat.RDF_XML:
        body = _xml(output.getvalue())
        _check_names(body)
        return body
    return output.getvalue()


def _fitting(triples: bytes, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes that shorten an IRI of the triples and need no escapes: those with IRIs
    directly in their namespace and none deeper."""
    namespaces = {
        iri[: max(iri.rfind(b"/"), iri.rfind(b"#")) + 1] for iri in set(_IRI.findall(triples))
    }
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if (start := namespace.encode()) in namespaces
        and not any(other != start and other.startswith(start) for other in namespaces)
    }


def _headed(turtle: bytes) -> bytes:
    """Return Turtle with the prefixes that it uses from A to Z, and an empty line after them."""
    head = _HEAD.match(turtle)
    if head is None:
        return turtle
    body = turtle[head.end() - 1 :]  # From the line feed that ends the last prefix.
    used = [
        line
        for line in sorted(head[0].splitlines(keepends=True))
        if any(before + line.split()[1] in body for before in (b"\n", b"\t", b" ", b"^"))
    ]
    return b"".join(used) + (body if used else body[1:])


def _xml(body: bytes) -> bytes:
    """Return XML in which every character is legal and survives reading, or raise NotAcceptable.

    A carriage return is written as a reference: a reader would make a line feed of it (XML 1.0,
    section 2.11).
    """
    if len(body.translate(None, _NOT_XML)) != len(body) or any(c in body for c in _NONCHARACTERS):
        raise _unsayable("XML", "it holds a character that XML 1.0 has no form for")
    return body.replace(b"\r", b"&#13;")


def _check_names(body: bytes) -> None:
    """Raise NotAcceptable unless RDF/XML is well formed: it has no form for a predicate that does
    not end in an XML name (RDF 1.1 XML Syntax, section 5.1)."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except expat.ExpatError as error:
        raise _unsayable("RDF/XML", "one of its predicates does not end in an XML name") from error


def _unsayable(name: str, reason: str) -> NotAcceptable:
    """Return the error for an answer that a syntax cannot hold."""
    return NotAcceptable(
        f"The answer cannot be written as {name}: {reason.rstrip('.')}.",
        remedy="Ask for another syntax, such as JSON, Turtle or N-Triples.",
    )
