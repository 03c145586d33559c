"""Places in RDF/XML."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from clausegraph import formats
from clausegraph.naming import Names
from clausegraph.positions import Place, Wanted, locate
from clausegraph.positions.xmlstatements import statements

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = (
    f'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="{RDF}" xmlns:v="http://v/"'
    " xml:base='http://b/'>\n"
)
TEXT = f"""{HEAD}\
<v:T rdf:about="s" v:a = 'é😀' rdf:type="http://v/U"><v:b>two
  words</v:b>
  <v:c rdf:resource="o"/><v:d><rdf:Description rdf:nodeID="n"><v:e/></rdf:Description></v:d>
  <v:f rdf:parseType="Resource"><v:g rdf:datatype="http://v/dt"> 5 </v:g></v:f>
  <v:h rdf:parseType="Collection"><v:I rdf:ID="i"/><v:J/></v:h>
  <v:k rdf:parseType="Literal"><p>&amp;</p></v:k>
</v:T>
</rdf:RDF>
"""
S = NamedNode("http://b/s")


def v(name: str) -> NamedNode:
    return NamedNode("http://v/" + name)


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (Wanted(S), (3, 17, "s")),
        (Wanted(S, NamedNode(RDF + "type"), v("T")), (3, 2, "v:T")),
        (Wanted(S, NamedNode(RDF + "type"), v("U")), (3, 41, "http://v/U")),
        (Wanted(S, v("a"), Literal("é😀")), (3, 27, "é😀")),
        (Wanted(S, v("b")), (3, 54, "v:b")),
        (Wanted(S, v("c"), NamedNode("http://b/o")), (5, 22, "o")),
        (Wanted(S, v("d"), BlankNode("f1b0")), (5, 60, "n")),
        (Wanted(BlankNode("f1b0"), v("e"), Literal("")), (5, 64, "v:e")),
        (Wanted(BlankNode("f1b1"), v("g"), Literal("5")), (6, 34, "v:g")),
        (Wanted(NamedNode("http://b/#i")), (7, 48, "i")),
        (Wanted(NamedNode("http://b/o")), (5, 22, "o")),
        (Wanted(S, v("none")), (3, 17, "s")),
        (Wanted(v("none")), None),
    ],
)
def test_place_of_tags_and_attributes(wanted: Wanted, place: tuple[int, int, str] | None) -> None:
    found = locate(TEXT, formats.RDF_XML, 1, [wanted]).get(wanted)
    assert (found and (found.line, found.column, written(found))) == place


def written(place: Place) -> str:
    return TEXT.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


def test_text_of_several_lines_has_its_end() -> None:
    wanted = Wanted(S, v("b"), Literal("two\n  words"))
    assert locate(TEXT, formats.RDF_XML, 1, [wanted]) == {wanted: Place(3, 58, 4, 8)}


def test_every_statement_has_a_place() -> None:
    names = Names(1)
    quads = [names.quad(quad) for quad in parse(TEXT, RdfFormat.RDF_XML)]
    wanted = [Wanted(quad.subject, quad.predicate, quad.object) for quad in quads]
    assert set(locate(TEXT, formats.RDF_XML, 1, wanted)) == set(wanted)


TEXTS = st.sampled_from(["x", "", "a &lt; b", "é", "&#10;"])
VALUES = st.lists(TEXTS, max_size=2).map(
    lambda texts: "".join(f' v:{chr(97 + n)}="{text}"' for n, text in enumerate(texts))
)
LABELS = st.sampled_from(["", ' rdf:about="x"', ' rdf:nodeID="y"', " rdf:about='http://v/z#é'"])
TYPES = st.sampled_from(["", ' rdf:type="http://v/U"'])


def nodes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["rdf:Description", "v:T", "rdf:Seq"])
    return st.builds(
        lambda name, label, values, kind, parts: (
            f"<{name}{label}{values}{kind}>{''.join(parts)}</{name}>"
            if parts
            else f"<{name}{label}{kind}{values} />"
        ),
        names,
        LABELS,
        VALUES,
        TYPES,
        st.lists(inner, max_size=3),
    )


def properties(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["v:p", "v:q", "rdf:li"])
    shapes = st.one_of(
        st.builds(" xml:lang='en'>{}".format, TEXTS),
        st.builds(' rdf:datatype="http://v/d"><!-- c -->{}'.format, TEXTS),
        st.builds(' rdf:resource="r"{}>'.format, VALUES),
        st.builds("{}{}>".format, VALUES, TYPES),
        st.just(' rdf:parseType="Literal"><a><b v:c="1"/>t</a>'),
        st.builds(">\n{}\n".format, nodes(inner)),
        st.builds(' rdf:parseType="Resource">{}'.format, st.lists(inner, max_size=2).map("".join)),
        st.builds(
            ' rdf:parseType="Collection">{}'.format,
            st.lists(nodes(inner), max_size=3).map("".join),
        ),
    )
    return st.builds("<{0}{1}</{0}>".format, names, shapes)


DOCUMENTS = st.lists(
    nodes(st.recursive(st.just("<v:r/>"), properties, max_leaves=6)), max_size=3
).map("\n".join)


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS)
@example(
    "<v:T><v:p rdf:ID='a' v:m='1' rdf:type='http://v/U' v:n='2'/><v:q rdf:ID='b'>x</v:q></v:T>"
)
@example("<v:T><v:p rdf:ID='a' rdf:parseType='Resource'><v:q/></v:p></v:T>")
@example("<v:T><v:p rdf:ID='a' rdf:parseType='Collection'><v:T/><v:U/></v:p></v:T>")
@example("<v:T><v:p rdf:ID='a'><v:T/></v:p><v:q rdf:nodeID='n' v:m='1'/></v:T>")
def test_statements_come_in_the_order_of_the_parser(body: str) -> None:
    text = f"{HEAD}{body}</rdf:RDF>"
    quads = list(parse(text, RdfFormat.RDF_XML))
    data = text.encode()
    found = iter(statements(data))
    spans = zip(found, found, strict=True)
    places = list(zip(spans, spans, spans, strict=True))
    assert len(places) == len(quads)
    for quad, (subject, predicate, value) in zip(quads, places, strict=True):
        assert is_named(quad.predicate, data[slice(*predicate)].decode())
        for term, span in ((quad.subject, subject), (quad.object, value)):
            raw = data[slice(*span)].decode()
            if isinstance(term, NamedNode):
                assert is_named(term, raw) or term.value == RDF + "nil"
            elif isinstance(term, Literal) and "&" not in raw:
                assert term.value.strip() == raw or not term.value.strip() or "<" in raw


def is_named(term: NamedNode, raw: str) -> bool:
    """Whether a tag, an attribute or its value may stand for a term; lists have names of theirs."""
    last = raw.replace("/", ":").replace("#", ":").rpartition(":")[2]
    return term.value.endswith(last) or "22-rdf-syntax-ns#" in term.value


def test_entities_of_text_are_followed() -> None:
    text = f'<!DOCTYPE r [<!ENTITY e "http://e/">]>{HEAD.partition(chr(10))[2]}'
    text += '<v:T rdf:about="&e;x"/></rdf:RDF>'
    found = locate(text, formats.RDF_XML, 0, [Wanted(NamedNode("http://e/x"))])
    assert [(place.line, place.column) for place in found.values()] == [(2, 17)]


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{BOMB}]><r>&e11;</r>',
        f'<!DOCTYPE r [<!ENTITY e0 SYSTEM "file:///etc/passwd">]>{HEAD}<v:T rdf:about="http://b/s"/>',
        f'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">{HEAD}</rdf:RDF>',
        f"<!DOCTYPE r [<!ENTITY t \"<v:T xmlns:v='http://v/'/>\">]>{HEAD}&t;</rdf:RDF>",
        HEAD,
        HEAD + "</v:T>",
        "<",
        "",
        "\x00",
        "<a " + "b='c' " * 1000,
        f"{HEAD}<v:T rdf:about='http://b/s'>text</v:T></rdf:RDF>",
    ],
    ids=range(11),
)
def test_bad_text_has_no_places(text: str) -> None:
    start = time.process_time()
    assert locate(text, formats.RDF_XML, 0, [Wanted(S)]) == {}
    assert time.process_time() - start < 5


def test_deep_text_is_read_in_linear_time() -> None:
    text = f"{HEAD}{'<v:T><v:p>' * 5000}{'</v:p></v:T>' * 5000}</rdf:RDF>"
    start = time.process_time()
    locate(text, formats.RDF_XML, 0, [Wanted(S)])
    assert time.process_time() - start < 5
