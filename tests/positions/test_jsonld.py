"""Places in JSON-LD."""

from __future__ import annotations

import json
import time

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from clausegraph import formats
from clausegraph.naming import AnyTerm, Names
from clausegraph.positions import Place, Wanted, locate

TEXT = """\
{
  "@context": {
    "@vocab": "http://v/", "x": "http://x/", "id": "@id",
    "r": {"@id": "x:r", "@type": "@id"},
    "label": {"@id": "x:label", "@container": "@language"}
  },
  "@graph": [
    {
      "id": "x:s", "@type": ["T", "x:U"],
      "a": ["\\u00e9😀", 2, 1.5, true, {"b": null}],
      "r": ["x:o", {"id": "x:p", "a": "1"}],
      "label": {"en": "one", "de": ["eins"]},
      "v": {"@value": "3", "@type": "x:dt"},
      "n": {"m": {"id": "_:named", "k": 1}}
    },
    {"a": "nameless"},
    {"a": {"id": "x:s"}, "id": "x:late", "list": {"@list": [1]}}
  ]
}
"""
X, V = "http://x/", "http://v/"
S = NamedNode(X + "s")
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def number(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + kind))


def written(text: str, place: Place | None) -> str | None:
    if place is None:
        return None
    assert place.line == place.end_line
    return text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


@pytest.mark.parametrize(
    ("wanted", "line", "what"),
    [
        (Wanted(S), 9, '"x:s"'),
        (Wanted(S, TYPE, NamedNode(V + "T")), 9, '"T"'),
        (Wanted(S, TYPE, NamedNode(X + "U")), 9, '"x:U"'),
        (Wanted(S, NamedNode(V + "a")), 10, '"a"'),
        (Wanted(S, NamedNode(V + "a"), Literal("é😀")), 10, '"\\u00e9😀"'),
        (Wanted(S, NamedNode(V + "a"), number("2", "integer")), 10, "2"),
        (Wanted(S, NamedNode(V + "a"), number("1.5E0", "double")), 10, "1.5"),
        (Wanted(S, NamedNode(V + "a"), number("true", "boolean")), 10, "true"),
        (Wanted(S, NamedNode(V + "a"), BlankNode("f3b0")), 10, "{"),
        (Wanted(S, NamedNode(X + "r"), NamedNode(X + "o")), 11, '"x:o"'),
        (Wanted(S, NamedNode(X + "r"), NamedNode(X + "p")), 11, '"x:p"'),
        (Wanted(S, NamedNode(X + "label"), Literal("eins", language="de")), 12, '"eins"'),
        (Wanted(S, NamedNode(V + "v"), Literal("3", datatype=NamedNode(X + "dt"))), 13, '"3"'),
        (Wanted(BlankNode("f3b1")), 14, "{"),
        (Wanted(BlankNode("f3b2")), 14, '"_:named"'),
        (Wanted(BlankNode("f3b1"), NamedNode(V + "m"), BlankNode("f3b2")), 14, '"_:named"'),
        (Wanted(BlankNode("f3b3"), NamedNode(V + "a"), Literal("nameless")), 16, '"nameless"'),
        (Wanted(NamedNode(X + "late"), NamedNode(V + "a"), S), 17, '"x:s"'),
        (Wanted(NamedNode(X + "late"), NamedNode(V + "list")), 17, '"list"'),
        (Wanted(NamedNode(X + "o")), 11, '"x:o"'),
        (Wanted(S, NamedNode(V + "absent")), 9, '"x:s"'),
        (Wanted(NamedNode(X + "none")), None, None),
    ],
)
def test_place_is_that_of_the_value_or_the_next_best(
    wanted: Wanted, line: int | None, what: str | None
) -> None:
    place = locate(TEXT, formats.JSON_LD, 3, [wanted]).get(wanted)
    assert (place and place.line, written(TEXT, place)) == (line, what)


