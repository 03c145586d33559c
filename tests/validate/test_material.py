"""What is judged, and in which context: files, folders, globs, standard input, and what ships."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph import authored, bundle, formats
from clausegraph.errors import InputError
from clausegraph.shacl import exact
from clausegraph.shacl.store import LocalData
from clausegraph.validate import material
from clausegraph.validate.material import Material
from clausegraph.validate.reading import sniff
from clausegraph.validate.request import Request
from clausegraph.vocabulary import CG, ID, RDF, TYPE, XSD

P = NamedNode("urn:x:p")
DECIMAL = NamedNode(XSD + "decimal")
XML = (
    '<rdf:RDF xmlns:rdf="{rdf}" xmlns:x="urn:x:"><rdf:Description rdf:about="urn:x:{name}">'
    '<x:p rdf:resource="urn:x:b"/></rdf:Description></rdf:RDF>'
)
TEXTS: dict[str, Callable[[str], str]] = {
    "ttl": "<urn:x:{}> <urn:x:p> <urn:x:b> .".format,
    "trig": "GRAPH <urn:x:g> {{ <urn:x:{}> <urn:x:p> <urn:x:b> }}".format,
    "nt": "<urn:x:{}> <urn:x:p> <urn:x:b> .\n".format,
    "nq": "<urn:x:{}> <urn:x:p> <urn:x:b> <urn:x:g> .\n".format,
    "jsonld": '{{"@id": "urn:x:{}", "urn:x:p": {{"@id": "urn:x:b"}}}}'.format,
    "rdf": lambda name: XML.format(rdf=RDF, name=name),
}


def node(name: str) -> NamedNode:
    """A node of the tests."""
    return NamedNode(f"urn:x:{name}")


def alone(*paths: Path | str, **more: object) -> Material:
    """Read files without a background."""
    request = Request(paths=tuple(map(str, paths)), has_background=False, **more)  # type: ignore[arg-type]
    return material.read(request)


def local(read: Material) -> LocalData:
    """The data at hand."""
    assert isinstance(read.data, LocalData)
    return read.data


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file, and the folders that it is in."""

    def call(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(text.encode()))
        else:
            path.write_text(text, encoding="utf-8")
        return path

    return call


@pytest.mark.parametrize("suffix", [*TEXTS, *(f"{suffix}.gz" for suffix in TEXTS)])
def test_each_syntax_is_read_by_its_suffix(write: Callable[[str, str], Path], suffix: str) -> None:
    """Compressed ones, too."""
    path = write(f"a.{suffix}", TEXTS[suffix.removesuffix(".gz")]("a"))
    read = alone(path)
    assert read.triples == 1
    assert local(read).has(node("a"), P, node("b"))
    assert [file.path for file in read.files] == [path]
    source = read.files[0].read()
    assert source == (path if not suffix.endswith(".gz") else gzip.decompress(path.read_bytes()))


@pytest.mark.parametrize("suffix", list(TEXTS))
def test_standard_input_is_read_in_the_syntax_that_it_is_in(
    monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """By how it begins, or by what is said of it."""
    data = TEXTS[suffix]("a").encode()
    named = formats.by_suffix(f".{suffix}", formats.READABLE)
    for syntax in (None, named):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        read = alone("-", stdin_syntax=syntax)
        assert local(read).has(node("a"), P, node("b"))
        assert read.files[0].read() == data
        assert str(read.files[0].path) == "-"


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("", formats.TRIG),
        ("[] a <urn:x:c> .", formats.TRIG),
        ("[ a <urn:x:c> ] <urn:x:p> 1 .", formats.TRIG),
        ("{ <urn:x:a> <urn:x:p> 1 }", formats.TRIG),
        ("@prefix : <urn:x:> .", formats.TRIG),
        ('# a\n\n<urn:x:a> <urn:x:p> "x . y"@en <urn:x:g> .', formats.N_QUADS),
        ("<urn:x:a> <urn:x:p> _:b .", formats.TRIG),
        ("\ufeff [ { } ]", formats.JSON_LD),
        ('{"@id": 1}', formats.JSON_LD),
        ("<?xml version='1.0'?>", formats.RDF_XML),
        ("<rdf:RDF>", formats.RDF_XML),
    ],
)
def test_a_text_shows_its_syntax(text: str, syntax: formats.Syntax) -> None:
    """TriG is the answer in doubt: Turtle and N-Triples are TriG."""
    assert sniff(text.encode()) is syntax


