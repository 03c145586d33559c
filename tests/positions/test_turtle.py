"""Places in Turtle and TriG: every statement has one, and what stands there is its term."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from clausegraph import formats
from clausegraph.naming import AnyTerm, Names
from clausegraph.positions import Place, Wanted, locate
from clausegraph.positions.spelling import TOKEN
from clausegraph.positions.terse import Statements

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    path for folder in ("data", "ontology", "shapes") for path in (ROOT / folder).rglob("*.ttl")
)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IMPLIED = (NamedNode(RDF + "first"), NamedNode(RDF + "rest"))
HEAD = (
    "@base <http://example.org/a/b> . @prefix : <http://example.org/> .\n"
    "PREFIX ex: <http://example.org/ns#> prefix graph: <x:g/> BASE <http://example.org/c/>\n"
)


def named(text: str, engine: RdfFormat, number: int = 0) -> list[Quad]:
    names = Names(number)
    return [names.quad(quad) for quad in parse(text, engine)]


def at(text: str, place: Place) -> str:
    """What stands at a place, counted anew from its lines and columns."""
    lines = text.split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    return "\n".join([lines[0][place.column - 1 :], *lines[1:]])


def check(text: str, engine: RdfFormat, head: str) -> int:
    """Hold the tokens of all statements against their terms: each is parsed again by itself."""
    quads = named(text, engine)
    statements = list(Statements(text))
    assert len(statements) == len(quads)
    labels: dict[AnyTerm, str] = {}
    known: dict[tuple[str, AnyTerm], bool] = {}
    for quad, offsets in zip(quads, statements, strict=True):
        for nth, (term, start) in enumerate(zip(list(quad)[:3], offsets, strict=True)):
            token = TOKEN.match(text, start)
            assert token is not None
            key = (token[0], term)
            if key not in known:
                known[key] = fits(key[0], term, head, labels, is_predicate=nth == 1)
            assert known[key], key
    return len(quads)


def fits(
    written: str, term: AnyTerm, head: str, labels: dict[AnyTerm, str], *, is_predicate: bool
) -> bool:
    if is_predicate and written == "a":
        return term == NamedNode(RDF + "type")
    if term in IMPLIED and is_predicate:
        return True
    if isinstance(term, BlankNode):
        return not written.startswith("_:") or labels.setdefault(term, written) == written
    if written in ("(", ")"):
        return term == NamedNode(RDF + "nil")
    (quad,) = parse(f"{head} <x:s> <x:p> {written} .", RdfFormat.TURTLE)
    return bool(quad.object == term)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_statement_that_we_ship_has_a_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines() if line.startswith(("@prefix", "@base")))
    assert check(text, RdfFormat.TURTLE, head) > 0
    quads = named(text, RdfFormat.TURTLE, 3)
    wanted = [Wanted(quad.subject, quad.predicate, quad.object) for quad in quads]
    assert set(locate(path, formats.TURTLE, 3, wanted)) == set(wanted)


SPACE = st.sampled_from([" ", "\n", "\t", "\r\n", " # no . ; [ \"'<\n", "  ", "\n\n"])
IRIS = st.sampled_from(
    r"<http://example.org/x> <rel> <#f> <> <x:\u0041é> : ex:a :a.b ex:é ex:a\,b\. ex:%20 :0 ex:a:b"
    " graph:a ex:a-1 :true <?q> graph:graph".split()
)
LABELS = st.sampled_from(["_:a", "_:b.c", "_:0", "_:é"])
STRINGS = st.sampled_from(
    [
        '"a"',
        "'b'",
        '""',
        "''",
        '"""c"d""e\n"""',
        "'''f'g\n'''",
        '"\\"\\u00e9"',
        '"#<[("',
        "'\\''",
        '"😀"',
        '"""\\""""',
    ]
)
SUFFIXES = st.sampled_from(["", "@en", "@zh-Hans", "^^ex:d", "^^<x:d>", " ^^ ex:d", " #c\n@en"])
OTHERS = st.sampled_from(["1", "-1.5", "+.5e-3", "1.e5", "1E5", "true", "false", ".5"])
LITERALS = st.builds("{}{}".format, STRINGS, SUFFIXES) | OTHERS
VERBS = IRIS | st.just("a")


def joined(parts: list[str], spaces: list[str]) -> str:
    return "".join(part + space for part, space in zip(parts, spaces, strict=False))


