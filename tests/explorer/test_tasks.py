"""The main tasks of a researcher, walked from the first page on, each with scripts and without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

BASE = "https://w3id.org/clausegraph"
TITLE = "Artificial Intelligence Safety Commitments"
DOCUMENT = "/doc/document/ai-safety-commitments"
OTHER = "AI Safety Governance Framework"

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def enter(found: Any, part: str) -> None:
    """Go to a part of the explorer by the navigation of any page."""
    found.get_by_role("navigation", name="Site").get_by_role("link", name=part).click()


@both
def test_a_document_is_found(page: Callable[..., Any], scripts: bool) -> None:
    """By some of its words: the suggestion, or the first of the hits, leads to it."""
    found = page(scripts=scripts)
    found.goto("/")
    found.locator("#find").press_sequentially("safety commitments")
    if scripts:
        found.get_by_role("option").filter(has_text=re.compile(f"^{TITLE}")).first.click()
    else:
        found.keyboard.press("Enter")
        found.locator(".hits h3 a").filter(has_text=re.compile(f"^{TITLE}")).first.click()
    found.wait_for_url(f"**{DOCUMENT}")
    assert TITLE in found.get_by_role("heading", level=1).inner_text()


@both
def test_a_document_is_found_among_those_of_its_kind(
    page: Callable[..., Any], scripts: bool
) -> None:
    """By a facet, whose count is that of the rows it leaves."""
    found = page(scripts=scripts)
    found.goto("/")
    enter(found, "Documents")
    choice = found.locator("aside.facets a").filter(has_text="China").first
    count = int(re.search(r"\d+", choice.locator("xpath=..").inner_text())[0])  # type: ignore[index]
    choice.click()
    found.wait_for_url("**/documents?*")
    assert found.locator("main tbody tr").count() == count
    found.locator("main tbody a").filter(has_text=TITLE).first.click()
    found.wait_for_url(f"**{DOCUMENT}")


@both
def test_coverage_of_a_document_is_read_and_its_evidence_opened(
    page: Callable[..., Any], scripts: bool
) -> None:
    """From the document to a cell of the heat map, and from there to who says so, and where."""
    found = page(scripts=scripts)
    found.goto(DOCUMENT)
    found.locator("#coverage a[href^='/coverage']").first.click()
    found.wait_for_url("**/coverage?*")
    row = found.locator("table.heat tr", has=found.locator(f"th a[href='{DOCUMENT}']"))
    covered = row.get_by_role("link", name=re.compile("^yes.*machine-made, unreviewed"))
    assert covered.count() == 9
    covered.first.click()
    found.wait_for_url("**/classification/**")
    said = found.locator("main").inner_text()
    assert "Language model of airi-navigator.com" in said
    assert "unreviewed" in said.lower()
    assert "characters" in said


@both
def test_the_evidence_of_a_statement_opens_where_it_is_made(
    page: Callable[..., Any], scripts: bool
) -> None:
    """Who says so, from which source, at what position, reviewed or not: one click, or one key."""
    found = page(scripts=scripts)
    found.goto(DOCUMENT)
    evidence = found.locator("details.evidence").first
    assert not evidence.locator("dl").is_visible()
    evidence.locator("summary").focus()
    found.keyboard.press("Enter")
    told = evidence.locator("dl").inner_text()
    for asked in ("Who says so", "From which source", "At what position", "Reviewed"):
        assert asked in told


@both
def test_a_gap_is_found_and_is_told_apart_from_what_nobody_looked_at(
    page: Callable[..., Any], scripts: bool
) -> None:
    """A concept that no document addresses: what is known of it, and how many never looked."""
    found = page(scripts=scripts)
    found.goto("/")
    enter(found, "Gaps")
    row = found.locator("table.gaps tbody tr").first
    name = row.locator("th").inner_text()
    assert "covered set partly unknown" in row.inner_text()
    assert int(row.locator("td.num").inner_text()) > 0
    row.locator("th a").click()
    found.wait_for_url("**/doc/concept/mit-risk-domain/*")
    assert found.get_by_role("heading", level=1).inner_text() in name


@both
def test_two_documents_are_compared(page: Callable[..., Any], scripts: bool) -> None:
    """Chosen from lists, shown side by side; the address can be sent to somebody."""
    found = page(scripts=scripts)
    found.goto("/")
    enter(found, "Compare")
    lists = found.locator("form.pick select[name=documents]")
    for number, title in enumerate((TITLE, OTHER)):
        option = lists.nth(number).locator("option", has_text=re.compile(f"^{title}")).first
        lists.nth(number).select_option(option.get_attribute("value"))
    found.get_by_role("button", name="Compare").click()
    found.wait_for_url("**/compare?*")
    heads = found.locator("main table").first.locator("thead th").all_inner_texts()
    assert any(TITLE in head for head in heads)
    assert any(OTHER in head for head in heads)
    shared = page(scripts=scripts)
    shared.goto(found.url)
    assert shared.locator("main table").first.inner_text() == (
        found.locator("main table").first.inner_text()
    )


@both
def test_a_kept_question_is_run_and_its_answer_shared(
    page: Callable[..., Any], server: str, scripts: bool
) -> None:
    """From the list of questions to rows, and by a link to the same rows, of the same release."""
    found = page(scripts=scripts)
    found.goto("/")
    enter(found, "Questions")
    found.get_by_role("link", name="What changed in enforcement between draft and final?").click()
    found.wait_for_url(re.compile(r"/sparql\?query="))
    rows = found.locator("#answer tbody tr")
    rows.first.wait_for()
    assert rows.count() == 5
    if scripts:
        address = found.locator("#share").input_value().replace(BASE, server, 1)
    else:
        address = server + found.locator("#answer a[href^='/v/']").get_attribute("href")
    release = httpx.get(f"{server}/ready").json()["release"]
    assert f"/v/{release}/sparql?" in address
    answer = httpx.get(address, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200
    assert len(answer.json()["results"]["bindings"]) == 5


def test_a_query_of_ones_own_is_written_and_run(page: Callable[..., Any]) -> None:
    """In the form that is there without scripts; what is written stays."""
    found = page(scripts=False)
    found.goto("/")
    enter(found, "SPARQL")
    text = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"
    found.locator("textarea[name=query]").fill(text)
    found.get_by_role("button", name="Run").click()
    found.wait_for_url(re.compile(r"/sparql\?"))
    assert int(found.locator("#answer td").first.inner_text().replace(",", "")) > 30_000
    assert found.locator("textarea[name=query]").input_value() == text


@both
@pytest.mark.parametrize(
    ("part", "form", "start"),
    [
        ("Coverage", "SVG", b"<svg"),
        ("Coverage", "PNG", b"\x89PNG\r\n\x1a\n"),
        ("Coverage", "CSV", b""),
        ("Gaps", "SVG", b"<svg"),
    ],
)
def test_a_chart_is_taken_away(
    page: Callable[..., Any], part: str, form: str, start: bytes, scripts: bool
) -> None:
    """As a picture that says what it shows, of which release; or as the data that it is drawn from."""
    found = page(scripts=scripts)
    found.goto("/")
    enter(found, part)
    with found.expect_download() as started:
        found.locator(".downloads").get_by_role("link", name=form).first.click()
    body = Path(started.value.path()).read_bytes()
    release = httpx.get(f"{'://'.join(urlsplit(found.url)[:2])}/ready").json()["release"][:12]
    assert release in started.value.suggested_filename
    assert started.value.suggested_filename.endswith(form.lower())
    assert start in body[:200]
    if form == "SVG":
        text = body.decode()
        assert release in text
        assert "MIT AI Risk Repository" in text
    if form == "CSV":
        rows = list(csv.reader(io.StringIO(body.decode())))
        assert len(rows) > 20
        assert len({len(row) for row in rows}) == 1
