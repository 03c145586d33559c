"""The first page, search and errors: what a reader meets first, with scripts and without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from clausegraph.errors import QueryTimeout
from clausegraph.web import assets, texts
from clausegraph.web.answers import LATEST
from clausegraph.web.explorer.front import home, worked
from clausegraph.web.explorer.front.worked import WORKED
from clausegraph.web.model import Value
from clausegraph.web.pages import Pages
from services import ENDLESS, served

HTML = {"Accept": "text/html"}
FOREVER = "public, max-age=31536000, immutable"
OWN = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/clausegraph/id/document/alone> a cg:Document ; dcterms:title "Alone"@en .
"""


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A reader."""
    with httpx.Client(base_url=server, headers=HTML, timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A reader of a graph with next to nothing in it, whose queries may take a second."""
    folder = tmp_path_factory.mktemp("poor")
    (folder / "own.ttl").write_text(OWN, encoding="utf-8")
    with (
        served(folder, "--data", str(folder / "own.ttl"), "--timeout", "1") as url,
        httpx.Client(base_url=url, headers=HTML, timeout=30) as found,
    ):
        yield found


def articles(page: str) -> list[str]:
    """The worked questions of the first page."""
    return re.findall(r'<article class="answer.*?</article>', page, re.DOTALL)


# --- the first page


def test_the_first_page_counts_what_is_in_here(client: httpx.Client, store: Any) -> None:
    """The figures are those of the graph, and each leads on."""
    page = client.get("/").text
    for name, number in (("Document", "documents"), ("Clause", "clauses"), ("Actor", "actors")):
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <https://w3id.org/clausegraph/ontology#{name}> }}"
        count = int(next(iter(store.query(query)))["n"].value)
        found = re.search(rf'<dt>{number}</dt><dd><a href="([^"]+)">([\d,]+)</a>', page)
        assert found, number
        assert int(found[2].replace(",", "")) == count


GAPS, COUNTS = "ORDER BY ?key", '"schemes"'  # parts of queries


class Slow:
    """Documents of a graph in which some queries take longer than a first page may."""

    def __init__(self, *late: str) -> None:
        self.late = late
        self.engine = SimpleNamespace(release="0" * 64)
        self.kept_parts: list[Any] = []

    async def rows(self, text: str, seconds: float | None = None) -> list[dict[str, str]]:
        """Return no row, or run out of time."""
        assert seconds == home.PATIENCE or "VALUES" in text
        if any(part in text for part in self.late):
            raise QueryTimeout("The query ran out of time.")
        return [{"kind": "documents", "count": "7"}] if COUNTS in text else []

    async def kept(self, request: Any, parts: Any) -> None:
        """Keep nothing."""

    async def keep(self, request: Any, answer: Any) -> Any:  # noqa: ARG002
        """Return the answer as it was made."""
        return answer


@pytest.mark.parametrize("late", [(GAPS,), (COUNTS,), (GAPS, COUNTS)])
def test_the_first_page_does_not_wait_for_what_a_large_graph_takes_long_for(
    late: tuple[str, ...],
) -> None:
    """It says so and where the answer is, and is made anew after a while."""
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    answer = asyncio.run(home.Home(Slow(*late), Pages()).get(request))  # type: ignore[arg-type]
    page = answer.body.decode()
    assert answer.cache == "no-cache"
    assert answer.parts[:2] == ("0" * 64, "/")
    assert len(answer.parts) == 3
    said = [article for article in articles(page) if "takes more than 4 seconds" in article]
    assert bool(said) == (GAPS in late)
    assert all('href="/sparql?query=' in article for article in said)
    assert ("Browse <a" in page) == (COUNTS in late)
    whole = asyncio.run(home.Home(Slow(), Pages()).get(request))  # type: ignore[arg-type]
    assert whole.cache == LATEST
    assert "takes more than" not in whole.body.decode()


def test_questions_are_answered_with_their_evidence(client: httpx.Client) -> None:
    """Each row names what it rests on and how far that was reviewed, and the query can be run."""
    found = articles(client.get("/").text)
    assert len(found) == len(WORKED) >= 3
    for text in found:
        rows = re.findall(r"<tr>(.*?)</tr>", text.partition("<tbody>")[2], re.DOTALL)
        assert rows
        assert all('href="/doc/' in row and 'class="badge ' in row for row in rows)
        query = re.search(r'href="(/sparql\?query=[^"]+)"', text)
        assert query
        answer = client.get(query[1], headers={"Accept": "text/csv"})
        assert answer.status_code == 200
        assert answer.text.count("\r\n") > len(rows) / 2