def spaced(draw: st.DrawFn, parts: list[str]) -> str:
    spaces = draw(st.lists(SPACE, min_size=len(parts), max_size=len(parts)))
    return joined(parts, spaces)


@st.composite
def pairs(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    """A list of predicates and objects, with repeated commas and semicolons."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if parts:
            parts += [";"] * draw(st.integers(1, 2))
        parts.append(draw(VERBS))
        for nth in range(draw(st.integers(1, 3))):
            parts += [","] * (nth > 0) + [draw(objects)]
    parts += [";"] * draw(st.integers(0, 1))
    return spaced(draw, parts)


@st.composite
def brackets(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    inner = draw(st.just("") | pairs(objects))
    return spaced(draw, ["[", inner, "]"])


@st.composite
def lists(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    return spaced(draw, ["(", *draw(st.lists(objects, max_size=4)), ")"])


LEAVES = IRIS | LABELS | LITERALS
OBJECTS = st.recursive(LEAVES, lambda inner: brackets(inner) | lists(inner), max_leaves=8)


@st.composite
def statements(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return spaced(draw, ["[", draw(pairs(OBJECTS)), "]", "."])
    subjects = {1: brackets(OBJECTS), 2: lists(OBJECTS), 3: LABELS}
    return spaced(draw, [draw(subjects.get(kind, IRIS)), draw(pairs(OBJECTS)), "."])


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """A graph of TriG, named or not, or a statement of the default graph."""
    body = "".join(draw(st.lists(statements(), max_size=2)))
    if draw(st.booleans()):
        return body
    if draw(st.booleans()):
        body = body.rstrip().removesuffix(".") + " " if "#" not in body else body
    name = draw(st.sampled_from(["", ":g", "GRAPH :g", "graph <x:g>", "[]", "_:g", "GRAPH _:a"]))
    return spaced(draw, [name, "{", body, "}"])


@settings(max_examples=120, deadline=None)
@given(st.lists(statements(), max_size=4).map("".join))
@example(':s :p (1 2 (3) ["q"] ()) .'.replace('["q"]', '[:q "q"]'))
@example(':s :p (("a" "b"@en) [:q "c"] "d"), ("e") ; a ((("f"))) .')
@example("[:q [] , [ ], ( ) ; :r 'x'] .")
@example(":s<x:p>:o.<x:s><x:p>1.")
def test_statements_come_in_the_order_of_the_parser(text: str) -> None:
    check(HEAD + text, RdfFormat.TURTLE, HEAD)


@settings(max_examples=100, deadline=None)
@given(st.lists(blocks(), max_size=3).map("".join))
@example("{:s :p 1} :g {:s :p 2 . :t :p 'x'} GRAPH :h {[] :p (1)} [] {:s :p 3} {} :s :p 4 .")
@example("graph:a {graph:s graph:p 'x'}")
def test_statements_of_graphs_come_in_the_order_of_the_parser(text: str) -> None:
    check(HEAD + text, RdfFormat.TRIG, HEAD)


@settings(max_examples=100, deadline=None)
@given(st.lists(blocks(), max_size=3).map("".join), st.sampled_from(" \n\t"))
@example(":s :p 1 . :s :p 1.5 . :s :p 'x' . ( 1 -1 ) :p true , :o .", " ")
@example(":s :p _:a .<x:s> :p ( :a +1 :b ) .", " ")
def test_statements_without_space_are_those_of_the_parser(text: str, space: str) -> None:
    close = HEAD + text.replace(space, "")
    try:
        check(close, RdfFormat.TRIG, HEAD)
    except SyntaxError:  # Some have become one token.
        assert locate(close, formats.TRIG, 0, [Wanted(NamedNode("x:s"))]) == {}


TEXT = """\
@prefix : <http://example.org/> .
# :s :p 1 .
:t :q :s .
:s a :T ;
    :p "é😀" , 1.50 ,
        :o ;
    :long \"\"\"two
lines\"\"\"@en .
[] :p [ :q ( 1 _:x ) ] .
"""
S, P, Q = (NamedNode(f"http://example.org/{name}") for name in "spq")
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


@pytest.mark.parametrize(
    ("wanted", "line", "column", "written"),
    [
        (Wanted(S, P, Literal("é😀")), 5, 8, '"é😀"'),
        (Wanted(S, P, Literal("1.50", datatype=DECIMAL)), 5, 15, "1.50"),
        (Wanted(S, NamedNode(RDF + "type"), NamedNode("http://example.org/T")), 4, 6, ":T"),
        (
            Wanted(S, NamedNode("http://example.org/long"), Literal("two\nlines", language="en")),
            7,
            11,
            '"""two\nlines"""@en',
        ),
        (Wanted(S, P), 5, 5, ":p"),
        (Wanted(S), 4, 1, ":s"),
        (Wanted(S, P, Literal("absent")), 5, 5, ":p"),
        (Wanted(S, Q, Literal("absent")), 4, 1, ":s"),
        (Wanted(NamedNode("http://example.org/o"), P), 6, 9, ":o"),
        (Wanted(Literal("é😀")), 5, 8, '"é😀"'),
        (Wanted(BlankNode("f7b2")), 9, 1, "["),
        (Wanted(BlankNode("f7b0")), 9, 7, "["),
    ],
)
def test_place_is_that_of_the_object_or_the_next_best(
    wanted: Wanted, line: int, column: int, written: str
) -> None:
    names = named(TEXT, RdfFormat.TURTLE, 7)
    blank = {BlankNode("f7b2"): names[-1].subject, BlankNode("f7b0"): names[-1].object}
    subject = blank.get(wanted.subject, wanted.subject)
    one = Wanted(subject, wanted.predicate, wanted.object)
    place = locate(TEXT, formats.TURTLE, 7, [one])[one]
    assert (place.line, place.column, at(TEXT, place)) == (line, column, written)


def test_node_that_is_never_mentioned_has_no_place() -> None:
    assert locate(TEXT, formats.TURTLE, 0, [Wanted(NamedNode("http://example.org/none"))]) == {}


def test_blank_nodes_are_those_of_the_file_with_the_number() -> None:
    assert locate(TEXT, formats.TURTLE, 1, [Wanted(BlankNode("f2b0"))]) == {}


def test_byte_order_mark_is_no_column() -> None:
    text = "\ufeff<x:s> <x:p> 1 ."
    found = locate(text.encode(), formats.TURTLE, 0, [Wanted(NamedNode("x:s"))])
    assert list(found.values()) == [Place(1, 1, 1, 6)]


def test_text_with_statements_about_statements_is_searched() -> None:
    text = '@prefix : <x:> .\n:o :p "<x:s>" . # :s\n<<:o :p :s>> :q 1 .\n:s :p :o .\n'
    found = locate(text, formats.TURTLE, 0, [Wanted(NamedNode("x:s"), NamedNode("x:p"))])
    assert list(found.values()) == [Place(4, 1, 4, 3)]


def test_relative_iris_are_those_below_the_given_base() -> None:
    text = "<s> <p> <o> .\n"
    wanted = Wanted(NamedNode("http://b/s"), NamedNode("http://b/p"), NamedNode("http://b/o"))
    assert locate(text, formats.TURTLE, 0, [wanted], "http://b/") == {wanted: Place(1, 9, 1, 12)}
    assert locate(text, formats.TURTLE, 0, [wanted]) == {}


@pytest.mark.parametrize(
    "text", ["<x:s> <x:p>", ")", "]", "<x:s> <x:p> ) .", "(" * 50000, "[" * 50000, '"' * 9, "<" * 99, "<x:s> <x:p> 'open",
        "<x:s> <x:p> 1 . " + "a." * 100_000, "\x00", "# " * 200000, " " * 200000 + "<", '"""' + "\\" * 99999, "<x:s> <x:p> " + "[<x:p> " * 20000 + "]" * 20000 + "."]
)  # fmt: skip
def test_bad_text_has_no_places_and_costs_no_time(text: str) -> None:
    start = time.process_time()
    wanted = [Wanted(NamedNode("x:none")), Wanted(BlankNode("f0b0"))]
    found = locate(text, formats.TURTLE, 0, wanted)
    assert set(found) <= {wanted[1]}
    assert time.process_time() - start < 5


def test_invalid_utf_8_has_no_places() -> None:
    assert locate(b"\xff", formats.TURTLE, 0, [Wanted(S)]) == {}


def test_missing_file_has_no_places(tmp_path: Path) -> None:
    assert locate(tmp_path / "none.ttl", formats.TURTLE, 0, [Wanted(S)]) == {}
