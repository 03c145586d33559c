"""Problem documents: what went wrong, where, and what to do."""

from __future__ import annotations

import httpx
import pytest

from clausegraph import errors
from clausegraph.errors import QuerySyntaxError
from clausegraph.web import problems

BASE = "https://w3id.org/clausegraph/"


def test_every_kind_of_problem_is_explained() -> None:
    """RFC 9457, section 3.1.1: a type leads to its documentation."""
    slugs = {item.slug for item in (*errors.OUTCOMES.values(), *problems.HTTP_OUTCOMES)}
    assert set(problems.HELP) == slugs


@pytest.mark.parametrize("slug", sorted(problems.HELP))
def test_the_type_of_a_problem_leads_to_its_page(client: httpx.Client, slug: str) -> None:
    """RFC 9457, section 3.1.1."""
    answer = client.get(f"/problem/{slug}")
    assert answer.status_code == 200
    assert problems.OUTCOMES[slug].title in answer.text


def test_an_unknown_problem_is_404(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.5."""
    assert client.get("/problem/nothing").status_code == 404


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/json", "*/*", "text/html;q=0.1, text/turtle"]
)
def test_a_program_gets_a_problem_document(client: httpx.Client, accept: str) -> None:
    """RFC 9457, section 3: an error is told even to who asked for another type."""
    answer = client.get("/doc/document/nothing", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_path_that_is_not_served_is_404(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.5."""
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_method_that_is_not_served_is_405(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.6."""
    answer = client.delete("/doc/document/ai-safety-commitments")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        (1, 3, "abc\n  ^"),
        (2, None, "def"),
        (1, 99, "abc"),
        (3, 1, None),
        (None, None, None),
        (0, 0, None),
    ],
)
def test_an_excerpt_is_the_line_with_a_mark(
    line: int | None, column: int | None, shown: str | None
) -> None:
    """Lines and columns count from 1; a place outside the text has no excerpt."""
    error = QuerySyntaxError("x", line=line, column=column)
    assert problems.describe(error, "/", text="abc\ndef").document().get("excerpt") == shown
