"""`clausegraph query`: what it prints where, in which form, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausegraph import cli, questions, vocabulary
from clausegraph.cli.tables import DITTO
from clausegraph.errors import ClausegraphError, outcome


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture
def query(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `clausegraph query` with arguments, in this process."""

    def run(*arguments: str, stdin: str | bytes = "") -> Run:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["clausegraph", "query", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        code = stop.value.code
        assert code is None or isinstance(code, int)
        return Run(code or 0, captured.out, captured.err)

    return run


CLAUSES = "SELECT ?number WHERE { ?clause cg:number ?number . ?clause cg:position 10 }"
DOCUMENT = "document=ai-safety-commitments"
# A row of the list; a query that answers none of the numbered questions comes after those.
ROW = re.compile(r"(?P<number>\d*) +(?P<name>[a-z-]+/[a-z-]+) ")


def test_list_names_every_query_by_number_and_question(query: Command) -> None:
    rows = [ROW.match(line) for line in query("--list").out.splitlines()]
    listed = [(row["number"], row["name"]) for row in rows if row]
    assert sorted(name for _, name in listed) == sorted(questions.load_all())
    numbers = [int(number) if number else math.inf for number, _ in listed]
    assert numbers == sorted(numbers)


def test_prefixes_lists_the_registry(query: Command) -> None:
    out = query("--prefixes").out
    assert all(f"{prefix}:" in out for prefix in vocabulary.prefixes())


def test_show_prints_the_file_as_it_is(query: Command, root: Path) -> None:
    out = query("risks/gaps", "--show").out
    assert out == (root / "queries" / "risks" / "gaps.rq").read_text(encoding="utf-8")


def test_table_shortens_iris_and_fits_100_columns(query: Command) -> None:
    out = query("risks/gaps").out
    assert "https://" not in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_table_puts_above_what_every_row_shares(query: Command) -> None:
    """Also what no row has, and how the IRIs of a column begin."""
    lines = query("risks/by-document", "-p", DOCUMENT).out.splitlines()
    assert "document: documents:ai-safety-commitments" in lines
    assert "level: (empty in every row)" in lines
    assert "risk: mit-risk-domain:..." in lines


def test_table_repeats_nothing_to_the_left(query: Command) -> None:
    out = query("actors/several-roles").out
    assert [
        line.split()[:2] for line in out.splitlines() if line.strip().endswith("signatory")
    ] == [[DITTO, DITTO]] * 4


def test_rows_too_wide_for_a_table_are_blocks_of_lines(query: Command) -> None:
    out = query("actors/roles").out
    assert "\n\ndocument: ai-safety-commitments\npart: " not in out
    assert "\nrole: enforcer\n" in out
    assert "\nstatedAbsent: true\n" in out


@pytest.mark.parametrize("columns", [("risks/gaps",), ("documents/overview",), ("actors/roles",)])
def test_table_tells_the_text_of_every_cell(columns: tuple[str], query: Command) -> None:
    """However it is laid out, no label is cut."""
    squeezed = "".join(query(*columns).out.split())
    rows = csv.DictReader(io.StringIO(query(*columns, "-f", "csv").out))
    labels = {row.get("label") or row.get("name") or "" for row in rows}
    words = {word for label in labels for word in label.split()}
    assert [word for word in words if word not in squeezed] == []


def test_csv_and_json_say_the_same(query: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(query("risks/gaps", "-f", "csv").out)))
    bindings = json.loads(query("risks/gaps", "-f", "json").out)["results"]["bindings"]
    assert [row["code"] for row in rows] == [item["code"]["value"] for item in bindings]


def test_parameters_are_read_as_the_header_says(query: Command) -> None:
    out = query("concepts/by-code", "--param", "code=3.1.4", "--format", "csv").out
    assert len(out.splitlines()) == 2
    assert "Compliance Requirements" in out


def test_identifier_is_taken_as_the_table_prints_it(query: Command) -> None:
    clause = "document/ai-safety-governance-framework-v1/clause/5.9"
    arguments = ("mappings/walk", "-p", "document=ai-safety-governance-framework-v1")
    out = query(*arguments, "-p", f"clause={clause}", "-f", "csv").out
    assert len(out.splitlines()) == 1 + 5


def test_empty_result_is_said_on_standard_error(query: Command) -> None:
    done = query("provenance/differing-classifiers")
    assert (done.code, done.out) == (0, "")
    assert "empty" in done.err
    as_csv = query("provenance/differing-classifiers", "-f", "csv")
    assert (as_csv.code, len(as_csv.out.splitlines())) == (0, 1)


