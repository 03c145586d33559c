"""Excerpts: the right stretch of a text, and marks that stand where the words do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.search import words
from clausegraph.search.excerpts import WIDE, Sought


def sought(text: str) -> Sought:
    """Return what is marked for words."""
    return Sought.of(words.read(text))


def marked(text: str, asked: str) -> list[str]:
    """Return what is marked in a text."""
    return [text[mark.start : mark.end] for mark in sought(asked).marks(text)]


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Risk management of RISKS", "risk", ["Risk", "RISKS"]),
        ("Risk management", '"risk management"', ["Risk management"]),
        ("Management of risk", '"risk management"', []),
        ("生成式人工智能服务", "人工智能", ["人工智能"]),
        ("The companies’ pledge", "company", ["companies’"]),
        ("organisations", "organiz*", ["organisations"]),
        ("Section 5.10 and 5.1", "5.1", ["5.1"]),
        ("safety and health", "safety -health", ["safety"]),
        ("a < b & risk", "risk", ["risk"]),
        ("🤖 risk", "risk", ["risk"]),
        ("aaa", '"a a"', []),
        ("安安安", '"安安"', ["安安安"]),
    ],
)
def test_marks_are_the_words_as_they_are_written(
    text: str, asked: str, expected: list[str]
) -> None:
    """Positions count code points; a mark does not lie over another."""
    assert marked(text, asked) == [each.removesuffix("’") for each in expected]


def test_excerpt_is_around_the_most_words() -> None:
    text = "risk " + "filler " * 200 + "risk and safety " + "filler " * 200
    excerpt = sought("risk safety").excerpt(text)
    assert excerpt is not None
    assert "risk and safety" in excerpt.text
    assert len(excerpt.text) <= WIDE
    assert not excerpt.is_whole


def test_excerpt_says_where_it_stands() -> None:
    text = "über " * 100 + "threshold " + "more " * 100
    excerpt = sought("threshold").excerpt(text)
    assert excerpt is not None
    (mark,) = excerpt.marks
    start = excerpt.start + mark.start
    assert text[start : start + len("threshold")] == "threshold"
    assert excerpt.text == text[excerpt.start : excerpt.start + len(excerpt.text)]


def test_text_without_the_words_has_no_excerpt() -> None:
    assert sought("risk").excerpt("safety") is None
    assert sought("").excerpt("safety") is None


def test_excerpt_of_a_text_without_blanks_is_cut_all_the_same() -> None:
    excerpt = sought("安全").excerpt("中" * 1000 + "安全" + "中" * 1000)
    assert excerpt is not None
    assert len(excerpt.text) <= WIDE
    assert [excerpt.text[m.start : m.end] for m in excerpt.marks] == ["安全"]


@given(st.text(max_size=800), st.text(max_size=20))
def test_marks_lie_in_the_excerpt_in_order(text: str, asked: str) -> None:
    excerpt = sought(asked).excerpt(text)
    if excerpt is not None:
        ends = [place for mark in excerpt.marks for place in mark]
        assert ends == sorted(ends)
        assert excerpt.marks
        assert ends[-1] <= len(excerpt.text)


def test_hundred_thousand_words_are_read_in_no_more_than_linear_time() -> None:
    """A long text with a phrase that almost occurs everywhere."""
    text = "risk " * 100_000
    assert sought('"risk risk risk safety"').excerpt(text) is None
