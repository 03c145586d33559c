"""Answers as bytes: written whole, up to a cap, well formed, and the same for the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, pairwise

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from clausegraph import formats, jsonld
from clausegraph.engine.interface import Query
from clausegraph.engine.sink import Plain, RdfXml, Sink, Xml, unsayable
from clausegraph.engine.spool import Outlet
from clausegraph.errors import NotAcceptable, QueryError
from clausegraph.formats import BOOLEAN_RESULTS, RDF_GRAPH, RESULTS, Syntax

TIDY = 1000  # triples; more are written as they are found, unless it is a document of our own

Body = tuple[bytes, int | None]  # as Sink.finish returns it

_HEAD = re.compile(rb"(?:@prefix [^\n]*\n)+")
_IRI = re.compile(rb"<([^>]*)>")
_IN_PARTS = (RdfFormat.N_TRIPLES, RdfFormat.TURTLE)  # two documents, one after the other, are one
_USED = re.compile(rb"[\n\t ^]([^\n\t ^:]*:)")
_NO_ROWS = (
    (QueryResultsFormat.JSON, b'"results":{"bindings":[]}}'),
    (QueryResultsFormat.XML, b"<results></results></sparql>"),
)


def solutions(
    result: QuerySolutions, syntax: Syntax | None, cap: int, outlet: Outlet | None
) -> Body:
    """Return the solutions of a SELECT in `syntax`; raises NotAcceptable where that is None."""
    engine = _results_format(syntax, "A SELECT query answers with a table of solutions", RESULTS)
    output = Sink(cap, outlet, Xml() if engine == QueryResultsFormat.XML else None)
    try:
        result.serialize(output.file, format=engine)
    except (OSError, RuntimeError) as error:
        raise gave_up(error) from error
    return output.finish()


def has_no_rows(table: bytes, syntax: Syntax) -> bool:
    """Whether a table, as `solutions` returned it in memory, has no rows."""
    for engine, end in _NO_ROWS:
        if syntax.engine == engine:
            return table.endswith(end)
    return table.find(b"\n") == len(table) - 1  # CSV and TSV: the line of the names only.


def boolean(result: QueryBoolean, syntax: Syntax | None) -> bytes:
    """Return the answer of an ASK in `syntax`; raises NotAcceptable where that is None, or has no
    form for it, as CSV and TSV."""
    if syntax is not None and syntax.media_type not in {s.media_type for s in BOOLEAN_RESULTS}:
        syntax = None
    engine = _results_format(syntax, "An ASK query answers true or false", BOOLEAN_RESULTS)
    return result.serialize(format=engine) or b""


def graph(
    result: QueryTriples,
    query: Query,
    prefixes: Mapping[str, str],
    cap: int,
    outlet: Outlet | None,
) -> tuple[Body, bool]:
    """Return the triples of a CONSTRUCT or DESCRIBE, each once, and whether there are none.

    Up to TIDY of them, and any number in a document of our own, come in the order of their
    N-Triples, Turtle with those of `prefixes` that fit, JSON-LD compacted or framed if the query
    wants it. A client's larger graph comes in the order of evaluation, without prefixes, JSON-LD
    expanded unless another form is asked for by name: sorting and compacting would take longer than
    finding it. Raises NotAcceptable where the syntax is None or cannot say it.
    """
    syntax = _offered(query.graph, "A CONSTRUCT or DESCRIBE query answers with a graph", RDF_GRAPH)
    engine = _graph_format(syntax)
    output = Sink(cap, outlet, _check(syntax))
    try:
        if query.is_ours or query.first is not None or _is_arranged(query, engine):
            lines = b"".join(sorted(set(_n_triples(result, cap).splitlines(keepends=True))))
            triples: Iterable[Triple] = parse(lines, RdfFormat.N_TRIPLES)
        else:
            head = list(islice(result, TIDY + 1))
            if len(head) > TIDY and engine in _IN_PARTS:
                _serialized(head, output, syntax, {})
                result.serialize(output.file, format=engine)
                return output.finish(), False
            if len(head) > TIDY:
                _serialized(chain(head, result), output, syntax, {})
                return output.finish(), False
            lines, triples = _in_order(head)
    except (OSError, RuntimeError) as error:
        raise gave_up(error) from error
    return _tidy(lines, triples, query, syntax, prefixes, output), not lines


def _in_order(triples: list[Triple]) -> tuple[bytes, list[Triple]]:
    """Return the lines of triples, and the triples in the order of their lines, each once."""
    written = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    found = dict(zip(written.splitlines(keepends=True), triples, strict=True))
    lines = sorted(found)
    return b"".join(lines), [found[line] for line in lines]


def _is_arranged(query: Query, engine: RdfFormat) -> bool:
    """Whether the answer is JSON-LD of a form that has every node once, whatever its size."""
    form = formats.FRAMED if query.frame is not None and not query.profile else query.profile
    return engine == RdfFormat.JSON_LD and form not in {"", formats.EXPANDED}


def _n_triples(result: QueryTriples, cap: int) -> bytes:
    """Return all triples as N-Triples."""
    whole = Sink(cap)
    result.serialize(whole.file, format=RdfFormat.N_TRIPLES)
    return whole.getvalue()


def _check(syntax: Syntax) -> Plain | None:
    """Return what the bytes of a graph in `syntax` have to pass."""
    return RdfXml() if syntax.engine == RdfFormat.RDF_XML else None


def _tidy(
    lines: bytes,
    triples: Iterable[Triple],
    query: Query,
    syntax: Syntax,
    prefixes: Mapping[str, str],
    output: Sink,
) -> Body:
    """Write triples in the order of their lines in N-Triples."""
    if syntax.engine == RdfFormat.N_TRIPLES:
        output.write(lines)
        return output.finish()
    if syntax.engine == RdfFormat.JSON_LD and (
        query.compact or query.profile or query.frame is not None
    ):
        written = jsonld.write(lines, query.profile, frame=query.frame, first=query.first)
        output.write(written)
        return output.finish()
    whole = Sink(output.cap)
    used = _fitting(lines, prefixes) if syntax.engine == RdfFormat.TURTLE else {}
    _serialized(triples, whole, syntax, used)
    written = whole.getvalue()
    if syntax.engine == RdfFormat.TURTLE:
        written = _headed(written)
    output.write(written)
    return output.finish()


def _serialized(
    triples: Iterable[Triple], output: Sink, syntax: Syntax, prefixes: Mapping[str, str]
) -> None:
    """Write triples in a syntax, or raise NotAcceptable where it cannot say them."""
    try:
        serialize(triples, output.file, _graph_format(syntax), prefixes=dict(prefixes))
    except OSError as error:
        raise unsayable(syntax.name, str(error)) from error


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


def _graph_format(syntax: Syntax) -> RdfFormat:
    """Return what the engine calls a syntax for graphs, or raise NotAcceptable."""
    if isinstance(syntax.engine, RdfFormat):
        return syntax.engine
    raise _not_offered("A CONSTRUCT or DESCRIBE query answers with a graph", RDF_GRAPH)


def _fitting(triples: bytes, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes that shorten an IRI of the triples and need no escapes: those with IRIs
    directly in their namespace and none deeper."""
    namespaces = sorted(
        {iri[: max(iri.rfind(b"/"), iri.rfind(b"#")) + 1] for iri in set(_IRI.findall(triples))}
    )
    deep = {one for one, following in pairwise(namespaces) if following.startswith(one)}
    flat = {namespace.decode() for namespace in namespaces if namespace not in deep}
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in flat}


def _headed(turtle: bytes) -> bytes:
    """Return Turtle with the prefixes that it uses from A to Z, and an empty line after them."""
    head = _HEAD.match(turtle)
    if head is None:
        return turtle
    body = turtle[head.end() - 1 :]  # From the line feed that ends the last prefix.
    found = set(_USED.findall(body))
    used = [line for line in sorted(head[0].splitlines(keepends=True)) if line.split()[1] in found]
    return b"".join(used) + (body if used else body[1:])
