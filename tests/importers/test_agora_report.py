"""The report accounts for every row and every tag, and what it counts is in the graph."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from clausegraph.build import build
from clausegraph.importers.agora import Report, import_agora
from clausegraph.vocabulary import prefixes
from importers.agora_copy import contents, row, run, segment

KINDS = ("Classification", "Milestone", "Participation")


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def count(store: Store, pattern: str) -> int:
    """The number of solutions of a pattern."""
    found = store.query(
        f"SELECT (COUNT(*) AS ?number) WHERE {{ {pattern} }}", prefixes=dict(prefixes())
    )
    assert isinstance(found, QuerySolutions)
    return int(next(found)["number"].value)


def by_row(report: Report) -> Counter[str]:
    """The number of tags of each row, as the files state them."""
    return Counter(
        path.stem.removeprefix("agora-")
        for path in report.folder.glob("agora-*.ttl")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("cg:concept agora-tag:")
    )


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    """The rows of AGORA that are lent."""
    return shared / "corpora" / "agora"


@pytest.fixture(scope="module")
def imported(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """An import of them."""
    return import_agora(corpus, tmp_path_factory.mktemp("agora") / "out")


@pytest.fixture(scope="module")
def graph(imported: Report) -> Store:
    """The graph that it is, with what it rests on."""
    return build([imported.folder]).store()


def test_numbers_of_the_report_add_up(imported: Report) -> None:
    tree = imported.as_json()
    documents, tags, statements = tree["documents"], tree["tags"], tree["statements"]
    assert documents["rows"] == documents["new"] + len(documents["joined"]) == 311
    assert tags["cells"] == 311 * 77 == tags["true"] + tags["false"] + tags["blank"]
    assert tags["stated"] == statements["tags"] == tags["true"] + tags["listed_only"]
    assert statements["total"] == sum(statements.values()) - statements["total"]
    assert tree["notes"]["total"] * 2 == sum(tree["notes"].values())
    assert sum(tree["states"].values()) == 311
    assert sum(tree["files"].values()) == len(list(imported.folder.iterdir()))


def test_every_tag_of_every_row_is_a_statement(corpus: Path, imported: Report) -> None:
    """Counted once more in the table itself, by another reader."""
    with (corpus / "documents.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    expected = {
        cells["AGORA ID"]: sum(
            value.lower() == "true" for name, value in cells.items() if ": " in name
        )
        for cells in rows
    }
    assert by_row(imported) == Counter(expected)


def test_statements_of_the_report_are_those_of_the_graph(imported: Report, graph: Store) -> None:
    made = sum(
        count(graph, f"?statement a cg:{kind} ; prov:wasAttributedTo actors:agora")
        for kind in KINDS
    )
    assert made == imported.statements
    notes = count(graph, "?document cg:sourceNote ?note")
    assert notes == imported.as_json()["notes"]["total"]
    assert count(graph, "?document a cg:Document ; cg:agoraId ?id") == 311


def test_documents_that_we_describe_are_joined_not_doubled(
    root: Path, imported: Report, graph: Store
) -> None:
    assert set(imported.as_json()["documents"]["joined"]) == {"37", "1137", "1802", "1831"}
    for identifier in ("37", "1137", "1802", "1831"):
        assert not count(
            graph, f"<https://w3id.org/clausegraph/id/document/agora-{identifier}> ?p ?o"
        )
    both = build([root / "data" / "documents", imported.folder]).store()
    assert count(both, "?document cg:agoraId ?id") == 311


def test_same_tables_make_the_same_bytes(corpus: Path, imported: Report, tmp_path: Path) -> None:
    again = import_agora(corpus, tmp_path / "out")
    assert again.files == {"written": 313, "unchanged": 0, "removed": 0}
    assert contents(again.folder) == contents(imported.folder)
    third = import_agora(corpus / "documents.csv", tmp_path / "out")
    assert third.files == {"written": 0, "unchanged": 313, "removed": 0}


def test_import_is_valid_and_real_faults_are_warnings_that_name_the_row(imported: Report) -> None:
    done = command("validate", imported.folder, "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    results = report["results"]
    assert {result["severity"].lower() for result in results} == {"warning"}
    late = [
        result["message"] for result in results if "would be proposed after" in result["message"]
    ]
    assert len(late) == 2
    assert any("(AGORA row 1137)" in message for message in late)
    assert any("(AGORA row 2265)" in message for message in late)


def test_import_answers_questions_by_derived_links(graph: Store) -> None:
    congress = "<https://w3id.org/clausegraph/id/actor/agora-united-states-congress>"
    assert count(graph, f"?document cg:issuedBy {congress}") == 192
    assert count(graph, "?document cg:hasLegislativeStatus agora-status:defunct") == 139
    assert count(graph, "?document cg:jurisdiction jurisdiction:united-states") > 250


def test_no_prose_of_the_corpus_is_in_the_files(corpus: Path, imported: Report) -> None:
    with (corpus / "documents.csv").open(encoding="utf-8-sig", newline="") as stream:
        texts = [cells["Short summary"].strip() for cells in csv.DictReader(stream)]
    everything = "".join(path.read_text(encoding="utf-8") for path in imported.folder.iterdir())
    assert not [text for text in texts if text and text in everything]


def test_text_of_the_report_shows_the_sums(imported: Report) -> None:
    text = "\n".join(imported.lines())
    assert "311 rows = 307 new + 4 joined" in text
    assert "311 rows x 77 columns = 23,947 cells = 1,574 true + 22,373 false + 0 blank" in text
    assert "row 2265 is proposed on 2019-11-19, after its enactment on 2019-06-17" in text


def test_authority_that_its_table_lacks_is_told_with_its_place(tmp_path: Path) -> None:
    """It has no jurisdiction then, which nothing else in the report would tell."""
    copy = tmp_path / "agora"
    run(tmp_path, [row()])
    small = copy / "authorities.csv"
    small.write_text(small.read_text(encoding="utf-8") + "Duchy,,Crown\n", encoding="utf-8")
    table = copy / "documents.csv"
    table.write_text(table.read_text().replace("Ruritania", "Narnia"), encoding="utf-8")
    report = import_agora(copy, tmp_path / "out")
    wanted = "Crown (authorities.csv); Narnia (documents.csv:2)"
    assert f"note: not in authorities.csv, so without a jurisdiction: {wanted}" in report.lines()
    assert report.as_json()["unlisted_authorities"] == {
        "Crown": "authorities.csv",
        "Narnia": "documents.csv:2",
    }


def test_without_a_table_of_authorities_no_authority_is_told_as_missing(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    (tmp_path / "agora" / "authorities.csv").unlink()
    report = import_agora(tmp_path / "agora", tmp_path / "out")
    assert not report.unlisted_authorities


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Enacted", "after its enactment on 2023-07-10"),
        ("Defunct", "after its end on 2023-07-10"),
        ("Proposed", "after its most recent proposal on 2023-07-10"),
    ],
)
def test_proposal_after_the_most_recent_activity_is_a_fault(
    tmp_path: Path, status: str, told: str
) -> None:
    report = run(tmp_path, [row(STATUS=status, PROPOSED="2024-07-10")])
    (fault,) = report.faults
    assert fault.message == f"is proposed on 2024-07-10, {told}"
    written = (tmp_path / "out" / "agora-9001.ttl").read_text(encoding="utf-8")
    assert written.count("one of the two is wrong.") == 1


@pytest.mark.parametrize(
    ("annotated", "machine", "told"),
    [
        ("true", "true", ["is validated and may include unreviewed machine output"]),
        ("false", "false", ["is validated and not annotated"]),
        ("", "false", []),
        ("true", "false", []),
    ],
)
def test_flags_that_contradict_each_other_are_a_fault(
    tmp_path: Path, annotated: str, machine: str, told: list[str]
) -> None:
    flags = {"ANNOTATED": annotated, "VALIDATED": "true", "MACHINE": machine}
    report = run(tmp_path, [row(**flags)])
    assert [fault.message for fault in report.faults] == told


def test_every_file_of_the_folder_of_texts_is_accounted_for(tmp_path: Path) -> None:
    rows = [row(), row(ID="9002"), row(ID="9003"), row(ID="9004")]
    run(tmp_path, rows, [segment()])
    folder = tmp_path / "agora" / "fulltext"
    folder.mkdir()
    for name, text in {"9001.txt": "A", "9002.txt": "B", "9003.txt": " ", "7.txt": "C"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "READ.me").write_text("D", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\0")
    report = import_agora(tmp_path / "agora", tmp_path / "out", with_text=True)
    assert report.as_json()["texts"] == {
        "files": 5,
        "taken": 1,
        "divided": 1,
        "empty": 1,
        "left_out": 0,
        "of_no_row": ["7.txt", "READ.me"],
    }
    text = "\n".join(report.lines())
    assert "5 files = 1 taken + 1 of documents in segments + 1 empty + 2 of no row" in text
    assert "note: texts of no row, left out: 7.txt, READ.me" in text
    without = import_agora(tmp_path / "agora", tmp_path / "out")
    assert "5 files = 3 left out (--with-text takes them) + 2 of no row" in "\n".join(
        without.lines()
    )


def test_many_faults_are_told_in_part_and_listed_whole_as_json(tmp_path: Path) -> None:
    report = run(tmp_path, [row(ID=str(9000 + n), LINK="none") for n in range(30)])
    text = "\n".join(report.lines())
    assert text.count("\nfault: ") == 20
    assert "... and 10 more faults; --json lists them" in text
    assert len(report.as_json()["faults"]["listed"]) == 30


def test_import_with_segments_and_texts_is_valid(tmp_path: Path) -> None:
    segments = [segment(DOCUMENT=document) for document in ("9001", "1802")]
    report = run(tmp_path, [row(), row(ID="1802"), row(ID="1831")], segments, with_text=True)
    done = command("validate", report.folder, "--format", "json")
    assert done.returncode == 0
    severities = {result["severity"].lower() for result in json.loads(done.stdout)["results"]}
    assert severities <= {"warning"}
    store = build([report.folder]).store()
    text = NamedNode("https://w3id.org/clausegraph/ontology#text")
    assert len(list(store.quads_for_pattern(None, text, None, None))) == 4


def test_command_prints_the_report_and_the_second_time_that_nothing_changed(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    out = tmp_path / "new" / "out"
    first = command("import", "agora", tmp_path / "agora", "--output", out)
    second = command("import", "agora", tmp_path / "agora", "--output", out)
    assert first.returncode == second.returncode == 0
    assert "3 = 3 written + 0 unchanged + 0 removed" in first.stdout
    assert "3 = 0 written + 3 unchanged + 0 removed" in second.stdout
    assert first.stderr == second.stderr == ""


def test_command_prints_the_report_as_json(tmp_path: Path) -> None:
    run(tmp_path, [row("Risk factors: Bias")])
    done = command("import", "agora", tmp_path / "agora", "-o", tmp_path / "out", "--json")
    assert json.loads(done.stdout)["tags"]["true"] == 1


def test_command_tells_a_fault_with_file_line_and_cell(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    table = tmp_path / "agora" / "documents.csv"
    table.write_text(table.read_text().replace("2023-07-10", "10/07/2023"), encoding="utf-8")
    done = command("import", "agora", tmp_path / "agora", "-o", tmp_path / "other")
    assert done.returncode == 3
    assert done.stderr.startswith(f"clausegraph: {table}:2:8: Column 'Most recent activity date': ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "other").exists()
