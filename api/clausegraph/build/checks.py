"""What no graph of ours may say, found before anything is loaded."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from clausegraph import authored, textfiles, turtle
from clausegraph.build import retired
from clausegraph.errors import InputError
from clausegraph.vocabulary import ID, XSD, compact

_SUBJECT = NamedNode("urn:x")
_COMPARED = 5_000  # names that may be what was meant


def refuse_rewritten_literals(path: Path, triples: Iterable[Triple]) -> None:
    """Raise InputError for a literal that the store gives back in another spelling.

    The store keeps numbers and dates by value: `1.50` comes back as `1.5`, `"5"^^xsd:byte` as
    `5`. Files, dumps and answers must agree, so such a literal is refused where it is written.
    """
    literals = {
        triple.object
        for triple in triples
        if isinstance(triple.object, Literal) and triple.object.datatype.value != XSD + "string"
    }
    kept = _as_stored(literals)
    for literal in sorted(literals - kept, key=str):
        written = literal.value
        line = textfiles.find_line(path, f'"{written}"', written)
        raise InputError(
            f"The store would rewrite {literal}.",
            file=path,
            line=line,
            remedy=_plain_spelling(literal),
        )


def _plain_spelling(literal: Literal) -> str:
    plain = next(iter(_as_stored([literal])))
    return f"Write {plain} instead, or a plain string."


def _as_stored(literals: Iterable[Literal]) -> set[object]:
    """Return what a store gives back for `literals`."""
    scratch = Store()
    scratch.extend(Quad(_SUBJECT, _SUBJECT, literal) for literal in literals)
    return {quad.object for quad in scratch}


def refuse_blank_nodes(path: Path, triples: Iterable[Triple]) -> None:
    """Raise InputError for a blank node in a data file: nobody could link to it or cite it."""
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            node = triple.subject if isinstance(triple.object, BlankNode) else triple.object
            raise InputError(
                f"A blank node stands beside {node}.",
                file=path,
                line=textfiles.find_line(path, "[", "_:"),
                remedy="Give it an IRI.",
            )


def refuse_foreign_prefixes(parsed: turtle.Parsed, registry: Mapping[str, str]) -> None:
    """Raise InputError for a prefix that is bound otherwise than in the registry."""
    for name, namespace in parsed.prefixes.items():
        if registry.get(name) != namespace:
            known = registry.get(name)
            remedy = f"Bind it to <{known}>." if known else "Add it to ontology/context.jsonld."
            raise InputError(
                f"The prefix '{name}:' is bound to <{namespace}>, unlike in the registry.",
                file=parsed.path,
                line=textfiles.find_line(parsed.path, f"prefix {name}:", f"PREFIX {name}:"),
                remedy=remedy,
            )


def refuse_anonymous_data(path: Path, graph: str, triples: Iterable[Triple]) -> None:
    """Raise InputError for a data graph that does not state its source, agent and activity."""
    stated = {t.predicate for t in triples if t.subject == NamedNode(graph)}
    for predicate in authored.PROVENANCE:
        if predicate not in stated:
            raise InputError(
                f"The file does not state the {compact(predicate.value)} of its own graph.",
                file=path,
                remedy=f"Add it to <{graph}>.",
            )


def refuse_dangling_references(
    graphs: Mapping[str, tuple[Path, tuple[Triple, ...]]],
    elsewhere: Callable[[], frozenset[str]],
) -> None:
    """Raise InputError for an IRI below our `id/` that is pointed at and described nowhere.

    `elsewhere` gives the IRIs that count as described although no graph at hand describes them; it
    is asked at most once, and only if there is need.
    """
    described = {_name(triple) for _, triples in graphs.values() for triple in triples}
    known: frozenset[str] | None = None
    for path, triples in graphs.values():
        for triple in triples:
            target = triple.object
            if not isinstance(target, NamedNode) or not target.value.startswith(ID):
                continue
            if target.value in described:
                continue
            known = elsewhere() if known is None else known
            if target.value not in known:
                entry = retired.entry_of(target.value, graphs)
                raise dangling(path, target.value, described | known, entry)


def _name(triple: Triple) -> str:
    """Return the IRI of the subject; blank nodes have become IRIs before."""
    return triple.subject.value if isinstance(triple.subject, NamedNode) else ""


def dangling(path: Path, iri: str, described: Iterable[str], entry: str | None) -> InputError:
    """Return the error that says that `path` points at what nobody describes; `entry` is that of
    the register, where it was withdrawn."""
    folder = iri.rpartition("/")[0] + "/"
    beside = (
        name for name in described if name.startswith(folder) and "/" not in name[len(folder) :]
    )
    near = difflib.get_close_matches(iri, islice(beside, _COMPARED))
    what = "concept" if iri.startswith(ID + "concept/") else "identifier"
    hint = "Describe it first."
    if entry is not None:
        hint = f"It is not in use any more: use what {compact(entry)} names in its place."
    elif near:
        hint = f"Nearest: {', '.join(compact(name) for name in near)}."
    return InputError(
        f"Unknown {what} {compact(iri)}.",
        file=path,
        line=textfiles.find_line(path, *turtle.spellings(iri)),
        remedy=hint,
    )