def test_folders_and_globs_are_read_once_and_in_order(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """A shell need not expand them; hidden files and other kinds are left alone."""
    for name in ("b.ttl", "a.nt", "below/deep/c.ttl.gz", ".hidden/d.ttl", "e.txt"):
        write(name, "<urn:x:a> <urn:x:p> <urn:x:b> .\n")
    names = ["a.nt", "b.ttl", "c.ttl.gz"]
    assert [file.path.name for file in alone(tmp_path).files] == names
    assert [file.path.name for file in alone(tmp_path, tmp_path / "a.nt").files] == names
    assert [file.path.name for file in alone(tmp_path / "**" / "*").files] == names
    assert [file.path.name for file in alone(tmp_path / "*.ttl").files] == ["b.ttl"]
    assert [file.path.name for file in alone(tmp_path / "bel*").files] == ["c.ttl.gz"]


def test_byte_order_mark_is_no_part_of_a_text(write: Callable[[str, str], Path]) -> None:
    """Editors write one."""
    for suffix, text in TEXTS.items():
        assert alone(write(f"a.{suffix}", "\ufeff" + text("a"))).triples == 1


def test_relative_iris_are_resolved_against_the_file(write: Callable[[str, str], Path]) -> None:
    """As RFC 3986, section 5.1.3, has it for a text without a base of its own."""
    path = write("a.ttl", "<#a> <urn:x:p> <> .")
    assert local(alone(path)).describes(NamedNode(f"{path.as_uri()}#a"))
    assert alone(path).files[0].base == path.as_uri()


def test_our_context_needs_no_network(write: Callable[[str, str], Path]) -> None:
    """It stands in for its IRI, also in a list."""
    ours = "https://w3id.org/clausegraph/context/1.jsonld"
    for context in (f'"{ours}"', f'["{ours}", {{"p": "urn:x:p"}}]'):
        path = write(
            "a.jsonld", f'{{"@context": {context}, "@id": "urn:x:a", "type": "cg:Clause"}}'
        )
        assert local(alone(path)).has(node("a"), TYPE, NamedNode(CG + "Clause"))


def test_blank_nodes_of_files_are_apart(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    """The same label in two files means two nodes; the file is known by the node."""
    for name in ("a.ttl", "b.nt"):
        write(name, "_:x <urn:x:p> _:y .\n")
    read = alone(tmp_path)
    subjects = sorted(local(read).subjects(), key=str)
    assert [str(subject) for subject in subjects] == ["_:f0b0", "_:f1b0"]
    holders = [read.described_in(subject) for subject in subjects]
    assert [file and file.path.name for file in holders] == ["a.ttl", "b.nt"]


def test_files_are_known_by_what_they_describe_and_say(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """However they were read."""
    write("a.ttl", "<urn:x:a> <urn:x:p> 1.50 . <urn:x:b> <urn:x:p> 1 .")
    write("b.nt", "<urn:x:b> <urn:x:p> <urn:x:c> .\n<urn:x:\\u0065> <urn:x:p> <urn:x:c> .\n")
    write("c.nq", "<urn:x:d> <urn:x:p> <urn:x:c> <urn:x:g> .\n")
    read = alone(tmp_path)

    def described(name: str) -> str | None:
        file = read.described_in(node(name))
        return None if file is None else file.path.name

    assert {name: described(name) for name in "abcde"} == {
        "a": "a.ttl",
        "b": "a.ttl",
        "c": None,
        "d": "c.nq",
        "e": "b.nt",
    }
    for value, name in ((Literal(1), "a.ttl"), (node("c"), "b.nt")):
        file = read.file_of(node("b"), P, value)
        assert file is not None
        assert file.path.name == name
    assert read.file_of(node("b"), P, node("x")) is None
    assert read.described_in(Literal("1.50", datatype=DECIMAL)) is None


# What ships, and what is context


def test_all_that_ships_is_judged_without_context() -> None:
    """There is nothing else to be had."""
    read = material.read(Request())
    assert len(read.files) == len(authored.shipped(("data", "ontology")))
    assert read.selection == material.EVERYTHING
    assert read.triples == len(local(read))
    assert not read.context


def test_what_ships_is_the_context_of_other_files(write: Callable[[str, str], Path]) -> None:
    """It is there, and not judged; what the file points to may be looked at."""
    actor, other = NamedNode(ID + "actor/cac"), NamedNode(ID + "actor/agora")
    path = write("a.ttl", f"<urn:x:a> <urn:x:p> {actor} , 1.50 .")
    read = material.read(Request(paths=(str(path),)))
    assert local(read).describes(other)
    assert read.triples == 2
    assert [read.judged(one) for one in (node("a"), actor, other)] == [True, False, False]
    assert read.described_in(actor) is None
    nodes = read.selection.nodes
    assert nodes is not None
    assert {str(one) for one in nodes} >= {str(node("a")), str(actor)}
    assert other not in nodes
    assert exact.encode(Literal("1.50", datatype=DECIMAL)) in nodes


def test_results_count_where_focus_or_value_is_judged(write: Callable[[str, str], Path]) -> None:
    """An edit that breaks a node of the context is seen; what was wrong with it before is not."""
    write("a.ttl", "<urn:x:a> <urn:x:p> <urn:x:nowhere> , 'text' , <urn:x:b> .")
    path = write("b/b.ttl", "<urn:x:b> <urn:x:p> <urn:x:c> , 'other' . <urn:x:c> <urn:x:p> 1 .")
    request = Request(paths=(str(path.parent.parent / "a.ttl"),), background=(str(path),))
    read = material.read(request)
    counted = {
        "judged": read.concerns(node("a"), None),
        "described nowhere": read.concerns(node("nowhere"), None),
        "literal": read.concerns(Literal("text"), None),
        "context with judged value": read.concerns(node("b"), node("a")),
        "context": read.concerns(node("b"), None),
        "context with its own value": read.concerns(node("b"), Literal("other")),
        "literal of the context": read.concerns(Literal("other"), None),
        "context alone": read.concerns(node("c"), None),
    }
    assert [name for name, counts in counted.items() if counts] == [
        "judged",
        "described nowhere",
        "literal",
        "context with judged value",
    ]


def test_large_judged_data_are_not_listed(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the nodes of the context are marked instead, with the same outcome."""
    monkeypatch.setattr(material, "_SMALL", 1)
    path = write("a.nt", "<urn:x:a> <urn:x:p> <urn:x:b> .\n<urn:x:a> <urn:x:p> <urn:x:c> .\n")
    behind = write("b/b.ttl", "<urn:x:b> <urn:x:p> 1 . <urn:x:d> <urn:x:p> <urn:x:e> .")
    read = material.read(Request(paths=(str(path),), background=(str(behind),)))
    restriction = read.selection.restriction
    assert restriction is not None
    text = (
        f"SELECT DISTINCT ?this {{ {{ {{ ?this ?p ?o }} UNION {{ ?s ?p ?this }} }} {restriction} }}"
    )
    found = {row[0] for row in read.data.select(text)}
    assert found == {node("a"), node("b"), node("c"), Literal(1)}
    assert not read.concerns(Literal(1), None)


def test_no_background_is_none(write: Callable[[str, str], Path]) -> None:
    """The files stand alone, all of them judged."""
    read = alone(write("a.ttl", "<urn:x:a> <urn:x:p> <urn:x:b> ."))
    assert len(local(read)) == 1
    assert read.selection == material.EVERYTHING


def test_a_judged_copy_of_one_of_our_files_takes_its_place(tmp_path: Path) -> None:
    """A file of ours, and a copy of it, which describes the same graph."""
    ours = bundle.folder("data") / "actors" / "makers.ttl"
    everything = len(local(material.read(Request())))
    text = ours.read_text(encoding="utf-8")
    copy, other = tmp_path / "copy.ttl", tmp_path / "other.ttl"
    copy.write_text(text, encoding="utf-8")
    other.write_text(text + "\n<urn:x:a> <urn:x:p> 1 .\n", encoding="utf-8")
    sizes = [len(local(material.read(Request(paths=(str(path),))))) for path in (ours, copy, other)]
    assert sizes == [everything, everything, everything + 1]
    read = material.read(Request(paths=(str(copy),)))
    assert read.described_in(NamedNode(authored.shipped_graph(authored.Found(ours, bundle.root()))))


def test_a_statement_of_ours_that_a_judged_file_makes_is_left_to_it(
    write: Callable[[str, str], Path],
) -> None:
    """It is not made of two halves."""
    text = "<urn:x:a> a <%sClassification> ; <urn:x:p> %d ."
    judged, behind = write("a.ttl", text % (CG, 1)), write("b/b.ttl", text % (CG, 2))
    read = material.read(Request(paths=(str(judged),), background=(str(behind),)))
    assert local(read).has(node("a"), P, Literal(1))
    assert not local(read).has(node("a"), P, Literal(2))


@pytest.mark.parametrize("suffix", ["ttl", "nt"])
def test_a_statement_of_two_judged_files_is_refused(
    write: Callable[[str, str], Path], tmp_path: Path, suffix: str
) -> None:
    """As in a build."""
    for name in ("a", "b"):
        write(f"{name}.{suffix}", f"<urn:x:a> <{RDF}type> <{CG}Classification> .\n")
    with pytest.raises(InputError, match="is stated here and in"):
        alone(tmp_path)


def test_a_large_context_is_read_twice_rather_than_kept(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same outcome."""
    monkeypatch.setattr("clausegraph.validate.loading._KEPT", 1)
    judged = write("a.ttl", "<urn:x:a> <urn:x:p> <urn:x:b> .")
    behind = write("b/b.ttl", "<urn:x:b> <urn:x:p> 1 . <urn:x:c> <urn:x:p> [] , [] .")
    read = material.read(Request(paths=(str(judged),), background=(str(behind),)))
    assert len(local(read)) == 4
    assert not read.judged(node("b"))
