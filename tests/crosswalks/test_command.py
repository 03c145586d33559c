"""`clausegraph crosswalk A B`: what it prints, in each form, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import stored
from clausegraph.cli import crosswalk
from clausegraph.errors import ClausegraphError, InputError, UsageError

TABLE = """@base <https://w3id.org/clausegraph/id/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/clausegraph/graph/data/mine> a prov:Entity ; cg:rationale "Guessed."@en ;
    dcterms:source <source/clausegraph> ; dcterms:title "Mine"@en ;
    prov:wasAttributedTo <actor/clausegraph> ; prov:wasGeneratedBy <activity/mapping> .
<concept/mine/1> a skos:Concept ; skos:inScheme <concept/mine> ; skos:notation "1" ;
    skos:prefLabel "One of mine"@en ; skos:closeMatch <concept/sector/s12> .
<concept/mine/2> a skos:Concept ; skos:inScheme <concept/mine> ; skos:notation "2" ;
    skos:prefLabel "生成式人工智能"@zh .
<concept/mine> a skos:ConceptScheme ; dcterms:title "Mine"@en .
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A file with a scheme of one's own, mapped to one that ships."""
    path = tmp_path / "mine.ttl"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    """Run the command alone; an error of ours is raised as it is."""
    app = typer.Typer()
    crosswalk.register(app)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, ClausegraphError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_text_tells_walks_with_reasons_then_what_is_left_then_who_says_so() -> None:
    """A researcher reads it from top to bottom; no line ends in blanks."""
    told = run("agora-tag", "mit-risk-domain").stdout
    assert "16 of 83 are mapped, by 23 matches" in told
    first = told.index("closeMatch mit-risk-domain:2.1 Compromise of privacy")
    broken = told.index("breaks off at closeMatch enforcement-type:fines")
    unmapped = told.index("Without any mapping:")
    left = told.index("Not reached of mit-risk-domain:")
    who = told.index("[1] AGORA tags to MIT risk domains; by Clausegraph, 2026-11-22")
    assert first < broken < unmapped < left < who
    assert not [line for line in told.splitlines() if line != line.rstrip()]


def test_two_steps_and_inverse_ones_are_marked_in_text() -> None:
    told = run("dpv", "agora-tag").stdout
    assert "two steps (nothing follows): " in told
    assert "(inverse)" in told


def test_csv_ends_its_rows_as_rfc_4180_wants_them() -> None:
    raw = run("agora-tag", "enforcement-type", "--format", "csv").stdout_bytes
    rows = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    assert raw.count(b"\r\n") == len(rows) + 1
    assert [row["finding"] for row in rows].count("matched") == 9


def test_json_names_the_release_and_holds_unicode_as_it_is(mine: Path) -> None:
    raw = run("mine", "sector", "-f", "json", "--data", mine).stdout
    told = json.loads(raw)
    assert len(told["release"]) == 64
    assert [walk["to"]["id"][-11:] for walk in told["walks"]] == ["/sector/s12"]
    assert "生成式人工智能" in raw


def test_nothing_mapped_is_an_answer() -> None:
    told = run("sector", "legal-force").stdout
    assert "0 of " in told
    assert "Not reached of legal-force:" in told


def test_set_without_a_date_says_so(mine: Path) -> None:
    told = run("mine", "sector", "--data", mine).stdout
    assert "Mine; by Clausegraph, without a date; activity-kind:inference" in told.replace(
        "\n    ", " "
    )
    assert "Guessed." in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("agora-tags", "dpv"), "no scheme or vocabulary 'agora-tags'"),
        (("agora-tag", "agora-tag"), "the same vocabulary"),
        (("agora-tag", "dpv", "-f", "xml"), "'xml' is no format"),
        (("agora-tag", "dpv", "--data", "x.ttl", "--store", "y"), "Both --data and --store"),
    ],
)
def test_wrong_call_is_refused_with_a_remedy(arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        run(*arguments)
    assert refused.value.remedy


def test_store_folder_without_a_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No graph is stored") as refused:
        run("agora-tag", "dpv", "--store", tmp_path)
    assert "clausegraph load" in str(refused.value)


def test_help_teaches_with_an_example() -> None:
    assert "clausegraph crosswalk agora-tag mit-risk-domain" in run("--help").stdout


def test_stored_graph_is_walked_without_a_build(tmp_path: Path, mine: Path) -> None:
    """`--store`: the same answer as from the files, with the release that is stored."""
    folder = tmp_path / "graphs"
    release = stored.stored(folder, [mine]).release
    told = json.loads(run("mine", "sector", "-f", "json", "--store", folder).stdout)
    assert told["release"] == release
    assert told == json.loads(run("mine", "sector", "-f", "json", "--data", mine).stdout)
