"""`/validate`: documents of others, judged over HTTP; reports in every form, refusals, limits."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from clausegraph.vocabulary import CG, CONTEXT, SH
from services import PROBLEM, Trap, client_at, cpu_load, family, trap, until

BASE = "https://w3id.org/clausegraph/problem/"
TURTLE = {"Content-Type": "text/turtle"}
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .

ex:ThingShape a sh:NodeShape ;
  sh:targetClass ex:Thing ;
  sh:property ex:ThingShape-size, ex:ThingShape-note .
ex:ThingShape-size sh:path ex:size ; sh:maxCount 1 ; sh:in ( 1 2.50 "x"@en ) .
ex:ThingShape-note sh:path ex:note ; sh:minCount 1 ; sh:severity sh:Warning ;
  sh:message "Add a note."@en .
"""
DATA = """\
@prefix ex: <https://example.org/> .

ex:good a ex:Thing ; ex:size 2.50 ; ex:note "n" .
ex:bad a ex:Thing ;
  ex:size 2.5 .
"""
MANY = DATA + "".join(f"<urn:{number}> ex:number {number} .\n" for number in range(400))
PRODUCT = " ".join(f"?s{n} <https://example.org/number> ?v{n} ." for n in range(6))
SERVICES = Callable[..., Any]
SHORT = 2.0  # seconds: the deadline of the service `short`
SLACK = 1.5  # seconds: what a loaded machine may add


def shape(constraint: str) -> str:
    """Return a shape about every ex:Thing, with one constraint."""
    return (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
        f"ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; {constraint} .\n"
    )


def sparql(pattern: str) -> str:
    """Return a shape with a sh:sparql constraint."""
    return shape(f'sh:sparql [ sh:message "No." ; sh:select "SELECT $this {{ {pattern} }}" ]')


def send(
    client: httpx.Client,
    data: str | bytes = DATA,
    shapes: str | bytes | None = SHAPES,
    accept: str = "application/json",
    **more: str,
) -> httpx.Response:
    """Validate a file by shapes in another, with options."""
    files = [("data", ("my.ttl", data, "text/turtle"))]
    if shapes is not None:
        files.append(("shapes", ("shapes.ttl", shapes, "text/turtle")))
    options = {"background": "none", **more}
    sent = {name.replace("_", "-"): value for name, value in options.items()}
    return client.post("/validate", files=files, params=sent, headers={"Accept": accept})


def endless(client: httpx.Client, **more: str) -> httpx.Response:
    """Validate by a shape whose query has no end."""
    return send(client, MANY, sparql(f"{PRODUCT} FILTER(?v0 + ?v1 + ?v5 < 0)"), **more)


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Check that an answer is a problem document of that kind, and return it."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, Any] = answer.json()
    assert document["type"] == BASE + slug
    return document


@pytest.fixture
def listener() -> Iterator[Trap]:
    """A listener that must not be called."""
    with trap() as found:
        yield found
        assert found.calls == 0


@pytest.fixture(scope="module")
def short(serve: SERVICES) -> Any:
    """A service whose validations have two seconds, and a quarter of GiB; two of them at once."""
    service = serve("--timeout", f"{SHORT:g}", "--memory", "256", "--workers", "8", "--queue", "8")
    assert service.url
    return service


# --- what is found


def test_data_are_judged_by_shapes_of_ones_own(client: httpx.Client) -> None:
    """Each result has file, line and column; the spelling of literals counts (SHACL 1.0, 4.8.1)."""
    answer = send(client)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["clausegraph-conforms"] == "false"
    assert answer.headers["clausegraph-passes"] == "false"
    assert len(answer.headers["clausegraph-release"]) == 64
    report = answer.json()
    assert (report["conforms"], report["passes"]) == (False, False)
    found = {
        (each["severity"], each["file"], each["line"], each["column"], each["path"])
        for each in report["results"]
    }
    assert found == {
        ("violation", "my.ttl", 5, 11, "<https://example.org/size>"),
        ("warning", "my.ttl", 4, 1, "<https://example.org/note>"),
    }


