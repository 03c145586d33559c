"""Datasets that are loaded: small ones, and ones made up of what is hard."""

from __future__ import annotations

import random

from pyoxigraph import DefaultGraph, Store

from clausegraph.build import Build
from clausegraph.stores.folder import Stored
from clausegraph.vocabulary import BASE, CG, DCTERMS, GRAPH, ID, RDF, SKOS, XSD

TYPE = f"<{RDF}type>"


def one(name: str) -> str:
    """A line of a document in a graph of its own."""
    return f"<{ID}document/{name}> {TYPE} <{CG}Document> <{GRAPH}data/{name}> .\n"


def assert_same(stored: Stored, built: Build) -> None:
    """Fail unless a stored graph is what was built: N-Quads, release, store and counts."""
    assert stored.graph.read_text(encoding="utf-8") == "".join(built.lines())
    assert stored.release == built.release
    store = Store.read_only(str(stored.store))
    assert set(store) == set(built.store())
    merged = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    counted = stored.manifest
    assert (counted.triples, counted.quads) == (len(built), len(store) - merged)
    assert (counted.triples, counted.graphs) == (merged, len(built.graphs))


def hard(chance: random.Random, number: int, suffix: str) -> str:
    """Return a file of made-up quads, some of them written otherwise than canonically."""
    things = [f"<{ID}document/d{n}>" for n in range(4)] + [f"<{ID}concept/s/{n}>" for n in range(4)]
    others = ["dataset", "dataset#x", "sparql", "dumps/graph.nq", "graph/data/g0", "graph/release"]
    foreign = ["<http://e.org/ä>", "<urn:x:y>", "<http://e.org/%C3%A4>", "_:a", "_:b"]
    subjects = [*things, *(f"<{BASE}{name}>" for name in others), *foreign]
    local = (
        "hasClause clauseOf classifies concept reviewStatus effectiveReviewStatus date "
        "milestoneOf addressesRisk rank"
    ).split()
    predicates = [f"<{CG}{name}>" for name in local]
    predicates += [f"<{SKOS}broader>", f"<{SKOS}narrower>", f"<{DCTERMS}license>", TYPE]
    kinds = [f"<{CG}{name}>" for name in ("Document", "Clause", "Statement", "RiskDomain")]
    values = [
        '"a"',
        '"x"@en',
        '"x"@EN-US',
        f'"5"^^<{XSD}integer>',
        f'"2024-05-01"^^<{XSD}date>',
        f'"s"^^<{XSD}string>',
        '"a b <http://g/> ."',
        r'"\" \\ \n\t A é 安全"',
        '"\ufffe"',
        '"\uffff"',
        '"\x85\u2028"',
        '""',
        '"d"@en--ltr',
        "<<( <urn:a:b> <urn:a:b> 1 )>>",
    ]
    values = [value.replace(" 1 )", ' "1" )') for value in values]
    graphs = [f"<{GRAPH}data/g{n}>" for n in range(3)]
    graphs += ["<http://zz/g>", "<a:b>", f"<{GRAPH}release>", f"<{ID}document/d1>", ""]
    rows = [(thing, TYPE, chance.choice(kinds)) for thing in things]
    for _ in range(50):
        predicate = chance.choice(predicates)
        target = chance.choice(subjects if chance.random() < 0.5 else values)
        is_typed = predicate == TYPE and chance.random() < 0.9
        rows.append(
            (chance.choice(subjects), predicate, chance.choice(kinds) if is_typed else target)
        )
    rows += rows[-3:]
    chance.shuffle(rows)
    written = [f"# File {number}.", ""]
    for row in rows:
        graph = chance.choice(graphs) if suffix == "nq" else ""
        space = chance.choice([" "] * 9 + ["\t"])
        written.append(space.join(filter(None, (*row, graph))) + chance.choice([" .", "."]))
    feed = chance.choice(["\n", "\n", "\r\n"])
    return chance.choice(["", "\ufeff"]) + feed.join(written) + chance.choice(["", feed])
