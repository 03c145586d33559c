"""`/resolve` and `/curie/`: what names stand for, many in one call."""

from __future__ import annotations

import csv
import io
import json
import threading
import time

import httpx
import pytest

from clausegraph.vocabulary import BASE, CG, ID
from clausegraph.web.resolution import STATUSES

RISK = f"{ID}concept/mit-risk-domain/2.1"
DOCUMENT = f"{ID}document/ai-safety-commitments"
COLUMNS = [
    *("given", "status", "iri", "label", "language", "type"),
    *("successor", "candidates", "suggestions", "note"),
]
FORM = "application/x-www-form-urlencoded"

Row = dict[str, object]


def ask(client: httpx.Client, *names: str, **more: str) -> list[Row]:
    """Resolve names by GET."""
    answer = client.get("/resolve", params=[*(("name", name) for name in names), *more.items()])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    rows: list[Row] = answer.json()["names"]
    assert [row["given"] for row in rows] == list(names)
    assert all(row["status"] in STATUSES for row in rows)
    return rows


@pytest.mark.parametrize(
    "name",
    [
        RISK,
        f"<{RISK}>",
        f"  {RISK} ",
        RISK.replace("https:", "http:"),
        f"{RISK}/",
        RISK.replace("/id/concept/", "/id/Concept/"),
        RISK.replace("/id/", "/doc/"),
        RISK.replace("/id/", "/doc/") + ".ttl",
        "mit-risk-domain:2.1",
        "concept/mit-risk-domain/2.1",
        "/id/concept/mit-risk-domain/2.1",
        "/doc/concept/mit-risk-domain/2.1.jsonld",
    ],
)
def test_a_concept_is_known_by_every_spelling(client: httpx.Client, name: str) -> None:
    """IRIs, CURIEs (W3C CURIE Syntax 1.0) and paths name one thing."""
    (row,) = ask(client, name)
    assert (row["status"], row["iri"], row["type"]) == ("current", RISK, f"{CG}RiskDomain")
    assert str(row["label"]).startswith("Compromise of privacy")
    assert row["language"] == "en"


def test_addresses_of_the_host_that_is_asked_are_names(client: httpx.Client) -> None:
    """What a browser shows can be pasted."""
    base = str(client.base_url).rstrip("/")
    for path in ("/id/actor/baidu", "/doc/actor/baidu.html"):
        (row,) = ask(client, base + path)
        assert row["iri"] == f"{ID}actor/baidu"
    release = client.get("/ready").json()["release"]
    answer = client.get(
        f"/v/{release}/resolve", params={"name": f"{base}/v/{release}/id/actor/baidu"}
    )
    assert answer.json()["names"][0]["iri"] == f"{ID}actor/baidu"
    assert "immutable" in answer.headers["cache-control"]


def test_a_bare_code_is_ambiguous_with_its_candidates(client: httpx.Client) -> None:
    """2.1 is a risk and two mitigations; even a code of one scheme alone names its scheme not."""
    several, one = ask(client, "2.1", "hard-law")
    assert several["status"] == one["status"] == "ambiguous"
    assert several["candidates"] == [
        f"{ID}concept/mit-mitigation-v1/2.1",
        f"{ID}concept/mit-mitigation-v2/2.1",
        RISK,
    ]
    assert one["candidates"] == [f"{ID}concept/legal-force/hard-law"]
    assert several["iri"] is None
    assert "scheme" in str(several["note"])


@pytest.mark.parametrize("scheme", ["mit-risk-domain", f"{ID}concept/mit-risk-domain"])
def test_a_code_of_a_scheme_is_known(client: httpx.Client, scheme: str) -> None:
    """A code needs its scheme, and then is as good as any name."""
    (row,) = ask(client, "2.1", scheme=scheme)
    assert (row["status"], row["iri"]) == ("current", RISK)


def test_codes_with_colons_and_spaces_are_codes(client: httpx.Client) -> None:
    """Notations of AGORA look like names with a prefix."""
    (row,) = ask(client, "Strategies: Tiering", scheme="agora-tag")
    assert row["iri"] == f"{ID}concept/agora-tag/strategies-tiering"
    (bare,) = ask(client, "Strategies: Tiering")
    assert bare["candidates"] == [row["iri"]]


def test_an_iri_stays_an_iri_beside_a_scheme(client: httpx.Client) -> None:
    """A column may mix codes with whole names."""
    rows = ask(client, DOCUMENT, "mit-mitigation-v2:3.1", "7", scheme="mit-risk-domain")
    assert [row["iri"] for row in rows] == [
        DOCUMENT,
        f"{ID}concept/mit-mitigation-v2/3.1",
        f"{ID}concept/mit-risk-domain/7",
    ]