def test_every_statement_with_a_subject_of_its_own_has_a_place() -> None:
    names = Names(0)
    quads = [names.quad(quad) for quad in parse(TEXT, RdfFormat.JSON_LD)]
    wanted = [
        Wanted(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if not quad.predicate.value.endswith(("#first", "#rest"))
    ]
    assert set(locate(TEXT, formats.JSON_LD, 0, wanted)) == set(wanted)


def test_context_of_ours_is_known_by_its_name() -> None:
    text = '{"@context": "https://w3id.org/clausegraph/context/1.jsonld",\n "@id": "cg:x"}'
    text = text.replace("}", ', "skos:note": "n"}')
    wanted = Wanted(
        NamedNode("https://w3id.org/clausegraph/ontology#x"),
        NamedNode("http://www.w3.org/2004/02/skos/core#note"),
        Literal("n"),
    )
    place = locate(text, formats.JSON_LD, 0, [wanted])[wanted]
    assert written(text, place) == '"n"'


def test_context_that_is_elsewhere_is_passed_over() -> None:
    text = '{"@context": "https://example.org/c", "@id": "http://x/s", "http://x/p": "v"}'
    wanted = Wanted(S, NamedNode(X + "p"), Literal("v"))
    assert written(text, locate(text, formats.JSON_LD, 0, [wanted])[wanted]) == '"v"'


def test_relative_iris_are_those_below_the_base() -> None:
    text = '{"@id": "s", "http://x/p": {"@id": "../o"}}'
    wanted = Wanted(NamedNode("http://b/c/s"), NamedNode(X + "p"), NamedNode("http://b/o"))
    found = locate(text, formats.JSON_LD, 0, [wanted], "http://b/c/d")
    assert written(text, found[wanted]) == '"../o"'


@pytest.mark.parametrize("term", [S, BlankNode("f0b0")])
@pytest.mark.parametrize(
    "text",
    [
        '{"http://x/p":' * 5000 + "1" + "}" * 5000,
        "[" * 200_000,
        '{"@context":' * 100_000,
        '{"@context": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"@context": {' + ", ".join(f'"t{n}": "x:{n}"' for n in range(9000)) + '}, "x:p": ['
        + ", ".join('{"@context": {"a": "x:a"}}' for _ in range(9000)) + "]}",
        '{"@context": {"a": "b:c", "b": "a:d"}, "a": 1}',
        '{"@context": {"a": {"@id": 1}, "b": 2, "@vocab": [], "@base": {}}, "a": 1, "b": 2}',
        '"' + "\\" * 100_001,
        '{"@id": 1, "@type": {}}]]]',
        '{"@id": "\\ud800"}',
        '{"a": :}',
        "]",
        "",
        "\x00",
        '"a": 1',
    ],
    ids=range(15),
)  # fmt: skip
def test_bad_text_has_no_places_and_costs_no_time(text: str, term: AnyTerm) -> None:
    start = time.process_time()
    assert locate(text, formats.JSON_LD, 0, [Wanted(term)]) == {}
    assert time.process_time() - start < 5


def test_deep_text_has_places_for_iris() -> None:
    text = '{"@id":"http://x/s","http://x/p":' * 5000 + '"v"' + "}" * 5000
    wanted = Wanted(S, NamedNode(X + "p"), Literal("v"))
    assert written(text, locate(text, formats.JSON_LD, 0, [wanted])[wanted]) == '"v"'


def test_text_of_many_nodes_is_read_in_linear_time() -> None:
    def seconds(count: int) -> float:
        nodes = [{"@id": f"http://x/{n}", "http://x/p": [{"http://x/q": n}]} for n in range(count)]
        text = json.dumps(nodes)
        start = time.process_time()
        assert locate(text, formats.JSON_LD, 0, [Wanted(BlankNode(f"f0b{count - 1}"))])
        return time.process_time() - start

    assert seconds(8000) < 40 * max(seconds(800), 0.01)
