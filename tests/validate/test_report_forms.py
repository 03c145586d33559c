"""The report as RDF, JSON, JUnit XML, workflow commands and CSV: whole, exact and well-formed."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from clausegraph.positions.places import Place
from clausegraph.validate.report import Finding, Note, Report
from clausegraph.validate.writers import WRITERS, text, to_triples
from clausegraph.validate.writers.table import COLUMNS
from findings import (
    EX,
    HOSTILE,
    SHOWN_NOWHERE,
    XSD,
    book,
    ex,
    finding,
    inverse,
    path,
    report,
    result,
    sh,
)

DECIMAL = Literal("1.50", datatype=NamedNode(XSD + "decimal"))
BYTE = Literal("5", datatype=NamedNode(XSD + "byte"))
NESTED = result(ex("b"), inverse("parent"), ex("a"), says=None)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a repository of its own, so that names of files are known."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def written(form: str, made: Report) -> str:
    """A report in a form."""
    return "".join(WRITERS[form](made))


def full() -> Report:
    """A report with something of everything."""
    hostile = result(ex("\u202ea"), path("name"), Literal(HOSTILE), says=HOSTILE)
    return report(
        finding(result(), "a.ttl", 3, 5),
        finding(result(along=inverse("parent"), value=DECIMAL, details=(NESTED,)), "a.ttl", 1),
        finding(result(BlankNode("f0b1"), path("age"), BYTE, shape=BlankNode("f1b2"))),
        replace(finding(hostile, "b, 100%: c.ttl"), hint=HOSTILE),
        finding(result(severity="Warning", says=None), "a.ttl", 9),
        finding(result(severity="Info"), None, None),
        replace(finding(result(), "a.ttl", 4), known=True),
        notes=(Note("note\nof two lines", Path("a.ttl"), 2), Note("refused", is_grave=True)),
        unchecked=(Path("empty.ttl"),),
    )


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_writes_a_report_without_findings(form: str) -> None:
    """No finding is the usual case."""
    assert written(form, report(files=(Path("a.ttl"),)))


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_is_the_same_text_each_time_in_utf_8(form: str) -> None:
    """What is kept in git or compared must not change by itself."""
    assert written(form, full()) == written(form, full())
    written(form, full()).encode("utf-8")


@pytest.mark.parametrize("form", [form for form in WRITERS if form != "csv"])
def test_no_form_for_a_terminal_lets_control_characters_through(form: str) -> None:
    """All but CSV, which cannot escape and keeps the data as they are."""
    whole = written(form, full())
    assert not [mark for mark in SHOWN_NOWHERE if mark in whole]


def test_a_file_name_that_is_not_utf_8_is_spelt_out_in_every_form() -> None:
    """A name of a file may be any bytes."""
    name = Path("caf\udce9.ttl")
    made = report(finding(result(), name), unchecked=(name,))
    for form in WRITERS:
        assert written(form, made).encode("utf-8")
    assert "caf%E9.ttl" in written("sarif", made)
    assert r"caf\xe9.ttl" in "".join(text(made))


def test_turtle_is_a_validation_report_of_the_standard() -> None:
    """SHACL 1.0, section 3.6."""
    triples = {Triple(*quad.triple) for quad in parse(written("turtle", full()), RdfFormat.TURTLE)}
    root = next(triple.subject for triple in triples if triple.object == sh("ValidationReport"))

    def values(node: object, name: str) -> list[object]:
        return [t.object for t in triples if t.subject == node and t.predicate == sh(name)]

    assert [value.value for value in values(root, "conforms")] == ["false"]
    results = values(root, "result")
    assert len(results) == len(full().findings)
    for node in results:
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent", "sourceShape"):
            assert len(values(node, name)) == 1
        assert values(node, "resultMessage")
    decimal = next(node for node in results if DECIMAL in values(node, "value"))
    (detail,) = values(decimal, "detail")
    assert values(detail, "focusNode") == [ex("b")]
    (start,) = values(decimal, "resultPath")
    (inner,) = values(detail, "resultPath")
    assert start != inner  # each result has a copy of its path
    assert values(start, "inversePath") == values(inner, "inversePath") == [ex("parent")]
    assert any(BYTE in values(node, "value") for node in results)
    assert any(Literal(HOSTILE) in values(node, "value") for node in results)


def test_a_report_without_any_result_conforms() -> None:
    """SHACL 1.0, section 3.6.1.1."""
    assert "sh:conforms true" in written("turtle", report())
    warned = report(finding(result(severity="Warning")))
    assert warned.passes()
    assert "sh:conforms false" in written("turtle", warned)


def test_all_messages_of_a_shape_are_written_with_their_languages() -> None:
    """SHACL 1.0, section 3.6.2.5: one for each language."""
    said = replace(result(), messages=(Literal("Namen!", language="de"), Literal("Name!")))
    messages = [
        t.object for t in to_triples(report(finding(said))) if "Message" in t.predicate.value
    ]
    assert messages == [Literal("Namen!", language="de"), Literal("Name!")]


def test_blank_nodes_of_data_and_shapes_are_never_those_of_the_report() -> None:
    """An endpoint may call its nodes what it likes."""
    taken = result(BlankNode("report"), None, BlankNode("r0"), shape=BlankNode("r0"))
    subjects = [str(triple.subject) for triple in to_triples(report(finding(taken)))]
    objects = [str(triple.object) for triple in to_triples(report(finding(taken)))]
    assert set(subjects) == {"_:report", "_:r0"}
    assert {"_:d-report", "_:d-r0", "_:s-r0"} <= set(objects)


def test_turtle_of_many_results_is_that_of_its_triples() -> None:
    """It is written in pieces, each of which begins with a new subject."""
    found = [finding(result(along=inverse("p"), details=(NESTED,)), line=n) for n in range(1, 900)]
    made = report(*found)
    assert len(list(WRITERS["turtle"](made))) > 3
    again = [quad.triple for quad in parse(written("turtle", made), RdfFormat.TURTLE)]
    assert len(again) == len(list(to_triples(made)))


def test_json_has_the_documented_keys_and_terms_as_sparql_results_have() -> None:
    """SPARQL 1.1 Query Results JSON, section 3.2.2; one finding a line."""
    whole = written("json", full())
    made = json.loads(whole)
    assert set(made) == {
        *("conforms", "passes", "vacuous", "threshold"),
        *("focusNodes", "shapes", "seconds", "stoppedAt"),
        *("files", "unchecked", "counts", "notes", "fixed", "results"),
    }
    assert made["counts"] == {"violation": 4, "warning": 1, "info": 1, "known": 1, "fixed": 0}
    assert (made["conforms"], made["passes"], made["threshold"]) == (False, False, "violation")
    assert made["notes"][0] == {
        "level": "note", "text": "note\nof two lines", "file": "a.ttl", "line": 2,
    }  # fmt: skip
    first = made["results"][0]
    assert set(first) == {
        *("file", "line", "column", "endLine", "endColumn", "severity", "severityIri"),
        *("focusNode", "path", "value", "message", "messages", "component", "shape"),
        *("constraint", "hint", "known", "fingerprint", "details"),
    }
    assert (first["file"], first["line"], first["column"], first["endColumn"]) == ("a.ttl", 1, 1, 6)
    assert first["focusNode"] == {"type": "uri", "value": EX + "ann"}
    assert first["path"] == f"(^<{EX}parent>)"
    assert first["value"] == {
        "type": "literal", "value": "1.50", "datatype": XSD + "decimal",
    }  # fmt: skip
    assert first["messages"] == [{"type": "literal", "value": "Name the person.", "xml:lang": "en"}]
    assert first["details"][0]["focusNode"] == {"type": "uri", "value": EX + "b"}
    assert sum(line.startswith('{"file"') for line in whole.splitlines()) == 7
    values = [one["value"] for one in made["results"]]
    assert {"type": "literal", "value": HOSTILE} in values


def test_junit_is_well_formed_with_a_suite_a_file_and_a_test_a_shape() -> None:
    """The form that GitHub, GitLab and Jenkins read; names stay the same from run to run."""
    root = ElementTree.fromstring(written("junit", full()))  # noqa: S314 - our own text
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "5", "3")
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {
        *("a.ttl", "b, 100%: c.ttl", "people.ttl", "elsewhere", "what was checked"),
    }
    (case,) = suites["a.ttl"]
    assert (case.get("name"), case.get("classname"), case.get("file")) == (
        "ex:PersonShape-name", "a.ttl", "a.ttl",
    )  # fmt: skip
    (failure,), (others,) = case.findall("failure"), case.findall("system-out")
    assert failure.get("message") == "Name the person. (and 1 more)"
    assert "a.ttl:3:5: violation: ex:ann: Name the person." in str(failure.text)
    assert "warning" in str(others.text)
    assert "(known)" in str(others.text)
    assert suites["elsewhere"].get("failures") == "0"


def test_junit_has_a_test_that_passes_for_a_file_without_findings_and_skips_unchecked_ones() -> (
    None
):
    """A run without any test looks broken to those who read it."""
    made = report(files=(Path("good.ttl"), Path("other.ttl")), unchecked=(Path("other.ttl"),))
    root = ElementTree.fromstring(written("junit", made))  # noqa: S314 - our own text
    assert (root.get("tests"), root.get("failures")) == ("2", "0")
    good, other = (suite.find("testcase") for suite in root)
    assert good is not None
    assert list(good) == []
    assert other is not None
    assert other.find("skipped") is not None


def test_a_check_that_says_nothing_is_green_in_no_form() -> None:
    """Who reads only the file, and not the exit code, is to see it too."""
    made = report(files=(Path("a.ttl"),), notes=(Note(f"Nothing: {HOSTILE}", is_grave=True),))
    root = ElementTree.fromstring(written("junit", made))  # noqa: S314 - our own text
    assert (root.get("tests"), root.get("errors")) == ("2", "1")
    assert root.find("testsuite/testcase/error") is not None
    assert json.loads(written("json", made))["vacuous"] is True
    (run,) = json.loads(written("sarif", made))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_workflow_commands_are_one_a_line_and_cannot_be_forged() -> None:
    """GitHub's escapes: %, CR and LF in texts, also `:` and `,` in properties."""
    commands = written("github", full()).splitlines()
    assert all(re.match(r"::(error|warning|notice)( |::)", line) for line in commands[:-1])
    assert len(commands) == 6 + 2 + 1  # new findings, notes, summary
    assert commands[-1] == full().summary()
    assert (
        "::error file=a.ttl,line=3,endLine=3,col=5,endColumn=10,title=ex%3APersonShape-name"
        "::ex:ann: Name the person." in commands
    )
    assert any(line.startswith("::error file=b%2C 100%25%3A c.ttl,line=1,") for line in commands)
    assert "::notice title=ex%3APersonShape-name::ex:ann: Name the person." in commands
    assert "::notice file=a.ttl,line=2::note of two lines" in commands
    assert "::warning::refused" in commands


