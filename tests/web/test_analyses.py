"""Coverage, gaps, comparison and provenance: counted by hand, and the same in every form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyshacl
import pytest
from pyld import jsonld as pyld
from pyoxigraph import BlankNode, RdfFormat, parse
from rdflib import RDF, Graph

from clausegraph import jsonld
from clausegraph.vocabulary import BASE, CG, ID
from clausegraph.web.analyses import ANALYSES, COMPARE, PROVENANCE

Ask = Callable[[str], list[dict[str, str]]]
PREFIXES = (
    "PREFIX cg: <https://w3id.org/clausegraph/ontology#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX level: <https://w3id.org/clausegraph/id/concept/coverage-3/> "
)
PAIR = "documents=generative-ai-measures-draft,generative-ai-measures"
STATEMENT = PROVENANCE.example
PATHS = [
    "/api/coverage",
    "/api/coverage?scheme=mit-mitigation-v1&level=domain",
    "/api/gaps",
    "/api/gaps?scheme=system-kind&jurisdiction=china",
    f"/api/compare?{PAIR}",
    f"/api/provenance/{STATEMENT}",
]
TABLES = [path for path in PATHS if "provenance" not in path]


@pytest.fixture(scope="module")
def small(serve: Callable[..., object]) -> Iterator[httpx.Client]:
    """A client of a service that holds analysis.ttl alone."""
    service = serve("--data", str(Path(__file__).with_name("analysis.ttl")))
    with httpx.Client(base_url=service.url, timeout=30) as found:
        del found.headers["accept"]
        yield found


def get(client: httpx.Client, path: str, **parameters: str) -> dict[str, object]:
    """Return what a path answers, as JSON."""
    answer = client.get(path, params=parameters) if parameters else client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def table(client: httpx.Client, path: str) -> list[dict[str, str]]:
    """Return what a path answers, as a table."""
    answer = client.get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def short(iri: str) -> str:
    """Return the last part of an identifier."""
    return iri.rpartition("/")[2]


def cells(document: dict[str, object]) -> dict[tuple[str, str], dict[str, object]]:
    """Return the summaries of a coverage, by document and code."""
    return {
        (short(item["id"]), cell["aboutConcept"]["notation"]): cell
        for item in document["member"]
        for cell in item["coverage"]
    }


def counts(cell: dict[str, object]) -> tuple[int, ...]:
    """Return statements, absent, of clauses, of narrower ones; then one by one the statuses."""
    names = ("statement", "absent", "clause", "narrower")
    statuses = ("reviewed", "unreviewed", "preliminary", "disputed")
    return tuple(cell[f"{name}Count"] for name in (*names, *statuses))


def found_gaps(document: dict[str, object]) -> dict[str, tuple[str, int, dict[str, str]]]:
    """Return the gaps by code: state, how many not assessed, state by document."""
    return {
        gap["aboutConcept"]["notation"]: (
            gap["coverageState"],
            gap["notAssessedCount"],
            {short(cell["aboutDocument"]): cell["coverageState"] for cell in gap["coverage"]},
        )
        for gap in document["member"]
    }


# Coverage.


def test_a_summary_counts_every_statement_once(small: httpx.Client) -> None:
    """By hand: three about A and 1.1, one of a clause; one reviewed, unreviewed, preliminary each."""
    found = cells(get(small, "/api/coverage?scheme=one"))
    assert {key: counts(cell) for key, cell in found.items()} == {
        ("a", "1.1"): (3, 0, 1, 0, 1, 1, 1, 0),
        ("a", "1.2"): (1, 1, 0, 0, 0, 1, 0, 0),
        ("a", "1.10"): (1, 0, 0, 1, 0, 0, 0, 1),
        ("b", "1"): (1, 1, 0, 0, 0, 1, 0, 0),
        ("b", "2"): (1, 0, 0, 0, 0, 1, 0, 0),
        ("c", "1.1"): (1, 0, 0, 0, 0, 1, 0, 0),
    }


def test_a_summary_has_state_best_level_and_best_evidence(small: httpx.Client) -> None:
    """Reviewed before unreviewed with evidence before preliminary; absent is no coverage."""
    found = cells(get(small, "/api/coverage?scheme=one"))
    best = found["a", "1.1"]
    assert best["coverageState"] == "covered"
    assert best["bestLevel"]["prefLabel"] == {"en": "Good"}
    assert best["bestEvidence"]["id"] == f"{ID}document/a/classification/good"
    assert best["bestEvidence"]["attributedTo"]["title"] == {"en": "X"}
    assert found["a", "1.2"]["coverageState"] == "assessed-not-covered"
    assert "bestLevel" not in found["a", "1.2"]


def test_unreviewed_with_evidence_comes_before_preliminary(small: httpx.Client) -> None:
    """The filter leaves the reviewed one out."""
    found = cells(get(small, "/api/coverage?scheme=one&review=unreviewed"))
    assert found["a", "1.1"]["bestEvidence"]["id"].endswith("/minimal")
    assert counts(found["a", "1.1"]) == (1, 0, 0, 0, 0, 1, 0, 0)
    assert ("a", "1.10") not in found


def test_contradicting_sources_make_a_summary_contested(small: httpx.Client) -> None:
    """Good and Minimal of the same thing and concept; the one that says less is named."""
    found = cells(get(small, "/api/coverage?scheme=one"))
    assert [key for key, cell in found.items() if cell["contested"]] == [("a", "1.1")]
    assert found["a", "1.1"]["counterEvidence"]["id"].endswith("/minimal")


def test_domains_count_what_is_stated_of_their_parts(small: httpx.Client) -> None:
    """A: five statements below domain 1; B's own two; C's one."""
    found = cells(get(small, "/api/coverage?scheme=one&level=domain"))
    assert {key: counts(cell)[:4] for key, cell in found.items()} == {
        ("a", "1"): (5, 1, 1, 5),
        ("b", "1"): (1, 1, 0, 0),
        ("b", "2"): (1, 0, 0, 0),
        ("c", "1"): (1, 0, 0, 1),
    }
    assert found["a", "1"]["coverageState"] == "covered"


def test_concepts_keep_what_is_stated_of_themselves(small: httpx.Client) -> None:
    """1.10.1, not 1.10."""
    found = cells(get(small, "/api/coverage?scheme=one&level=concept&document=a"))
    assert [code for _, code in found] == ["1.1", "1.2", "1.10.1"]
    assert all(cell["narrowerCount"] == 0 for cell in found.values())


@pytest.mark.parametrize(
    "scheme", ["mit-risk-domain", "mit-mitigation-v1", "mit-mitigation-v2", "sector"]
)
@pytest.mark.parametrize("level", ["domain", "subdomain", "concept"])
def test_at_each_level_every_statement_counts_once(
    client: httpx.Client, ask: Ask, scheme: str, level: str
) -> None:
    """The sum is what SPARQL counts, whichever way it is divided."""
    rows = ask(
        PREFIXES + "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c cg:classifies ?thing . "
        f"?c cg:concept ?k . ?k skos:inScheme <{ID}concept/{scheme}> }}"
    )
    found = cells(get(client, f"/api/coverage?scheme={scheme}&level={level}"))
    assert sum(cell["statementCount"] for cell in found.values()) == int(rows[0]["n"])


def test_shipped_coverage_is_that_of_the_saved_query(client: httpx.Client, root: Path) -> None:
    """queries/risks/by-document.rq: nine subdomains, no level, nobody reviewed them."""
    with (root / "tests/queries/risks/by-document.csv").open(encoding="utf-8") as stream:
        expected = [(short(row["document"]), row["code"]) for row in csv.DictReader(stream)]
    found = cells(get(client, "/api/coverage"))
    domain = ("ai-safety-governance-framework-v1", "7")
    assert list(found) == [*expected, domain]
    assert {counts(found[key]) for key in expected} == {(1, 0, 0, 0, 0, 1, 0, 0)}
    assert counts(found[domain]) == (1, 0, 1, 0, 0, 0, 1, 0)
    assert not any("bestLevel" in cell for cell in found.values())


def test_shipped_sectors_have_levels(client: httpx.Client) -> None:
    """DOMAIN 1: five sectors at Minimal; Information is primary, without a level."""
    found = cells(get(client, "/api/coverage?scheme=sector"))
    levels = {code: cell.get("bestLevel", {}).get("notation") for (_, code), cell in found.items()}
    assert sorted(map(str, levels.values())) == ["2", "2", "2", "2", "2", "None"]


def test_every_document_has_a_row(client: httpx.Client) -> None:
    """One of which nothing is said has no summary, and is not left out."""
    document = get(client, "/api/coverage")
    assert document["totalItems"] == len(document["member"]) == 17
    assert sum(not item["coverage"] for item in document["member"]) == 15


def test_codes_come_in_their_order(small: httpx.Client) -> None:
    """1.10 comes after 1.2."""
    found = get(small, "/api/coverage?scheme=one&document=a")
    codes = [cell["aboutConcept"]["notation"] for cell in found["member"][0]["coverage"]]
    assert codes == ["1.1", "1.2", "1.10"]


def test_documents_come_in_pages(client: httpx.Client) -> None:
    """RFC 8288: next to the end, prev back; no document twice, none left out."""
    whole = [item["id"] for item in get(client, "/api/coverage")["member"]]
    for start, rel, word in (("", "next", "next"), ("&before=end", "prev", "previous")):
        url: str | None = f"/api/coverage?limit=4{start}"
        pages: list[list[str]] = []
        while url:
            answer = client.get(url)
            document = answer.json()
            pages.append([item["id"] for item in document["member"]])
            url = answer.links.get(rel, {}).get("url")
            assert document["view"].get(word) == url
        if rel == "prev":
            pages.reverse()
        assert [len(page) for page in pages] == [4, 4, 4, 4, 1]
        assert [item for page in pages for item in page] == whole


# Gaps.


def test_gaps_tell_assessed_from_nobody_looked(small: httpx.Client) -> None:
    """By hand: A denies 1.2, B all of domain 1, C names one and counts one."""
    assert found_gaps(get(small, "/api/gaps?scheme=one")) == {
        "1.2": ("assessed-not-covered", 0, dict.fromkeys("abc", "assessed-not-covered")),
        "2.1": (
            "assessed-not-covered",
            1,
            {"b": "only-broader-named", "c": "assessed-not-covered"},
        ),
        "3": ("assessed-not-covered", 2, {"c": "assessed-not-covered"}),
    }
    assert found_gaps(get(small, "/api/gaps?scheme=two")) == {
        "x": ("not-assessed", 3, {}),
        "y": ("assessed-not-covered", 2, {"a": "assessed-not-covered"}),
    }


def test_gaps_of_one_document(small: httpx.Client) -> None:
    """What others cover does not help B."""
    denied = ("assessed-not-covered", 0, {"b": "assessed-not-covered"})
    assert found_gaps(get(small, "/api/gaps?scheme=one&document=b")) == {
        **dict.fromkeys(("1.1", "1.2", "1.10"), denied),
        "2.1": ("only-broader-named", 0, {"b": "only-broader-named"}),
        "3": ("not-assessed", 1, {}),
    }


def test_a_part_that_is_denied_leaves_its_domain_open(small: httpx.Client) -> None:
    """C's tally says the same of domains; of A's domain 1 parts are covered."""
    found = found_gaps(get(small, "/api/gaps?scheme=one&level=domain&review=unreviewed"))
    assert found == {"3": ("assessed-not-covered", 2, {"c": "assessed-not-covered"})}
    alone = found_gaps(get(small, "/api/gaps?scheme=one&level=concept&document=a"))
    assert alone == {
        "1.2": ("assessed-not-covered", 0, {"a": "assessed-not-covered"}),
        "2.1": ("not-assessed", 1, {}),
        "3": ("not-assessed", 1, {}),
    }


def test_a_gap_names_the_statement_behind_it(small: httpx.Client) -> None:
    """A tally is a statement too."""
    document = get(small, "/api/gaps?scheme=one&document=c")
    behind = {cell["bestEvidence"]["id"] for gap in document["member"] for cell in gap["coverage"]}
    assert behind == {f"{ID}document/c/tally/one"}


def test_shipped_gaps_are_those_of_the_saved_query(client: httpx.Client, root: Path) -> None:
    """queries/risks/gaps.rq, whose findings have the same names in words."""
    words = {
        "assessed, not covered": "assessed-not-covered",
        "assessed, covered set partly unknown": "assessed-partly-unknown",
        "only its domain named": "only-broader-named",
    }
    with (root / "tests/queries/risks/gaps.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    addressed = {row["code"] for row in rows if row["finding"] == "addressed"}
    expected = {
        (row["code"], short(row["document"]), words[row["finding"]])
        for row in rows
        if row["code"] not in addressed
    }
    found = found_gaps(get(client, "/api/gaps"))
    assert len(found) == 15
    assert {
        (code, document, state)
        for code, (_, _, states) in found.items()
        for document, state in states.items()
    } == expected
    assert {left + len(states) for _, left, states in found.values()} == {17}


def test_nobody_looked_at_mitigations_of_version_2_outside_one_document(
    client: httpx.Client, ask: Ask
) -> None:
    """A concept without any classification, its broader and narrower ones included."""
    rows = ask(
        PREFIXES + f"SELECT ?code WHERE {{ ?k skos:inScheme <{ID}concept/mit-mitigation-v2> . "
        "?k skos:notation ?code . MINUS { ?below skos:broader ?k } "
        "MINUS { ?c cg:concept ?k } MINUS { ?c cg:concept ?up . ?k skos:broader+ ?up } }"
    )
    found = found_gaps(get(client, "/api/gaps?scheme=mit-mitigation-v2&level=concept"))
    looked = {code for code, (state, _, _) in found.items() if state == "not-assessed"}
    assert looked == {row["code"] for row in rows}
    assert looked


# Compare.


def test_documents_stand_side_by_side(small: httpx.Client) -> None:
    """Each row has a summary for each document; what nobody says is not assessed."""
    found = get(small, "/api/compare?documents=a,b&scheme=one")
    assert found["type"] == "Comparison"
    assert [short(item["id"]) for item in found["compares"]] == ["a", "b"]
    rows = {
        row["aboutConcept"]["notation"]: {
            short(cell["aboutDocument"]): cell["coverageState"] for cell in row["coverage"]
        }
        for row in found["row"]
    }
    denied = "assessed-not-covered"
    assert rows == {
        "1": {"a": "covered", "b": denied},
        "1.1": {"a": "covered", "b": denied},
        "1.2": {"a": denied, "b": denied},
        "1.10": {"a": "covered", "b": denied},
        "1.10.1": {"a": "covered", "b": denied},
        "2": {"a": "not-assessed", "b": "covered"},
    }


def test_draft_and_final_differ_in_their_fine(client: httpx.Client) -> None:
    """DOMAIN 1: the fine of the draft is stated absent of the final, with the same amounts."""
    found = get(client, f"/api/compare?{PAIR}")
    draft, final = found["compares"]
    assert [item["maximumAmount"] for item in draft["sanction"]] == [100000]
    assert [item.get("statedAbsent") for item in draft["sanction"]] == [None]
    assert True in [item.get("statedAbsent") for item in final["sanction"]]
    assert {item["role"]["notation"] for item in final["participation"]} == {"issuer", "target"}
    assert final["milestone"]
    assert all(item["milestoneKind"]["prefLabel"] for item in final["milestone"])


def test_rows_come_scheme_by_scheme(client: httpx.Client) -> None:
    """Each row names its concept's scheme."""
    rows = get(client, f"/api/compare?{PAIR}")["row"]
    schemes = [row["aboutConcept"]["inScheme"]["id"] for row in rows]
    assert schemes == sorted(schemes)
    assert len(set(schemes)) > 3


