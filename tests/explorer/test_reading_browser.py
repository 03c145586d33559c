"""What a reader does on the pages for reading: open evidence, narrow a list down, print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Opener = Callable[..., Any]

DOCUMENT = "/doc/document/ai-safety-commitments"
FRAMEWORK = "/doc/document/ai-safety-governance-framework-v1"
NARROW = 390


def test_evidence_is_opened_with_the_keyboard(page: Opener) -> None:
    """Tab, Enter: who says so, from which source, at what position."""
    tab = page()
    tab.goto(f"{DOCUMENT}#classifications")
    evidence = tab.locator("#classifications details").first
    assert not evidence.get_by_text("At what position").is_visible()
    evidence.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert evidence.get_by_text("At what position").is_visible()
    assert evidence.get_by_text("characters 1154 to 1275").is_visible()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('details').open")


def test_what_is_said_of_a_machine_is_seen_before_anything_is_opened(page: Opener) -> None:
    """Not in a footnote, and not by colour alone."""
    tab = page(width=NARROW)
    tab.goto(DOCUMENT)
    summary = tab.locator("#classifications details summary").first
    summary.scroll_into_view_if_needed()
    assert summary.get_by_text("By machine").is_visible()
    assert summary.get_by_text("Unreviewed").is_visible()


def test_a_list_is_narrowed_down_and_widened_again_without_scripts(page: Opener) -> None:
    """Facets are links, order and words a form."""
    tab = page(scripts=False)
    tab.goto("/documents")
    tab.locator("#narrow").get_by_role("link", name="China", exact=True).click()
    assert tab.get_by_role("status").inner_text().startswith("4 entries")
    tab.get_by_label("With the words").fill("generative")
    tab.get_by_label("Order").select_option("Newest first")
    tab.get_by_role("button", name="Show").click()
    assert tab.get_by_role("status").inner_text().startswith("2 entries")
    tab.get_by_role("link", name="jurisdiction China").click()
    assert "jurisdiction" not in tab.url
    assert "q=generative" in tab.url
    assert "sort=-issued" in tab.url


def test_a_clause_is_reached_from_the_outline_and_left_by_its_neighbours(page: Opener) -> None:
    """Document, clause 5.9, the next one, and up again."""
    tab = page(scripts=False)
    tab.goto(FRAMEWORK)
    tab.locator("[id='clause-5.9']").get_by_role("link").first.click()
    assert "5.9" in tab.get_by_role("heading", level=1).inner_text()
    tab.get_by_role("navigation", name="Clauses before and after").get_by_text("5.10").click()
    assert "5.10" in tab.get_by_role("heading", level=1).inner_text()
    places = tab.get_by_role("navigation", name="Where this belongs")
    places.get_by_role("link", name="AI Safety Governance Framework").click()
    assert tab.url.endswith(FRAMEWORK)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_open_evidence_is_accessible_and_fits_a_phone(
    page: Opener, axe: Callable[[Any], None], theme: str
) -> None:
    """WCAG 2.2, 1.4.3, 1.4.10, 4.1.2: also what a reader opens."""
    tab = page(width=NARROW, theme=theme)
    tab.goto(DOCUMENT)
    tab.evaluate(
        "document.querySelectorAll('#classifications details').forEach(e => e.open = true)"
    )
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(tab)


def test_a_printed_page_has_its_evidence(page: Opener) -> None:
    """Paper has nothing to press."""
    tab = page(scripts=False)
    tab.goto(DOCUMENT)
    hidden = tab.locator("#classifications details").first.get_by_text("At what position")
    assert not hidden.is_visible()
    tab.emulate_media(media="print")
    assert hidden.is_visible()