def test_our_shapes_judge_where_no_others_are_sent(client: httpx.Client) -> None:
    """`curl --data-binary @my.ttl -H 'Content-Type: text/turtle'`."""
    text = f"<https://example.org/d> a <{CG}Document> ."
    headers = {**TURTLE, "Accept": "application/json"}
    answer = client.post("/validate", content=text, headers=headers)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert {each["focusNode"]["value"] for each in results} == {"https://example.org/d"}
    assert {(each["file"], each["line"]) for each in results} == {("data.ttl", 1)}


def test_the_graph_is_the_context(client: httpx.Client) -> None:
    """What data refer to is known, unless nobody is to know it; it is never judged itself."""
    rule = shape("sh:property [ sh:path ex:by ; sh:class <" + CG + "Actor> ]")
    data = (
        "@prefix ex: <https://example.org/> . ex:t a ex:Thing ; "
        "ex:by <https://w3id.org/clausegraph/id/actor/baidu> ."
    )
    known = send(client, data, rule, background="ours")
    assert known.json()["conforms"] is True, known.text
    assert send(client, data, rule).json()["conforms"] is False


def test_a_file_of_ours_takes_the_place_of_what_it_was(client: httpx.Client, root: Path) -> None:
    """An edited document is judged as it is now, not together with what it said before."""
    file = root / "data/documents/ai-safety-commitments/airi-navigator-1831.ttl"
    headers = {**TURTLE, "Accept": "application/json"}
    text = file.read_text(encoding="utf-8")
    before = client.post("/validate", content=text, headers=headers)
    assert before.headers["clausegraph-passes"] == "true", before.text
    assert before.json()["focusNodes"] > 50
    broken = text.replace("cg:concept ", "cg:concepts ", 1)
    assert broken != text
    after = client.post("/validate", content=broken, headers=headers)
    assert after.headers["clausegraph-passes"] == "false", after.text
    line = 1 + broken[: broken.index("cg:concepts ")].count("\n")
    assert any(abs(each["line"] - line) < 12 for each in after.json()["results"])


def test_several_files_are_judged_together(client: httpx.Client) -> None:
    """Each result names the file that it is in."""
    files = [
        ("data", ("a.ttl", "<urn:a> a <https://example.org/Thing> .", "text/turtle")),
        ("data", ("b.nt", '<urn:b> <https://example.org/note> "x" .\n', "application/n-triples")),
        ("data", ("c.ttl", "\n<urn:b> a <https://example.org/Thing> .", "text/turtle")),
        ("shapes", ("s.ttl", SHAPES, "text/turtle")),
    ]
    headers = {"Accept": "application/json"}
    answer = client.post("/validate", files=files, params={"background": "none"}, headers=headers)
    (found,) = answer.json()["results"]
    assert (found["focusNode"]["value"], found["file"], found["line"]) == ("urn:a", "a.ttl", 1)


@pytest.mark.parametrize(
    ("severity", "passes"), [("violation", "true"), ("warning", "false"), ("info", "false")]
)
def test_a_severity_decides_what_passes(client: httpx.Client, severity: str, passes: str) -> None:
    """`sh:conforms` keeps to the standard (SHACL 1.0, section 3.6.1.1)."""
    data = "<urn:a> a <https://example.org/Thing> ."
    answer = send(client, data, severity=severity)
    assert answer.headers["clausegraph-conforms"] == "false"
    assert answer.headers["clausegraph-passes"] == passes


def test_results_can_be_cut_off(client: httpx.Client) -> None:
    """The verdict is that about all of them."""
    data = "\n".join(f"<urn:{n}> a <https://example.org/Thing> ." for n in range(30))
    report = send(client, data, max_results="4").json()
    assert len(report["results"]) == 4
    assert report["counts"]["warning"] == 30


# --- forms of the report


