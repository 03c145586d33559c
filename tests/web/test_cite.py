"""`/cite` and permalinks: what is cited is stated, and what is cited can be found again."""

from __future__ import annotations

import hashlib
import json
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.engine import Dataset
from clausegraph.vocabulary import BASE, ID
from clausegraph.web import citation, cited, permalink
from clausegraph.web.citation import Citation
from clausegraph.web.permalink import Permalink

BIBTEX = "application/x-bibtex"
CSL = "application/vnd.citationstyles.csl+json"
LIST = "SELECT ?s { ?s a cg:Document } ORDER BY ?s"
RELEASE = "0123456789abcdef" * 4
CLAUSE = f"{ID}document/ai-safety-governance-framework-v1/clause/5.9"


def cite(client: httpx.Client, accept: str = "text/plain", **parameters: str) -> httpx.Response:
    """Ask for a citation."""
    answer = client.get("/cite", params=parameters, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == accept
    return answer


def item(client: httpx.Client, **parameters: str) -> dict[str, object]:
    """Return a citation as the one item of CSL-JSON that it is."""
    (found,) = cite(client, CSL, **parameters).json()
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def release(client: httpx.Client) -> str:
    """The release that is served."""
    found: str = client.get("/ready").json()["release"]
    return found


def test_a_document_is_cited_by_issuer_date_and_title(client: httpx.Client, release: str) -> None:
    """CSL 1.0.2; the title in Chinese stands beside the English one."""
    found = item(client, iri=f"{ID}document/generative-ai-measures")
    assert found == {
        "id": "clausegraph-document-generative-ai-measures",
        "type": "regulation",
        "title": "Interim Measures for the Management of Generative Artificial Intelligence Services",
        "original-title": "生成式人工智能服务管理暂行办法",
        "author": [{"literal": "Cyberspace Administration of China"}],
        "issued": {"date-parts": [[2023, 7, 10]]},
        "source": f"Clausegraph, release {release}",
        "language": "en",
        "URL": f"{ID}document/generative-ai-measures",
    }


def test_the_same_in_bibtex(client: httpx.Client, release: str) -> None:
    """Names and titles in double braces, so that no style takes them apart."""
    text = cite(client, BIBTEX, iri="documents:generative-ai-measures").text
    assert text.startswith("@misc{clausegraph-document-generative-ai-measures,\n")
    assert "  author = {{Cyberspace Administration of China}},\n" in text
    assert "Services [生成式人工智能服务管理暂行办法]}},\n" in text
    assert "  year = {2023},\n  month = {7},\n  day = {10},\n" in text
    assert f"release {release}" in text
    assert text.endswith(f"  url = {{{ID}document/generative-ai-measures}},\n}}\n")


def test_the_same_as_plain_text_in_chinese(client: httpx.Client, release: str) -> None:
    """One line; titles and names in the language asked for."""
    text = cite(client, iri="documents:generative-ai-measures", lang="zh").text
    assert text == (
        "国家互联网信息办公室. 生成式人工智能服务管理暂行办法. 2023-07-10. "
        f"Clausegraph, release {release[:12]}. {ID}document/generative-ai-measures\n"
    )


def test_the_more_precise_of_two_dates_counts(client: httpx.Client) -> None:
    """One source says 2024, another 2024-09: they agree."""
    found = item(client, iri="documents:ai-safety-governance-framework-v1")
    assert found["issued"] == {"date-parts": [[2024, 9]]}


def test_deprecated_is_said_of_what_is_stated_to_be() -> None:
    """A document that another one replaces is a document still."""
    newer = {"part": "replaced", "node": "", "value": f"{ID}document/y", "language": ""}
    old = {"part": "deprecated", "node": "", "value": "true", "language": ""}

    def note(*rows: dict[str, str]) -> str:
        return cited.cite(f"{ID}document/x", list(rows), RELEASE, "en").note

    assert note(newer) == f"Replaced by {ID}document/y."
    assert note(newer, old) == f"Deprecated; replaced by {ID}document/y."
    assert note(old) == "Deprecated."


def test_keys_tell_things_apart_in_either_case() -> None:
    """BibTeX takes `Concept` and `concept` for the same key."""
    names = ("ontology#Concept", "ontology#concept", "id/c/own/a.b", "id/c/own/a-b", "id/c/own/A.b")
    keys = {cited.cite(BASE + name, [], RELEASE, "en").key.lower() for name in names}
    assert len(keys) == len(names)


def test_plain_text_is_one_line() -> None:
    """Whatever is stated."""
    found = Citation("k", "document", "First\nand  second", ID, RELEASE)
    assert citation.text(found).decode().splitlines() == [
        f"First and second. Clausegraph, release {RELEASE[:12]}. {ID}"
    ]


def test_everything_that_is_described_can_be_cited(client: httpx.Client) -> None:
    """What has neither class nor title is not called unknown."""
    query = (
        "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s a ?c } "
        f"FILTER (STRSTARTS(STR(?s), '{BASE}')) }} ORDER BY ?s LIMIT 1"
    )
    iri = client.get(
        "/sparql", params={"query": query}, headers={"Accept": "text/csv"}
    ).text.split()[1]
    assert cite(client, iri=iri).text.rstrip().endswith(iri)


def test_answers_alike_to_different_questions_have_keys_of_their_own(client: httpx.Client) -> None:
    """Two of them may stand in one bibliography."""
    keys = {item(client, query=query)["id"] for query in ("ASK {}", "ASK { ?s a cg:Document }")}
    assert len(keys) == 2


def test_a_release_is_the_dataset(client: httpx.Client, release: str) -> None:
    """The address that the dataset is cited by can be cited."""
    assert item(client, iri=f"{BASE}v/{release}") == item(client)


def test_dates_that_contradict_are_told_and_none_is_chosen() -> None:
    """Nothing is invented."""
    rows = [
        {"part": "date", "node": "", "value": date, "language": ""}
        for date in ("2024-09", "2024", "2023-01-01")
    ]
    found = cited.cite(f"{ID}document/x", rows, RELEASE, "en")
    assert found.date == ""
    assert found.note == "Sources give different dates: 2023-01-01, 2024-09."


def test_an_author_whom_no_source_states_is_told_apart(client: httpx.Client) -> None:
    """Who reads the citation learns what an inference of ours is, and what no source would sign."""
    draft = item(client, iri="documents:generative-ai-measures-draft")
    assert draft["note"] == (
        "Inferred by this project, and stated by no source: Cyberspace Administration of China as "
        "author."
    )
    framework = str(item(client, iri=CLAUSE)["note"])
    assert framework.startswith("Stated only by sources that are not final and not to be cited: ")
    assert "note" not in item(client, iri="documents:generative-ai-measures")


def test_a_document_without_stated_author_or_date_has_none(client: httpx.Client) -> None:
    """No agent of ours stands in for an author."""
    found = item(client, iri="documents:bengio2025")
    assert "author" not in found
    assert "issued" not in found
    assert found["type"] == "document"


def test_a_clause_is_cited_in_its_document(client: httpx.Client) -> None:
    """With its number, and who issued the document when."""
    found = item(client, iri=CLAUSE)
    assert found["container-title"] == "AI Safety Governance Framework"
    assert found["number"] == "5.9"
    assert found["issued"] == {"date-parts": [[2024, 9]]}
    assert found["author"]


def test_a_concept_is_cited_in_its_scheme_with_the_credit_that_is_due(client: httpx.Client) -> None:
    """CC BY 4.0, section 3(a): the credit line goes with it."""
    found = item(client, iri="mit-risk-domain:2.1")
    assert found["container-title"] == "MIT AI Risk Repository: domains and subdomains"
    assert found["number"] == "2.1"
    assert "Slattery et al. 2024" in str(found["note"])
    assert "publisher" not in found


def test_a_statement_is_cited_by_who_makes_it_and_with_its_status(client: httpx.Client) -> None:
    """A source that asks not to be cited is heard."""
    query = "SELECT ?s { ?s a cg:Classification ; cg:effectiveReviewStatus review-status:preliminary } ORDER BY ?s LIMIT 1"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    iri = answer.text.split()[1]
    found = item(client, iri=iri)
    assert found["author"]
    assert str(found["title"]).startswith("Classification: ")
    assert "not to be cited" in str(found["note"])
    assert "not to be cited" in cite(client, iri=iri).text


def test_the_dataset_is_cited_where_nothing_is_named(client: httpx.Client, release: str) -> None:
    """This project publishes it; no date is known where no releases are kept."""
    found = item(client)
    assert (found["type"], found["publisher"], found["version"]) == (
        "dataset",
        "Clausegraph",
        release,
    )
    assert found["URL"] == f"{BASE}v/{release}"
    assert "issued" not in found


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        (LIST, "text/csv"),
        (LIST, "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s cg:clauseOf ?o }", "text/turtle"),
        ("CONSTRUCT WHERE { ?s cg:clauseOf ?o }", "application/ld+json"),
        ("SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o", "text/tab-separated-values"),
        ("SELECT ?s ?l { BIND(<relative> AS ?s) BIND('承诺 & #% \\\"'@zh AS ?l) }", "text/csv"),
    ],
)
def test_an_answer_is_cited_by_a_permalink_with_its_digest(
    client: httpx.Client, release: str, query: str, media_type: str
) -> None:
    """The digest is that of the bytes which the permalink gives, large ones and all."""
    found = item(client, query=query, answer=media_type)
    address = str(found["URL"])
    link = permalink.read(address)
    assert link is not None
    assert (link.release, link.query, link.media_type) == (release, query, media_type)
    body = client.get(f"/{address.removeprefix(BASE)}")
    assert body.status_code == 200
    assert body.headers["content-type"].partition(";")[0] == media_type
    assert link.digest == f"sha-256:{hashlib.sha256(body.content).hexdigest()}"
    assert link.digest in str(found["note"])


