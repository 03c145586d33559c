"""Evidence as it is written to a data file and checked against held sources."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import evidence
from clausegraph.errors import ClausegraphError, InputError, UsageError, outcome
from clausegraph.evidence import Evidence, Finding
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import ID

TEXT = "A made-up page.\r\nOperators keep a log\u00a0of every change.\nThey keep it safe.\n"
QUOTE = "keep a log of every change"
IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
HEAD = (
    f"@base <{ID}> .\n"
    "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
    "@prefix oa: <http://www.w3.org/ns/oa#> .\n\n"
)
DATA = HEAD + "<document/made-up> a cg:Document .\n"


@dataclass(frozen=True)
class Held:
    """A source file and evidence from it."""

    path: Path
    evidence: Evidence
    triples: tuple[Triple, ...]


@pytest.fixture
def held(tmp_path: Path) -> Held:
    path = tmp_path / "page.txt"
    path.write_bytes(TEXT.encode())
    passage = evidence.locate(TEXT, QUOTE)
    found = evidence.describe("made-up", "made-up-page", path, passage)
    source = Triple(NamedNode(found.source), IDENTIFIER, Literal("page.txt"))
    return Held(path, found, (*found.triples(), source))


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1
    return findings[0]


def test_evidence_names_document_source_and_positions_in_its_iri(held: Held) -> None:
    start = TEXT.index("keep a log")
    end = start + len(QUOTE)
    local = f"document/made-up/evidence/made-up-page-{start}-{end}"
    assert held.evidence.iri == ID + local
    assert held.evidence.source == ID + "source/made-up-page"
    assert held.evidence.selector == ID + local + "#selector"


def test_digests_are_of_the_raw_bytes_and_of_the_normalised_quote(held: Held) -> None:
    assert held.evidence.file_digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert held.evidence.quote_digest == hashlib.sha256(b"keepalogofeverychange").hexdigest()


def test_evidence_as_turtle_reads_back_as_its_triples(held: Held, tmp_path: Path) -> None:
    file = tmp_path / "written.ttl"
    file.write_text(HEAD + held.evidence.turtle(), encoding="utf-8")
    assert {quad.triple for quad in parse_file(file).quads} == set(held.evidence.triples())


def test_evidence_never_holds_the_quote(held: Held) -> None:
    assert "log" not in held.evidence.turtle()


@pytest.mark.parametrize("slug", ["", "Made-Up", "a/b", "-a", "a--b", "a b"])
def test_what_is_no_slug_is_refused(held: Held, slug: str) -> None:
    with pytest.raises(UsageError, match="is not a slug"):
        evidence.describe(slug, "made-up-page", held.path, evidence.Passage(0, 1))
    with pytest.raises(UsageError, match="is not a slug"):
        evidence.describe("made-up", slug, held.path, evidence.Passage(0, 1))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, len(TEXT) + 1)])
def test_passage_outside_the_file_is_refused(held: Held, start: int, end: int) -> None:
    with pytest.raises(UsageError, match="outside"):
        evidence.describe("a", "b", held.path, evidence.Passage(start, end))


def test_evidence_that_matches_its_source_is_ok(held: Held) -> None:
    finding = only(evidence.check(held.triples, held.path.parent))
    assert (finding.iri, finding.status) == (held.evidence.iri, "ok")


def test_changed_file_is_stale_and_says_that_the_passage_still_reads_the_same(held: Held) -> None:
    held.path.write_bytes((TEXT + "More.").encode())
    finding = only(evidence.check(held.triples, held.path.parent))
    assert finding.status == "stale"
    assert "still reads the same" in finding.detail


def test_changed_file_is_stale_and_says_that_the_passage_reads_otherwise(held: Held) -> None:
    held.path.write_bytes(("Oh. " + TEXT).encode())
    finding = only(evidence.check(held.triples, held.path.parent))
    assert finding.status == "stale"
    assert "reads otherwise" in finding.detail


def test_passage_past_the_end_of_its_file_is_out_of_range(held: Held) -> None:
    triples = _with(held.triples, "end", Literal(10_000))
    assert only(evidence.check(triples, held.path.parent)).status == "out of range"


def test_passage_with_another_digest_is_a_mismatch(held: Held) -> None:
    triples = _with(held.triples, "quoteDigest", Literal("0" * 64))
    assert only(evidence.check(triples, held.path.parent)).status == "mismatch"


def test_source_that_is_not_in_the_folder_is_not_held(held: Held) -> None:
    held.path.unlink()
    finding = only(evidence.check(held.triples, held.path.parent))
    assert finding.status == "not held"
    assert "page.txt" in finding.detail


def test_source_that_names_no_file_is_not_held(held: Held) -> None:
    finding = only(evidence.check(held.evidence.triples(), held.path.parent))
    assert finding.status == "not held"
    assert "names no file" in finding.detail


def test_identifier_of_a_source_never_leads_out_of_the_folder(held: Held) -> None:
    """A dcterms:identifier is a file name, not a path."""
    inner = held.path.parent / "inner"
    inner.mkdir()
    triples = _with(held.triples, "identifier", Literal("../page.txt"))
    assert only(evidence.check(triples, inner)).status == "not held"


@pytest.mark.parametrize(
    "name", ["fileDigest", "quoteDigest", "hasSource", "hasSelector", "start", "end"]
)
def test_evidence_that_lacks_a_part_is_incomplete_and_says_which(held: Held, name: str) -> None:
    triples = [triple for triple in held.triples if not triple.predicate.value.endswith(name)]
    finding = only(evidence.check(triples, held.path.parent))
    assert finding.status == "incomplete"
    assert name in finding.detail


def test_position_that_is_no_count_is_incomplete(held: Held) -> None:
    triples = _with(held.triples, "start", Literal("twelve"))
    assert only(evidence.check(triples, held.path.parent)).status == "incomplete"


def test_every_status_of_a_finding_has_a_place_in_the_totals() -> None:
    assert get_args(evidence.Status) == evidence.STATUSES


def test_missing_sources_folder_is_unreadable_input(held: Held) -> None:
    with pytest.raises(InputError, match="no such folder") as caught:
        evidence.check(held.triples, held.path.parent / "nowhere")
    assert outcome(caught.value).exit_code == 3


def test_appending_leaves_the_rest_of_the_file_byte_for_byte(held: Held, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA, encoding="utf-8")
    evidence.append(held.evidence, data)
    text = data.read_text(encoding="utf-8")
    assert text == DATA + "\n" + held.evidence.turtle()
    assert set(held.evidence.triples()) < {quad.triple for quad in parse_file(data).quads}


def test_appending_the_same_evidence_twice_is_refused_with_its_line(
    held: Held, tmp_path: Path
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA, encoding="utf-8")
    evidence.append(held.evidence, data)
    before = data.read_bytes()
    with pytest.raises(UsageError, match="there already") as caught:
        evidence.append(held.evidence, data)
    lines = before.decode().splitlines()
    assert lines[(caught.value.line or 0) - 1].startswith(f"{held.evidence.reference} a ")
    assert data.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        DATA.replace(HEAD.splitlines(keepends=True)[2], ""),
        DATA.replace("ontology#", "another#"),
        DATA.replace(f"@base <{ID}> .\n", "@base <https://example.org/> .\n"),
    ],
    ids=["no prefix", "prefix bound otherwise", "another base"],
)
def test_file_in_which_the_evidence_would_read_otherwise_is_left_alone(
    held: Held, tmp_path: Path, text: str
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="would not be read back") as caught:
        evidence.append(held.evidence, data)
    assert "prefixes cg and oa" in str(caught.value)
    assert data.read_text(encoding="utf-8") == text


def test_file_that_does_not_parse_is_left_alone_and_its_line_is_named(
    held: Held, tmp_path: Path
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA + "<a> <b> .\n", encoding="utf-8")
    with pytest.raises(ClausegraphError) as caught:
        evidence.append(held.evidence, data)
    assert caught.value.line == DATA.count("\n") + 1
    assert data.read_text(encoding="utf-8") == DATA + "<a> <b> .\n"


def _with(triples: tuple[Triple, ...], name: str, value: Literal) -> list[Triple]:
    """Replace the object of the one triple whose predicate ends in `name`."""
    changed = [
        Triple(triple.subject, triple.predicate, value)
        if triple.predicate.value.endswith(name)
        else triple
        for triple in triples
    ]
    assert changed != list(triples)
    return changed