def test_a_denial_is_not_shown_as_if_it_were_affirmed(client: httpx.Client) -> None:
    """The fines of the draft are stated absent of the final text."""
    page = next(text for text in articles(client.get("/").text) if "draft and final" in text)
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    fines = [row for row in rows if "Fines" in row]
    assert len(fines) == 2
    assert [("badge absent" in row) for row in fines] == [False, True]


def test_what_nobody_says_is_counted_and_not_shown_as_an_answer(client: httpx.Client) -> None:
    """A document of which no source states a legal force is none that binds nobody."""
    page = next(text for text in articles(client.get("/").text) if "bind nobody legally" in text)
    assert re.search(r"\d+ others: no source says", page)
    assert "no source says" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_what_no_binding_document_addresses_is_told_with_who_says_so(client: httpx.Client) -> None:
    """Nobody says of any document that it binds: nine risks are addressed by one that does not."""
    page = next(text for text in articles(client.get("/").text) if "no binding document" in text)
    (row,) = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    assert "said to bind nobody" in row
    assert len(re.findall(r'href="/doc/concept/mit-risk-domain/', row)) == 9
    assert "15 others: no document is said to address it." in page
    assert "of no document do sources say both that it binds" in page


def test_a_conclusion_is_drawn_only_where_no_row_is_against_it() -> None:
    """One binding document that addresses one risk, and it is not said of all of them."""
    item = worked.WORKED[0]
    free: dict[str, str] = {"risk": "urn:x:1", "finding": "no document is said to address it"}
    bound = {"risk": "urn:x:2", "finding": item.decisive, "document": "urn:x:d"}
    bound |= {"agent": "urn:x:a", "source": "urn:x:s", "status": "unreviewed"}
    assert worked.answered(item, None, [free], {}).conclusion == item.without  # type: ignore[arg-type]
    assert not worked.answered(item, None, [free, bound], {}).conclusion  # type: ignore[arg-type]
    assert not worked.answered(item, None, [], {}).conclusion  # type: ignore[arg-type]


def test_what_the_first_page_offers_to_search_for_is_found(client: httpx.Client) -> None:
    """An example that finds nothing teaches nothing."""
    for words in home.TRIES:
        page = client.get("/search", params={"q": words}).text
        assert '<ol class="hits"' in page, words


def test_the_first_page_of_a_graph_that_answers_nothing_says_so(poor: httpx.Client) -> None:
    """A graph of one's own need not be about anything that the questions ask."""
    answer = poor.get("/")
    assert answer.status_code == 200
    assert answer.text.count("Nothing in this release answers it.") == len(WORKED)
    assert "1 other: no source says" in answer.text
    assert ">Alone</a>" in answer.text


def test_the_first_page_is_kept_and_validated(client: httpx.Client) -> None:
    """RFC 9110, section 13: what has not changed is not sent again."""
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_rows_that_differ_in_one_column_become_one() -> None:
    """The many things of which a source says the same stand in one row."""
    item = worked.Worked(
        "x", (worked.Column("A", worked.words("a")), worked.Column("B", worked.words("b"))),
        "/", "x", witness="a", finding="f", many="B",
    )  # fmt: skip
    rows = [{"a": "1", "b": "x"}, {"a": "1", "b": "y"}, {"a": "2", "b": "x"}, {"f": "none"}]
    found = worked.answered(item, None, rows, {})  # type: ignore[arg-type]
    assert found.rows == (
        ((Value("1"),), (Value("x"), Value("y"))),
        ((Value("2"),), (Value("x"),)),
    )
    assert found.rest == (("none", 1),)


# --- files


def test_an_asset_has_an_address_that_changes_with_it(client: httpx.Client) -> None:
    """What may be kept for ever is never out of date: RFC 8246."""
    page = client.get("/").text
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(linked) >= 4
    for address in linked:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == FOREVER
        plain = re.sub(r"\.[0-9a-f]{12}\.", ".", address)
        assert plain != address
        same = client.get(plain)
        assert same.content == answer.content
        assert same.headers["cache-control"] == "public, max-age=300, must-revalidate"


def test_a_changed_file_has_another_address(tmp_path: Path) -> None:
    """The digest in the name is that of the content."""
    (tmp_path / "x.css").write_text("a {}", encoding="utf-8")
    first = assets.of(tmp_path)
    (tmp_path / "x.css").write_text("b {}", encoding="utf-8")
    second = assets.of(tmp_path)
    assert first.address("x.css") != second.address("x.css")
    assert first.address("x.css").removeprefix("/static/") not in second.files
    with pytest.raises(KeyError):
        first.address("y.css")


