"""`clausegraph validate`: exit codes, places, context, and the guard against checking nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from clausegraph import cli
from clausegraph.validate import Report, Request, validate
from clausegraph.validate.rules import rule_node
from clausegraph.validate.severity import Severity
from clausegraph.vocabulary import SHAPE

PREFIXES = """@base <https://w3id.org/clausegraph/id/> .
@prefix actor-role: <https://w3id.org/clausegraph/id/concept/actor-role/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix enforcement-type: <https://w3id.org/clausegraph/id/concept/enforcement-type/> .
@prefix jurisdiction: <https://w3id.org/clausegraph/id/concept/jurisdiction/> .
@prefix mit-risk-domain: <https://w3id.org/clausegraph/id/concept/mit-risk-domain/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix review-status: <https://w3id.org/clausegraph/id/concept/review-status/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
CLASSIFICATION = """<document/my-law/classification/mit-risk-domain-2.1-agora> a cg:Classification ;
    cg:classifies <document/my-law> ;
    cg:concept mit-risk-domain:2.1 ;
    cg:reviewStatus review-status:unreviewed ;
    dcterms:source <source/agora> ;
    prov:wasAttributedTo <actor/agora> ;
    prov:wasGeneratedBy <activity/agora-annotation> .
"""
DOCUMENT = '<document/my-law> a cg:Document ;\n    dcterms:title "My law"@en .\n\n'
FIRST_LINE = PREFIXES.count("\n") + 1


