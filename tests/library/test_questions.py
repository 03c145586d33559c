"""Saved queries: what a header may say, and what its parameters take."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph import questions
from clausegraph.errors import InputError, UsageError
from clausegraph.questions import Parameter, SavedQuery

BODY = "PREFIX cg: <https://w3id.org/clausegraph/ontology#>\n\nSELECT ?x WHERE { ?x a cg:Clause }\n"
ID = "https://w3id.org/clausegraph/id/"
DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")


def parsed(header: str, body: str = BODY) -> SavedQuery:
    return questions.parse(header + body, "topic/name", "name.rq")


def test_header_and_text_are_told_apart() -> None:
    header = "#+ summary: What is there?\n#+ question: 3\n#+ parameters: {x: iri}\n"
    query = parsed(header)
    assert (query.summary, query.number, query.form) == ("What is there?", 3, "SELECT")
    assert (query.header, query.text) == (header, BODY)
    assert query.parameters == {"x": Parameter("x", "iri")}


def test_header_may_go_on_over_several_lines() -> None:
    query = parsed(
        "#+ summary: What?\n#+ parameters:\n"
        "#+   x: {type: string, required: true, example: here}\n#+ note: >-\n#+   One\n#+   two.\n"
    )
    assert query.parameters["x"] == Parameter("x", "string", required=True, example="here")
    assert query.note == "One two."


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("ASK { ?x ?y ?z }", "ASK"),
        ("# SELECT\nBASE <http://e/>\nPREFIX a: <http://a#>\nconstruct WHERE { ?x a:b ?z }",
         "CONSTRUCT"),
        ("DESCRIBE ?x WHERE { ?x ?y 'SELECT' }", "DESCRIBE"),
    ],
)  # fmt: skip
def test_query_form_is_read_past_comments_and_prologue(body: str, form: str) -> None:
    """SPARQL 1.1, section 4.1: the prologue comes before the form."""
    assert parsed("", body).form == form


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        ("#+ summary: What?\n#+ nonsense: 1\n", 2, "Unknown entry 'nonsense'"),
        ("#+ summary: What?\n#+ question: one\n", 2, "whole number"),
        ("#+ summary: What?\n#+ question: true\n", 2, "whole number"),
        ("#+ summary: 12\n", 1, "'summary' must be text"),
        ("#+ summary: What?\n#+ parameters: [x]\n", 2, "map names to types"),
        ("#+ summary: What?\n#+ parameters: {y: iri}\n", 2, "no variable ?y"),
        ("#+ summary: What?\n#+ parameters:\n#+   x: colour\n", 3, "needs a type: iri"),
        ("#+ summary: What?\n#+ parameters:\n#+   x: {type: iri, hue: red}\n", 3, "may say only"),
        ("#+ summary: W?\n#+ parameters:\n#+   x: {type: iri, required: true}\n", 3, "an example"),
        ("#+ summary: What?\n#+ note: a: b\n", 2, "no YAML"),
        ("#+ summary: What?\n#+note: a\n", 2, "begins with '#+' and a blank"),
        ("#+ a list\n", 1, "'#+ key: value'"),
    ],
)
def test_bad_header_is_refused_with_file_and_line(header: str, line: int, message: str) -> None:
    with pytest.raises(InputError, match=r".") as error:
        parsed(header)
    assert message in error.value.message
    assert (error.value.file, error.value.line) == ("name.rq", line)


def test_text_that_is_no_query_is_refused_on_its_line() -> None:
    with pytest.raises(InputError, match="no SPARQL query") as error:
        parsed("#+ summary: What?\n", "INSERT DATA { <http://a> <http://b> 1 }")
    assert error.value.line == 2


def test_saved_query_needs_a_summary(tmp_path: Path) -> None:
    path = tmp_path / "name.rq"
    path.write_text(BODY, encoding="utf-8")
    with pytest.raises(InputError, match=r"name.rq:1: The header has no summary") as error:
        questions.read(path, "name")
    assert "#+ summary" in str(error.value)


def test_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "name.rq"
    path.write_bytes(b"#+ summary: caf\xe9\n")
    with pytest.raises(InputError, match="not UTF-8"):
        questions.read(path, "name")


@pytest.mark.parametrize(
    ("name", "near"),
    [("documents/overveiw", "documents/overview"), ("overview", "documents/overview")],
)
def test_unknown_name_is_refused_with_the_nearest_ones(name: str, near: str) -> None:
    with pytest.raises(UsageError, match="There is no saved query") as error:
        questions.load(name)
    assert near in str(error.value)


@pytest.mark.parametrize("name", ["../pyproject", "/etc/passwd", "documents/../documents/overview"])
def test_name_leads_nowhere_outside_the_folder(name: str) -> None:
    with pytest.raises(UsageError, match="There is no saved query"):
        questions.load(name)


@pytest.mark.parametrize(
    ("parameter", "value", "term"),
    [
        (Parameter("x", "iri"), "https://e.org/a", NamedNode("https://e.org/a")),
        (Parameter("x", "iri"), "<https://e.org/a>", NamedNode("https://e.org/a")),
        (Parameter("x", "iri"), "sector:s03", NamedNode(ID + "concept/sector/s03")),
        (Parameter("x", "iri"), "document/a/clause/5.1", NamedNode(ID + "document/a/clause/5.1")),
        (Parameter("x", "iri", kind="document"), "a", NamedNode(ID + "document/a")),
        (Parameter("x", "iri", kind="document"), "sector:s03", NamedNode(ID + "concept/sector/s03")),
        (Parameter("x", "string"), 'a"} #', Literal('a"} #')),
        (Parameter("x", "integer"), "2023", Literal(2023)),
        (Parameter("x", "integer"), 2023, Literal(2023)),
        (Parameter("x", "date"), "2026-02-23", Literal("2026-02-23", datatype=DATE)),
        (Parameter("x", "date"), datetime.date(2026, 2, 23), Literal("2026-02-23", datatype=DATE)),
        (Parameter("x", "iri"), NamedNode("https://e.org/a"), NamedNode("https://e.org/a")),
    ],
)  # fmt: skip
def test_value_becomes_a_term_of_the_parameter_s_type(
    parameter: Parameter, value: object, term: NamedNode | Literal
) -> None:
    assert parameter.term(value) == term


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (Parameter("x", "iri"), "a"),
        (Parameter("x", "iri"), "nosuch:a"),
        (Parameter("x", "iri"), "https://e.org/a b"),
        (Parameter("x", "iri"), Literal("a")),
        (Parameter("x", "string"), NamedNode("https://e.org/a")),
        (Parameter("x", "integer"), "many"),
        (Parameter("x", "integer"), True),
        (Parameter("x", "date"), "23.2.2026"),
    ],
)
def test_value_of_another_type_is_refused(parameter: Parameter, value: object) -> None:
    with pytest.raises(UsageError, match="The parameter 'x' takes"):
        parameter.term(value)


HEADER = (
    "#+ summary: W?\n#+ parameters:\n#+   x: {type: string, required: true, example: here}\n"
    "#+   y: {type: integer, default: 3}\n#+   z: iri\n"
)
THREE = "SELECT ?x ?y ?z WHERE { ?x ?y ?z }"


def test_binding_takes_what_is_given_and_the_defaults_of_the_rest() -> None:
    assert parsed(HEADER, THREE).bind({"x": "a"}) == {"x": Literal("a"), "y": Literal(3)}


def test_missing_required_parameter_is_named_with_an_example() -> None:
    with pytest.raises(UsageError, match=r"needs the parameter 'x'. For example: x=here"):
        parsed(HEADER, THREE).bind({})


def test_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"has no parameter 'w'. It takes: x, y, z."):
        parsed(HEADER, THREE).bind({"w": "a"})