def test_labels_come_in_the_language_asked_for(client: httpx.Client) -> None:
    """Else in English; the row says which it is."""
    rows = ask(client, "document/generative-ai-measures", "actors:baidu", RISK, lang="zh")
    assert [row["language"] for row in rows] == ["zh", "zh", "en"]
    assert rows[0]["label"] == "生成式人工智能服务管理暂行办法"


def test_terms_graphs_and_other_peoples_terms_are_names_too(client: httpx.Client) -> None:
    """Whatever the graph describes."""
    rows = ask(client, "cg:Clause", "skos:Concept", f"{BASE}dataset", "graph:release")
    assert [row["status"] for row in rows][:3] == ["current"] * 3
    assert rows[0]["iri"] == f"{CG}Clause"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("document/ai-safety-comitments", DOCUMENT),
        ("ai-safety-comitments", DOCUMENT),
        ("AI-Safety-Commitments", DOCUMENT),
        ("mit-risk-domian:2.1", RISK),
        (f"{ID}concept/mit-mitigation-v9/3.1.4", f"{ID}concept/mit-mitigation-v2/3.1.4"),
        ("concept/mit-risk-domian", f"{ID}concept/mit-risk-domain"),
        (f"{DOCUMENT.upper().replace('HTTPS://W3ID.ORG/CLAUSEGRAPH/ID', ID[:-1])}", DOCUMENT),
    ],
)
def test_an_unknown_name_gets_suggestions(client: httpx.Client, name: str, suggestion: str) -> None:
    """The nearest that are known."""
    (row,) = ask(client, name)
    assert row["status"] == "unknown"
    assert suggestion in row["suggestions"]  # type: ignore[operator]


def test_a_prefix_that_is_not_registered_is_told(client: httpx.Client) -> None:
    """No IRI is made up for it."""
    (row,) = ask(client, "nope:2.1")
    assert (row["status"], row["iri"]) == ("unknown", None)
    assert row["note"] == "The prefix nope is not registered."


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "a\x00b",
        "x" * 2000,
        "<not an iri>",
        f"{ID}document/a%2Fb",
        f"{ID}document//a",
        f"{ID}../x",
        "https://example.org/a b",
    ],
)
def test_what_is_no_name_is_invalid_and_says_why(client: httpx.Client, name: str) -> None:
    """A bad name spoils its own row alone."""
    bad, good = ask(client, name, RISK)
    assert bad["status"] == "invalid"
    assert bad["note"]
    assert good["status"] == "current"


def test_names_in_any_order_and_doubled_keep_their_order(client: httpx.Client) -> None:
    """A table beside the one that was sent."""
    names = ["2.1", RISK, "nothing", RISK, "", "actors:baidu"]
    assert [row["given"] for row in ask(client, *names)] == names


