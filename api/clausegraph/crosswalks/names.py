"""What concepts and people are called: labels and codes, read in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions, Store

from clausegraph import vocabulary

_NUMBERS = re.compile(r"([0-9]{1,18})")

_NAMES = """
SELECT ?thing ?property ?value
WHERE {
  VALUES ?thing { $things }
  VALUES ?property { skos:notation skos:prefLabel dcterms:title rdfs:label }
  ?thing ?property ?value .
}
ORDER BY ?thing ?property ?value
"""


@dataclass(frozen=True)
class Name:
    """The code and the label of a thing; a label is English where there is one."""

    code: str = ""
    label: str = ""


def read(store: Store, things: Iterable[str]) -> Mapping[str, Name]:
    """Return the names of things by IRI; what has none is called by its IRI, made short."""
    wanted = sorted({thing for thing in things if thing})
    listed = " ".join(str(NamedNode(iri)) for iri in wanted)
    query = _NAMES.replace("$things", listed)
    rows = store.query(query, prefixes=dict(vocabulary.prefixes()))
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT has rows
    codes: dict[str, str] = {}
    labels: dict[str, tuple[bool, str]] = {}
    for row in rows:
        thing, value = row["thing"].value, row["value"]
        if row["property"].value == vocabulary.SKOS + "notation":
            codes.setdefault(thing, value.value)
        else:
            is_english = (getattr(value, "language", None) or "en").lower().startswith("en")
            if thing not in labels or (is_english and not labels[thing][0]):
                labels[thing] = (is_english, value.value)
    return {
        iri: Name(codes.get(iri, ""), labels.get(iri, (True, vocabulary.compact(iri)))[1])
        for iri in wanted
    }


def in_order(iris: Iterable[str]) -> tuple[str, ...]:
    """Return IRIs in the order in which people count: 5.10 comes after 5.9."""

    def key(iri: str) -> tuple[list[tuple[int, str]], str]:
        parts = _NUMBERS.split(iri)
        return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], iri

    return tuple(sorted(iris, key=key))


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]
