"""Data at hand: one graph, literals in their own spelling, and lines that are loaded as they are."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from clausegraph.errors import InputError
from clausegraph.naming import Names
from clausegraph.shacl import exact
from clausegraph.shacl.lines import Lines
from clausegraph.shacl.results import Term
from clausegraph.shacl.store import LocalData
from clausegraph.shacl.targets import Selection
from clausegraph.vocabulary import XSD

NODE, PROPERTY = NamedNode("urn:x:node"), NamedNode("urn:x:property")
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
DECIMAL = NamedNode(XSD + "decimal")


def local(turtle: str, syntax: RdfFormat = RdfFormat.TRIG) -> LocalData:
    """Data that say what a text says."""
    data = LocalData()
    names = Names(0)
    data.load(names.quad(quad) for quad in parse(f"PREFIX : <urn:x:>\n{turtle}", syntax))
    return data


def values(data: LocalData, *, by_value: bool = False) -> list[str]:
    """The values of the data, as they are kept."""
    rows = data.select("SELECT ?o WHERE { ?s ?p ?o }", by_value=by_value)
    return sorted(str(value) for (value,) in rows)


def test_a_triple_of_several_graphs_is_there_once() -> None:
    """SHACL validates a graph: the merge of all of them."""
    data = local(":a :p 1 . GRAPH :g { :a :p 1 , 2 } GRAPH :h { :a :p 2 }")
    assert len(data) == 2
    assert not list(data.select("SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"))


def test_data_without_triples_are_data() -> None:
    """A store of pyoxigraph without triples is falsy."""
    assert LocalData()
    assert len(LocalData()) == 0
    assert not LocalData().has_exact


def test_queries_by_value_see_ordinary_literals_and_others_those_that_are_kept() -> None:
    """The few literals take turns, however the queries alternate."""
    data = local(":a :p 1.50 , 007 , 'abc'^^<http://www.w3.org/2001/XMLSchema#integer> , 2 .")
    exactly, ordinary = values(data), values(data, by_value=True)
    assert data.has_exact
    assert sum(exact.OWN in value for value in exactly) == 3
    assert not any(exact.OWN in value for value in ordinary)
    for _ in range(3):
        assert values(data) == exactly
        assert values(data, by_value=True) == ordinary
        assert values(data, by_value=True) == ordinary


def test_a_value_that_is_there_in_both_spellings_survives() -> None:
    """Taking the ordinary form away again leaves the one of the input."""
    data = local(":a :p 1.5 , 1.50 , 1.500 .")
    assert len(data) == 3
    assert len(values(data, by_value=True)) == 1
    assert len(values(data)) == 3


def test_rows_do_not_change_while_they_are_read() -> None:
    """Another query, by value, may come in between."""
    data = local(":a :p 1.50 , 2.50 , 3.50 .")
    rows = data.select(ALL)
    first = next(rows)
    list(data.select(ALL, by_value=True))
    assert all(exact.is_kept(row[2]) for row in (first, *rows))


def test_a_value_is_spelt_as_the_input_does_where_that_is_clear() -> None:
    """A query by value finds 1.5."""
    data = local(":a :p 1.50 . :b :p 1.50 , 1.500 . :c :p 1.5 , 1.50 . :d :p 'x' .")
    one_and_a_half = Literal("1.5", datatype=DECIMAL)
    spelt = [data.spelt(NamedNode(f"urn:x:{name}"), one_and_a_half) for name in "abcd"]
    assert [term.value for term in spelt] == ["1.50", "1.5", "1.5", "1.5"]
    assert data.spelt(NODE, PROPERTY) == PROPERTY


def test_terms_are_looked_up_in_the_spelling_of_the_input() -> None:
    """Whoever asks knows nothing of how literals are kept."""
    data = local(":a :p 1.50 , :b .")
    assert data.mentions(Literal("1.50", datatype=DECIMAL))
    assert not data.mentions(Literal("1.5", datatype=DECIMAL))
    assert data.mentions(NamedNode("urn:x:b"))
    assert data.describes(NamedNode("urn:x:a"))
    assert not data.describes(NamedNode("urn:x:b"))
    assert not data.describes(Literal("1.50", datatype=DECIMAL))


@pytest.mark.parametrize("number", [3, 600])
def test_patterns_let_through_the_nodes_that_they_name(number: int) -> None:
    """Few nodes are listed in the query, many are marked in the store; literals are nodes, too."""
    data = local(" ".join(f":n{one} :p {one}.50 , [] ." for one in range(number)))
    nodes = data.terms()
    chosen = {node for node in nodes if isinstance(node, Literal) or node.value.endswith("1")}
    everything = "{ ?this ?p ?o } UNION { ?s ?p ?this }"

    def found(selection: Selection, *, by_value: bool = False) -> set[Term | None]:
        restriction = selection.restriction
        assert restriction is not None
        text = f"SELECT DISTINCT ?this WHERE {{ {{ {everything} }} {restriction} }}"
        return {row[0] for row in data.select(text, by_value=by_value)}

    triples = len(data)
    assert found(data.only(chosen, "one")) == chosen
    assert found(data.without(chosen, "two")) == nodes - chosen
    assert len(found(data.without(chosen, "two"), by_value=True)) == len(nodes - chosen)
    assert found(data.only(set(), "three")) == set()
    assert len(data) == triples


def test_shapes_are_a_graph_of_their_own() -> None:
    """Queries find them under the name that is bound to $shapesGraph."""
    data = local(":a :p 1 .")
    data.load_shapes([Triple(NODE, PROPERTY, Literal("1.50", datatype=DECIMAL))], "urn:x:shapes")
    assert data.shapes_graph == "urn:x:shapes"
    assert len(data) == len(list(data.select(ALL))) == 1
    text = "SELECT ?o WHERE { GRAPH <urn:x:shapes> { ?s ?p ?o } }"
    assert list(data.select(text, by_value=True)) == [(Literal("1.5", datatype=DECIMAL),)]


def test_bindings_name_a_blank_node() -> None:
    """A text of SPARQL cannot."""
    data = local("[ :p 1 ] . [ :p 2 ] .")
    text = "SELECT ?this ?o WHERE { ?this <urn:x:p> ?o }"
    rows = list(data.select(text, bindings={"this": BlankNode("f0b1")}))
    assert rows == [(BlankNode("f0b1"), Literal(2))]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o FILTER(<urn:x:unheardOf>(?o)) }", "urn:x:unheardOf"),
        ("SELECT ?s WHERE { ?s ?p ", "error at"),
        ("SELECT ?s WHERE { ?s nope:p ?o }", "nope"),
    ],
)
def test_a_query_that_cannot_be_evaluated_is_named(text: str, named: str) -> None:
    """Whatever is wrong with it, and whenever that is found."""
    with pytest.raises(InputError, match=named):
        list(local(":a :p 1 .").select(text, by_value=True))


def test_triple_terms_are_refused() -> None:
    """SHACL 1.0 is about RDF 1.1."""
    with pytest.raises(InputError, match="has no place in an RDF"):
        local(":a :p <<( :b :p 1 )>> .")


# Lines

TERMS = st.sampled_from(
    [
        "<urn:x:a>",
        "<urn:x:g>",
        "<urn:x:\\u0061>",
        "_:b",
        '"x"',
        '"x"@en',
        '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"\\"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"<urn:x:g> ."',
        '"é \\\\"',
        '"\\"^^<urn:x:a>"',
    ]
)
GRAPHS = st.sampled_from(["", " <urn:x:g>", " <urn:x:h>", " _:b"])
ENDS = st.sampled_from([" .\n", " .\n", ".\n", " . # <urn:x:g> .\n", " .\r\n", " .\n\n# <c> .\n"])
LINES = st.lists(st.tuples(TERMS, GRAPHS, ENDS), max_size=8)


def triples(quads: Iterable[Quad]) -> set[Triple]:
    """The triples of quads."""
    return {quad.triple for quad in quads}


def loaded(text: bytes, syntax: RdfFormat) -> tuple[LocalData, int]:
    """Data that are loaded from lines, and how many parts needed a closer look."""
    data, names, looks = LocalData(), Names(0), 0

    def slow(part: bytes, _lines: int, _size: int) -> int:
        nonlocal looks
        looks += 1
        return data.load(map(names.quad, parse(part, syntax)))

    Lines(data, syntax, slow).load(io.BytesIO(text), lambda _: None)
    return data, looks


@given(LINES, st.sampled_from([RdfFormat.N_TRIPLES, RdfFormat.N_QUADS]))
@settings(max_examples=300, deadline=None)
def test_lines_say_what_the_parser_says(
    lines: list[tuple[str, str, str]], syntax: RdfFormat
) -> None:
    """Whether or not they are loaded as they are."""
    has_graphs = syntax == RdfFormat.N_QUADS
    written = [
        f"<urn:x:s> <urn:x:p> {term}{graph if has_graphs else ''}{end}"
        for term, graph, end in lines
    ]
    text = "".join(written).encode()
    names = Names(0)
    wanted = triples(map(names.quad, parse(text, syntax)))
    data, _ = loaded(text, syntax)
    found = {
        Triple(subject, predicate, exact.decode(value))  # type: ignore[arg-type]
        for subject, predicate, value in data.select(ALL)
        if value is not None
    }
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("<urn:x:s> <urn:x:p> <urn:x:o> .\n", 0),
        ("<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> .\n<urn:x:s> <urn:x:p> 'x' <urn:x:h> .\n", 0),
        ("<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> .\n<urn:x:s> <urn:x:p> <urn:x:g> .\n", 1),
        ("<urn:x:s> <urn:x:p> '5'^^<http://www.w3.org/2001/XMLSchema#integer> .\n", 0),
        ("<urn:x:s> <urn:x:p> '05'^^<http://www.w3.org/2001/XMLSchema#integer> .\n", 1),
        ("<urn:x:s> <urn:x:p> _:b .\n", 1),
    ],
)
def test_only_what_needs_it_is_looked_at(text: str, looks: int) -> None:
    """Lines of a usual kind are loaded by the megabyte."""
    syntax = RdfFormat.N_QUADS if "g>" in text or "h>" in text else RdfFormat.N_TRIPLES
    assert loaded(text.replace("'", '"').encode(), syntax)[1] == looks


@pytest.mark.parametrize(
    "line",
    [
        "<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> nonsense .",
        "<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g>",
        "<urn:x:s> <urn:x:p> <urn:x:o> <relative> .",
        "<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:not valid> .",
        "<urn:x:s> <urn:x:p> .",
        "<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> <urn:x:h> .",
    ],
)
def test_no_mistake_is_passed_over(line: str) -> None:
    """What the parser refuses is refused, however it was cut."""
    good = "<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:g> .\n"
    for text in (line, good + line, line + "\n" + good):
        with pytest.raises(SyntaxError):
            loaded(text.encode(), RdfFormat.N_QUADS)


def test_parts_of_a_large_file_share_their_blank_nodes() -> None:
    """A file is read by the megabyte, and a label means the same node in all of it."""
    filling = b"<urn:x:s> <urn:x:p> <urn:x:o> .\n" * 40_000
    text = b"_:a <urn:x:p> _:b .\n" + filling + b"_:b <urn:x:p> _:a .\n"
    data, looks = loaded(text, RdfFormat.N_TRIPLES)
    assert looks == 2
    assert {str(row[0]) for row in data.select(ALL)} == {"_:f0b0", "_:f0b1", "<urn:x:s>"}
