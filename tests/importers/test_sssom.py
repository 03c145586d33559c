"""What an SSSOM table becomes: documents, clauses, classifications, matches, and who made them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from clausegraph.build import build
from clausegraph.errors import InputError, UsageError
from clausegraph.importers.sssom import Imported, import_sssom
from clausegraph.vocabulary import GRAPH, ID, compact
from helpers import facts

HEAD = (
    "# curie_map:\n"
    "#   nexus: https://w3id.org/ai-atlas-nexus/\n"
    "#   mit: https://airisk.mit.edu/blog/mapping-ai-risk-mitigations\n"
    "#   risk: https://w3id.org/clausegraph/id/concept/mit-risk-domain/\n"
    "#   dpv: https://w3id.org/dpv/risk#\n"
    "#   orcid: https://orcid.org/\n"
    "# license: https://example.org/licence\n"
    "# mapping_set_id: https://example.org/sets/another.sssom.tsv\n"
    "# mapping_set_title: Made-up measures\n"
)
COLUMNS = (
    "subject_id subject_label predicate_id object_id mapping_justification author_id mapping_date"
)
MEASURES = (
    "nexus:A0001_Made_Up2025|Keep a log|nexus:isCategorizedAs|mit:mit-draft-ai-risk-mitigation-group-1.1|semapv:ManualMappingCuration|ada@example.org|2026-02-23",
    'nexus:A0002_Made_Up2025|"Ask ""why""; then act"|nexus:isCategorizedAs|mit:mit-draft-ai-risk-mitigation-group-2|semapv:LexicalMatching|orcid:0000-0001|2026-02-24',
    "nexus:B7_Other2024|Lock the door|nexus:isCategorizedAs|mit:mit-draft-ai-risk-mitigation-group-4.6|semapv:ManualMappingCuration|ada@example.org|",
)
MATCHES = (
    "risk:2.1||skos:relatedMatch|dpv:Privacy|semapv:ManualMappingCuration|ada@example.org|2026-02-23",
    "risk:1.1||skos:broadMatch|dpv:Bias|semapv:ManualMappingCuration|ada@example.org|2026-02-23",
    "risk:4||skos:closeMatch|dpv:Misuse|semapv:LexicalMatching|orcid:0000-0001|2026-02-23",
)


def write_table(folder: Path, rows: Sequence[str], head: str = HEAD) -> Path:
    path = folder / "made_up.sssom.tsv"
    lines = [COLUMNS.replace(" ", "\t"), *(row.replace("|", "\t") for row in rows)]
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(folder: Path, rows: Sequence[str] = MEASURES, head: str = HEAD) -> Imported:
    return import_sssom(write_table(folder, rows, head), folder / "out")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_measure_is_a_clause_of_its_framework_whose_title_is_the_key(tmp_path: Path) -> None:
    """A framework's title is the table's key and nothing else is invented."""
    run(tmp_path)
    found = facts(tmp_path / "out" / "made-up2025.ttl")
    assert {fact for fact in found if fact.startswith("document/made-up2025 ")} == {
        "document/made-up2025 rdf:type cg:Document",
        'document/made-up2025 dcterms:title "Made_Up2025"@en',
        "document/made-up2025 dcterms:source source/made-up",
    }
    assert {fact for fact in found if fact.startswith("document/made-up2025/clause/a0001 ")} == {
        "document/made-up2025/clause/a0001 rdf:type cg:Clause",
        "document/made-up2025/clause/a0001 cg:clauseOf document/made-up2025",
        'document/made-up2025/clause/a0001 dcterms:title "Keep a log"@en',
        "document/made-up2025/clause/a0001 dcterms:identifier "
        '"https://w3id.org/ai-atlas-nexus/A0001_Made_Up2025"',
        "document/made-up2025/clause/a0001 dcterms:source source/made-up",
    }


def test_row_is_a_classification_with_author_way_date_and_source(tmp_path: Path) -> None:
    run(tmp_path)
    name = "document/made-up2025/classification/a0001-mit-mitigation-v1-1.1-made-up"
    found = facts(tmp_path / "out" / "made-up2025.ttl")
    assert {fact.removeprefix(name + " ") for fact in found if fact.startswith(name)} == {
        "rdf:type cg:Classification",
        "cg:classifies document/made-up2025/clause/a0001",
        "cg:concept mit-mitigation-v1:1.1",
        "cg:mappingJustification semapv:ManualMappingCuration",
        "cg:reviewStatus review-status:unreviewed",
        'dcterms:created "2026-02-23"^^<http://www.w3.org/2001/XMLSchema#date>',
        "dcterms:source source/made-up",
        "prov:wasAttributedTo actor/ada-example.org",
        "prov:wasGeneratedBy activity/made-up",
    }


def test_row_without_a_date_gets_none(tmp_path: Path) -> None:
    run(tmp_path)
    assert not any("dcterms:created" in fact for fact in facts(tmp_path / "out" / "other2024.ttl"))


def test_quoted_label_is_taken_as_it_is_meant(tmp_path: Path) -> None:
    run(tmp_path)
    label = 'dcterms:title "Ask \\"why\\"; then act"@en'
    assert f"document/made-up2025/clause/a0002 {label}" in facts(
        tmp_path / "out" / "made-up2025.ttl"
    )


def test_graph_says_where_it_is_from_who_made_it_and_how_it_came_here(tmp_path: Path) -> None:
    run(tmp_path)
    graph = compact(GRAPH + "data/made-up2025")
    found = facts(tmp_path / "out" / "made-up2025.ttl")
    assert {fact for fact in found if fact.startswith(graph)} == {
        f"{graph} rdf:type prov:Entity",
        f"{graph} dcterms:source source/made-up",
        f"{graph} prov:wasAttributedTo actor/ada-example.org",
        f"{graph} prov:wasAttributedTo actor/orcid-0000-0001",
        f"{graph} prov:wasGeneratedBy activity/import-made-up",
    }


def test_shared_file_describes_authors_by_what_they_gave(tmp_path: Path) -> None:
    run(tmp_path)
    found = facts(tmp_path / "out" / "mapping-set.ttl")
    assert 'actor/ada-example.org schema:email "ada@example.org"' in found
    assert 'actor/orcid-0000-0001 dcterms:identifier "https://orcid.org/0000-0001"' in found
    assert "actor/orcid-0000-0001 rdf:type prov:Person" in found
    assert "actor/ada-example.org rdf:type prov:Person" not in found


def test_kind_of_activity_follows_from_the_justification(tmp_path: Path) -> None:
    run(tmp_path)
    found = facts(tmp_path / "out" / "mapping-set.ttl")
    assert "activity/made-up cg:activityKind activity-kind:manual" in found
    assert "activity/made-up-lexical-matching cg:activityKind activity-kind:machine" in found
    assert "activity/import-made-up cg:activityKind activity-kind:import" in found


def test_row_that_names_nobody_is_of_an_unnamed_author(tmp_path: Path) -> None:
    run(tmp_path, [MEASURES[0].replace("ada@example.org", "")])
    found = facts(tmp_path / "out" / "mapping-set.ttl")
    assert 'actor/made-up-author dcterms:title "Unnamed author of made-up"@en' in found


def test_several_authors_of_a_row_are_one_agent_together(tmp_path: Path) -> None:
    path = write_table(tmp_path, [MEASURES[0].replace("ada@example.org", "ada@x.org+bob@x.org")])
    path.write_text(path.read_text(encoding="utf-8").replace("+", "|"), encoding="utf-8")
    import_sssom(path, tmp_path / "out")
    title = 'actor/ada-x.org-bob-x.org dcterms:title "ada@x.org and bob@x.org"@en'
    assert title in facts(tmp_path / "out" / "mapping-set.ttl")


def test_set_without_an_authored_source_is_described_by_its_metadata(tmp_path: Path) -> None:
    run(tmp_path)
    found = facts(tmp_path / "out" / "mapping-set.ttl")
    assert "source/made-up rdf:type cg:Source" in found
    assert 'source/made-up dcterms:title "Made-up measures"@en' in found
    assert "source/made-up dcterms:license https://example.org/licence" in found
    assert 'source/made-up dcterms:identifier "made_up.sssom.tsv"' in found


def test_identifier_of_another_file_is_kept_and_said(tmp_path: Path) -> None:
    notes = run(tmp_path).notes
    identifier = "https://example.org/sets/another.sssom.tsv"
    assert any(identifier in note and "another file" in note for note in notes)
    about = [fact for fact in facts(tmp_path / "out" / "mapping-set.ttl") if identifier in fact]
    assert {fact.split(" ")[0] for fact in about} == {"source/made-up", "activity/import-made-up"}


def test_what_is_not_taken_over_is_said(tmp_path: Path) -> None:
    path = write_table(tmp_path, MEASURES)
    text = path.read_text(encoding="utf-8").replace("mapping_date\n", "confidence\n")
    path.write_text(text.replace("2026-02-23", "0.8"), encoding="utf-8")
    assert "columns not taken over: confidence" in import_sssom(path, tmp_path / "out").notes


def test_row_that_says_that_nothing_matches_states_nothing_and_is_counted(tmp_path: Path) -> None:
    """SSSOM, "Documenting unmapped elements"."""
    row = MATCHES[0].replace("dpv:Privacy", "sssom:NoTermFound")
    result = run(tmp_path, [*MATCHES[1:], row])
    assert result.matches == 2
    assert any(note.endswith("not taken over: 1") for note in result.notes)


def test_matches_of_one_origin_share_a_graph_that_states_it(tmp_path: Path) -> None:
    result = run(tmp_path, MATCHES)
    assert (result.documents, result.measures, result.matches) == (0, 0, 3)
    name = "matches-ada-example.org-manual-mapping-curation-2026-02-23"
    graph = compact(f"{GRAPH}data/{name}")
    assert facts(tmp_path / "out" / f"{name}.ttl") == {
        "mit-risk-domain:2.1 skos:relatedMatch risk:Privacy",
        "mit-risk-domain:1.1 skos:broadMatch risk:Bias",
        f"{graph} rdf:type prov:Entity",
        f'{graph} dcterms:title "Made-up measures"@en',
        f"{graph} dcterms:license https://example.org/licence",
        f"{graph} dcterms:source source/made-up",
        f"{graph} prov:wasAttributedTo actor/ada-example.org",
        f"{graph} prov:wasGeneratedBy activity/import-made-up",
        f"{graph} cg:mappingJustification semapv:ManualMappingCuration",
        f'{graph} dcterms:created "2026-02-23"^^<http://www.w3.org/2001/XMLSchema#date>',
    }
    other = "matches-orcid-0000-0001-lexical-matching-2026-02-23.ttl"
    assert "mit-risk-domain:4 skos:closeMatch risk:Misuse" in facts(tmp_path / "out" / other)


def commented(folder: Path, rows: Sequence[str], head: str = HEAD) -> Path:
    """A table with a column of comments."""
    table = write_table(folder, rows, head)
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("mapping_date\n", "mapping_date\tcomment\n"), encoding="utf-8")
    return table


def test_comment_on_a_match_is_the_reason_beside_it(tmp_path: Path) -> None:
    """As the mapping sets that ship give theirs: a record with subject, predicate and object."""
    table = commented(tmp_path, [f"{MATCHES[0]}|Both are about privacy.", f"{MATCHES[1]}|"])
    result = import_sssom(table, tmp_path / "out")
    name = "matches-ada-example.org-manual-mapping-curation-2026-02-23.ttl"
    found = facts(tmp_path / "out" / name)
    (record,) = (fact.split()[0] for fact in found if fact.endswith("rdf:type cg:Mapping"))
    assert {fact.removeprefix(f"{record} ") for fact in found if fact.startswith(record)} == {
        "rdf:type cg:Mapping",
        'cg:rationale "Both are about privacy."@en',
        "rdf:subject mit-risk-domain:2.1",
        "rdf:predicate skos:relatedMatch",
        "rdf:object risk:Privacy",
    }
    assert not any("comment" in note for note in result.notes)


def test_crosswalk_names_an_imported_set_by_its_title_and_gives_its_reasons(
    tmp_path: Path,
) -> None:
    table = commented(tmp_path, [f"{MATCHES[0]}|Both are about privacy."])
    import_sssom(table, tmp_path / "out")
    walk = ("crosswalk", "mit-risk-domain", "dpv", "--data", tmp_path / "out", "--steps", "1")
    done = subprocess.run(
        [sys.executable, "-m", "clausegraph", *walk], capture_output=True, text=True, check=True
    )
    assert "Both are about privacy." in done.stdout
    assert "[1] Made-up measures; by ada@example.org, 2026-02-23" in done.stdout


def test_what_is_left_of_table_and_metadata_is_told(tmp_path: Path) -> None:
    head = HEAD + "# creator_id:\n#   - orcid:0000-0002\n# mapping_set_version: '3'\n"
    rows = [f"{MEASURES[0]}|Why not", f"{MATCHES[0]}|"]
    notes = import_sssom(commented(tmp_path, rows, head), tmp_path / "out").notes
    assert "columns not taken over: comment (of measures)" in notes
    assert "slots of the metadata not taken over: mapping_set_version" in notes
    found = facts(tmp_path / "out" / "mapping-set.ttl")
    (said,) = (fact for fact in found if fact.startswith("source/made-up dcterms:description"))
    assert "Creators, as given: orcid:0000-0002." in said


def test_table_may_hold_measures_and_matches(tmp_path: Path) -> None:
    result = run(tmp_path, [*MEASURES, *MATCHES])
    assert (result.documents, result.measures, result.classifications) == (2, 3, 3)
    assert result.matches == 3


def test_one_measure_under_two_concepts_is_one_clause_with_two_classifications(
    tmp_path: Path,
) -> None:
    second = MEASURES[0].replace("group-1.1", "group-1.2")
    result = run(tmp_path, [MEASURES[0], second])
    assert (result.measures, result.classifications) == (1, 2)


def test_imported_folder_builds_into_a_graph(tmp_path: Path) -> None:
    """Every name that the files use is described, among them authors and activities."""
    run(tmp_path, [*MEASURES, *MATCHES])
    graphs = build([tmp_path / "out"]).graphs
    measure = NamedNode(ID + "document/made-up2025/clause/a0001")
    derived = graphs[GRAPH + "derived/uses-mitigation"]
    assert any(triple.subject == measure for triple in derived)
    assert GRAPH + "data/made-up2025" in graphs


def test_files_are_in_the_house_layout(tmp_path: Path) -> None:
    run(tmp_path, [*MEASURES, *MATCHES])
    turtlefmt = Path(sys.executable).with_name("turtlefmt")
    done = subprocess.run([turtlefmt, "--check", tmp_path / "out"], check=False)
    assert done.returncode == 0


def test_importing_again_changes_no_file(tmp_path: Path) -> None:
    first = run(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    second = run(tmp_path)
    assert len(first.changes.written) == 3
    assert (second.changes.written, second.changes.removed) == ((), ())
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers())
def test_order_of_the_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    def imported(rows: Sequence[str], name: str) -> dict[str, bytes]:
        import_sssom(write_table(tmp_path, rows, head), tmp_path / name)
        return contents(tmp_path / name)

    head = "\n".join(line for line in HEAD.splitlines() if "mapping_set" not in line) + "\n"
    rows = [*MEASURES, *MATCHES]
    shuffled = random.Random(seed).sample(rows, len(rows))  # noqa: S311 - no secret
    expected, found = imported(rows, "expected"), imported(shuffled, "found")
    # The digest of the table, in its description, is of the file with its order.
    assert expected.pop("mapping-set.ttl")
    assert found.pop("mapping-set.ttl")
    assert found == expected


def test_file_of_an_earlier_run_that_is_no_longer_needed_is_removed(tmp_path: Path) -> None:
    run(tmp_path)
    result = run(tmp_path, MEASURES[:2])
    assert result.changes.removed == ("other2024.ttl",)
    assert sorted(contents(tmp_path / "out")) == ["made-up2025.ttl", "mapping-set.ttl"]


def test_files_that_the_import_did_not_write_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.ttl").write_text("# mine\n", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    run(tmp_path)
    assert (out / "mine.ttl").read_text(encoding="utf-8") == "# mine\n"
    assert (out / "notes.txt").exists()


def test_files_of_another_set_in_the_same_folder_stay(tmp_path: Path) -> None:
    run(tmp_path, MEASURES[2:])
    path = write_table(tmp_path, MEASURES[:2])
    with pytest.raises(InputError, match="not written by this import"):
        import_sssom(path, tmp_path / "out", name="another")
    assert (tmp_path / "out" / "other2024.ttl").exists()


def test_file_of_ones_own_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "other2024.ttl").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(InputError, match="not written by this import") as caught:
        run(tmp_path)
    assert caught.value.file == out / "other2024.ttl"
    assert contents(out) == {"other2024.ttl": b"# mine\n"}


@pytest.mark.parametrize("failing", range(5))
def test_failure_in_the_middle_leaves_every_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """The disk fails at the n-th rename, while swapping."""
    run(tmp_path)
    before = contents(tmp_path / "out")
    changed = [row.replace("Keep", "Burn").replace("ada@", "eve@") for row in MEASURES[:2]]
    replace = Path.replace
    calls = 0

    def fail(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing + 1:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="No space left"):
        run(tmp_path, changed)
    assert contents(tmp_path / "out") == before


def test_name_of_the_set_may_be_chosen(tmp_path: Path) -> None:
    import_sssom(write_table(tmp_path, MEASURES), tmp_path / "out", name="mine")
    assert "source/mine rdf:type cg:Source" in facts(tmp_path / "out" / "mapping-set.ttl")


@pytest.mark.parametrize("name", ["", "Mine", "a/b", "../x", "a b"])
def test_bad_name_of_the_set_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a mapping set"):
        import_sssom(write_table(tmp_path, MEASURES), tmp_path / "out", name=name)
    assert not (tmp_path / "out").exists()