def test_documents_may_be_repeated_and_named_by_iri(client: httpx.Client) -> None:
    """Commas, repetition, IRIs: the same."""
    one = get(client, f"/api/compare?{PAIR}")
    names = ["generative-ai-measures-draft", f"{ID}document/generative-ai-measures"]
    two = client.get("/api/compare", params={"documents": names}).json()
    assert [item["id"] for item in one["compares"]] == [item["id"] for item in two["compares"]]
    assert len(one["row"]) == len(two["row"])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "from 2 to 5"),
        ("documents=nist2024", "from 2 to 5"),
        ("documents=a,b,c,d,e,f", "from 2 to 5"),
        ("documents=nist2024,nist2024", "twice"),
        ("documents=nist2024,nist2042", "nist2024"),
        ("documents=nist2024,actor/baidu", "document"),
        ("documents=nist2024,ai-safety-governance-framework-v1/clause/5", "document"),
        ("documents=nist2024,%3Cx%3E%20%7D", "prefix:name"),
        ("documents=nist2024,uuk2024&scheme=nothing", "mit-risk-domain"),
        ("documents=nist2024,uuk2024&review=maybe", "preliminary"),
        ("documents=nist2024,uuk2024&colour=red", "documents, scheme, review"),
    ],
)
def test_impossible_comparisons_are_400(client: httpx.Client, query: str, told: str) -> None:
    """Bad input is told, with what is known."""
    answer = client.get(f"/api/compare?{query}")
    assert answer.status_code == 400
    assert told in json.dumps(answer.json())


