"""The view of a neighbourhood with scripts: drawn, expanded, filtered, and told in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Opener = Callable[..., Any]

DOCUMENT = "/explore?iri=documents:ai-safety-commitments"


def counted(page: Any) -> tuple[int, int]:
    """How many things and links there are, as the page says it."""
    said = page.locator(".graph-box [role=status]").inner_text()
    things, links = re.match(r"(\d+) things, (\d+) links", said).groups()  # type: ignore[union-attr]
    return int(things), int(links)


def drawn(page: Any) -> Any:
    page.goto(DOCUMENT)
    page.wait_for_selector(".graph-canvas canvas")
    return page


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_picture_and_list_say_the_same(
    page: Opener, axe: Callable[[Any], None], theme: str, width: int
) -> None:
    opened = drawn(page(theme=theme, width=width))
    listed = opened.locator(".linked li > [title]").evaluate_all(
        "all => new Set(all.map(one => one.title)).size"
    )
    assert counted(opened)[0] == listed + 1
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    axe(opened)


def test_neighbourhood_grows_by_what_is_around_the_chosen_thing(page: Opener) -> None:
    opened = drawn(page())
    before = counted(opened)
    opened.get_by_label("Thing", exact=True).select_option(label="China")
    opened.get_by_role("button", name="Expand").click()
    opened.locator(".graph-box [role=status]").filter(
        has_not_text=f"{before[0]} things, {before[1]} links"
    ).filter(has_text="things").wait_for()
    assert counted(opened) > before
    opened.get_by_role("button", name="Expand").click()
    opened.get_by_text("It is expanded already.").wait_for()


def test_kind_can_be_left_out_by_keyboard(page: Opener) -> None:
    opened = drawn(page())
    box = opened.get_by_role("checkbox", name=re.compile("^concept"))
    box.focus()
    opened.keyboard.press("Space")
    said = opened.locator(".graph-box [role=status]").inner_text()
    concepts = re.search(r"\d+", box.locator("xpath=..").inner_text())
    assert concepts is not None
    assert f"{concepts[0]} of them are hidden." in said
    opened.keyboard.press("Space")
    assert "hidden" not in opened.locator(".graph-box [role=status]").inner_text()


def test_picture_that_cannot_be_had_leaves_the_list(page: Opener) -> None:
    opened = page()
    opened.route("**/explore.json*", lambda route: route.fulfill(status=503, body=""))
    opened.goto(DOCUMENT)
    opened.get_by_text("The list says the same").wait_for()
    assert opened.locator(".linked li").count() > 20


def test_small_picture_of_a_document_is_fetched_when_it_is_opened(page: Opener) -> None:
    opened = page()
    fetched: list[str] = []
    opened.on("request", lambda request: fetched.append(request.url))
    opened.goto("/doc/document/ai-safety-commitments")
    assert not [url for url in fetched if "network" in url or "explore.json" in url]
    opened.locator("details.around summary").click()
    opened.wait_for_selector(".graph-canvas canvas")
