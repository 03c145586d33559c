"""Hostile names, texts, IRIs and variables: on every kind of page they are text, and run nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import Literal, NamedNode

import hostile_texts
from hostile_texts import IRIS, NAMED_CONCEPT, NAMED_DOCUMENT, TEXTS, VARIABLES
from services import served

# What no page of ours has, whoever wrote what it shows. Runs in the browser, over a document.
FAULTS = """(root) => {
  const said = [];
  for (const element of root.querySelectorAll("*")) {
    for (const {name, value} of element.attributes) {
      if (name.startsWith("on")) said.push(`${name}=${value} of <${element.localName}>`);
      const is_link = ["href", "src", "action", "formaction", "data", "xlink:href"].includes(name);
      if (is_link && /^[\\s\\0-\\x20]*(javascript|vbscript|data(?!:image\\/)):/i.test(value))
        said.push(`${name}=${value.slice(0, 80)}`);
      if (is_link && element.localName !== "a" && /^(https?:)?\\/\\/other/i.test(value))
        said.push(`loads ${value}`);
    }
  }
  const never = "iframe,object,embed,base,meta[http-equiv=refresh i],marquee,math,video,animate";
  for (const element of root.querySelectorAll(never)) said.push(`<${element.localName}>`);
  for (const script of root.querySelectorAll("script")) {
    if (script.type === "application/ld+json") {
      try { JSON.parse(script.textContent); } catch (error) { said.push(`JSON-LD: ${error}`); }
    } else if (!(script.getAttribute("src") ?? "").startsWith("/static/")) {
      said.push(`script: ${script.outerHTML.slice(0, 80)}`);
    }
  }
  return said;
}"""
# Fetches pages a few at a time, and looks at each as the browser parses it, without drawing it.
EACH = f"""async (addresses) => {{
  const faults = {FAULTS}, said = [], left = [...addresses];
  const work = async () => {{
    for (let address; (address = left.shift()) !== undefined; ) {{
      const answer = await fetch(address, {{headers: {{Accept: "text/html"}}}});
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status >= 500) said.push(`${{answer.status}} of ${{address}}`);
      for (const fault of faults(page)) said.push(`${{address}}: ${{fault}}`);
    }}
  }};
  await Promise.all([work(), work(), work()]);
  return said;
}}"""

THINGS: dict[str, str] = {
    "document": "/doc/document/hostile-{}",
    "clause": "/doc/document/hostile-{}/clause/1",
    "statement": "/doc/document/hostile-{}/classification/1",
    "concept": "/doc/concept/hostile/{}",
    "actor": "/doc/actor/hostile-{}",
    "source": "/doc/source/hostile-{}",
}
SCHEME = f"{hostile_texts.ID}concept/hostile"
COMPARED = "&".join(f"documents={hostile_texts.thing('document', number)}" for number in range(3))
LISTS = (
    "/",
    "/documents",
    "/documents?limit=100",
    "/concepts",
    "/concepts/hostile",
    "/doc/concept/hostile",
    "/actors",
    "/sources",
    f"/coverage?scheme={SCHEME}",
    f"/gaps?scheme={SCHEME}",
    f"/compare?{COMPARED}&scheme={SCHEME}",
    f"/api/reports/coverage?scheme={SCHEME}",
    f"/api/reports/reviews?scheme={SCHEME}",
    f"/api/reports/documents?scheme={SCHEME}",
    f"/figures/coverage.svg?scheme={SCHEME}",
    f"/figures/gaps.svg?scheme={SCHEME}",
    f"/figures/compare.svg?{COMPARED}&scheme={SCHEME}",
    "/search?q=window",
    f"/explore?iri={hostile_texts.thing('document', 1)}",
    NAMED_DOCUMENT.replace(hostile_texts.ID, "/doc/"),
    NAMED_CONCEPT.replace(hostile_texts.ID, "/doc/"),
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose graph has, beside ours, everything called by something hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "hostile.nt").write_bytes(hostile_texts.graph())
    own = str(folder / "hostile.nt")
    with served(folder, "--data", "shipped", "--data", own) as url:
        yield url


def check(page: Any) -> None:
    """Nothing has run in a page, and nothing in it would."""
    assert page.evaluate("window.__ran") is None
    assert page.evaluate(f"({FAULTS})(document)") == []


def test_the_set_is_of_some_size() -> None:
    """Own texts, IRIs and names of variables; each text that runs is told by `__ran`."""
    assert len(set(TEXTS)) + len(set(IRIS)) + len(set(VARIABLES)) >= 70
    assert len(set(TEXTS)) >= 50


def test_the_faults_that_are_looked_for_would_be_found(browser: Any) -> None:
    """A check that cannot fail proves nothing: as markup, most of the texts are faults."""
    found = browser.new_page()
    texts = [text for text in TEXTS if "<" in text and "\u200b" not in text]
    parsed = f"""(texts) => texts.map((text) =>
        ({FAULTS})(new DOMParser().parseFromString(text + "<p>", "text/html")).length)"""
    told = found.evaluate(parsed, texts)
    found.close()
    assert sum(count > 0 for count in told) > len(texts) * 0.7


@pytest.mark.parametrize("kind", THINGS)
def test_a_page_of_a_thing_shows_a_hostile_name_as_text(
    page: Callable[..., Any], hostile: str, kind: str
) -> None:
    """Every text on every kind of page, as the browser reads it."""
    found = page(base=hostile)
    found.goto("/problem/busy")
    addresses = [THINGS[kind].format(number) for number in range(len(TEXTS))]
    assert found.evaluate(EACH, addresses) == []


@pytest.mark.parametrize("address", LISTS)
def test_a_list_of_hostile_names_runs_nothing(
    page: Callable[..., Any], hostile: str, address: str
) -> None:
    """Drawn in the browser, with the scripts of the page."""
    found = page(base=hostile)
    answer = found.goto(address)
    assert answer.status == 200
    found.wait_for_load_state("networkidle")
    check(found)


@pytest.mark.parametrize("kind", THINGS)
def test_a_drawn_page_of_a_thing_runs_nothing(
    page: Callable[..., Any], hostile: str, kind: str
) -> None:
    """With the scripts of the page; the name is there, as it was written."""
    for number in (1, 16, 21):
        found = page(base=hostile)
        found.goto(THINGS[kind].format(number))
        found.wait_for_load_state("networkidle")
        check(found)
        assert TEXTS[number] in found.evaluate("document.body.textContent")


def test_hostile_words_are_searched_for_and_shown_as_text(
    page: Callable[..., Any], hostile: str
) -> None:
    """In the field, in the title, and where nothing was found."""
    found = page(base=hostile)
    found.goto("/problem/busy")
    asked = [f"/search?{urlencode({'q': text})}" for text in TEXTS]
    asked += [f"/search?{urlencode({'label': text})}" for text in TEXTS]
    asked += [f"/{quote(text)}" for text in TEXTS]
    asked += [f"/doc/document/{quote(text)}" for text in TEXTS]
    assert found.evaluate(EACH, asked) == []


def test_hostile_parameters_of_every_page_are_text(page: Callable[..., Any], hostile: str) -> None:
    """A filter that is none is refused, or is shown as it was written."""
    found = page(base=hostile)
    found.goto("/problem/busy")
    asked = [
        f"{path}?{urlencode({name: text})}"
        for path, name in (
            ("/documents", "type"),
            ("/documents", "sort"),
            ("/coverage", "scheme"),
            ("/gaps", "scheme"),
            ("/compare", "documents"),
            ("/explore", "iri"),
            ("/cite", "iri"),
            ("/sparql", "query"),
        )
        for text in TEXTS[::3]
    ]
    assert found.evaluate(EACH, asked) == []


def test_hostile_names_are_suggested_as_text(page: Callable[..., Any], hostile: str) -> None:
    """The list under the field is made of text alone."""
    found = page(base=hostile)
    found.goto("/")
    for typed in ("window", "img", "script", "onerror"):
        found.get_by_role("combobox").fill("")
        with found.expect_response("**/suggest*"):
            found.get_by_role("combobox").press_sequentially(typed)
        found.wait_for_timeout(50)
        check(found)


def result_query() -> str:
    """A query whose columns are called by VARIABLES, and whose cells are hostile."""
    terms = [str(Literal(text)) for text in TEXTS]
    terms += [str(Literal(text, language="en")) for text in TEXTS]
    terms += [str(NamedNode(iri)) for iri in IRIS]
    terms += [f'"x"^^{NamedNode(iri)}' for iri in IRIS]
    width = len(VARIABLES)
    terms += ["UNDEF"] * (-len(terms) % width)
    rows = ["(" + " ".join(terms[at : at + width]) + ")" for at in range(0, len(terms), width)]
    names = " ".join(f"?{name}" for name in VARIABLES)
    return f"SELECT {names} {{ VALUES ({names}) {{ {' '.join(rows)} }} }}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_hostile_results_of_a_query_are_text(
    page: Callable[..., Any], hostile: str, scripts: bool
) -> None:
    """Cells, headings and tooltips, with the editor and without."""
    found = page(base=hostile, scripts=scripts)
    found.goto(f"/sparql?{urlencode({'query': result_query()})}")
    found.wait_for_load_state("networkidle")
    found.wait_for_timeout(300)
    assert TEXTS[1] in found.locator("body").text_content()
    check(found)