# Provenance.


def test_a_record_has_agent_activity_source_and_positions(client: httpx.Client) -> None:
    """Who says so, how, on what."""
    found = get(client, f"/api/provenance/{STATEMENT}")
    assert found["type"] == "ProvenanceRecord"
    assert found["id"] == f"{BASE}api/provenance/{STATEMENT}"
    statement = found["recordedStatement"]
    assert statement["id"] == ID + STATEMENT
    assert statement["attributedTo"]["id"] == f"{ID}actor/airi-navigator-language-model"
    assert statement["generatedBy"]["activityKind"]["notation"] == "machine"
    assert len(statement["source"][0]["sha256"]) == 64
    assert statement["evidence"]["selector"]
    assert len(statement["evidence"]["quoteDigest"]) == 64
    assert statement["effectiveReviewStatus"]["notation"] == "unreviewed"
    assert found["recordedReview"] == found["contradictingStatement"] == []


def test_reviews_and_contradictions_are_listed(small: httpx.Client) -> None:
    """The same thing and concept; the clause is another thing."""
    found = get(small, "/api/provenance/document/a/classification/good")
    (review,) = found["recordedReview"]
    assert review["verdict"]["prefLabel"] == {"en": "Confirmed"}
    assert review["attributedTo"]["title"] == {"en": "Reader"}
    assert found["recordedStatement"]["effectiveReviewStatus"]["notation"] == "reviewed"
    (other,) = found["contradictingStatement"]
    assert other["id"].endswith("/minimal")
    assert found["agreeingStatement"] == []


