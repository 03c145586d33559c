"""The ontology and the shapes as a release has them, in whose graphs blank nodes are IRIs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from clausegraph import formats, vocabulary
from clausegraph.engine import Engine, Query
from clausegraph.web import texts
from clausegraph.web.documents import fill
from clausegraph.web.terms import EXTERNAL, Authored

_OTHERS = (EXTERNAL.partition(".")[0], "context")  # graphs that are no file of the document
_NAMED = re.compile(re.escape(vocabulary.GRAPH) + "[^#]*#_")  # begins a blank node's name


@dataclass(frozen=True)
class Restored(Authored):
    """An authored document, from the triples of its graphs; comments and order are lost."""

    data: bytes = b""

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """All triples, sorted, with the blank nodes that the files have (OWL 2 needs those)."""
        found = (
            Triple(_restored(quad.subject), quad.predicate, _restored(quad.object))  # type: ignore[arg-type]
            for quad in parse(self.data, format=RdfFormat.N_TRIPLES)
        )
        return tuple(sorted(found, key=str))

    @cached_property
    def turtle(self) -> bytes:
        """The triples as Turtle."""
        prefixes = dict(vocabulary.prefixes())
        return serialize(self.triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""


async def restored(engine: Engine, name: str) -> Authored:
    """Return the document `name` of the release that `engine` answers from."""
    graphs = vocabulary.GRAPH + name + "/"
    values = {
        "graphs": f'"{graphs}"',
        "others": ", ".join(str(NamedNode(graphs + other)) for other in _OTHERS),
    }
    text = fill(texts.query("authored"), values)
    answer = await engine.query(Query(text, None, None, formats.N_TRIPLES, is_ours=True))
    return Restored(name, (), answer.body)


def _restored(term: object) -> object:
    """Return a term as it is in the file."""
    if isinstance(term, NamedNode) and (named := _NAMED.match(term.value)):
        return BlankNode("b" + term.value[named.end() :])  # an NCName, for RDF/XML
    return term
