"""JSON-LD as we publish it: one graph, our hosted context, one stable order of keys and members.

`write` turns N-Triples into any form of JSON-LD 1.1: compacted, expanded, flattened or framed. It
writes for our one context, which makes it tens of times as fast as a processor for any context;
such a one reads from each form the triples that went in, nothing less and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph import formats, vocabulary
from clausegraph.errors import InputError
from clausegraph.jsonld import expanded, graph, names
from clausegraph.jsonld.frame import EVERYTHING, Frame
from clausegraph.jsonld.writer import Writer

__all__ = ["load_context", "warm_up", "write"]


def write(
    triples: bytes,
    profile: str = "",
    *,
    frame: Mapping[str, Any] | None = None,
    first: str | None = None,
) -> bytes:
    """Return `triples` (N-Triples, each once) in the form `profile`, by its last word.

    Without one, the form is framed where there is a `frame`, else compacted. Identifiers stay whole
    IRIs, so that a reader can follow them; keys and types are the registry's. Keys come in the
    registry's order, members of a set by identifier, but `first`, the thing that a document is
    about, before all others, and what the frame's `@order` lists as it is listed.

    * compacted: every node once, side by side; that is flattened as well
    * flattened: the same bytes
    * expanded: the same nodes, every name whole and no context
    * framed: as `frame` says (see clausegraph.jsonld.frame); without one, nodes stand inside of the
      first node that points to them, the one that is about `first` before all others

    Raises NotAcceptable for what JSON-LD cannot say: statements about statements (RDF 1.2).
    """
    form = profile or (formats.COMPACTED if frame is None else formats.FRAMED)
    nodes = graph.read(triples)
    order = {first: 0} if first is not None else {}
    if form == formats.EXPANDED:
        return expanded.write(nodes, order)
    known = names.of(graph.identifiers(nodes))
    if form != formats.FRAMED:
        return Writer(nodes, known, order).side_by_side()
    if frame is None:
        return Writer(nodes, known, order).nested(EVERYTHING, first)
    read = Frame.of(frame)
    return Writer(nodes, known, {**order, **read.order}).framed(read)


def warm_up() -> None:
    """Read what writing needs from files."""
    write(b"")
    names.by_name()


def load_context(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return our context, as what PyLD calls a document loader; every other address is refused,
    unread."""
    if url != vocabulary.CONTEXT:
        raise InputError(
            f"The remote JSON-LD context {url} is not read.",
            remedy=f"Write the context into the document, or use {vocabulary.CONTEXT}.",
        )
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": dict(vocabulary.context())},
    }