def test_tallies_contradict_each_other(client: httpx.Client) -> None:
    """10 to 12 against 5, both of the level Good."""
    local = "document/ai-safety-commitments/tally/mit-risk-domain-good-"
    found = get(client, f"/api/provenance/{local}10-12-airi-navigator-1831")
    others = [item["id"] for item in found["contradictingStatement"]]
    assert others == [f"{ID}{local}5-airi-navigator-1831"]


def test_fines_of_other_amounts_are_other_fines(small: httpx.Client) -> None:
    """They neither agree nor contradict; whoever says that there is none contradicts them all."""

    def others(name: str, relation: str) -> list[str]:
        found = get(small, f"/api/provenance/document/c/sanction/{name}")[f"{relation}Statement"]
        return [item["id"].rpartition("/")[2] for item in found]

    assert others("one", "agreeing") == ["same", "unstated"]
    assert others("one", "contradicting") == ["none"]
    assert others("other", "agreeing") == ["unstated"]
    assert others("none", "contradicting") == ["one", "other", "same", "unstated"]


def test_dates_of_two_precisions_agree(client: httpx.Client) -> None:
    """2023-04-11 lies within 2023-04."""
    local = "document/generative-ai-measures-draft/milestone/proposed-2023-04"
    found = get(client, f"/api/provenance/{local}-clausegraph")
    others = [item["id"] for item in found["agreeingStatement"]]
    assert others == [f"{ID}{local}-11-agora"]


