"""Other people's vocabularies: unchanged in a graph of their own, with where they are from."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
import typer
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)
from typer.testing import CliRunner

from clausegraph.build import build
from clausegraph.cli.import_rdf import rdf
from clausegraph.errors import InputError, UsageError
from clausegraph.importers.rdf import SYNTAXES, Import, Imported, blanks, import_rdf
from clausegraph.turtle import parse_file
from clausegraph.validate import Request, Severity, validate
from clausegraph.vocabulary import (
    ATTRIBUTED,
    DCTERMS,
    GENERATED,
    GRAPH,
    ID,
    PROV,
    SCHEMA,
    SOURCE,
    TITLE,
)

PREFIXES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/risk#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# In the manner of an ontology: no concept scheme, a union of classes as a domain, an import.
ONTOLOGY = (
    PREFIXES
    + """
<https://example.org/risk> a owl:Ontology ;
    dct:creator "Ada Example" , [ a owl:Thing ; rdfs:label "Bob Example" ] ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:title "Made-up risks" ;
    owl:imports <https://example.org/base> ;
    owl:versionInfo "0.3" .
ex:Harm a owl:Class ; rdfs:label "Harm"@en , "Schaden"@de .
ex:Impact a owl:Class ; rdfs:subClassOf ex:Harm ; rdfs:comment "With \\"quotes\\",\\n a \\\\ and 害"@en .
ex:Severity a owl:Class ; rdfs:label "Severity"@en-GB .
ex:hasSeverity a owl:ObjectProperty ;
    rdfs:domain [ a owl:Class ; owl:unionOf ( ex:Harm ex:Impact ) ] ;
    rdfs:label "has severity"@en .
"""
)
# In the manner of a vocabulary that types each class as a concept too.
CONCEPTS = (
    PREFIXES
    + """
<https://example.org/risk> dct:rights "Ask us first."@en .
ex:scheme a skos:ConceptScheme ; dct:title "Risks"@en .
ex:Risk a rdfs:Class , skos:Concept ; skos:inScheme ex:scheme ; skos:prefLabel "Risk"@en ;
    dct:created "2024-05-19"^^xsd:date .
ex:Misuse a rdfs:Class , skos:Concept ; skos:inScheme ex:scheme ; skos:broader ex:Risk ;
    skos:prefLabel "Misuse"@en .