def test_workflow_commands_have_no_columns_across_lines() -> None:
    """GitHub takes columns only where the line is one."""
    over = replace(finding(result()), place=Place(1, 2, 3, 4))
    command = written("github", report(over))
    assert "line=1,endLine=3,title=" in command


def test_files_are_named_from_the_folder_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reviews name files so, wherever the command was run."""
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    assert "file=data/a.ttl," in written("github", report(finding(result(), "a.ttl")))
    outside = written("github", report(finding(result(), "/elsewhere/a.ttl")))
    assert "file=/elsewhere/a.ttl," in outside


def test_csv_keeps_the_data_exactly_all_fields_in_quotes() -> None:
    """RFC 4180: lines end in CR LF, quotes are doubled; nothing is guarded or changed."""
    formula = result(along=path("name"), value=Literal('=1+"2"', language="en"))
    whole = written("csv", report(finding(formula), *full().findings))
    rows = list(csv.reader(io.StringIO(whole, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert whole.count("\r\n") >= len(rows)
    made = [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]
    assert any((one["value"], one["language"]) == ('=1+"2"', "en") for one in made)
    assert any(one["value"] == HOSTILE for one in made)
    assert {one["known"] for one in made} == {"true", "false"}
    assert '"=1+""2"""' in whole


@pytest.mark.parametrize("form", [*WRITERS, "text"])
def test_long_reports_are_written_piece_by_piece(form: str) -> None:
    """Memory does not grow with what is written: 2,000 findings make most of a megabyte."""
    found = result(along=path("name"), value=Literal("x" * 50), says="Name it. " * 40)
    made = report(*(finding(found, f"{line % 40}.ttl", line) for line in range(1, 2001)))
    assert made.passes() is False  # what is counted once is counted before

    def pieces() -> Iterator[str]:
        return text(made) if form == "text" else WRITERS[form](made)

    tracemalloc.start()
    length = sum(map(len, pieces()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length > 700_000
    assert peak < length / 2


def test_rules_without_a_name_are_called_after_what_they_belong_to() -> None:
    """A property shape in brackets is found by its path and its owner."""
    rules = book()
    (blank,) = (node for node in rules.shapes.subjects(f"{sh('maxCount').value}"))
    rule = rules.rule(blank)
    assert rule.name == "ex:PersonShape/ex:age"
    assert rule.key == f"<{EX}PersonShape>/<{EX}age>"
    assert rule.iri is None
    assert book("ex:S sh:or ( [ sh:node ex:A ] [ sh:path ex:b ; sh:minCount 1 ] ) .").rule(
        blank
    ).name == ("a shape without a name/shape")
    nested = book("ex:S sh:or ( [ sh:node ex:A ] [ sh:path ex:b ; sh:minCount 1 ] ) .")
    (inner,) = nested.shapes.subjects(sh("minCount").value)
    assert nested.rule(inner).name == "ex:S/ex:b"


def test_findings_need_no_shapes_to_be_written() -> None:
    """Results may come from somewhere whose shapes are not at hand."""
    bare = Report(findings=(Finding(result(says=None)),))
    assert "has too few values" in "".join(text(bare))