@pytest.mark.parametrize("name", [ID + STATEMENT, STATEMENT])
def test_a_statement_may_be_named_by_its_iri(client: httpx.Client, name: str) -> None:
    """The record is called the same, however it was asked for."""
    by_path = client.get(f"/api/provenance/{STATEMENT}")
    assert client.get("/api/provenance", params={"iri": name}).json() == by_path.json()


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/api/provenance", 400, STATEMENT),
        (f"/api/provenance/{STATEMENT}?iri={STATEMENT}", 400, "Which statement"),
        (f"/api/provenance/{STATEMENT}9", 404, STATEMENT),
        ("/api/provenance/document/ai-safety-commitments", 404, "is no statement"),
        ("/api/provenance/%3Cx%3E%20%7D", 404, "statement"),
        ("/api/provenance?iri=%00", 400, "prefix:name"),
        ("/api/provenance/" + "x" * 5000, 404, "x"),
        ("/api/provenance?iri=http://example.org/x", 404, "example.org"),
    ],
)
def test_unknown_statements_are_told(
    client: httpx.Client, path: str, status: int, told: str
) -> None:
    """404 with what is nearest."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert told in json.dumps(answer.json())


# Every form, every request.


@pytest.mark.parametrize("path", PATHS)
def test_json_ld_and_turtle_say_the_same_without_blank_nodes(
    client: httpx.Client, path: str
) -> None:
    """JSON-LD 1.1 API: a processor that is not ours reads the same triples."""
    written = pyld.to_rdf(
        client.get(path).json(),
        {"documentLoader": jsonld.load_context, "format": "application/n-quads"},
    )
    left = {quad.triple for quad in parse(written.encode(), RdfFormat.N_QUADS)}
    turtle = client.get(path, headers={"Accept": "text/turtle"}).content
    right = {quad.triple for quad in parse(turtle, RdfFormat.TURTLE)}
    assert left == right
    terms = {term for triple in right for term in (triple.subject, triple.object)}
    assert not any(isinstance(term, BlankNode) for term in terms)


def test_what_the_views_say_fits_the_shapes(
    client: httpx.Client, small: httpx.Client, root: Path
) -> None:
    """shapes/summary.ttl: counts add up, states and evidence fit (SHACL 1.0)."""
    shapes = Graph()
    for name in ("clausegraph", "summary"):
        shapes.parse(root / "shapes" / f"{name}.ttl")
    own = ["/api/coverage?scheme=one", "/api/gaps?scheme=one", "/api/compare?documents=a,b"]
    seen: set[str] = set()
    for source, path in [*((client, path) for path in PATHS), *((small, path) for path in own)]:
        said = source.get(path, headers={"Accept": "text/turtle"}).text
        data = Graph().parse(data=said, format="turtle")
        conforms, _, report = pyshacl.validate(data, shacl_graph=shapes, advanced=False)
        assert conforms, report
        seen |= {str(kind) for kind in data.objects(None, RDF.type)}
    kinds = ("Comparison", "ComparisonRow", "CoverageSummary", "Gap", "ProvenanceRecord")
    assert {CG + kind for kind in kinds} <= seen


@pytest.mark.parametrize("path", TABLES)
def test_a_table_has_a_row_for_each_summary(client: httpx.Client, path: str) -> None:
    """RFC 4180: the header, and the same numbers as in JSON-LD."""
    rows = table(client, path)
    found = client.get(path, headers={"Accept": "text/turtle"}).text
    expected = found.count("a cg:CoverageSummary") or found.count(f"<{CG}CoverageSummary>")
    if "gaps" not in path:
        assert len(rows) == expected
        assert all(row["document"] and row["concept"] and row["state"] for row in rows)
    else:
        assert len(rows) >= expected
        assert all(row["gap_state"] for row in rows)
    assert all(row["concept_label"] and row["concept_code"] for row in rows)


def test_a_table_names_level_and_evidence(client: httpx.Client, small: httpx.Client) -> None:
    """What is empty is empty: no value is borrowed from elsewhere."""
    rows = {row["concept_code"]: row for row in table(small, "/api/coverage?scheme=one&document=a")}
    assert rows["1.1"]["level_label"] == "Good"
    assert rows["1.1"]["evidence_review"] == "reviewed"
    assert rows["1.1"]["evidence_source"] == f"{ID}source/p"
    assert rows["1.1"]["counter_evidence"].endswith("/minimal")
    assert rows["1.1"]["contested"] == "true"
    assert rows["1.2"]["level"] == rows["1.2"]["level_label"] == ""
    gaps = table(client, "/api/gaps?scheme=jurisdiction")
    looked = [row for row in gaps if row["gap_state"] == "not-assessed"]
    assert looked
    assert all(not row["document_label"] and not row["evidence_agent"] for row in looked)


@pytest.mark.parametrize("path", TABLES)
def test_a_suffix_fixes_the_syntax(client: httpx.Client, path: str) -> None:
    """Whatever Accept says; the address without it is the canonical one."""
    bare, _, query = path.partition("?")
    types = {".csv": "text/csv", ".jsonld": "application/ld+json", ".ttl": "text/turtle"}
    for suffix, media_type in types.items():
        answer = client.get(f"{bare}{suffix}?{query}", headers={"Accept": "application/n-triples"})
        assert answer.headers["content-type"].startswith(media_type)
        assert answer.links["canonical"]["url"].partition("?")[0].endswith(bare)
    assert client.get(path).links["alternate"]["type"] == "text/csv"


@pytest.mark.parametrize("path", PATHS)
def test_answers_have_validators_and_links(client: httpx.Client, path: str) -> None:
    """RFC 9110, 13.1.2; another form has another tag; HEAD is GET without a body."""
    first = client.get(path)
    assert "Accept" in first.headers["vary"].split(", ")
    assert first.links["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert first.links["service-desc"]["type"] == "application/json"
    release = first.headers["clausegraph-release"]
    cited = first.links["cite-as"]["url"].removeprefix("https://w3id.org/clausegraph")
    assert cited.startswith(f"/v/{release}/api/")
    assert client.get(cited).json()["type"] == first.json()["type"]
    held = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert held.status_code == 304
    other = client.get(path, headers={"Accept": "text/turtle"})
    assert other.headers["etag"] != first.headers["etag"]
    head = client.head(path)
    assert head.headers["etag"] == first.headers["etag"]
    assert head.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_what_is_made_here_is_named_below_the_view(client: httpx.Client, path: str) -> None:
    """Canonical names, fragments of the view's own: no name depends on the host asked."""
    triples = client.get(path, headers={"Accept": "application/n-triples"}).text.splitlines()
    subjects = {line.partition("> ")[0][1:] for line in triples}
    made = {subject for subject in subjects if "/api/" in subject}
    (view,) = {subject.partition("#")[0] for subject in made if subject.startswith(BASE)}
    assert view.startswith(f"{BASE}api/")
    assert all(subject.startswith((view, str(client.base_url))) for subject in made)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/coverage?colour=red", "scheme, level, document"),
        ("/api/coverage?level=subdomains", "subdomain, domain, concept"),
        ("/api/coverage?scheme=nothing", "mit-risk-domain"),
        ("/api/coverage?scheme=mit-risk-domain:2.1", "no such thing"),
        ("/api/coverage?document=nothing", "nist2024"),
        ("/api/coverage?jurisdiction=atlantis", "china"),
        ("/api/coverage?review=perhaps", "preliminary"),
        ("/api/coverage?page=2", "after"),
        ("/api/coverage?after=x", "no place"),
        ("/api/coverage?limit=0", "whole number"),
        ("/api/coverage?limit=101", "from 1 to 100"),
        ("/api/coverage.csv?limit=501", "from 1 to 500"),
        ("/api/coverage?document=%3Cx%3E%20%7D%20DROP%20ALL%20%23", "prefix:name"),
        ("/api/gaps?after=x", "scheme, level, document"),
        ("/api/gaps?scheme=nothing", "mit-risk-domain"),
        ("/api/gaps?type=novel", "framework"),
        ("/api/gaps?level=", "empty"),
        ("/api/gaps?level=domain&level=concept", "twice"),
    ],
)
def test_what_nobody_knows_is_400_and_told(client: httpx.Client, path: str, told: str) -> None:
    """No filter is passed over in silence."""
    answer = client.get(path)
    assert answer.status_code == 400
    assert told in json.dumps(answer.json())


