"""Places in N-Triples and N-Quads."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from clausegraph import formats
from clausegraph.naming import Names
from clausegraph.positions import Place, Wanted, locate

TEXT = """\
# <x:s> <x:p> "no" .

<x:t> <x:p> <x:s> <x:g> .
 <x:s> <x:p> "é😀"@en . # end
<x:s><x:q>_:b<x:g>.
_:b <x:p> "_:a \\"<x:none>" .
_:c <x:p> _:b _:a .
<x:\\u0073> <x:r> "1"^^<x:d> .
"""
S, P, Q, R = (NamedNode(f"x:{name}") for name in "spqr")


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (Wanted(S, P, Literal("é😀", language="en")), Place(4, 14, 4, 21)),
        (Wanted(S, P), Place(4, 8, 4, 13)),
        (Wanted(S), Place(4, 2, 4, 7)),
        (Wanted(S, Q, BlankNode("f5b0")), Place(5, 11, 5, 14)),
        (Wanted(BlankNode("f5b0"), P), Place(6, 5, 6, 10)),
        (Wanted(BlankNode("f5b1")), Place(7, 1, 7, 4)),
        (Wanted(S, R, Literal("1", datatype=NamedNode("x:d"))), Place(8, 18, 8, 28)),
        (Wanted(Literal('_:a "<x:none>')), Place(6, 11, 6, 27)),
        (Wanted(S, P, Literal("absent")), Place(4, 8, 4, 13)),
        (Wanted(NamedNode("x:none")), None),
    ],
)
@pytest.mark.parametrize("given", [str, str.encode, Path])
def test_place_by_line(wanted: Wanted, place: Place | None, given: type, tmp_path: Path) -> None:
    source = given(TEXT)
    if given is Path:
        source = tmp_path / "a.nq"
        source.write_text(TEXT, encoding="utf-8")
    found = locate(source, formats.N_QUADS, 5, [wanted])
    assert found == ({} if place is None else {wanted: place})


def test_names_of_blank_nodes_are_those_of_the_whole_text() -> None:
    names = Names(5)
    quads = [names.quad(quad) for quad in parse(TEXT, RdfFormat.N_QUADS)]
    wanted = [Wanted(quad.subject, quad.predicate, quad.object) for quad in quads]
    found = locate(TEXT, formats.N_QUADS, 5, wanted)
    assert [found[one].line for one in wanted] == [3, 4, 5, 6, 7, 8]


def test_node_that_is_only_an_object_is_where_it_is_first_mentioned() -> None:
    text = "<x:a> <x:p> <x:b> .\n<x:a> <x:p> <x:c> .\n<x:d> <x:p> <x:c> .\n"
    wanted = Wanted(NamedNode("x:c"), P)
    assert locate(text, formats.N_TRIPLES, 0, [wanted]) == {wanted: Place(2, 13, 2, 18)}


def test_lone_carriage_return_ends_a_statement_but_no_line() -> None:
    text = "<x:s> <x:p> <x:a> .\r<x:s> <x:p> _:b .\r\n_:b <x:p> _:b ."
    found = locate(text, formats.N_TRIPLES, 0, [Wanted(S, P, BlankNode("f0b0"))])
    assert list(found.values()) == [Place(1, 33, 1, 36)]


@pytest.mark.parametrize(
    "text", ["<x:s> <x:p", "<x:s> <x:p> <<( <x:a> <x:b> 1 )>> .", "\x00\n<", ""]
)
def test_bad_text_has_no_places(text: str) -> None:
    assert locate(text, formats.N_QUADS, 0, [Wanted(S, P)]) == {}


def test_statement_about_a_statement_is_at_its_predicate() -> None:
    text = "<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> .\n"
    (quad,) = parse(text, RdfFormat.N_QUADS)
    wanted = Wanted(S, P, quad.object)
    assert locate(text, formats.N_QUADS, 0, [wanted]) == {wanted: Place(1, 7, 1, 12)}
