"""What a vocabulary says of our own things: what nobody describes, and what is stated already."""

from __future__ import annotations

import difflib

from pyoxigraph import NamedNode

from clausegraph import authored, turtle
from clausegraph.importers.rdf.reading import Vocabulary
from clausegraph.vocabulary import ID, TYPE, compact


def refuse_wrong(vocabulary: Vocabulary) -> None:
    """Raise InputError for a thing of ours that is pointed at and described nowhere, and for a
    statement of ours that is made once more: a build would refuse them."""
    triples = vocabulary.triples
    pointed = {
        triple.object.value
        for triple in triples
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(ID)
    }
    stated = {
        triple.subject.value
        for triple in triples
        if triple.predicate == TYPE
        and triple.object in authored.STATED_ONCE
        and isinstance(triple.subject, NamedNode)
    }
    if not pointed and not stated:
        return
    own = {triple.subject.value for triple in triples if isinstance(triple.subject, NamedNode)}
    shipped = _shipped()
    for name in sorted(stated & shipped):
        raise vocabulary.error(
            f"{compact(name)} is a statement that ships with this graph already.",
            "A statement is made once: leave it out, or give it an identifier of its own.",
            *turtle.spellings(name),
        )
    for name in sorted(pointed - own - shipped):
        near = difflib.get_close_matches(name, shipped, n=1)
        hint = f"Nearest: {compact(near[0])}." if near else "Describe it first."
        raise vocabulary.error(
            f"Unknown identifier {compact(name)}.", hint, *turtle.spellings(name), name
        )


def _shipped() -> set[str]:
    """Return the IRIs that the shipped data describe."""
    return {
        quad.subject.value
        for file in authored.shipped(("data",))
        for quad in turtle.parse_file(file.path).quads
        if isinstance(quad.subject, NamedNode)
    }