@pytest.mark.parametrize("view", ["coverage", "gaps"])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("document=global-ai-governance-initiative", "no document"),
        ("document=document/ai-safety-governance-framework-v1/clause/5.9", "no such thing"),
        ("jurisdiction=https://w3id.org/clausegraph/ontology%23Document", "no such thing"),
        ("review=https://w3id.org/clausegraph/ontology%23Document", "no such thing"),
    ],
)
def test_what_is_something_else_is_400_and_no_gap(
    client: httpx.Client, view: str, query: str, told: str
) -> None:
    """To call every concept a gap of no document would be a false answer."""
    query = query.replace("document/", f"{ID}document/", 1)
    answer = client.get(f"/api/{view}?{query}")
    assert answer.status_code == 400
    assert told in answer.json()["detail"]


def test_a_selection_without_documents_is_empty(client: httpx.Client) -> None:
    """Nothing found is an answer."""
    path = "?document=nist2024&jurisdiction=china"
    assert get(client, f"/api/coverage{path}")["totalItems"] == 0
    assert get(client, f"/api/coverage{path}")["member"] == []
    assert get(client, f"/api/gaps{path}")["documentCount"] == 0


def test_a_record_is_no_table(client: httpx.Client) -> None:
    """RFC 9110, 15.5.7."""
    answer = client.get(f"/api/provenance/{STATEMENT}", headers={"Accept": "text/csv"})
    assert answer.status_code == 406


def test_openapi_describes_every_analysis_and_its_examples_work(client: httpx.Client) -> None:
    """OpenAPI 3.1: an example that is shown is one that runs."""
    paths = client.get("/openapi.json").json()["paths"]
    for item in ANALYSES:
        described = paths[item.path]["get"]["parameters"]
        assert {each.name for each in item.parameters} <= {each["name"] for each in described}
        for each in described:
            if each["name"].startswith("_"):
                continue
            needed = {"documents": COMPARE.parameters[0].example} if item == COMPARE else {}
            asked = {**needed, each["name"]: each["example"]}
            answer = client.get(item.path, params=asked)
            if item != PROVENANCE or each["name"] == "iri":
                assert answer.status_code == 200, (item.name, each["name"], answer.text)
    (named,) = paths["/api/provenance/{name}"]["get"]["parameters"][:1]
    assert client.get(f"/api/provenance/{named['example']}").status_code == 200