@dataclass(frozen=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run `clausegraph validate` with arguments, in this process."""

    def call(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["clausegraph", "validate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Run(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the given name, after our prefixes."""

    def call(text: str, name: str = "my-law.ttl") -> Path:
        path = tmp_path / name
        path.write_text(PREFIXES + text, encoding="utf-8")
        return path

    return call


def judge(*paths: Path, shapes: Path | None = None) -> Report:
    """Judge files by our shapes, or by others; what ships is the context."""
    return validate(Request(tuple(map(str, paths)), None if shapes is None else (str(shapes),)))


def rules(report: Report) -> set[str]:
    """The local names of the shapes and constraints that found a violation."""
    return {
        rule_node(finding.result).value.removeprefix(SHAPE)
        for finding in report.findings
        if finding.severity == Severity.VIOLATION
    }


def test_what_ships_has_no_violation_and_says_what_it_owes() -> None:
    """A warning is a debt that is listed."""
    command = [sys.executable, "-m", "clausegraph", "validate"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(
        r"^0 violations, \d+ warnings in \d+ files; [\d,]+ focus nodes", ended.stdout, re.MULTILINE
    )
    assert "--all lists them" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_good_file_ends_with_0(run: Callable[..., Run], write: Callable[..., Path]) -> None:
    """Our concepts, sources, actors and activities are there to be referred to."""
    ended = run(write(DOCUMENT + CLASSIFICATION))
    assert ended.code == 0
    assert "0 violations, 4 warnings in 1 file; 2 focus nodes checked" in ended.out


def test_violation_ends_with_1_and_names_file_line_and_remedy(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """The message tells the author what to do."""
    path = write(DOCUMENT + CLASSIFICATION.replace("dcterms:source <source/agora> ;\n", ""))
    ended = run(path)
    assert ended.code == 1
    told = " ".join(ended.out.split())
    assert told.startswith(str(path))
    assert f"{FIRST_LINE + 3}:1 violation <document/my-law/classification/" in told
    assert "Name the source of the statement (dcterms:source)" in told
    assert "by shape:Statement-source" in told
    assert "1 violation, 4 warnings in 1 file" in ended.out


def test_unknown_concept_is_a_violation(write: Callable[..., Path]) -> None:
    """A code that is in no scheme is named with the statement that uses it."""
    report = judge(write(DOCUMENT + CLASSIFICATION.replace("domain:2.1 ;", "domain:9.9 ;")))
    assert rules(report) == {"Classification-concept"}


def test_misspelt_property_is_a_violation(write: Callable[..., Path]) -> None:
    """An optional property that is misspelt would otherwise say nothing, silently."""
    report = judge(write(DOCUMENT + CLASSIFICATION.replace("cg:concept", "cg:konzept")))
    assert rules(report) == {"Classification-conceptOrTerm", "Described-knownTerms"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('<document/my-law> dcterms:title "The law"@en .', "Document-title"),
        (
            "<document/my-law/clause/1> a cg:Clause ; cg:clauseOf <document/my-law> ;\n"
            '    cg:number "1" , "2" ; cg:position 1 ; dcterms:title "One"@en .',
            "Clause-number",
        ),
        (
            '<document/my-law/clause/1> a cg:Clause ; dcterms:title "One"@en ;\n'
            "    cg:clauseOf <document/my-law> , <document/generative-ai-measures> .",
            "Clause-clauseOf",
        ),
    ],
)
def test_one_identifier_for_two_things_is_a_violation(
    write: Callable[..., Path], text: str, rule: str
) -> None:
    """Two titles in one language, two numbers, two documents: one of them is another thing."""
    assert rule in rules(judge(write(DOCUMENT + text)))


def test_bad_turtle_ends_with_3_and_names_file_and_line(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """Turtle 1.1, section 6.5."""
    path = write("<document/my-law> a cg:Document ;; dcterms:title .\n")
    ended = run(path)
    assert ended.code == 3
    assert ended.out == ""
    assert ended.err.startswith(f"clausegraph: {path}:{FIRST_LINE}:")


def test_unknown_prefix_ends_with_3_and_names_file_and_line(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """Turtle 1.1, section 2.4: a prefix is declared before it is used."""
    path = write('<document/my-law> a cg:Document ;\n    dct:title "My law"@en .\n')
    ended = run(path)
    assert ended.code == 3
    assert ended.err.startswith(f"clausegraph: {path}:{FIRST_LINE + 1}:")
    assert "prefix" in ended.err


def test_statement_that_two_files_make_ends_with_3_and_names_both(
    run: Callable[..., Run], root: Path, tmp_path: Path
) -> None:
    shipped = root / "data/documents/ai-safety-commitments/agora.ttl"
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(shipped.read_text())
    result = run(tmp_path)
    assert result.code == 3
    assert "b.ttl:" in result.err
    assert "a.ttl" in result.err.partition("is stated here and in")[2]


def test_missing_file_ends_with_3(run: Callable[..., Run], tmp_path: Path) -> None:
    """One clear line that names the file."""
    ended = run(tmp_path / "none.ttl")
    assert ended.code == 3
    assert ended.err.splitlines() == [
        f"clausegraph: {tmp_path / 'none.ttl'}: There is no such file or folder. Check its path."
    ]


def test_folder_without_rdf_ends_with_3(run: Callable[..., Run], tmp_path: Path) -> None:
    """A check that read nothing is no success."""
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    ended = run(tmp_path)
    assert ended.code == 3
    assert "The folder holds no RDF file." in ended.err


def test_file_that_no_shape_is_about_ends_with_4(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """A green check that checked nothing is what stewards must never meet."""
    ended = run(write('<https://example.org/x> a <https://example.org/Y> ; dcterms:title "X"@en .'))
    assert ended.code == 4
    assert "Nothing was checked" in ended.out


def test_file_without_focus_node_beside_others_is_named(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """Nobody is to think that it was checked."""
    write('<https://example.org/x> dcterms:title "X"@en .', "stray.ttl")
    ended = run(write(DOCUMENT).parent)
    assert ended.code == 0
    told = " ".join(ended.out.split())
    assert re.search(r"stray\.ttl: note: No shape is about anything in this file", told)


def test_shapes_without_a_shape_end_with_3(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """A file of data given as --shapes would let everything pass."""
    path = write(DOCUMENT)
    ended = run(path, "--shapes", path)
    assert ended.code == 3
    assert "There is no shape in these files." in ended.err


def test_unknown_format_ends_with_2(run: Callable[..., Run], write: Callable[..., Path]) -> None:
    """The call is wrong, not the data."""
    assert run(write(DOCUMENT), "--format", "xml").code == 2


SHAPE_OF_DOCUMENTS = """<https://example.org/shape> a sh:NodeShape ;
    sh:targetClass cg:Document ;
    sh:property [ sh:path <https://example.org/p> ; sh:minCount 1 ; sh:message "Add p." ] .
"""


TITLED = """<https://example.org/titled> a sh:NodeShape ;
    sh:targetClass cg:Document ;
    sh:property <https://example.org/title> .
<https://example.org/title> sh:path dcterms:title ; sh:minCount 1 .
"""


def untitled(path: Path, tmp_path: Path) -> list[tuple[Path | None, int | None]]:
    """Where the documents without a title are, by a shape that asks for nothing else."""
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    (shapes / "titled.ttl").write_text(PREFIXES + TITLED, encoding="utf-8")
    return [
        (finding.file, finding.place.line if finding.place else None)
        for finding in judge(path, shapes=shapes).findings
    ]


def test_own_shapes_judge_in_place_of_ours(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """All our documents break this shape too; they are context, and not judged."""
    path = write(DOCUMENT)
    ended = run(path, "--shapes", write(SHAPE_OF_DOCUMENTS, "own.ttl"))
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0] == str(path)
    assert lines[1].startswith(f"  {FIRST_LINE}:1  violation  <document/my-law>")
    assert lines[2].strip() == "Add p."
    assert "1 violation, 0 warnings in 1 file; 1 focus node checked" in ended.out


def test_one_file_of_our_shapes_can_judge_alone(root: Path, write: Callable[..., Path]) -> None:
    """Its queries find their prefixes although these stand in another file."""
    report = judge(write(CLASSIFICATION), shapes=root / "shapes/statement.ttl")
    assert rules(report) == {"Classification-classifies"}


@pytest.mark.parametrize(
    ("constraint", "complaint"),
    [
        ('sh:sparql [ sh:select "SELECT $this WHERE {" ]', "does not parse"),
        ('sh:sparql [ sh:select "SELECT $this WHERE { $this ex:p ?o }" ]', "prefix 'ex:'"),
        ('sh:sparql [ sh:select "SELECT $this { ?s ?p $this MINUS { ?s a ?s } }" ]', "MINUS"),
        ("sh:property [ sh:minCount 1 ]", "cannot be used"),
        ("sh:target [ a sh:SPARQLTarget ]", "sh:target of the shape"),
    ],
)
def test_unusable_shape_ends_with_3(
    run: Callable[..., Run], write: Callable[..., Path], constraint: str, complaint: str
) -> None:
    """A shape that cannot be evaluated must not count as met."""
    shape = (
        f"<https://example.org/shape> a sh:NodeShape ; sh:targetClass cg:Document ; {constraint} ."
    )
    ended = run(write(DOCUMENT), "--shapes", write(shape, "own.ttl"))
    assert ended.code == 3
    assert complaint in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err


def test_copy_of_our_file_stands_in_for_it(root: Path, tmp_path: Path) -> None:
    """What a copy leaves out must not be filled in from the original."""
    original = root / "data/documents/generative-ai-measures-draft/cac-rules-article.ttl"
    text = original.read_text(encoding="utf-8")
    copy = tmp_path / "copy.ttl"
    copy.write_text(
        text.replace("    cg:sanctionOf <document", "    cg:tallyOf <document"), "utf-8"
    )
    assert rules(judge(copy)) == {"Sanction-sanctionOf"}
    assert judge(original).conforms


def test_statement_that_is_made_again_is_judged_as_it_stands(
    root: Path, write: Callable[..., Path]
) -> None:
    """A statement is made once: ours must not complete one of the same name."""
    original = root / "data/documents/generative-ai-measures-draft/agora.ttl"
    name = "<document/generative-ai-measures-draft/milestone/proposed-2023-04-11-agora>"
    assert name in original.read_text(encoding="utf-8")
    assert "Milestone-date" in rules(judge(write(f"{name} a cg:Milestone .\n")))


def test_statement_about_our_document_is_judged_with_it(write: Callable[..., Path]) -> None:
    """The document breaks the rule, the file that makes it do so is named."""
    path = write(
        "<document/ai-safety-commitments/sanction/fines-x> a cg:Sanction ;\n"
        "    cg:enforcementType enforcement-type:fines ;\n"
        "    cg:reviewStatus review-status:unreviewed ;\n"
        "    cg:sanctionOf <document/ai-safety-commitments> ;\n"
        "    dcterms:source <source/agora> ;\n"
        "    prov:wasAttributedTo <actor/agora> ;\n"
        "    prov:wasGeneratedBy <activity/agora-annotation> .\n"
    )
    report = judge(path)
    assert rules(report) == {"Document-voluntary"}
    [finding] = report.findings
    assert finding.place is not None
    assert (finding.file, finding.place.line) == (path, FIRST_LINE)


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".nt", "<{id}> <{type}> <{document}> .\n"),
        (".nq", "<{id}> <{type}> <{document}> <https://example.org/graph> .\n"),
        (".trig", "<https://example.org/graph> {{ <{id}> a <{document}> . }}\n"),
        (".jsonld", '{{"@id": "{id}", "@type": "{document}"}}\n'),
        (
            ".rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
            '<r:Description r:about="{id}"><r:type r:resource="{document}"/></r:Description></r:RDF>',
        ),
    ],
)
def test_every_syntax_is_read_by_its_suffix(tmp_path: Path, suffix: str, text: str) -> None:
    """Named graphs are judged together, wherever a statement stands."""
    iri = "https://w3id.org/clausegraph/id/document/my-law"
    kind = "https://w3id.org/clausegraph/ontology#Document"
    path = tmp_path / f"law{suffix}"
    path.write_text(text.format(id=iri, type=RDF.type, document=kind), encoding="utf-8")
    [(file, line)] = untitled(path, tmp_path)
    assert file == path
    assert iri in path.read_text("utf-8").splitlines()[(line or 0) - 1]


def test_place_is_the_description_and_not_a_mention(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    """Objects stand at the beginning of lines too, but with indentation."""
    path = write(
        "<document/my-law/clause/1> a cg:Clause ;\n"
        "    cg:clauseOf\n"
        "    <document/my-law> ;\n"
        '    dcterms:title "One"@en .\n\n'
        "<document/my-law> a cg:Document .\n"
    )
    assert untitled(path, tmp_path) == [(path, FIRST_LINE + 5)]


def test_place_is_found_by_curie_and_by_whole_iri(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    """A file may write an IRI in any way that Turtle knows."""
    path = write(
        "@prefix law: <https://w3id.org/clausegraph/id/document/> .\n"
        "law:one a cg:Document .\n"
        "<https://w3id.org/clausegraph/id/document/two> a cg:Document .\n"
    )
    assert untitled(path, tmp_path) == [(path, FIRST_LINE + 1), (path, FIRST_LINE + 2)]


def test_repeated_warnings_are_counted_and_listed_on_demand(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """A handful shows what is meant; the number shows how much is owed."""
    path = write(
        "\n".join(
            f'<document/law-{n}> a cg:Document ; dcterms:title "Law {n}"@en .' for n in range(8)
        )
    )
    few, every = run(path), run(path, "--all")
    assert few.out.count("by shape:Document-milestone (") == 5
    assert "and 3 more warnings by shape:Document-milestone; --all lists them." in few.out
    assert every.out.count("by shape:Document-milestone (") == 8
    summary = re.compile(r"^0 violations, .* checked", re.MULTILINE)
    assert summary.findall(few.out) == summary.findall(every.out) != []


def test_json_report_says_all_that_the_text_says(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """One object a result, IRIs in full."""
    path = write(DOCUMENT + CLASSIFICATION.replace("<source/agora>", "<source/none>"))
    ended = run(path, "--format", "json")
    assert ended.code == 1
    report = json.loads(ended.out)
    assert report["conforms"] is False
    counts = report["counts"]
    assert (counts["violation"], counts["warning"], counts["info"]) == (1, 4, 0)
    assert (report["focusNodes"], report["files"], report["unchecked"]) == (2, [str(path)], [])
    [violation] = [r for r in report["results"] if r["severity"] == "violation"]
    said = {
        "file": str(path),
        "line": FIRST_LINE + 7,
        "focusNode": {
            "type": "uri",
            "value": "https://w3id.org/clausegraph/id/document/my-law/classification/"
            "mit-risk-domain-2.1-agora",
        },
        "path": "<http://purl.org/dc/terms/source>",
        "value": {"type": "uri", "value": "https://w3id.org/clausegraph/id/source/none"},
        "message": "Name the source of the statement (dcterms:source) by a cg:Source that is "
        "described.",
        "shape": {"type": "uri", "value": SHAPE + "Statement-source"},
    }
    assert {key: violation[key] for key in said} == said


def test_turtle_report_is_a_validation_report(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """SHACL 1.0, section 3.6: one report, conforming only without results, with all their parts."""
    ended = run(write(DOCUMENT), "--format", "turtle")
    assert ended.code == 0
    graph = Graph().parse(data=ended.out, format="turtle")
    [report] = graph.subjects(RDF.type, SH.ValidationReport)
    assert [value.toPython() for value in graph.objects(report, SH.conforms)] == [False]
    results = list(graph.objects(report, SH.result))
    assert len(results) == 4
    for result in results:
        assert graph.value(result, SH.resultSeverity) == SH.Warning
        assert graph.value(result, SH.sourceConstraintComponent) is not None
    paths = [graph.value(result, SH.resultPath) for result in results]
    assert URIRef("https://w3id.org/clausegraph/ontology#milestoneOf") in {
        graph.value(path, SH.inversePath) for path in paths
    }


def test_turtle_report_names_the_constraint_of_a_query(
    run: Callable[..., Run], write: Callable[..., Path]
) -> None:
    """SHACL 1.0, section 5.3.2: sh:sourceConstraint beside sh:sourceShape."""
    clause = "<document/my-law/clause/{0}> a cg:Clause ; cg:clauseOf <document/my-law> ;\n    "
    clause += 'cg:number "1" ; cg:position {0} ; dcterms:title "One"@en .\n'
    ended = run(write(DOCUMENT + clause.format(1) + clause.format(2)), "--format", "turtle")
    assert ended.code == 1
    graph = Graph().parse(data=ended.out, format="turtle")
    constraint = URIRef(SHAPE + "Clause-numberUnique")
    found = list(graph.subjects(SH.sourceConstraint, constraint))
    assert len(found) == 2
    assert {graph.value(r, SH.sourceShape) for r in found} == {URIRef(SHAPE + "NumberedClause")}


def test_ill_typed_literal_is_reported_as_it_is_written(
    run: Callable[..., Run], write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    """A date that does not exist is neither rewritten nor logged with a traceback."""
    path = write(
        DOCUMENT + "<document/my-law/milestone/x> a cg:Milestone ;\n"
        '    cg:date "2023-02-30"^^xsd:date .\n'
    )
    ended = run(path)
    assert ended.code == 1
    assert re.search(r'found "2023-02-30"\^\^xsd:date', ended.out)
    assert "by shape:Milestone-date" in ended.out
    assert ended.err == ""
    assert caplog.records == []


def test_blank_nodes_of_two_files_are_two_nodes(write: Callable[..., Path]) -> None:
    """RDF 1.1 Concepts, section 3.4: blank node labels are local to a file."""
    write('_:x a cg:Document ; dcterms:title "One"@en .', "one.ttl")
    folder = write('_:x a cg:Document ; dcterms:title "Two"@en .', "two.ttl").parent
    assert rules(judge(folder)) == {"Document-iri"}
