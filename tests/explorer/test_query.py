"""The query page with scripts: the editor, what it completes, the views of an answer, its files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

Opener = Callable[..., Any]

COUNTED = """PREFIX cg: <https://w3id.org/clausegraph/ontology#>
SELECT ?concept (COUNT(?classification) AS ?number)
WHERE {
  ?classification cg:concept ?concept .
  ?concept a cg:RiskDomain .
}
GROUP BY ?concept
ORDER BY DESC(?number) ?concept
LIMIT 20"""
LINKED = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?narrow skos:broader ?broad }
WHERE { ?narrow skos:broader ?broad ; skos:inScheme <https://w3id.org/clausegraph/id/concept/mit-risk-domain> }"""
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"
RUN = "#ask button[type=submit]"


def write(page: Any, text: str) -> None:
    """Put a query into the editor."""
    page.wait_for_selector(".CodeMirror")
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", text)


def ask(page: Any, text: str) -> None:
    write(page, text)
    page.click(RUN)
    page.wait_for_selector("#answer h2")


@pytest.fixture
def asking(page: Opener) -> Any:
    """The query page, its editor and its examples loaded."""
    opened = page()
    opened.goto("/sparql")
    opened.wait_for_selector("#example")
    return opened


def test_answer_is_a_table_with_labels_beside_iris(asking: Any, axe: Callable[[Any], None]) -> None:
    ask(asking, COUNTED)
    cell = asking.locator("tbody tr", has_text="mit-risk-domain:7.3").locator("td").first
    cell.get_by_role("link", name="Lack of capability or robustness").wait_for()
    assert "mit-risk-domain:7.3" in cell.inner_text()
    assert (
        cell.get_by_role("link").get_attribute("href").endswith("/doc/concept/mit-risk-domain/7.3")
    )
    axe(asking)


def test_table_is_sorted_by_a_click_and_says_so(asking: Any) -> None:
    ask(asking, "SELECT ?n WHERE { VALUES ?n { 2 10 1 } }")
    asking.click("#answer th button")
    assert asking.locator("tbody td").all_inner_texts() == ["1", "2", "10"]
    assert asking.locator("th").get_attribute("aria-sort") == "ascending"
    asking.click("#answer th button")
    assert asking.locator("th").get_attribute("aria-sort") == "descending"


def test_numbers_become_a_chart_that_can_be_taken_away(asking: Any, tmp_path: Any) -> None:
    ask(asking, COUNTED)
    asking.get_by_role("tab", name="Chart").click()
    asking.wait_for_selector(".chart svg rect")
    with asking.expect_download() as waited:
        asking.get_by_role("button", name="Save as SVG").click()
    drawn = (tmp_path / "chart.svg").resolve()
    waited.value.save_as(drawn)
    text = drawn.read_text(encoding="utf-8")
    assert "Lack of capability" in text
    assert re.search(r"release [0-9a-f]{12}, \d{4}-\d\d-\d\d", text)
    assert "SELECT ?concept" in text
    with asking.expect_download() as waited:
        asking.get_by_role("button", name="Save as PNG").click()
    waited.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_graph_of_a_construct_is_drawn_and_its_things_can_be_chosen_by_keyboard(
    asking: Any, axe: Callable[[Any], None]
) -> None:
    ask(asking, LINKED)
    asking.get_by_role("tab", name="Table").press("ArrowRight")
    asking.get_by_role("tab", name="Chart").press("ArrowRight")
    asking.wait_for_selector(".graph-canvas canvas")
    asking.get_by_label("Thing").select_option(label="Governance failure")
    href = asking.get_by_role("link", name="Open its page").get_attribute("href")
    assert href.endswith("/doc/concept/mit-risk-domain/6.5")
    axe(asking)


def test_error_is_shown_at_its_line(asking: Any, axe: Callable[[Any], None]) -> None:
    ask(asking, "SELECT ?s\nWHERE {\n  ?s ?p\n}")
    assert "line" in asking.locator("#answer [role=alert]").inner_text().lower()
    assert asking.locator(".wrong-line").count() == 1
    axe(asking)


def test_empty_answer_says_why(asking: Any) -> None:
    ask(asking, "SELECT ?s WHERE { ?s a cg:Documet }")
    assert "cg:Document" in asking.locator("#answer .notice").inner_text()


def test_prefixes_that_were_taken_from_the_registry_are_declared_on_request(asking: Any) -> None:
    ask(asking, "SELECT ?s WHERE { ?s a cg:Document }")
    asking.get_by_role("button", name="Declare them").click()
    text = asking.locator("#query").input_value()
    assert text.startswith("PREFIX cg: <https://w3id.org/clausegraph/ontology#>")


def test_query_that_runs_too_long_can_be_stopped(asking: Any) -> None:
    write(asking, SLOW)
    asking.click(RUN)
    asking.get_by_role("button", name="Stop").click()
    asking.get_by_text("Stopped").wait_for()
    assert asking.locator(RUN).inner_text() == "Run"