def test_what_was_built_has_the_name_that_the_build_gave_it(tmp_path: Path) -> None:
    """Without a build there is no address, and a page does without."""
    assert assets.of(tmp_path).address("built/query.js") == ""
    built = tmp_path / "built"
    built.mkdir()
    (built / "query-AB12.js").write_text("1", encoding="utf-8")
    (built / "NOTICES.txt").write_text("MIT", encoding="utf-8")
    (built / "manifest.json").write_text('{"query.js": "query-AB12.js"}', encoding="utf-8")
    found = assets.of(tmp_path)
    assert found.address("built/query.js") == "/static/built/query-AB12.js"
    assert found.files["built/query-AB12.js"].is_lasting
    assert not found.files["built/NOTICES.txt"].is_lasting
    assert "built/manifest.json" not in found.files


@pytest.mark.parametrize(
    "name",
    ["nothing.css", "style.000000000000.css", "..%2Fapp.py", "built", "built%2F..%2F..%2Fapp.py"],
)
def test_no_other_file_is_served(client: httpx.Client, name: str) -> None:
    """A fixed list of files, not a folder."""
    assert client.get(f"/static/{name}").status_code == 404


def test_every_file_that_a_template_names_is_there() -> None:
    """A page that asks for what is not there would fail when it is first read."""
    files = assets.load()
    named: set[str] = set()
    for path in texts.TEMPLATES.glob("*.html"):
        named |= set(re.findall(r"asset\('([^'{}]+)'\)", path.read_text(encoding="utf-8")))
    assert {"style.css", "search.js", "theme.js"} <= named
    assert all(files.address(name) or name.startswith("built/") for name in named)


def test_styles_use_no_colour_outside_the_table() -> None:
    """One palette: each colour is a token, so that both themes and print keep their contrast."""
    rule = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    for path in texts.STATIC.glob("*.css"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "light-dark(" not in line and "main a[href^=" not in line:
                assert not rule.search(line), f"{path.name}: {line.strip()}"


# --- errors


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 404, "Search for “nothing”"),
        ("/doc/document/ai-safety-commitment", 404, "/doc/document/ai-safety-commitments"),
        ("/doc/document/ai-safety-commitment", 404, "/documents"),
        ("/search?q=a&label=b", 400, "What to do next"),
        ("/search?type=nothing", 400, "What to do next"),
        ("/sparql?query=SELECT%20*%20%7B%20?s%20?p%20%7D", 400, "column 19"),
        ("/sparql?query=SELECT%20*%20%7B%20SERVICE%20%3Curn:x%3E%20%7B%7D%20%7D", 403, "/queries"),
    ],
)
def test_a_page_of_an_error_says_what_to_do_next(
    client: httpx.Client, path: str, status: int, said: str
) -> None:
    """What happened, and where to go from here, without a script."""
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert "What to do next" in answer.text


def test_a_query_past_its_time_is_explained(poor: httpx.Client) -> None:
    """The page keeps the query, says why, and names what is quicker."""
    answer = poor.get("/sparql", params={"query": ENDLESS})
    assert answer.status_code == 504
    assert ENDLESS[:40] in answer.text
    assert "Ask for less at once" in answer.text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_for_a_lost_service_stands_alone(
    page: Callable[..., Any], axe: Callable[..., None], root: Path, theme: str
) -> None:
    """What a proxy shows when the service does not answer can ask nobody for anything."""
    text = (root / "deploy" / "proxy" / "lost.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)\b|url\(|@import|https?://", text)
    found = page(width=390, theme=theme, scripts=True)
    found.set_content(text)
    assert found.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found.get_by_role("link", name="Try again").is_visible()
    axe(found)


def test_nothing_found_offers_a_way_on(client: httpx.Client) -> None:
    """Fewer words, no filter, or the lists."""
    page = client.get("/search", params={"q": "zzqqy", "type": "clause"}).text
    assert "Nothing was found for “zzqqy”" in page
    assert '<a href="/search?q=zzqqy">search everywhere</a>' in page
    assert 'href="/documents"' in page


def test_a_chosen_facet_can_be_taken_away(client: httpx.Client) -> None:
    """What narrows a search down is marked, and its link widens it again."""
    page = client.get("/search", params={"q": "human", "type": "clause"}).text
    assert re.search(r'<a href="/search\?q=human"[^>]*aria-current="true"[^>]*>clause</a>', page)