def test_the_table_comes_as_csv(client: httpx.Client) -> None:
    """RFC 4180, with the columns of the JSON."""
    answer = client.get("/resolve", params={"name": ["2.1", RISK]}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count("\r\n") == 3
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert list(rows[0]) == COLUMNS
    assert rows[0]["candidates"].split()[-1] == RISK
    again = client.get("/resolve", params={"name": ["2.1", RISK], "_mediatype": "text/csv"})
    assert again.content == answer.content


def test_json_rows_have_the_same_members_each(client: httpx.Client) -> None:
    """Stable keys, so that a data frame has the same columns each time."""
    for row in ask(client, "2.1", RISK, "nothing"):
        assert list(row) == COLUMNS


def test_every_way_of_asking_says_the_same(client: httpx.Client) -> None:
    """JSON, a form, plain text and the address."""
    names = ["2.1", DOCUMENT, "承诺", "a b&c"]
    rows = ask(client, *names)
    text = client.post(
        "/resolve", content="\ufeff" + "\r\n".join(names), headers={"Content-Type": "text/plain"}
    )
    form = client.post("/resolve", data={"name": names})
    js = client.post("/resolve", json={"names": names})
    for answer in (text, form, js):
        assert answer.status_code == 200, answer.text
        assert answer.json()["names"] == rows
        assert answer.headers["cache-control"] == "no-store"


def test_scheme_and_language_may_stand_in_body_or_address(client: httpx.Client) -> None:
    """A plain text has no place for them."""
    for answer in (
        client.post("/resolve", json={"names": ["2.1"], "scheme": "mit-risk-domain", "lang": "zh"}),
        client.post(
            "/resolve?scheme=mit-risk-domain", content="2.1", headers={"Content-Type": "text/plain"}
        ),
        client.post("/resolve", data={"name": "2.1", "scheme": "mit-risk-domain"}),
    ):
        assert answer.json()["names"][0]["iri"] == RISK


def test_a_repeated_get_is_304_for_who_holds_it(client: httpx.Client) -> None:
    """RFC 9110, 13.1.2; another form has another tag."""
    first = client.get("/resolve", params={"name": RISK})
    held = {"If-None-Match": first.headers["etag"]}
    assert client.get("/resolve", params={"name": RISK}, headers=held).status_code == 304
    other = client.get("/resolve", params={"name": RISK}, headers={**held, "Accept": "text/csv"})
    assert other.status_code == 200
    head = client.head("/resolve", params={"name": RISK})
    assert (head.status_code, head.content) == (200, b"")


def problem(answer: httpx.Response, status: int) -> str:
    """Return what a problem document says and advises."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    return f"{told['detail']} {told.get('hint', '')}"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "No name"),
        ("scheme=mit-risk-domain", "No name"),
        ("name=x&nmae=y", "name, scheme, lang"),
        ("name=2.1&scheme=mit-risk", "mit-risk-domain"),
        ("name=2.1&scheme=%3Cx", "scheme"),
        ("name=2.1&scheme=document/ai-safety-commitments", "scheme"),
        ("name=2.1&lang=en&lang=zh", "twice"),
    ],
)
def test_a_bad_question_is_400_and_says_what_is_known(
    client: httpx.Client, query: str, word: str
) -> None:
    """Nothing is passed over in silence."""
    assert word in problem(client.get(f"/resolve?{query}"), 400)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"names": "x"}', "application/json", 400),
        (b'{"names": [1]}', "application/json", 400),
        (b'{"names": ["x"], "schema": "y"}', "application/json", 400),
        (b'{"names": ["x"], "scheme": 1}', "application/json", 400),
        (b'{"names": []}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"names": [' + b"9" * 5000 + b"]}", "application/json", 400),
        (b"\xff\xfe", "text/plain", 400),
        (b"", "text/plain", 400),
        (b"name=%FF", FORM, 400),
        (b"x", "text/html", 415),
        (b"x", "", 415),
        (b"x", "text/plain; charset=latin-1", 415),
        (b"x" * (8 * 2**20 + 1), "text/plain", 413),
    ],
)
def test_a_bad_body_is_a_problem_and_never_a_fault(
    client: httpx.Client, body: bytes, kind: str, status: int
) -> None:
    """RFC 9110, 15.5.14 and 15.5.16."""
    problem(client.post("/resolve", content=body, headers={"Content-Type": kind}), status)


def test_half_a_surrogate_pair_is_an_invalid_name(client: httpx.Client) -> None:
    """JSON can escape what UTF-8 cannot say; the answer is JSON again."""
    for accept in ("application/json", "text/csv"):
        answer = client.post(
            "/resolve",
            content=b'{"names": ["\\ud800"]}',
            headers={"Content-Type": "application/json", "Accept": accept},
        )
        assert answer.status_code == 200
        assert "invalid" in answer.text
    assert problem(client.post("/resolve", json={"names": ["x"], "scheme": "\x00"}), 400)


def test_names_in_the_address_of_a_post_are_refused(client: httpx.Client) -> None:
    """One place for the names."""
    assert "body" in problem(client.post("/resolve?name=x", json={"names": ["y"]}), 400)


def test_another_method_is_405_and_names_those_that_are_served(client: httpx.Client) -> None:
    """RFC 9110, 15.5.6."""
    answer = client.delete("/resolve")
    problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.post("/id/actor/baidu").headers["allow"] == "GET, HEAD, OPTIONS"


def test_what_fits_no_form_is_406(client: httpx.Client) -> None:
    """RFC 9110, 15.5.7."""
    answer = client.get("/resolve?name=x", headers={"Accept": "image/png"})
    assert "text/csv" in problem(answer, 406)


def test_ten_thousand_names_come_in_one_call(client: httpx.Client, ask_sparql: list[str]) -> None:
    """Half of them known, in well under the time of as many requests."""
    names = [
        name
        for pair in zip(ask_sparql * 3, range(5000), strict=False)
        for name in (pair[0], f"{ID}document/none-{pair[1]}")
    ]
    assert len(names) == 10_000
    answer = client.post("/resolve", json={"names": names})
    rows = answer.json()["names"]
    assert [row["given"] for row in rows] == names
    assert [row["status"] for row in rows] == ["current", "unknown"] * 5000
    assert all(row["type"] for row in rows[::2])
    more = client.post("/resolve", json={"names": [*names, "x"]})
    assert "10,000" in problem(more, 400)


@pytest.fixture(scope="module")
def ask_sparql(client: httpx.Client) -> list[str]:
    """Every IRI below `id/` that has a class."""
    query = f'SELECT DISTINCT ?s {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{ID}")) }} ORDER BY ?s'
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    return answer.text.split()[1:]


def test_every_identifier_of_the_graph_resolves_to_itself(
    client: httpx.Client, ask_sparql: list[str]
) -> None:
    """None is unknown, and each has a class; the register has none of them."""
    rows = client.post("/resolve", json={"names": ask_sparql}).json()["names"]
    assert {row["status"] for row in rows} == {"current"}
    assert [row["iri"] for row in rows] == ask_sparql
    assert all(row["type"] for row in rows)


def test_many_unknown_names_get_suggestions_for_the_first_only(client: httpx.Client) -> None:
    """Looking costs; whoever misspells thousands is told of the first fifty."""
    names = [f"document/ai-safety-comitments{number}" for number in range(200)]
    rows = client.post("/resolve", json={"names": names}).json()["names"]
    assert sum(bool(row["suggestions"]) for row in rows) <= 50


@pytest.mark.parametrize(
    ("curie", "path"),
    [
        ("mit-risk-domain:2.1", "/id/concept/mit-risk-domain/2.1"),
        ("mit-risk-domain%3A2.1", "/id/concept/mit-risk-domain/2.1"),
        ("documents:ai-safety-commitments", "/id/document/ai-safety-commitments"),
        ("documents:x/clause/5.9", "/id/document/x/clause/5.9"),
        ("cg:Clause", "/ontology#Clause"),
        ("graph:release", "/graph/release"),
        ("mit-risk-domain:", "/id/concept/mit-risk-domain"),
    ],
)
def test_a_curie_of_ours_leads_to_the_thing(client: httpx.Client, curie: str, path: str) -> None:
    """RFC 9110, 15.4.4: the name is expanded, nothing else; on the same host."""
    answer = client.get(f"/curie/{curie}")
    assert answer.status_code == 303
    assert answer.headers["location"] == str(client.base_url).rstrip("/") + path


def test_a_curie_of_others_is_expanded_but_not_followed(client: httpx.Client) -> None:
    """CWE-601: no redirect leaves the host."""
    answer = client.get("/curie/skos:Concept")
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert answer.json()["iri"] == "http://www.w3.org/2004/02/skos/core#Concept"
    assert json.loads(client.get("/curie/schema://evil.example").text)["prefix"] == "schema"


@pytest.mark.parametrize(
    "curie",
    ["nothing:x", "nothing", "mit-risk-domian:2.1", "documents:a%2F..%2Fb", "cg:a%20b", "cg:%00"],
)
def test_a_curie_that_names_nothing_is_404(client: httpx.Client, curie: str) -> None:
    """With the nearest prefix, where there is one."""
    answer = client.get(f"/curie/{curie}")
    problem(answer, 404)
    if curie.startswith("mit"):
        assert answer.json()["suggestions"] == [f"{BASE}curie/mit-risk-domain:2.1"]


def test_names_of_hundreds_of_segments_hold_nobody_up(client: httpx.Client) -> None:
    """What lies above them is looked for among the names that the register has, not listed."""
    names = [f"document/{number:05}" + "/a" * 500 for number in range(1500)]
    waited: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            start = time.monotonic()
            httpx.get(f"{client.base_url}/health", timeout=60)
            waited.append(time.monotonic() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        rows = client.post("/resolve", json={"names": names}).json()["names"]
    finally:
        done.set()
        watcher.join()
    assert {row["status"] for row in rows} == {"unknown"}
    assert max(waited) < 2  # seconds


def test_a_line_ends_at_a_line_break_and_nowhere_else(client: httpx.Client) -> None:
    """One row a name: Unicode's other separators are characters of a name."""
    text = "2.1\r\n2.2\n\na\u2028b\x0cc\r3.1"
    answer = client.post("/resolve", content=text.encode(), headers={"Content-Type": "text/plain"})
    given = [row["given"] for row in answer.json()["names"]]
    assert given == ["2.1", "2.2", "a\u2028b\x0cc", "3.1"]
