"""What is found, in which order, and what it is counted by."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.search import Index, Request, search, suggest, write

ID = "https://w3id.org/clausegraph/id/"
CG = "https://w3id.org/clausegraph/ontology#"
LAW, PLEDGE = "document/law", "document/pledge"


def found(index: Index, text: str, **filters: str) -> list[str]:
    """Return what is found, by the last parts of its identifiers, the best first."""
    narrowed = {name: (value,) for name, value in filters.items()}
    hits = index.search(Request(text, filters=narrowed, limit=100))
    assert hits.total == len(hits.scored)
    return [iri.removeprefix(ID) for iri, _ in hits.scored]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("生成式人工智能", {LAW}),
        ("人工智能", {LAW}),
        ("安全", {"document/law/clause/5.10"}),
        ("全安", set()),
        ("百度", {"actor/baidu"}),
        ("securite", {PLEDGE}),
        ("company pledge", {PLEDGE}),
        ("color", {LAW}),
        ("labeling", {"document/law/clause/5.10"}),
        ("organiz*", {"document/law/clause/5.10"}),
        ("organis*", {"document/law/clause/5.10"}),
        ('"before offering it"', {"document/law/clause/5.10"}),
        ('"offering before it"', set()),
        ("safety -pledge", {"document/law/clause/5.10"}),
        ("pledge OR threshold", {PLEDGE, "document/law/clause/5.1"}),
        ("5.1", {"document/law/clause/5.1"}),
        ("fraud", {"https://w3id.org/dpv/risk#Fraud"}),
        ("generative pledge", set()),
        ("misuse and actors", {"concept/risk/4"}),
        ("security and colour", {LAW}),
        ("security & colour", {LAW}),
        ("pledge and -safety", set()),
        ("!!!", set()),
    ],
)
def test_words_find_what_has_them(index: Index, text: str, expected: set[str]) -> None:
    assert set(found(index, text)) == expected


def test_phrase_does_not_reach_from_one_text_into_another(index: Index) -> None:
    """The titles of a document are two texts, as are its title and its summary."""
    assert found(index, '"intelligence 生"') == []
    assert found(index, '"intelligence rules"') == []


def test_name_that_is_just_so_comes_first(index: Index) -> None:
    assert found(index, "malicious actors")[0] == "concept/risk/4"


def test_match_in_a_name_comes_before_one_in_a_text(index: Index) -> None:
    assert found(index, "safety") == [PLEDGE, "document/law/clause/5.10"]


def test_without_words_everything_is_listed_documents_first(index: Index) -> None:
    listed = found(index, "")
    assert len(listed) == 11
    assert listed[:2] == [LAW, PLEDGE]


@pytest.mark.parametrize(
    "label",
    [
        "Malicious actors",
        "malicious  ACTOR",
        "Malicious-Actors",
        "‘malicious’ actors",
        "Malicious Actors and Misuse",
        "malicious actors ＆ misuse",
    ],
)
def test_label_is_found_in_any_spelling(index: Index, small: Store, label: str) -> None:
    hits = search(index, small, Request(label=label)).hits
    assert [hit.iri for hit in hits] == [f"{ID}concept/risk/4"]


def test_abbreviation_is_found_with_and_without_full_stops(tmp_path: Path) -> None:
    store = Store()
    name = NamedNode("http://purl.org/dc/terms/title")
    for number, text in enumerate(("U.S. policy", "US policy", "Us and them", "A policy")):
        store.add(Quad(NamedNode(f"https://e.org/{number}"), name, Literal(text)))
    write(store, tmp_path / "search")
    written = Index.open(tmp_path / "search")
    for text in ("US policy", "U.S. policy", "u.s policy"):
        hits = search(written, store, Request(text)).hits
        assert {hit.iri[-1] for hit in hits} == {"0", "1"}
        for hit in hits:
            assert hit.label is not None
            marks = hit.label.marks
            assert [hit.label.text[a:b].rstrip(".") for a, b in marks] in (
                ["U.S", "policy"],
                ["US", "policy"],
            )
        asked = Request(text.removesuffix("olicy"))
        assert {iri[-1] for iri, _ in written.suggest(asked).scored} == {"0", "1"}
    assert {iri[-1] for iri, _ in written.search(Request("us")).scored} == {"1", "2"}


def test_label_with_and_is_found_by_its_sign(tmp_path: Path) -> None:
    store = Store()
    name = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    for number, text in enumerate(
        ("Privacy and security", "Privacy, security and more", "R&D", "AI")
    ):
        store.add(Quad(NamedNode(f"https://e.org/{number}"), name, Literal(text)))
    write(store, tmp_path / "search")
    written = Index.open(tmp_path / "search")

    def called(label: str) -> list[str]:
        hits = written.search(Request(label=label)).scored
        return [iri.rpartition("/")[2] for iri, _ in hits]

    assert called("Privacy & Security") == called("privacy and security") == ["0"]
    assert called("R and D") == called("R & D") == ["2"]
    assert called("A and I") == []
    for text in ("privacy & security", "privacy and security"):
        first, *_ = written.search(Request(text)).scored
        assert first[0].endswith("/0")


@pytest.mark.parametrize("label", ["actors", "Malicious", "Malicious actors and"])
def test_part_of_a_label_is_no_label(index: Index, small: Store, label: str) -> None:
    assert search(index, small, Request(label=label)).total == 0


def test_filters_narrow_down(index: Index) -> None:
    assert found(index, "", type=f"{CG}Clause") == [
        "document/law/clause/5.1",
        "document/law/clause/5.10",
    ]
    assert found(index, "", scheme=f"{ID}concept/risk") == ["concept/risk/4", "concept/risk/4.1"]
    assert found(index, "", review=f"{ID}concept/review-status/unreviewed") == [
        "document/law/clause/5.1"
    ]
    assert set(found(index, "", document=ID + LAW)) == {
        LAW,
        "document/law/clause/5.1",
        "document/law/clause/5.10",
    }


def test_clause_has_the_jurisdiction_of_its_document(index: Index) -> None:
    china = f"{ID}concept/jurisdiction/china"
    assert len(found(index, "", jurisdiction=china)) == 3


def test_facets_count_all_hits_and_not_those_of_a_page(index: Index, small: Store) -> None:
    counted = search(index, small, Request(limit=1)).facets
    assert {value.iri.rpartition("#")[2]: value.count for value in counted["type"]} == {
        "Concept": 4,
        "Clause": 2,
        "Document": 2,
        "RiskDomain": 2,
        "Actor": 1,
        "Class": 1,
        "ConceptScheme": 1,
    }
    assert [(value.label, value.count) for value in counted["jurisdiction"]] == [("China", 3)]
    assert [(value.label, value.count) for value in counted["scheme"]] == [("Risks", 2)]
    assert [(value.label, value.count) for value in counted["review"]] == [("Unreviewed", 1)]


def test_facet_shows_what_else_its_own_filter_could_be(index: Index, small: Store) -> None:
    """Who has narrowed down to clauses can see that there are documents."""
    asked = Request("safety", filters={"type": (f"{CG}Clause",)})
    answer = search(index, small, asked)
    assert answer.total == 1
    assert {value.iri for value in answer.facets["type"]} == {f"{CG}Clause", f"{CG}Document"}
    assert sum(value.count for value in answer.facets["jurisdiction"]) == 1


def test_pages_hold_each_hit_once(index: Index) -> None:
    whole = [iri for iri, _ in index.search(Request(limit=100)).scored]
    pages = [index.search(Request(limit=5, offset=start)).scored for start in (0, 5, 10)]
    assert [iri for page in pages for iri, _ in page] == whole


def test_hit_tells_where_it_belongs(index: Index, small: Store) -> None:
    (hit,) = search(index, small, Request("threshold")).hits
    assert (hit.code, hit.document_label) == (
        "5.1",
        "Measures for generative artificial intelligence",
    )
    assert hit.label is not None
    assert hit.label.text == "Register systems"


def test_name_is_in_the_language_that_is_preferred(index: Index, small: Store) -> None:
    def name(*languages: str) -> str:
        (hit,) = search(index, small, Request("baidu", languages=languages)).hits
        assert hit.label is not None
        return hit.label.text

    assert (name("en"), name("zh", "en"), name("ko", "zh")) == ("Baidu", "百度", "百度")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("m", ["concept/risk/4", LAW]),
        ("ma", ["concept/risk/4"]),
        ("mal", ["concept/risk/4"]),
        ("malicious a", ["concept/risk/4"]),
        ("malicious actors and", ["concept/risk/4"]),
        ("malicious actors and mis", ["concept/risk/4"]),
        ("malicious actors & mis", ["concept/risk/4"]),
        ("malicious x", []),
        ("cyber sec", ["concept/risk/4.1"]),
        ("cyber-sec", ["concept/risk/4.1"]),
        ("安", ["document/law/clause/5.10"]),
        ("人工", [LAW]),
        ("工人", []),
        ("saf", [PLEDGE]),
        ("pledge ", [PLEDGE]),
        ("pledg ", []),
        ("4.1", ["concept/risk/4.1"]),
        ("", []),
        ("?", []),
    ],
)
def test_names_are_suggested_as_they_are_typed(
    index: Index, typed: str, expected: list[str]
) -> None:
    hits = index.suggest(Request(typed)).scored
    assert [iri.removeprefix(ID) for iri, _ in hits] == expected


def test_suggestions_can_be_narrowed_down(index: Index, small: Store) -> None:
    asked = Request("m", filters={"type": (f"{CG}Document",)})
    assert [hit.iri for hit in suggest(index, small, asked).hits] == [ID + LAW]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("生成式人工智能", "document/generative-ai-measures"),
        ("安全", "document/ai-safety-governance-framework-v1"),
        ("Malicious actors", "concept/mit-risk-domain/4"),
        ("3.1.4", "concept/mit-mitigation-v2/3.1.4"),
        ("5.10", "document/ai-safety-governance-framework-v1/clause/5.10"),
        ("baidu", "actor/baidu"),
        ("risk management", "concept/mit-mitigation-v1/1.2"),
    ],
)
def test_what_ships_is_found_as_a_reader_would_look_for_it(
    shipped: Index, text: str, first: str
) -> None:
    """DOMAIN, section 4, questions 5 and 6."""
    assert found(shipped, text)[0] == first


def test_terms_of_others_that_we_only_name_are_not_found(shipped: Index) -> None:
    """ontology/external.ttl says what they are called; they are not of this graph."""
    assert not [
        iri
        for iri in found(shipped, "", type="http://www.w3.org/2002/07/owl#Class")
        if "clausegraph" not in iri
    ]


def test_answer_survives_the_way_to_another_process(index: Index, small: Store) -> None:
    answer = search(index, small, Request("safety OR 安全"))
    assert type(answer).read(answer.write()) == answer
    asked = Request("x", filters={"type": ("a", "b")}, languages=("zh",), limit=3)
    assert Request.read(asked.write()) == asked


def test_index_of_another_version_is_told_from_one_that_can_be_read(tmp_path: Path) -> None:
    from clausegraph.errors import InputError  # noqa: PLC0415

    with pytest.raises(InputError, match="not whole"):
        Index.open(tmp_path)
    (tmp_path / "clausegraph.json").write_text('{"format": 0}')
    with pytest.raises(InputError, match="another version"):
        Index.open(tmp_path)