def test_query_is_read_from_standard_input(query: Command) -> None:
    assert query("-", "-f", "csv", stdin=CLAUSES).out.split() == ["number", "5.10"]


def test_query_is_read_from_a_file(query: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(CLAUSES, encoding="utf-8")
    assert query("--file", str(path), "-f", "csv").out.split() == ["number", "5.10"]
    assert query("--file", str(path), "-f", "csv", "-p", "number=5.9").out.split() == ["number"]


def test_data_are_asked_in_place_of_what_ships(query: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        "<https://e.org/law> a <https://w3id.org/clausegraph/ontology#Document> .", encoding="utf-8"
    )
    out = query("documents/binding-nobody", "--data", str(path), "-f", "csv").out
    assert [row["document"] for row in csv.DictReader(io.StringIO(out))] == ["https://e.org/law"]


def test_ask_and_construct_have_forms_of_their_own(query: Command) -> None:
    assert query("-", stdin="ASK { ?x a cg:Clause }").out == "true\n"
    describe = "DESCRIBE documents:ai-safety-commitments"
    assert "@prefix cg:" in query("-", stdin=describe).out
    assert query("-", "-f", "nt", stdin=describe).out.startswith(
        "<https://w3id.org/clausegraph/id/"
    )


def test_minus_as_file_is_standard_input_too(query: Command) -> None:
    assert query("--file", "-", stdin="ASK { ?x a cg:Clause }").out == "true\n"


def test_byte_order_mark_before_a_query_is_passed_over(query: Command) -> None:
    assert query("-", stdin="\ufeffASK { ?x a cg:Clause }").out == "true\n"


def test_standard_input_that_is_not_utf_8_is_refused_with_its_line(query: Command) -> None:
    done = query("-", stdin=b'ASK {\n ?x a "\xff" }')
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("clausegraph: standard input:2: The file is not UTF-8.")


def test_nothing_is_said_on_standard_error_where_nobody_waits(query: Command) -> None:
    assert query("documents/taking-effect").err == ""


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        ((), "", "Name one query."),
        (("documents/overview", "--file", "x.rq"), "", "Name one query."),
        (("documents/overveiw",), "", "Nearest: documents/overview"),
        (("concepts/by-code",), "", "needs the parameter 'code'. For example: code=2.1"),
        (("concepts/by-code", "-p", "code"), "", "has no value"),
        (("concepts/by-code", "-p", "code=1", "-p", "code=2"), "", "is given twice"),
        (("documents/overview", "-p", "colour=red"), "", "It takes: document."),
        (("documents/overview", "-p", "document=nosuch"), "", "Nothing in this graph is"),
        (("documents/taking-effect", "-p", "year=soon"), "", "takes a whole number"),
        (("documents/overview", "-f", "ttl"), "", "Choose one of: table, csv, tsv, json, xml."),
        (("-", "-f", "csv"), "ASK { ?x ?y ?z }", "Choose one of: table, json, xml."),
        (("-", "-f", "csv"), "DESCRIBE cg:Clause", "Choose one of: table, ttl, nt, jsonld, rdf."),
        (("-",), "SELECT ?x WHERE { ?x a }", "standard input:1:"),
        (("-",), "SELECT ?x WHERE { SERVICE <http://e.org/> { ?x ?y ?z } }", "switched off"),
    ],
)
def test_wrong_call_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], stdin: str, message: str, query: Command
) -> None:
    done = query(*arguments, stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.rq", None, "missing.rq: The file cannot be read"),
        ("header.rq", "#+ nonsense: 1\nASK { ?x ?y ?z }", "header.rq:1: Unknown entry"),
        ("update.rq", "INSERT DATA { <http://a> <http://b> 1 }", "update.rq:1: This is no SPARQL"),
    ],
)
def test_unreadable_query_is_one_line_and_exit_code_3(
    name: str, text: str | None, message: str, query: Command, tmp_path: Path
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = query("--file", str(path))
    assert (done.code, done.out) == (3, "")
    assert message in done.err
    assert len(done.err.splitlines()) == 1


def test_unreadable_data_is_exit_code_3(query: Command, tmp_path: Path) -> None:
    done = query("documents/overview", "--data", str(tmp_path / "missing.ttl"))
    assert (done.code, done.out) == (3, "")


def test_saved_query_errors_have_the_exit_codes_of_the_table() -> None:
    """One table maps each error to its exit code; the command line reads it."""
    with pytest.raises(ClausegraphError) as error:
        questions.load("nosuch")
    assert outcome(error.value).exit_code == 2
