"""`clausegraph search`: what it prints, and what it says of a wrong call."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from clausegraph.cli import search
from clausegraph.errors import ClausegraphError

DATA = """
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/clausegraph/id/document/mine> a cg:Document ; dcterms:title "My zebra rules"@en .
"""


def run(*arguments: str) -> Result:
    """Run the command."""
    app = typer.Typer()
    search.register(app)
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of one's own."""
    path: Path = tmp_path_factory.mktemp("data") / "mine.ttl"
    path.write_text(DATA, encoding="utf-8")
    return str(path)


def test_hits_are_printed_with_what_they_can_be_narrowed_down_by(data: str) -> None:
    done = run("zebra", "--data", data)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[:2] == ["1 hit", ""]
    assert lines[2:5] == [
        "My zebra rules",
        "  document",
        "  https://w3id.org/clausegraph/id/document/mine",
    ]
    assert "--type: document (1)" in lines


def test_nothing_is_said_to_fit_where_nothing_does(data: str) -> None:
    done = run("giraffe", "--data", data)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Nothing fits." in done.stderr


def test_page_after_the_last_hit_says_so(data: str) -> None:
    lines = run("zebra", "--data", data, "--offset", "40").stdout.splitlines()
    assert lines[0] == "1 hit, none after the first 40"


def test_search_for_what_does_not_occur_is_written_after_two_hyphens(data: str) -> None:
    """As the help says; a - before it would be an option."""
    assert "clausegraph search --type document -- -finance" in run("--help").stdout
    assert "My zebra rules" not in run("--data", data, "--", "-zebra").stdout
    assert "My zebra rules" in run("--data", data, "--", "-finance", "my").stdout


def test_table_and_json_have_the_same_hits(data: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("zebra", "--data", data, "-f", "csv").stdout)))
    body = json.loads(run("zebra", "--data", data, "-f", "json").stdout)
    assert [row["iri"] for row in rows] == [hit["iri"] for hit in body["hits"]]
    assert len(body["release"]) == 64


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["zebra", "--format", "xml"], "no format"),
        (["zebra", "--label", "zebra"], "both given"),
        (["zebra", "--type", "nonsense"], "Known are"),
        (["zebra", "--data", "x", "--store", "y"], "both given"),
        (["zebra", "--store", "/nowhere-at-all"], "No graph is stored here"),
        (["--jurisdiction", "atlantis"], "Nothing in this graph"),
    ],
)
def test_wrong_call_is_told_with_a_way_out(data: str, arguments: list[str], said: str) -> None:
    extra = [] if "--store" in arguments else ["--data", data]
    done = run(*arguments, *extra)
    assert isinstance(done.exception, ClausegraphError)
    assert said in str(done.exception)