def test_the_media_type_of_an_answer_may_be_named_as_everywhere(client: httpx.Client) -> None:
    """`_mediatype=` is that of the citation, or of what is cited, whichever it can be."""
    by_answer = cite(client, query=LIST, answer="text/csv")
    by_media_type = client.get("/cite", params={"query": LIST, "_mediatype": "text/csv"})
    assert by_media_type.text == by_answer.text
    both = client.get(
        "/cite", params=[("query", LIST), ("_mediatype", "text/csv"), ("_mediatype", BIBTEX)]
    )
    assert both.text.startswith("@misc{clausegraph-answer-")
    assert "text/csv" in both.text


def test_the_answer_to_a_saved_query_has_its_question_as_title(client: httpx.Client) -> None:
    """A reader of a bibliography learns what was asked."""
    query = "SELECT ?t { <https://w3id.org/clausegraph/id/query/documents/overview> sh:select ?t }"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    found = item(client, query=rows[0]["t"]["value"])
    assert re.fullmatch("“.+” Answer from Clausegraph", str(found["title"]))


def test_the_dataset_of_a_query_is_part_of_its_permalink(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4: it changes the answer."""
    graph = f"{BASE}graph/release"
    link = permalink.read(
        str(item(client, query="SELECT * { ?s ?p ?o }", **{"default-graph-uri": graph})["URL"])
    )
    assert link is not None
    assert link.dataset == Dataset((graph,), ())


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"query": "SELECT (NOW() AS ?n) {}"}, "cannot be cited"),
        ({"query": "SELECT (RAND() AS ?n) {}"}, "cannot be cited"),
        ({"query": "CONSTRUCT { [] a ?o } WHERE { ?s a ?o }"}, "cannot be cited"),
        ({"query": "SELEC"}, "does not parse"),
        ({"query": "ASK {}", "answer": "text/csv"}, "sparql-results+json"),
        ({"query": "ASK {}", "answer": "text/html"}, "sparql-results+json"),
        ({"query": "ASK {}", "answer": "nonsense"}, "sparql-results+json"),
        ({"query": "ASK {}", "iri": ID}, "one of"),
        ({"iri": CLAUSE, "answer": "text/csv"}, "of a query"),
        ({"default-graph-uri": ID}, "of a query"),
        ({"query": "ASK {}", "default-graph-uri": "x y"}, "absolute"),
        ({"iri": "https://example.org/x"}, "no name of this graph"),
        ({"iri": ""}, "empty"),
        ({"iri": "2.1"}, "no name of this graph"),
        ({"iri": f"{ID}a%2Fb"}, "no name of this graph"),
        ({"release": "latest"}, "64"),
        ({"uri": "x"}, "iri, query, answer"),
    ],
)
def test_what_cannot_be_cited_is_refused_and_told_why(
    client: httpx.Client, parameters: dict[str, str], word: str
) -> None:
    """A problem document, never a fault, never a citation that leads nowhere."""
    answer = client.get("/cite", params=parameters)
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert word in f"{problem['detail']} {problem.get('hint')}"


def test_a_permalink_that_no_server_would_read_is_refused(client: httpx.Client) -> None:
    """A space is one character in a form, and three in an address."""
    answer = client.get("/cite?query=ASK{}" + "+" * 15_000)
    assert answer.status_code == 400
    assert "characters" in answer.json()["detail"]


def test_an_unknown_thing_is_404_with_the_nearest(client: httpx.Client) -> None:
    """RFC 9110, 15.5.5."""
    answer = client.get("/cite", params={"iri": "document/ai-safety-comitments"})
    assert answer.status_code == 404
    assert answer.json()["suggestions"] == [f"{ID}document/ai-safety-commitments"]


def test_federation_stays_off(client: httpx.Client) -> None:
    """The same guard as at the endpoint."""
    query = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    assert client.get("/cite", params={"query": query}).status_code == 403


def test_a_release_is_cited_at_its_own_address(client: httpx.Client, release: str) -> None:
    """The one that is served answers at once; another is asked where it is kept."""
    here = client.get("/cite", params={"iri": CLAUSE, "release": release})
    there = client.get(f"/v/{release}/cite", params={"iri": CLAUSE})
    assert here.content == there.content
    assert "immutable" in there.headers["cache-control"]
    other = client.get("/cite", params={"iri": CLAUSE, "release": RELEASE})
    assert other.status_code == 302
    assert httpx.URL(other.headers["location"]).path == f"/v/{RELEASE}/cite"


def test_a_page_shows_every_form_and_leads_to_each(client: httpx.Client) -> None:
    """For readers, without a script."""
    page = client.get("/cite", params={"iri": CLAUSE}, headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for name in ("BibTeX", "CSL-JSON", "Text"):
        assert f"<h2>{name}</h2>" in page.text
    links = re.findall(r'<a href="(\?[^"]*)"', page.text)
    assert len(links) == 3
    for link in links:
        assert client.get("/cite" + link.replace("&amp;", "&")).status_code == 200


def test_what_is_cited_is_linked_and_held(client: httpx.Client) -> None:
    """RFC 8574; RFC 9110, 13.1.2."""
    first = cite(client, iri=CLAUSE)
    assert first.headers["link"] == f'<{CLAUSE}>; rel="cite-as"'
    held = {"Accept": "text/plain", "If-None-Match": first.headers["etag"]}
    assert client.get("/cite", params={"iri": CLAUSE}, headers=held).status_code == 304
    assert client.head("/cite", params={"iri": CLAUSE}).status_code == 200
    assert client.get("/cite", headers={"Accept": "image/png"}).status_code == 406


def test_bibtex_sets_every_character_as_itself() -> None:
    """TeX reads ten characters as commands."""
    title = "50 % of $x_1 & {a}\\b ~ #^ 人工智能\n第二行"
    text = citation.bibtex(Citation("k", "document", title, f"{ID}{{x}}%20", RELEASE)).decode()
    assert (
        r"title = {{50 \% of \$x\_1 \& \textbraceleft{}a\textbraceright{}\textbackslash{}b "
        r"\textasciitilde{} "
        r"\#\textasciicircum{} 人工智能 第二行}}"
    ) in text
    assert f"url = {{{ID}%7Bx%7D%20}}" in text


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=3))
def test_bibtex_always_has_balanced_braces_and_one_field_a_line(
    title: str, authors: list[str]
) -> None:
    """No title can end the entry that it stands in: BibTeX counts `\\}` as a brace, too."""
    found = Citation("k", "document", title, ID, RELEASE, authors=tuple(authors), note=title)
    text = citation.bibtex(found).decode("utf-8", "surrogatepass") if title.isprintable() else ""
    depth = 0
    for line in text.splitlines()[1:-1]:
        for character in line:
            depth += (character == "{") - (character == "}")
            assert depth >= 0
        assert depth == 0
    assert json.loads(citation.csl(found)) if title.isprintable() else True


@pytest.mark.parametrize(
    "link",
    [
        Permalink(RELEASE, LIST),
        Permalink(RELEASE, LIST, "text/csv", f"sha-256:{'0' * 64}"),
        Permalink(RELEASE, "ASK { ?s ?p '& = + % # 承诺\n' }", "application/ld+json"),
        Permalink(RELEASE, LIST, dataset=Dataset((ID,), (BASE, f"{BASE}graph/release"))),
    ],
)
def test_a_permalink_reads_as_it_was_written(link: Permalink) -> None:
    """On whichever host."""
    assert permalink.read(link.iri) == link
    assert permalink.read(f"http://127.0.0.1:8000/{link.address}") == link
    assert permalink.read(f"/{link.address}") == link
    assert link.iri.isascii()


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"{BASE}sparql?query=ASK",
        f"{BASE}v/{RELEASE[1:]}/sparql?query=ASK",
        f"{BASE}v/{RELEASE}/sparql",
        f"{BASE}v/{RELEASE}/sparql?digest=sha-256:00",
        f"{BASE}v/{RELEASE.upper()}/sparql?query=ASK",
    ],
)
def test_what_is_no_permalink_is_none(address: str) -> None:
    """A query and a release are needed."""
    assert permalink.read(address) is None


def test_a_digest_that_is_none_is_left_out() -> None:
    """A permalink without a digest is one still."""
    found = permalink.read(f"{BASE}v/{RELEASE}/sparql?query=ASK%7B%7D&digest=md5:0")
    assert found == Permalink(RELEASE, "ASK{}")