def test_no_text_of_an_address_becomes_markup(client: httpx.Client) -> None:
    """The path of a page that is not there is shown, as text."""
    answer = client.get("/%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert answer.status_code == 404
    assert "<img src=x" not in answer.text


# --- in a browser


def test_names_are_suggested_as_one_types(page: Callable[..., Any], server: str) -> None:
    """WAI-ARIA practices, editable combobox with list: arrows choose, Enter leads there."""
    found = page()
    found.goto("/")
    field = found.get_by_role("combobox")
    # Each letter may bring other names: those of the last one stay.
    with found.expect_response(lambda answer: answer.url.endswith("q=human-comp")):
        field.press_sequentially("human-comp")
    option = found.get_by_role("option").first
    option.locator("mark", has_text="Human-Computer").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert option.locator("mark").first.inner_text() == "Human-Computer"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.press("ArrowDown")
    found.get_by_role("option").first.click()
    found.wait_for_url(f"{server}/doc/concept/mit-risk-domain/5")


def test_enter_searches_for_what_was_typed(page: Callable[..., Any]) -> None:
    """A suggestion is an offer: who chooses none gets what fits the words."""
    found = page()
    found.goto("/doc/document/ai-safety-commitments")
    found.get_by_role("combobox").press_sequentially("watermark*")
    found.keyboard.press("Enter")
    found.wait_for_url("**/search?q=watermark*")
    assert found.locator(".hits > li").count() > 0


def test_without_scripts_the_field_is_a_form(page: Callable[..., Any]) -> None:
    """And nothing that needs a script is offered."""
    found = page(scripts=False)
    found.goto("/")
    assert not found.locator("[data-theme-switch]").is_visible()
    found.locator("#find").fill("human")
    found.keyboard.press("Enter")
    found.wait_for_url("**/search?q=human")
    assert found.locator(".hits > li").count() > 0


def test_a_service_that_is_lost_leaves_what_was_typed(page: Callable[..., Any]) -> None:
    """Suggestions end in silence; nothing is thrown, and the field stays a form."""
    found = page()
    found.goto("/")
    found.route("**/suggest*", lambda route: route.abort())
    found.get_by_role("combobox").press_sequentially("human")
    with found.expect_event("requestfailed"):
        found.keyboard.press("ArrowDown")
    assert found.get_by_role("combobox").input_value() == "human"
    assert found.get_by_role("option").count() == 0


def test_a_theme_is_chosen_and_kept(page: Callable[..., Any]) -> None:
    """By the system until a reader chooses; then on every page, before it is drawn."""
    found = page(theme="light")
    found.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = found.evaluate(ground)
    switch = found.locator("[data-theme-switch]")
    switch.click()
    switch.click()
    assert "dark" in (switch.get_attribute("aria-label") or "")
    dark = found.evaluate(ground)
    assert dark != light
    found.goto("/search?q=human")
    assert found.evaluate(ground) == dark


def test_a_printed_page_is_light_and_without_what_only_screens_can(
    page: Callable[..., Any],
) -> None:
    """CSS Media Queries: navigation and forms are no part of a sheet of paper."""
    found = page(theme="dark")
    found.goto("/")
    found.emulate_media(media="print")
    assert not found.get_by_role("navigation", name="Site").is_visible()
    assert not found.locator("form").first.is_visible()
    ground, ink = found.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    light = page(theme="light")
    light.goto("/")
    assert [ground, ink] == light.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )


def test_an_older_release_says_what_it_is(page: Callable[..., Any], server: str) -> None:
    """Below its own address a page names its release, and suggestions stay within it."""
    release = httpx.get(f"{server}/ready").json()["release"]
    found = page()
    found.goto(f"/v/{release}/search?q=human")
    notice = found.get_by_role("complementary", name="Release")
    assert release[:12] in notice.inner_text()
    field = found.get_by_role("combobox")
    field.fill("")
    field.press_sequentially("human-comp")
    found.get_by_role("option").first.click()
    found.wait_for_url(f"{server}/v/{release}/doc/concept/mit-risk-domain/5")


# --- colours


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)",
        (texts.STATIC / "style.css").read_text(encoding="utf-8"),
    )
}
READ = [("ink", "paper"), ("muted", "paper"), ("muted", "raised"), ("link", "paper")]
READ += [("link", "raised"), ("muted", "sunken"), ("on-accent", "accent"), ("ink", "mark")]
READ += [(f"{state}-ink", state) for state in ("good", "warn", "bad", "info")]
READ += [(f"on-level-{level}", f"level-{level}") for level in (1, 2, 3)]
SEEN = [("edge", "paper"), *((f"series-{number}", "paper") for number in range(1, 9))]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_palette_has_contrast_enough(theme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: text 4.5, what is drawn 3."""
    for name, ground in READ:
        assert contrast(TOKENS[name][theme], TOKENS[ground][theme]) >= 4.5, (name, ground)
    for name, ground in SEEN:
        assert contrast(TOKENS[name][theme], TOKENS[ground][theme]) >= 3, (name, ground)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_levels_of_coverage_are_told_apart_by_lightness(theme: int) -> None:
    """Who sees no colours sees steps, all in one direction."""
    steps = [TOKENS[name][theme] for name in ("paper", "level-1", "level-2", "level-3")]
    for before, after in pairwise(steps):
        assert contrast(before, after) >= 1.25
    falling = [luminance(step) for step in steps]
    assert falling in (sorted(falling), sorted(falling, reverse=True))