"""
)


def written(folder: Path, text: str, name: str = "risks.ttl") -> Path:
    """A file in a folder of its own."""
    path = folder / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def imported(path: Path, output: Path, **options: object) -> Imported:
    """Import a file."""
    return import_rdf(Import(path, output, **options))  # type: ignore[arg-type]


def said(store: Store, subject: str, predicate: NamedNode) -> set[object]:
    """What a graph says of a thing."""
    found = store.quads_for_pattern(NamedNode(subject), predicate, None, None)
    return {quad.object for quad in found}


def own(path: Path) -> set[Triple]:
    """The triples of a file, those about its graph aside."""
    triples = {quad.triple for quad in parse_file(path).quads}
    return {t for t in triples if not t.subject.value.startswith(GRAPH)}  # type: ignore[union-attr]


def test_terms_stay_as_they_are(tmp_path: Path) -> None:
    """Each triple without a blank node is in the result, and no other."""
    path = written(tmp_path, ONTOLOGY)
    imported(path, tmp_path / "out")
    before = {quad.triple for quad in parse_file(path).quads}
    plain = {t for t in before if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)}  # fmt: skip
    after = own(tmp_path / "out" / "risks.ttl")
    assert plain <= after
    assert (
        len(before) == len({q.triple for q in parse_file(tmp_path / "out" / "risks.ttl").quads}) - 4
    )


def test_graph_says_where_it_is_from(tmp_path: Path) -> None:
    path = written(tmp_path, ONTOLOGY)
    imported(path, tmp_path / "out", url="https://example.org/risk.ttl")
    store = build([tmp_path / "out"]).store()
    graph, source = f"{GRAPH}data/risks", f"{ID}source/risks"
    assert said(store, graph, SOURCE) == {NamedNode(source)}
    assert said(store, graph, ATTRIBUTED) == {NamedNode(f"{ID}actor/risks-makers")}
    assert said(store, graph, GENERATED) == {NamedNode(f"{ID}activity/import-risks")}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert said(store, source, NamedNode(SCHEMA + "sha256")) == {Literal(digest)}
    assert said(store, source, NamedNode(SCHEMA + "url")) == {
        NamedNode("https://example.org/risk.ttl")
    }
    assert said(store, source, TITLE) == {Literal("Made-up risks", language="und")}
    licence = NamedNode("https://creativecommons.org/licenses/by/4.0/")
    assert said(store, source, NamedNode(DCTERMS + "license")) == {licence}
    (about,) = said(store, f"{ID}actor/risks-makers", NamedNode(DCTERMS + "description"))
    assert about == Literal(
        "As the vocabulary names them: Ada Example, Bob Example.", language="en"
    )


def test_rights_in_words_are_a_notice_and_no_licence(tmp_path: Path) -> None:
    text = CONCEPTS.replace("dct:rights", "a owl:Ontology ; dct:rights")
    result = imported(written(tmp_path, text), tmp_path / "out")
    store = build([tmp_path / "out"]).store()
    source = f"{ID}source/risks"
    notice = NamedNode("https://w3id.org/clausegraph/ontology#notice")
    assert said(store, source, notice) == {Literal("Ask us first.", language="en")}
    assert not said(store, source, NamedNode(DCTERMS + "license"))
    assert not [note for note in result.notes if "licence" in note]


def test_what_is_imported_there_is_not_fetched_and_said(tmp_path: Path) -> None:
    result = imported(written(tmp_path, ONTOLOGY), tmp_path / "out")
    assert "imported there, not fetched: https://example.org/base" in result.notes


def test_notes_tell_what_one_would_miss(tmp_path: Path) -> None:
    result = imported(
        written(tmp_path, ONTOLOGY.replace("dct:license", "dct:relation")), tmp_path / "out"
    )
    told = " ".join(result.notes)
    assert "no licence is stated" in told
    assert "/graph/data/risks" in told
    assert "1 term has no label: https://example.org/risk#Impact" in told
    assert "4 blank nodes" in told


def test_contents_are_counted_by_kind(tmp_path: Path) -> None:
    result = imported(written(tmp_path, CONCEPTS), tmp_path / "out")
    assert result.contents.kinds == {"concept schemes": 1, "concepts": 2, "classes": 2}
    assert result.contents.triples == 13


def test_concepts_are_found_among_ours_and_their_broader_ones_derived(tmp_path: Path) -> None:
    """Browsed and mapped like any: in the default graph, with narrower concepts and mappings."""
    imported(written(tmp_path, CONCEPTS), tmp_path / "out")
    (tmp_path / "out" / "mine.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://w3id.org/clausegraph/id/concept/mit-risk-domain/4> skos:closeMatch "
        "<https://example.org/risk#Misuse> .\n"
    )
    store = build([tmp_path / "out"]).store()
    found = store.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?risk WHERE { "
        "<https://example.org/risk#Risk> skos:narrower ?concept . ?risk skos:closeMatch ?concept }"
    )
    assert [row["risk"].value for row in found] == [f"{ID}concept/mit-risk-domain/4"]  # type: ignore[union-attr, index]


def test_provenance_of_an_import_breaks_no_shape(tmp_path: Path) -> None:
    imported(written(tmp_path, ONTOLOGY), tmp_path / "out")
    report = validate(Request(paths=(str(tmp_path / "out" / "risks-source.ttl"),)))
    assert Severity.VIOLATION not in {found.severity for found in report.findings}


def test_second_import_changes_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    """Blank nodes too get the same names, whatever their labels and the order of the file."""
    path = written(tmp_path, ONTOLOGY)
    imported(path, tmp_path / "out")
    assert imported(path, tmp_path / "out").changes.written == ()
    quads = sorted(parse_file(path).quads, key=str, reverse=True)
    other = written(
        tmp_path,
        serialize((q.triple for q in quads), format=RdfFormat.N_TRIPLES).decode(),
        "risks.nt",
    )
    imported(other, tmp_path / "other")
    files = [(tmp_path / name / "risks.ttl").read_bytes() for name in ("out", "other")]
    assert files[0] == files[1]


def test_vocabularies_share_a_folder(tmp_path: Path) -> None:
    imported(written(tmp_path, ONTOLOGY), tmp_path / "out")
    imported(written(tmp_path, CONCEPTS, "concepts.ttl"), tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["concepts-source.ttl", "concepts.ttl", "risks-source.ttl", "risks.ttl"]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=str)
def test_each_syntax_gives_the_same_graph(tmp_path: Path, syntax: str) -> None:
    quads = parse(CONCEPTS, RdfFormat.TURTLE)
    form = SYNTAXES[syntax].engine
    assert isinstance(form, RdfFormat)
    data = serialize((q.triple for q in quads), format=form).decode()
    path = written(tmp_path, data, f"risks{SYNTAXES[syntax].suffix}")
    imported(path, tmp_path / "out")
    imported(written(tmp_path, CONCEPTS), tmp_path / "turtle")
    assert own(tmp_path / "out" / "risks.ttl") == own(tmp_path / "turtle" / "risks.ttl")


RDF_XML = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<rdf:Property rdf:about="https://example.org/risk#p"/>\n</rdf:RDF>\n'
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("risks.owl", RDF_XML),
        ("risks.xml", RDF_XML),
        ("risks.owl", CONCEPTS),
        ("risks.n3", CONCEPTS),
        (
            "risks.json",
            '{"@id": "https://example.org/risk#p", "@type": "https://example.org/risk#T"}',
        ),
        ("risks", "# A comment.\n" + CONCEPTS),
    ],
)
def test_suffix_that_is_not_ours_is_read_by_what_the_file_is(
    tmp_path: Path, name: str, text: str
) -> None:
    assert imported(written(tmp_path, text, name), tmp_path / "out").contents.triples


def test_syntax_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, CONCEPTS, "risks.txt2")
    assert imported(path, tmp_path / "out", syntax="turtle").contents.triples == 13
    bare = written(tmp_path, "<urn:a> <urn:b> <urn:c> .", "bare.dat")
    with pytest.raises(InputError, match="nor its first line"):
        imported(bare, tmp_path / "out")


def test_named_graph_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    text = CONCEPTS + "<https://example.org/graphs/more> { ex:Fraud a skos:Concept . }\n"
    result = imported(written(tmp_path, text, "risks.trig"), tmp_path / "out")
    assert len(result.graphs) == 2
    store = build([tmp_path / "out"]).store()
    origin = said(store, result.graphs[1], NamedNode(PROV + "wasDerivedFrom"))
    assert origin == {NamedNode("https://example.org/graphs/more")}
    fraud = NamedNode("https://example.org/risk#Fraud")
    graphs = {str(q.graph_name) for q in store.quads_for_pattern(fraud, None, None, None)}
    assert f"<{result.graphs[1]}>" in graphs
    assert f"<{result.graphs[0]}>" not in graphs


BAD = {
    "broken Turtle": ("risks.ttl", PREFIXES + "ex:a ex:b ex:c", 8, "Turtle syntax"),
    "broken XML": ("risks.owl", RDF_XML[:-10], None, "RDF/XML syntax"),
    "empty": ("risks.ttl", "# Nothing.\n", None, "no triple"),
    "web page": ("risks.ttl", "<!DOCTYPE html>\n<html><body>Risks", 1, "is a web page"),
    "web page in the name of XML": ("risks.owl", "\n<html lang='en'>", 1, "is a web page"),
    "JSON without a context": ("risks.json", '{"a": 1}', None, "no triple"),
    "context of the network": (
        "risks.jsonld",
        '{"@context": "https://example.org/context.jsonld", "a": 1}',
        None,
        "nothing is fetched",
    ),
    "JSON nested deep": ("risks.jsonld", "[" * 5000 + "]" * 5000, 1, "deeper than 500"),
    "XML nested deep": (
        "risks.rdf",
        RDF_XML.replace("<rdf:Property", "<a>" * 600 + "<rdf:Property"),
        3,
        "deeper than 500",
    ),
    "relative IRIs": ("risks.ttl", "<a> <b> <c> .", 1, "absolute IRI"),
    "nested entities": (
        "risks.rdf",
        '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n' + RDF_XML[22:],
        None,
        "made of other entities",
    ),
    "triple term": ("risks.ttl", PREFIXES + "ex:a ex:b <<( ex:a ex:b ex:c )>> .", 8, "RDF 1.2"),
    "direction": ("risks.ttl", PREFIXES + 'ex:a ex:b "x"@ar--rtl .', 8, "RDF 1.2"),
    "rewritten literal": ("risks.ttl", PREFIXES + "ex:a ex:b 1.50 .", 8, "--literals value"),
    "unknown thing of ours": (
        "risks.ttl",
        PREFIXES + f"ex:a skos:closeMatch <{ID}concept/mit-risk-domain/2.11> .",
        8,
        "Nearest: mit-risk-domain:2.1",
    ),
    "statement of ours": (
        "risks.ttl",
        PREFIXES + f"<{ID}document/ai-safety-governance-framework-v1/milestone/"
        "issued-2024-09-agora> a <https://w3id.org/clausegraph/ontology#Milestone> .",
        8,
        "ships with this graph",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "message"), BAD.values(), ids=BAD.keys())
def test_fault_is_told_with_its_place_and_nothing_is_written(
    tmp_path: Path, name: str, text: str, line: int | None, message: str
) -> None:
    """What cannot be read, and what a build would refuse, names the file and what to do."""
    path = written(tmp_path, text, name)
    with pytest.raises(InputError) as caught:
        imported(path, tmp_path / "out")
    assert message in str(caught.value)
    assert (caught.value.file, caught.value.line) == (path, line)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("encoding", "line", "message"),
    [("latin-1", 9, "Latin-1 or Windows-1252"), ("utf-16", 1, "is UTF-16")],
)
def test_other_encodings_are_named(tmp_path: Path, encoding: str, line: int, message: str) -> None:
    path = written(tmp_path, "")
    path.write_bytes(f'{PREFIXES}\nex:a ex:b "Schäden" .\n'.encode(encoding))
    with pytest.raises(InputError, match=message) as caught:
        imported(path, tmp_path / "out")
    assert (caught.value.file, caught.value.line) == (path, line)


def test_what_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    with path.open("r+b") as stream:
        stream.truncate(300 * 2**20)
    with pytest.raises(InputError, match="300 MiB") as caught:
        imported(path, tmp_path / "out")
    assert "--data" in str(caught.value)


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("value", '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'), ("text", '"1.50"')],
)
def test_literal_that_a_store_rewrites_is_kept_as_chosen(
    tmp_path: Path, choice: str, kept: str
) -> None:
    path = written(tmp_path, PREFIXES + "ex:a ex:b 1.50 , 2 .")
    result = imported(path, tmp_path / "out", literals=choice)
    objects = {str(t.object) for t in own(tmp_path / "out" / "risks.ttl")}
    assert objects == {kept, '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    assert any("is kept as" in note for note in result.notes)
    build([tmp_path / "out"])


def test_literals_that_are_none_of_their_type_are_kept_and_told(tmp_path: Path) -> None:
    """The vocabulary is not ours to mend, and no comparison ever finds such a date."""
    wrong = ['"2024-13-01"^^xsd:date', '"it\'s soon"^^xsd:dateTime', '"yes"^^xsd:boolean']
    sound = ['"2024-12-01"^^xsd:date', "true", "7", '"2024-13-01"', '"x"@en', '"x"^^ex:date']
    listed = " ,\n".join([*wrong, *sound])
    path = written(tmp_path, PREFIXES + f"ex:a ex:b\n{listed} .\n")
    result = imported(path, tmp_path / "out")
    what = "kept as it is, and no question compares it"
    assert [note for note in result.notes if what in note] == [
        f"line 9: '2024-13-01' is no xsd:date; {what}",
        f"line 10: 'it's soon' is no xsd:dateTime; {what}",
        f"line 11: 'yes' is no xsd:boolean; {what}",
    ]
    kept = (tmp_path / "out" / "risks.ttl").read_text(encoding="utf-8")
    assert all(literal in kept for literal in wrong)


def test_literals_that_a_store_cannot_hold_are_not_called_wrong(tmp_path: Path) -> None:
    """XML Schema bounds no integer, and takes white space away before it looks."""
    wrong = [
        f'"{"1" * 30}"^^xsd:integer',
        f'"0.{"1" * 40}"^^xsd:decimal',
        '" 5 "^^xsd:integer',
        '"5 5"^^xsd:integer',
    ]
    listed = " ,\n".join(wrong)
    path = written(tmp_path, PREFIXES + f"ex:a ex:b\n{listed} .\n")
    result = imported(path, tmp_path / "out")
    what = "kept as it is, and no question compares it"
    large = "is too large or too precise to be compared as"
    assert sorted(note for note in result.notes if what in note) == [
        f"line 10: '0.{'1' * 40}' {large} xsd:decimal; {what}",
        "line 11: ' 5 ' has white space around it, so that it is not read as xsd:integer; " + what,
        f"line 12: '5 5' is no xsd:integer; {what}",
        f"line 9: '{'1' * 30}' {large} xsd:integer; {what}",
    ]


def test_turtle_whose_first_iri_begins_like_a_page_is_none(tmp_path: Path) -> None:
    text = "<html-terms:Risk> a <http://www.w3.org/2004/02/skos/core#Concept> ."
    result = imported(written(tmp_path, text), tmp_path / "out")
    assert "<html-terms:Risk>" in (result.folder / "risks.ttl").read_text(encoding="utf-8")


def test_vocabulary_with_sound_literals_has_no_such_note(tmp_path: Path) -> None:
    result = imported(written(tmp_path, CONCEPTS), tmp_path / "out")
    assert not any("kept as it is" in note for note in result.notes)


@pytest.mark.parametrize("name", ["Made Up", "../x", "", "agora"])
def test_bad_name_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="--name"):
        imported(written(tmp_path, CONCEPTS), tmp_path / "out", name=name)


def test_blank_nodes_that_say_the_same_in_one_place_become_one() -> None:
    twins = [quad.triple for quad in parse("<urn:a> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 1 ] .", RdfFormat.TURTLE)]  # fmt: skip
    assert len(blanks.name(twins, "urn:g")) == 2


def test_blank_nodes_in_a_circle_get_names_if_something_tells_them_apart() -> None:
    text = "_:a <urn:p> _:b . _:b <urn:p> _:c . _:c <urn:p> _:a . _:a <urn:q> 1 ."
    named = blanks.name([quad.triple for quad in parse(text, RdfFormat.TURTLE)], "urn:g")
    assert len({str(triple.subject) for triple in named}) == 3
    assert not any(isinstance(triple.object, BlankNode) for triple in named)


def test_web_of_blank_nodes_that_look_alike_is_refused_at_once(tmp_path: Path) -> None:
    """To tell apart the nodes of such a web can take for ever (RDFC-1.0, section 7.1)."""
    pairs = itertools.permutations(range(12), 2)
    quads = [Quad(BlankNode(f"b{a}"), NamedNode("urn:p"), BlankNode(f"b{b}")) for a, b in pairs]
    data = serialize(quads, format=RdfFormat.N_QUADS).decode()
    with pytest.raises(InputError, match="12 blank nodes form a web"):
        imported(written(tmp_path, data, "risks.nq"), tmp_path / "out")


def test_command_tells_what_there_is_and_where(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(rdf)
    path = written(tmp_path, CONCEPTS)
    done = CliRunner().invoke(app, [str(path), "-o", str(tmp_path / "out"), "--name", "dpv"])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"dpv: 13 triples, 1 concept scheme, 2 concepts, 2 classes, in {tmp_path / 'out'}: "
        "2 files changed (2 written, 0 removed).",
        f"graph {GRAPH}data/dpv",
    ]
    assert "no licence is stated" in done.stderr
