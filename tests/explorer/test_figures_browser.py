"""Figures in a browser: read, walked by keyboard, followed to the evidence, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGES = (
    "/coverage",
    "/coverage?scheme=mit-mitigation-v1&group=type",
    "/gaps?scheme=mit-mitigation-v1&level=domain",
    "/compare",
    "/compare?documents=generative-ai-measures-draft,generative-ai-measures",
    "/api/reports/coverage",
    "/reference/Classification",
    "/data",
    "/releases",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_with_figures_is_accessible_in_both_themes(
    page: Callable[..., Any], axe: Callable[[Any], None], theme: str
) -> None:
    """All rules of axe-core, contrast in figures included, in states beside the first."""
    opened = page(theme=theme)
    for path in PAGES[1:7]:
        opened.goto(path)
        axe(opened)


def test_no_page_is_wider_than_a_phone(page: Callable[..., Any]) -> None:
    """WCAG 2.2, 1.4.10: wide tables and pictures scroll in boxes of their own."""
    opened = page(width=390, height=800)
    for path in PAGES:
        opened.goto(path)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, path
        wide = "[...document.querySelectorAll('.scroll')].every(box => box.tabIndex === 0 && box.ariaLabel)"
        assert opened.evaluate(wide), path


def test_a_cell_leads_to_its_evidence_by_keyboard(page: Callable[..., Any]) -> None:
    """From a risk that is covered to the statement that says so, with its review in view."""
    opened = page(scripts=False)
    opened.goto("/coverage")
    opened.locator("td.level a").filter(has_text="machine-made").first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/doc/document/**")
    assert "unreviewed" in opened.locator("main").inner_text().lower()


def test_a_form_asks_for_another_scheme(page: Callable[..., Any]) -> None:
    """Without scripts; the address says what was chosen, and nothing else but what was shown."""
    opened = page(scripts=False)
    opened.goto("/coverage")
    opened.get_by_label("Scheme").select_option("mit-mitigation-v1")
    opened.get_by_label("Group by").select_option("type")
    opened.get_by_role("button", name="Show").click()
    assert "jurisdiction=" not in opened.url
    assert "scheme=mit-mitigation-v1" in opened.url
    assert "MIT AI risk mitigation taxonomy" in opened.locator("figcaption h2").inner_text()
    assert opened.locator("tr.group").count() == 5


def test_two_documents_are_picked_and_compared(page: Callable[..., Any]) -> None:
    """From the empty page to the comparison."""
    opened = page()
    opened.goto("/compare")
    opened.get_by_label("Document 1").select_option("generative-ai-measures-draft")
    opened.get_by_label("Document 2").select_option("generative-ai-measures")
    opened.get_by_role("button", name="Compare").click()
    fines = opened.locator("tr", has=opened.get_by_role("rowheader", name="Fines"))
    assert "stated absent" in fines.inner_text()


@pytest.mark.parametrize(
    ("form", "start"), [("SVG", b"<?xml"), ("PNG", b"\x89PNG"), ("CSV", b"group,")]
)
def test_a_figure_is_downloaded_under_a_name_that_tells(
    page: Callable[..., Any], tmp_path: Path, form: str, start: bytes
) -> None:
    """The name has the figure and the release."""
    opened = page()
    opened.goto("/coverage?scheme=mit-mitigation-v1")
    with opened.expect_download() as coming:
        opened.locator(".downloads").get_by_role("link", name=form).click()
    name = coming.value.suggested_filename
    assert name.startswith("clausegraph-coverage-")
    assert name.endswith(f".{form.lower()}")
    coming.value.save_as(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_picture_says_what_it_shows(page: Callable[..., Any]) -> None:
    """A screen reader hears a name and a description (SVG accessibility mappings)."""
    opened = page()
    opened.goto("/gaps")
    image = opened.get_by_role("img", name="Which concepts of")
    assert image.count() == 1
    assert "bars" in image.locator("desc").text_content()