@pytest.mark.parametrize(
    ("media_type", "syntax"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_a_report_is_rdf(client: httpx.Client, media_type: str, syntax: RdfFormat) -> None:
    """A sh:ValidationReport (SHACL 1.0, section 3.6)."""
    answer = send(client, accept=media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    triples = {quad.triple for quad in parse(answer.content, syntax)}
    said = {triple.predicate.value.removeprefix(SH): triple.object for triple in triples}
    assert said["conforms"].value == "false"
    values = [triple.object for triple in triples if triple.predicate.value == SH + "value"]
    assert values == [
        Literal("2.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    ]
    assert sum(triple.predicate.value == SH + "focusNode" for triple in triples) == 2


def test_what_xml_has_no_form_for_is_no_rdf_xml(client: httpx.Client) -> None:
    """XML 1.0, section 2.2: a file that no reader takes is worse than none; a line break stays."""
    found = send(client, DATA.replace("2.5 .", r'"a\u0000" .'), accept="application/rdf+xml")
    assert "Turtle" in problem(found, 406, "not-acceptable")["hint"]
    answer = send(client, DATA.replace("2.5 .", r'"a\r\nb" .'), accept="application/rdf+xml")
    values = {quad.object for quad in parse(answer.content, RdfFormat.RDF_XML)}
    assert Literal("a\r\nb") in values


@pytest.mark.parametrize("profile", ["", "compacted", "expanded", "flattened", "framed"])
def test_a_report_is_json_ld(client: httpx.Client, profile: str) -> None:
    """JSON-LD 1.1, in the form that is asked for."""
    asked = f'application/ld+json;profile="http://www.w3.org/ns/json-ld#{profile}"'
    answer = send(client, accept=asked if profile else "application/ld+json")
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert ("profile=" in answer.headers["content-type"]) is bool(profile)
    assert answer.headers["content-type"].rstrip(chr(34)).endswith(profile)
    text = json.dumps(answer.json())
    assert "https://example.org/bad" in text
    assert ("@context" in text) is (profile != "expanded")


def test_a_report_is_sarif(client: httpx.Client) -> None:
    """SARIF 2.1.0: a code review shows it at its line."""
    answer = send(client, accept="application/sarif+json")
    assert answer.headers["content-type"] == "application/sarif+json"
    found = answer.json()["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"] for each in found]
    assert {place["artifactLocation"]["uri"] for place in places} == {"my.ttl"}
    assert {place["region"]["startLine"] for place in places} == {4, 5}


def test_a_report_is_a_table(client: httpx.Client) -> None:
    """RFC 4180."""
    answer = send(client, accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["line"] for row in rows] == ["4", "5"]


def test_a_report_is_text(client: httpx.Client) -> None:
    """For a person at a terminal: file, line, what is written there, and no colours."""
    answer = send(client, accept="text/plain")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "my.ttl" in answer.text
    assert "Add a note." in answer.text
    assert "ex:size 2.5 ." in answer.text
    assert "\x1b" not in answer.text


@pytest.mark.parametrize("accept", [None, "*/*"])
def test_a_report_is_turtle_where_nothing_else_is_asked_for(
    client: httpx.Client, accept: str | None
) -> None:
    """The first of the media types for graphs."""
    headers = {**TURTLE, **({"Accept": accept} if accept else {})}
    text = f"<https://example.org/d> a <{CG}Document> ."
    answer = client.post("/validate", content=text, headers=headers)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "Accept" in answer.headers["vary"]


def test_what_the_address_asks_for_wins(client: httpx.Client) -> None:
    """And what a form asks for wins over that."""
    files = {"data": ("my.ttl", DATA), "shapes": ("s.ttl", SHAPES)}
    address = "/validate?background=none&_mediatype=application/ld%2Bjson"
    answer = client.post(address, files=files, headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"] == "application/ld+json"
    answer = client.post(address, files={**files, "_mediatype": (None, "text/csv")})
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_report_in_no_form_on_offer_is_406(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.7: the problem lists what there is."""
    found = problem(send(client, accept="image/png"), 406, "not-acceptable")
    assert "application/sarif+json" in found["hint"]


# --- pages


def test_the_page_is_a_form_without_scripts(client: httpx.Client) -> None:
    """Whoever has a browser can validate."""
    answer = client.get("/validate", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert set(re.findall("<script[^>]*>", answer.text)) <= set(
        re.findall('<script (?:type="module" )?src="/static/[^"]*"[^>]*>', answer.text)
    )
    assert 'enctype="multipart/form-data"' in answer.text
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    again = client.get("/validate", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.head("/validate").status_code == 200


def test_a_page_shows_what_was_found(client: httpx.Client) -> None:
    """With the line; and the text that was sent, to be mended. Nothing in it is markup."""
    name = "<b>my.ttl"
    files = [("data", (name, DATA.replace('"n"', '"<i>n</i>"'), "text/turtle"))]
    files.append(("shapes", (None, SHAPES, "")))  # type: ignore[arg-type]
    answer = client.post(
        "/validate", files=files, params={"background": "none"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 200, answer.text
    assert "Does not conform" in answer.text
    assert "&lt;b&gt;my.ttl:5:11" in answer.text
    assert "ex:size <mark>2.5</mark> ." in answer.text
    assert "2 results (1 violation, 1 warning)" in answer.text
    assert '<option value="none" selected>' in answer.text
    assert "ex:ThingShape-size sh:path" in answer.text
    assert "<i>n</i>" not in answer.text
    assert "<b>my" not in answer.text


def test_a_page_shows_the_fault_in_a_long_line(client: httpx.Client) -> None:
    """And no character that turns the direction of text."""
    line = DATA.replace("\n", " ").replace("ex:good", f'ex:b ex:t "{"é" * 900}\u202e" . ex:good')
    answer = send(client, line, accept="text/html")
    assert "<mark>2.5</mark> . </pre>" in answer.text
    assert "é" * 100 not in answer.text
    assert "\u202e" not in answer.text


def test_a_page_says_what_was_left_out(client: httpx.Client) -> None:
    """What conforms because nobody looked at it is no comfort."""
    other = "<urn:a> <http://www.w3.org/2002/07/owl#imports> <urn:b> ."
    files = [("data", (name, text)) for name, text in (("a.ttl", DATA), ("b.ttl", other))]
    files.append(("shapes", ("s.ttl", SHAPES)))
    answer = client.post("/validate?background=none", files=files, headers={"Accept": "text/html"})
    assert "owl:imports &lt;urn:b&gt; is not followed" in answer.text
    assert "<code>b.ttl</code>: no shape is about anything" in answer.text


def test_a_page_says_where_nothing_is_wrong(client: httpx.Client) -> None:
    """And its status is that of every report."""
    data = DATA.partition("ex:bad")[0]
    answer = send(client, data, accept="text/html")
    assert (answer.status_code, "Nothing was found wrong." in answer.text) == (200, True)
    assert answer.headers["clausegraph-conforms"] == "true"


def test_a_problem_is_a_page_for_a_reader(client: httpx.Client) -> None:
    """The line at fault is shown (RFC 9457)."""
    answer = send(client, "@prefix ex: <urn:> .\nex:a ex:b", accept="text/html")
    assert (answer.status_code, "ex:a ex:b" in answer.text) == (422, True)


# --- what is refused


@pytest.mark.parametrize("is_shapes", [False, True])
def test_what_does_not_parse_is_told_with_line_and_column(
    client: httpx.Client, *, is_shapes: bool
) -> None:
    """RFC 9110, section 15.5.21."""
    broken = "@prefix ex: <urn:> .\nex:a ex:b 'c .\n"
    answer = send(client, shapes=broken) if is_shapes else send(client, broken)
    found = problem(answer, 422, "input")
    assert found["line"] == 2
    assert found["column"] >= 1
    assert found["excerpt"].startswith("ex:a ex:b 'c .")
    assert found["part"] == ("shapes.ttl" if is_shapes else "my.ttl")
    assert "clausegraph-conforms" not in answer.headers


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b'<urn:a> <urn:b> "\xff" .', "text/turtle"),
        (b"\xff\xfe<\x00", "application/n-quads"),
        (b"\x00\x01\x02", "application/trig"),
        (b"{", "application/ld+json"),
        (b'{"@context": 5}', "application/ld+json"),
        (b"[" * 5000, "application/ld+json"),
        (b'{"urn:p":' * 5000 + b"1" + b"}" * 5000, "application/ld+json"),
        (b"( " * 5000, "text/turtle"),
        (b"<urn:a> <urn:b> " + b"[ <urn:b> " * 5000, "text/turtle"),
        (b"<rdf:RDF", "application/rdf+xml"),
        (b"<a/>" * 2, "application/rdf+xml"),
        (b"", "application/n-triples"),
    ],
)
def test_what_cannot_be_read_is_refused_and_never_passes(
    client: httpx.Client, data: bytes, content_type: str
) -> None:
    """422, whatever it is; an empty document is none that was judged."""
    headers = {"Content-Type": content_type, "Accept": "application/json"}
    answer = client.post("/validate", content=data, headers=headers)
    assert answer.status_code == 422, answer.text[:300]
    assert answer.headers["content-type"] == PROBLEM


def test_an_entity_bomb_is_refused_at_once(client: httpx.Client) -> None:
    """Not expanded: a few hundred bytes would become gigabytes."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    text = (
        f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "0123456789">{entities}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:">'
        '<rdf:Description rdf:about="urn:a"><e:b>&e9;</e:b></rdf:Description></rdf:RDF>'
    )
    start = time.monotonic()
    answer = client.post("/validate", content=text, headers={"Content-Type": "application/rdf+xml"})
    assert answer.status_code in {422, 503}, answer.text[:300]
    assert time.monotonic() - start < 2 + SLACK


@pytest.mark.parametrize("place", ["data", "shapes"])
def test_nothing_is_fetched(client: httpx.Client, listener: Trap, place: str) -> None:
    """No context, no import, no entity, no other endpoint (L17, L18)."""
    url = listener.url
    imports = f"<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <{url}> .\n"
    if place == "data":
        context = f'{{"@context": "{url}", "@id": "urn:a", "a": "b"}}'
        entity = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{url}">]><a>&e;</a>'
        for text, kind in ((context, "application/ld+json"), (entity, "application/rdf+xml")):
            answer = client.post("/validate", content=text, headers={"Content-Type": kind})
            assert answer.status_code == 422, answer.text
        assert send(client, DATA + imports).status_code == 200
        return
    assert send(client, shapes=SHAPES + imports).status_code in {200, 422}
    graph = f"<urn:o> <http://www.w3.org/ns/shacl#shapesGraph> <{url}> .\n"
    assert send(client, DATA + graph).status_code == 200
    for pattern in (f"SERVICE <{url}> {{ ?s ?p ?o }}", f"SERVICE SILENT <{url}> {{ ?s ?p ?o }}"):
        assert send(client, shapes=sparql(pattern)).status_code in {403, 422}
    assert send(client, shapes=shape(f"sh:js [ <urn:x> <{url}> ]")).status_code == 422


def test_files_of_the_host_are_not_read(client: httpx.Client) -> None:
    """A graph, or an import, that is called like one."""
    text = "FROM <file:///etc/hostname>"
    rule = shape(f'sh:sparql [ sh:message "No." ; sh:select "SELECT $this {text} {{ ?s ?p ?o }}" ]')
    answer = send(client, shapes=rule)
    assert answer.status_code in {200, 403, 422}
    entity = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
    headers = {"Content-Type": "application/rdf+xml"}
    assert client.post("/validate", content=entity, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("shapes", "detail"),
    [
        (shape("sh:nodeKind ex:Nothing"), "nodeKind"),
        (shape("sh:property [ sh:path ex:p ; sh:node ex:Shape ]"), "itself|recurs|cycle"),
        (shape('sh:sparql [ sh:select "SELECT $this {" ]'), "line|parse|SELECT"),
    ],
)
def test_shapes_that_cannot_be_used_are_refused(
    client: httpx.Client, shapes: str, detail: str
) -> None:
    """Ill-formed, recursive (SHACL 1.0, section 3.4.3), or with a query that is none."""
    answer = send(client, shapes=shapes)
    assert answer.status_code == 422, answer.text
    assert re.search(detail, answer.text)


@pytest.mark.parametrize(
    "constraint",
    [
        'sh:property [ sh:path ex:p ; sh:pattern "(?=a)b" ]',
        "sh:expression [ sh:path ex:p ]",
        "sh:target [ a sh:SPARQLTarget ]",
    ],
)
def test_what_is_not_compiled_is_refused_by_name(client: httpx.Client, constraint: str) -> None:
    """Never passed over: the command line has pySHACL for it, a service has not."""
    answer = send(client, DATA.replace("ex:note", "ex:p"), shape(constraint))
    found = problem(answer, 422, "input")
    assert "ex:Shape" in found["detail"] or "https://example.org/Shape" in found["detail"]
    assert re.search(r"sh:(pattern|expression|target)", found["detail"])


def test_relative_iris_show_nothing_of_the_host(client: httpx.Client) -> None:
    """They begin at the name of the file (RFC 3986, section 5.1)."""
    data = "<> a <https://example.org/Thing> . <#x> a <https://example.org/Thing> ."
    answer = send(client, data)
    nodes = {each["focusNode"]["value"] for each in answer.json()["results"]}
    assert nodes == {"file:///my.ttl", "file:///my.ttl#x"}


def test_our_own_context_is_known(client: httpx.Client) -> None:
    """It is read from the package, not fetched (L17)."""
    text = {"@context": CONTEXT, "@id": "https://example.org/d", "@type": "Document"}
    headers = {"Content-Type": "application/ld+json", "Accept": "application/json"}
    answer = client.post("/validate", content=json.dumps(text), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["focusNodes"] == 1


def test_an_empty_file_of_shapes_is_refused(client: httpx.Client) -> None:
    """Ours judge where none were sent, and only there."""
    assert problem(send(client, shapes=""), 422, "input")["part"] == "shapes.ttl"


def test_what_no_shape_is_about_is_a_problem_of_its_own(client: httpx.Client) -> None:
    """Never green for nothing; who knows better says so."""
    other = "<urn:a> a <https://example.org/Other> ."
    found = problem(send(client, other), 422, "vacuous")
    assert "allow-empty" in found["hint"]
    answer = send(client, other, allow_empty="true")
    assert (answer.status_code, answer.json()["conforms"]) == (200, True)
    problem(send(client, "# nothing\n"), 422, "vacuous")


def test_a_class_that_nobody_knows_is_told_with_the_nearest(client: httpx.Client) -> None:
    """A slip of the pen in a target would pass for ever."""
    rules = SHAPES + shape("sh:nodeKind sh:IRI").partition("\n")[2].replace("Thing", "Thimg")
    rules = rules.replace("ex:Shape a", "<https://example.org/S> a")
    data = DATA.replace("2.5 .", '2.50 ; ex:note "n" .')
    found = problem(send(client, data, rules), 422, "vacuous")
    assert "Thimg" in found["detail"]
    assert "Thing" in found["detail"]


@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "a/b"}]
)
def test_a_body_of_another_type_is_415(client: httpx.Client, headers: dict[str, str]) -> None:
    """RFC 9110, section 15.5.16; with what to tell curl."""
    found = problem(
        client.post("/validate", content=DATA, headers=headers), 415, "unsupported-media-type"
    )
    assert "-H 'Content-Type: text/turtle'" in found["hint"]


@pytest.mark.parametrize(
    "query",
    ["severity=fatal", "shapes=x", "max-results=none", "timeout=-1", "severity=info&severity=info"],
)
def test_a_parameter_that_cannot_be_used_is_400(client: httpx.Client, query: str) -> None:
    """RFC 9110, section 15.5.1."""
    problem(client.post(f"/validate?{query}", content=DATA, headers=TURTLE), 400, "bad-request")


def test_a_form_that_is_none_is_400(client: httpx.Client) -> None:
    """RFC 7578."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    problem(client.post("/validate", content=b"--y", headers=headers), 400, "bad-request")


def test_a_body_past_the_cap_is_413(client: httpx.Client) -> None:
    """Before it is read, where its length is told; else as soon as it is too long."""
    large = b"# " + b"x" * (16 * 2**20)
    problem(client.post("/validate", content=large, headers=TURTLE), 413, "content-too-large")
    pieces = (large[start : start + 2**20] for start in range(0, len(large), 2**20))
    answer = client.post("/validate", content=pieces, headers=TURTLE)
    problem(answer, 413, "content-too-large")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "QUERY"])
def test_other_methods_are_405(client: httpx.Client, method: str) -> None:
    """RFC 9110, section 15.5.6."""
    answer = client.request(method, "/validate")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_scripts_of_other_sites_may_validate(client: httpx.Client) -> None:
    """Fetch, section 3.2: preflight, and what they may read."""
    answer = client.options("/validate", headers={"Origin": "https://example.org"})
    assert "POST" in answer.headers["access-control-allow-methods"]
    answer = send(client)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Clausegraph-Conforms" in answer.headers["access-control-expose-headers"]


# --- limits


def test_a_validation_past_its_deadline_is_504(short: Any) -> None:
    """A query without an end: killed within half a second (L1), and the next is served."""
    with client_at(short.url, "127.0.0.1") as client:
        assert send(client).status_code == 200
        start = time.monotonic()
        answer = endless(client)
        took = time.monotonic() - start
        found = problem(answer, 504, "query-timeout")
        assert "The validation ran" in found["detail"]
        assert took < SHORT + 0.5 + SLACK
        assert send(client).status_code == 200
        assert until(lambda: cpu_load(short.process.pid, 0.2) < 0.5)


@pytest.mark.parametrize("pattern", ["(a|a)*$", "(a*)*b$", "((a|b|ab)*)*c$"])
def test_a_regular_expression_that_explodes_does_not(short: Any, pattern: str) -> None:
    """Matched without going back, or stopped."""
    data = f'<urn:a> a <https://example.org/Thing> ; <urn:p> "{"a" * 5000}!" .'
    rule = shape(f'sh:property [ sh:path <urn:p> ; sh:pattern "{pattern}" ]')
    with client_at(short.url, "127.0.0.1") as client:
        assert send(client, data, rule).status_code in {200, 422, 504}


def test_a_client_can_shorten_the_limit_only(short: Any) -> None:
    """L10: past the maximum it is lowered, and told."""
    with client_at(short.url, "127.0.0.1") as client:
        start = time.monotonic()
        problem(endless(client, timeout="0.3"), 504, "query-timeout")
        assert time.monotonic() - start < 0.8 + SLACK
        answer = send(client, timeout="60")
        assert answer.headers["clausegraph-timeout"] == f"{SHORT:g}"
        assert problem(endless(client, timeout="60"), 504, "query-timeout")


def test_a_validation_that_needs_too_much_memory_is_503(short: Any) -> None:
    """L9: and nobody else is affected."""
    hungry = sparql(
        "{ SELECT $this (GROUP_CONCAT(CONCAT(STR(?a), STR(?b))) AS ?all) { ?x ?p ?a . ?y ?q ?b . "
        "?z ?r ?c . $this a ?d } GROUP BY $this } FILTER(STRLEN(?all) < 0)"
    )
    data = DATA + "\n".join(f'<urn:{n}> <urn:p> "{n:0>400}" .' for n in range(400))
    with client_at(short.url, "127.0.0.1") as client:
        answer = send(client, data, hungry)
        assert answer.status_code in {503, 504}, answer.text[:300]
        assert answer.json()["type"].rpartition("/")[2] in {"query-memory", "query-timeout"}
        assert send(client).status_code == 200


def test_the_validation_of_a_client_that_leaves_is_stopped(short: Any) -> None:
    """L15: within a second."""
    with client_at(short.url, "127.0.0.1", seconds=0.6) as client, pytest.raises(httpx.ReadTimeout):
        endless(client)
    assert until(lambda: cpu_load(short.process.pid, 0.2) < 0.5, 1 + SLACK)


def test_slow_validations_leave_room_for_others(short: Any) -> None:
    """L16: queries do not wait for them, and who comes after is served or told to come again."""

    def busy(number: int) -> httpx.Response:
        with client_at(short.url, f"127.0.0.{3 + number % 2}") as client:
            return endless(client)

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(busy, range(8))
        time.sleep(0.4)
        with client_at(short.url, "127.0.0.9") as client:
            start = time.monotonic()
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
            assert time.monotonic() - start < 1 + SLACK
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {503, 504}, statuses
        assert 503 in statuses
    with client_at(short.url, "127.0.0.1") as client:
        assert send(client).status_code == 200


def test_who_finds_no_place_is_told_when_to_come_again(short: Any) -> None:
    """L13: 503 with Retry-After."""

    def busy(_: int) -> httpx.Response:
        with client_at(short.url, "127.0.0.5") as client:
            return endless(client)

    with ThreadPoolExecutor(6) as pool:
        refused = [answer for answer in pool.map(busy, range(6)) if answer.status_code == 503]
    assert refused
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert {answer.json()["type"] for answer in refused} == {BASE + "busy"}


def test_validations_are_counted(short: Any) -> None:
    """By what came of them; and the processes that did them."""
    with client_at(short.url, "127.0.0.1") as client:
        send(client)
        lines = client.get("/metrics").text.splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(figures['clausegraph_validations_total{outcome="ok"}']) >= 1
    assert float(figures["clausegraph_validation_duration_seconds_count"]) >= 1
    assert float(figures["clausegraph_judge_forks_total"]) >= 2
    assert 'route="validate"' in "".join(lines)


def test_large_documents_are_read_a_few_at_a_time(client: httpx.Client) -> None:
    """They are held in memory: one client has some, and the others are told to wait."""
    host, port = urlsplit(str(client.base_url)).netloc.split(":")
    head = (
        "POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\n"
        f"Content-Length: {3 * 2**20}\r\n\r\n"
    ).encode()
    open_: list[socket.socket] = []
    try:
        for _ in range(4):
            sock = socket.create_connection((host, int(port)), 10)
            open_.append(sock)
            sock.sendall(head + b"#" * (2**20 + 1))
        time.sleep(0.5)
        answer = client.post("/validate", content=b"#" * 2**21, headers=TURTLE)
        assert "large documents" in problem(answer, 503, "busy")["detail"]
        assert send(client).status_code == 200
    finally:
        for sock in open_:
            sock.close()
    assert until(
        lambda: client.post("/validate", content=b"#" * 2**21, headers=TURTLE).status_code == 422
    )


def test_many_validations_at_once_are_all_done(client: httpx.Client) -> None:
    """Each waits for its turn."""
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(send(client))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [200] * 6


def test_a_service_that_spawns_validates_too(serve: SERVICES) -> None:
    """The same report, where nothing can be forked."""
    service = serve("--isolation", "spawn", "--workers", "2")
    with client_at(service.url, "127.0.0.1", seconds=60) as client:
        answer = send(client)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["results"]) == 2
        assert len(family(service.process.pid)) > 1


def test_the_operators_own_data_are_the_context(serve: SERVICES, tmp_path: Any) -> None:
    """A service that serves other data knows those."""
    (tmp_path / "own.ttl").write_text(
        f"<https://example.org/x> a <{CG}Source> .\n", encoding="utf-8"
    )
    service = serve("--data", str(tmp_path), "--workers", "2")
    rule = shape(f"sh:property [ sh:path ex:by ; sh:class <{CG}Source> ]")
    data = "@prefix ex: <https://example.org/> . ex:t a ex:Thing ; ex:by ex:x ."
    with client_at(service.url, "127.0.0.1", seconds=60) as client:
        assert send(client, data, rule, background="ours").json()["conforms"] is True
