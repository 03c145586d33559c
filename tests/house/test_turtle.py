"""Turtle in the house layout: the same triples give the same text, and the text gives them back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import turtle
from clausegraph.errors import InputError
from clausegraph.vocabulary import CG, ID, TYPE, XSD

iris = st.sampled_from(
    [
        ID + "document/x",
        ID + "document/x/clause/5.10",
        ID + "concept/mit-risk-domain/2.1",
        ID + "concept/agora-tag/a.",
        ID + "actor/y#z",
        CG + "Clause",
        "http://e/ab",
    ]
).map(NamedNode)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="zh")),
    st.integers().map(lambda n: Literal(str(n), datatype=NamedNode(XSD + "integer"))),
    st.sampled_from(["true", "false"]).map(
        lambda b: Literal(b, datatype=NamedNode(XSD + "boolean"))
    ),
    st.just(Literal("2024-09", datatype=NamedNode(XSD + "gYearMonth"))),
)
triples = st.builds(Triple, iris, st.one_of(iris, st.just(TYPE)), st.one_of(iris, literals))


@given(st.sets(triples, min_size=1, max_size=12))
def test_rendered_turtle_parses_back_to_the_same_triples(
    tmp_path_factory: pytest.TempPathFactory, given_triples: set[Triple]
) -> None:
    path = tmp_path_factory.mktemp("turtle") / "x.ttl"
    path.write_text(turtle.render(given_triples, comment="A note."), encoding="utf-8", newline="")
    assert {quad.triple for quad in turtle.parse_file(path).quads} == given_triples


def test_rendered_turtle_has_the_layout_that_the_formatter_keeps(
    tmp_path: Path, root: Path
) -> None:
    formatter = Path(sys.executable).parent / "turtlefmt"
    for source in sorted((root / "ontology").glob("*.ttl")):
        parsed = turtle.parse_file(source)
        if any("_:" in str(quad) for quad in parsed.quads):
            continue
        path = tmp_path / source.name
        path.write_text(turtle.render((q.triple for q in parsed.quads), comment="One.\nTwo."))
        subprocess.run([formatter, "--check", path], check=True)


def test_json_ld_by_our_own_context_is_read_without_a_network(tmp_path: Path) -> None:
    """JSON-LD 1.1 API, section 9.4: the document loader is ours, and knows one document."""
    path = tmp_path / "x.jsonld"
    path.write_text(
        '{"@context": "https://w3id.org/clausegraph/context/1.jsonld",\n'
        ' "id": "documents:x", "type": "Document", "title": {"en": "X"}}'
    )
    found = {quad.triple for quad in turtle.parse_file(path).quads}
    x = NamedNode(ID + "document/x")
    assert Triple(x, TYPE, NamedNode(CG + "Document")) in found
    assert len(found) == 2


def test_json_ld_by_any_other_context_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    path.write_text('{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "http://e/x"}')
    with pytest.raises(InputError):
        turtle.parse_file(path)


def test_order_of_triples_does_not_show() -> None:
    a = Triple(NamedNode(ID + "a"), TYPE, NamedNode(CG + "Clause"))
    b = Triple(NamedNode(ID + "b"), TYPE, NamedNode(CG + "Clause"))
    assert turtle.render([a, b]) == turtle.render([b, a, b])


def test_natural_order_puts_ten_after_nine() -> None:
    assert sorted(["5.10", "5.9", "5"], key=turtle.natural_key) == ["5", "5.9", "5.10"]


def test_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    """RFC 3629, section 6: the mark before a text is no part of it."""
    path = tmp_path / "x.ttl"
    text = (
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\r\n<http://e/x> a cg:Clause .\r\n"
    )
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (quad,) = turtle.parse_file(path).quads
    assert quad.object == NamedNode(CG + "Clause")


def test_error_in_json_ld_by_our_context_has_no_column_of_another_text(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    path.write_text('{"@context": "https://w3id.org/clausegraph/context/1.jsonld", "id":')
    with pytest.raises(InputError) as caught:
        turtle.parse_file(path)
    assert caught.value.place == f"{path}:1"


def test_formatter_is_installed() -> None:
    assert shutil.which("turtlefmt", path=str(Path(sys.executable).parent))
