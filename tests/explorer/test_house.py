"""What every page of the explorer keeps to: accessible, narrow enough, in order, in its release."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from clausegraph.web import metrics, sitereply
from explored import PAGES, READING

SETTLED = 150  # milliseconds in which scripts and styles have had their turn
ADDED = 15  # words of buttons and the like that scripts may add
# Rules of axe-core whose outcome may change with theme and width.
CHANGING = (
    "color-contrast",
    "link-in-text-block",
    "scrollable-region-focusable",
    "region",
)
# First segments that have no page of their own among PAGES, and why.
NO_PAGES = {
    "api": "data of the pages, and reports, which are among PAGES by their own names",
    "context": "a JSON-LD context",
    "curie": "leads elsewhere",
    "doc": "the pages of things are among PAGES by their own names",
    "dumps": "files",
    "figures": "pictures",
    "graph": "a page like that of the dataset",
    "health": "the state of the service",
    "id": "leads to /doc/",
    "metrics": "the state of the service",
    "ontology": "a page like that of the dataset; the reference is its page for readers",
    "openapi": "a description for programs",
    "problem": "a page among PAGES by its own name",
    "ready": "the state of the service",
    "resolve": "answers in JSON alone",
    "robots": "a text for programs",
    "shapes": "a page like that of the dataset; the reference is its page for readers",
    "sitemap": "a list for programs",
    "static": "files",
    "suggest": "answers in JSON alone",
    "v": "the same pages of one release",
    ".well-known": "for programs",
}
# Pages of what is not there: an error is not kept.
NOTHING = ("nothing there", "near name")


def _segment(address: str) -> str:
    return re.split(r"[/?]", address[1:])[0]


OF_A_RELEASE = [name for name, address in READING.items() if _segment(address) in sitereply.ROUTES]


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A reader."""
    with httpx.Client(base_url=server, headers={"Accept": "text/html"}, timeout=30) as found:
        yield found


class Outline(HTMLParser):
    """The elements of a page that its structure is made of, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a name."""
        return [attributes for name, attributes in self.found if name == tag]


def test_every_kind_of_page_is_listed() -> None:
    """A page that nobody listed is one that nobody checks."""
    listed = {_segment(address) for address in PAGES.values()} - {""}
    assert metrics.ROUTES - listed == set(NO_PAGES) - listed
    assert set(NO_PAGES) <= metrics.ROUTES


@pytest.fixture(scope="module", params=PAGES)
def opened(request: pytest.FixtureRequest, window: Callable[..., Any]) -> Iterator[Any]:
    """Each page in turn, on a desk in the light, until a test changes that."""
    found = window()
    found.goto(PAGES[request.param])
    found.wait_for_timeout(SETTLED)
    yield found
    found.close()


def test_a_page_is_accessible(opened: Any, axe: Callable[..., None]) -> None:
    """WCAG 2.2 AA and the practices beside it, by axe-core."""
    axe(opened)


@pytest.mark.parametrize("opened", READING, indirect=True)
def test_a_page_says_all_that_it_says_without_scripts(opened: Any, client: httpx.Client) -> None:
    """Scripts add: what is to be read is there before any runs."""
    address = opened.url.removeprefix(str(client.base_url).rstrip("/"))
    main = client.get(address).text.partition('<main id="main"')[2]
    bare = html.unescape(re.sub(r"<[^>]*>|\s", "", main)).casefold()
    shown = re.findall(r"\w+", opened.locator("main").inner_text().casefold())
    added = {word for word in shown if word not in bare}
    assert len(added) <= ADDED, sorted(added)


def test_a_page_is_as_accessible_in_the_dark_on_a_telephone(
    opened: Any, axe: Callable[..., None]
) -> None:
    """Contrast is a matter of the theme, room and boxes that scroll one of the width."""
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.emulate_media(color_scheme="dark")
    opened.wait_for_timeout(SETTLED)
    axe(opened, *CHANGING)


def test_a_page_does_not_scroll_sideways_on_a_telephone(opened: Any) -> None:
    """WCAG 2.2, 1.4.10: what is wide scrolls in a box of its own, which the keyboard reaches."""
    opened.set_viewport_size({"width": 390, "height": 844})
    wide = opened.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((element) => {
          const box = element.getBoundingClientRect();
          return box.right > innerWidth + 1 && !element.closest(".scroll");
        }).slice(0, 5).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), wide


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_name_a_headline_and_landmarks(client: httpx.Client, name: str) -> None:
    """HTML, 4.3 and ARIA landmarks: one of each, and a way past the navigation comes first."""
    answer = client.get(PAGES[name])
    outline = Outline(answer.text)
    assert [item["lang"] for item in outline.all("html")] == ["en"]
    title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    assert title is not None
    assert "Clausegraph" in title[1]
    assert len(outline.all("h1")) == 1
    assert [item.get("id") for item in outline.all("main")] == ["main"]
    assert outline.all("header")
    assert outline.all("footer")
    assert outline.all("nav")
    assert outline.all("a")[0] == {"class": "skip", "href": "#main"}


def test_the_first_key_leads_past_the_navigation(page: Callable[..., Any]) -> None:
    """WCAG 2.2, 2.4.1 and 2.4.7: the link is seen when it is reached, and what is focused shows."""
    found = page()
    found.goto("/documents")
    found.keyboard.press("Tab")
    skip = found.locator(".skip")
    assert skip.evaluate("(link) => link === document.activeElement")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    found.keyboard.press("Enter")
    for _ in range(6):
        found.keyboard.press("Tab")
        style = found.evaluate(
            """() => { const style = getComputedStyle(document.activeElement);
            return [style.outlineStyle, parseFloat(style.outlineWidth)]; }"""
        )
        assert style[0] == "solid"
        assert style[1] >= 2


def test_every_page_leads_to_every_part(client: httpx.Client) -> None:
    """What the navigation names is there, and is marked where one is in it."""
    outline = Outline(client.get("/nothing").text)
    links = {str(item["href"]) for item in outline.all("a") if str(item["href"]).startswith("/")}
    assert len(links) >= 18
    for link in sorted(links):
        assert client.get(link).status_code == 200, link
    for address in ("/documents", "/concepts", "/coverage", "/gaps", "/compare", "/queries"):
        marked = [
            item["href"]
            for item in Outline(client.get(address).text).all("a")
            if item.get("aria-current") == "true" and "href" in item
        ]
        assert address in marked, f"{address} is not marked in the navigation"


@pytest.mark.parametrize("name", OF_A_RELEASE)
def test_a_page_of_a_release_stays_within_it(client: httpx.Client, name: str) -> None:
    """Below `/v/` a page is that of its release, for ever, and so is where it leads."""
    address = READING[name]
    release = client.get("/ready").json()["release"]
    plain, fixed = client.get(address), client.get(f"/v/{release}{address}")
    assert fixed.status_code == plain.status_code
    if fixed.status_code < 400:
        assert fixed.headers["cache-control"] == "public, max-age=31536000, immutable"
    for link in Outline(fixed.text).all("a"):
        target = re.split(r"[/?#.]", str(link.get("href", ""))[1:])[0]
        if str(link.get("href", "")).startswith("/"):
            assert target not in sitereply.ROUTES, link


@pytest.mark.parametrize("name", [name for name in READING if name not in NOTHING])
def test_a_page_is_validated_and_compressed(client: httpx.Client, name: str) -> None:
    """RFC 9110, section 13: who holds a page is told so, in a few bytes."""
    first = client.get(READING[name])
    assert first.status_code == 200
    again = client.get(READING[name], headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.headers["content-encoding"] == "gzip"