def test_deadline_is_explained(page: Opener) -> None:
    opened = page()
    opened.goto("/sparql")
    # The page's own deadline is the service's; a shorter one keeps this test quick.
    opened.route(
        "**/sparql?query=*", lambda route: route.continue_(url=f"{route.request.url}&timeout=0.3")
    )
    ask(opened, SLOW)
    said = opened.locator("#answer").inner_text()
    assert "deadline" in said.lower() or "time" in said.lower()
    assert (
        opened.get_by_role("link", name="What this means")
        .get_attribute("href")
        .endswith("/problem/query-timeout")
    )


def test_lost_service_is_explained_and_the_query_is_kept(asking: Any) -> None:
    asking.route("**/sparql?query=*", lambda route: route.abort())
    ask(asking, COUNTED)
    assert "did not answer" in asking.locator("#answer").inner_text()
    assert "SELECT ?concept" in asking.locator("#query").input_value()


def test_address_of_an_answer_gives_it_again_with_and_without_scripts(
    asking: Any, page: Opener
) -> None:
    ask(asking, "SELECT ?word WHERE { VALUES ?word { 'found again' } }")
    address = asking.url
    assert parse_qs(urlsplit(address).query)["query"][0].startswith("SELECT ?word")
    plain = page(scripts=False)
    plain.goto(address)
    assert "found again" in plain.locator("#answer table").inner_text()
    scripted = page()
    scripted.goto(address)
    scripted.wait_for_selector("#answer [role=tablist]")
    assert "found again" in scripted.locator("#answer table").inner_text()


def test_shared_address_names_release_and_digest(asking: Any) -> None:
    ask(asking, COUNTED)
    shared = asking.get_by_label("Share or cite").input_value()
    assert re.search(r"/v/[0-9a-f]{64}/sparql\?", shared)
    assert "digest=sha-256:" in shared


def test_snippets_hold_the_query_whatever_stands_in_it(asking: Any) -> None:
    tricky = 'SELECT ?x WHERE { VALUES ?x { "it\'s" \'\'\'a """b"""\'\'\' } }'
    ask(asking, tricky)
    asking.get_by_text("Ask this from Python").click()
    texts = asking.locator(".snippets pre").all_inner_texts()
    assert len(texts) == 3
    python = next(text for text in texts if "import pandas" in text)
    scope: dict[str, Any] = {}
    exec(python[python.index("query =") : python.index("answer =")], scope)  # noqa: S102 - it is what a person would run
    assert scope["query"] == tricky


def test_kept_question_is_put_into_the_editor(asking: Any) -> None:
    select = asking.get_by_label("Begin with a kept question")
    first = select.locator("option").nth(1).inner_text()
    select.select_option(label=first)
    assert "SELECT" in asking.locator("#query").input_value()


COMPLETED = (
    ("SELECT * WHERE {\n  ?s a cg:Docu", "cg:Document"),
    ("SELECT * WHERE {\n  ?s cg:addresses", "cg:addressesRisk"),
    ("PREFIX dcter", "dcterms: <http://purl.org/dc/terms/>"),
    ("SELECT * WHERE {\n  ?c cg:concept transparency", "mit-risk-domain:7.4"),
)


def test_editor_completes_from_the_graph(asking: Any) -> None:
    """Classes, properties, prefixes, and things by their labels."""
    for typed, offered in COMPLETED:
        write(asking, typed)
        asking.evaluate(
            """() => { const editor = document.querySelector('.CodeMirror').CodeMirror;
            editor.focus(); editor.setCursor(editor.lastLine(), 999); }"""
        )
        asking.keyboard.press("Control+Space")
        asking.locator(".CodeMirror-hint", has_text=offered).first.click()
        assert offered in asking.locator("#query").input_value()


def test_tab_leaves_the_editor(asking: Any) -> None:
    asking.evaluate("document.querySelector('.CodeMirror').CodeMirror.focus()")
    assert asking.evaluate("document.activeElement.closest('.CodeMirror') !== null")
    asking.keyboard.press("Tab")
    assert asking.evaluate("document.activeElement.closest('.CodeMirror') === null")


def test_results_are_text_whatever_they_say(asking: Any) -> None:
    hostile = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    names = "javascript:alert(1)", "data:text/html,<script>"
    values = " ".join([json.dumps(hostile), "<javascript:window.ran=1>", "<data:text/html,x>"])
    ask(asking, f"SELECT ?x (1 AS ?n) WHERE {{ VALUES ?x {{ {values} }} }}")
    for view in ("Chart", "Graph", "Raw", "Table"):
        asking.get_by_role("tab", name=view).click()
    asking.wait_for_timeout(200)
    assert asking.evaluate("window.ran") is None
    assert hostile in asking.locator("#answer table").inner_text()
    hrefs = asking.locator("#answer a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(hrefs) <= {"http:", "https:"}, names


def test_older_release_is_asked_from_its_own_page(page: Opener) -> None:
    """Every address on the page is below that of the release."""
    opened = page()
    opened.goto("/sparql")
    release = opened.request.get("/ready").json()["release"]
    opened.goto(f"/v/{release}/sparql?{urlencode({'query': 'ASK { ?s ?p ?o }'})}")
    opened.wait_for_selector(".boolean")
    assert opened.evaluate("document.getElementById('ask').action").endswith(f"/v/{release}/sparql")
