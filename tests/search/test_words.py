"""What somebody typed: every text is read, and means what a reader of it would think."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.errors import BadRequest
from clausegraph.search import Index, Request, words
from clausegraph.search.words import Clause, Part


def clauses(text: str) -> list[tuple[list[str], bool]]:
    """Return each clause as its parts in words, and whether it is excluded."""
    return [
        ([" ".join(p.tokens) + "*" * p.begins for p in clause.parts], clause.excluded)
        for clause in words.read(text)
    ]


def test_words_have_to_occur_all() -> None:
    assert clauses("risk  Management") == [(["risk"], False), (["management"], False)]


@pytest.mark.parametrize(
    "text",
    [
        '"risk management"',
        "“risk management”",
        "«risk management»",
        "「risk management」",
        '"risk management',
    ],
)
def test_quotes_make_a_phrase_whatever_their_form(text: str) -> None:
    """A quotation that is not closed ends with the text."""
    assert clauses(text) == [(["risk management"], False)]


def test_minus_excludes_a_word_or_a_phrase() -> None:
    assert clauses('risk -finance -"health care"') == [
        (["risk"], False),
        (["finance"], True),
        (["health care"], True),
    ]


def test_minus_within_a_word_is_a_hyphen() -> None:
    assert clauses("risk-based") == [(["risk based"], False)]


def test_star_leaves_the_last_word_open() -> None:
    assert clauses('transparen* "risk manag*" "human overs"*') == [
        (["transparen*"], False),
        (["risk manag*"], False),
        (["human overs*"], False),
    ]


def test_or_makes_alternatives() -> None:
    assert clauses("privacy OR security audit") == [
        (["privacy", "security"], False),
        (["audit"], False),
    ]


def test_what_is_said_twice_is_searched_for_once() -> None:
    assert clauses("risk risk -a -a risks") == [(["risk"], False), (["a"], True)]


def test_number_is_a_phrase_of_its_parts() -> None:
    """Otherwise 5.1 would find 5.10 and 1.5."""
    assert words.read("5.10") == (Clause((Part(("5", "10")),)),)


@pytest.mark.parametrize("text", ["safety and finance", "safety & finance", "safety AND finance"])
def test_and_joins_words_and_need_not_occur(text: str) -> None:
    asked = [each for each in words.read(text) if not each.optional]
    assert asked == list(words.read("safety finance"))


@pytest.mark.parametrize(
    "text", ['risk "and"', 'risk "and" and', 'risk and "and"', '"and" & risk', "risk «And»"]
)
def test_and_in_quotes_has_to_occur(text: str) -> None:
    asked = {each for each in words.read(text) if not each.optional}
    assert asked == {Clause((Part(("risk",)),)), Clause((Part(("and",)),))}


def test_and_in_quotes_may_be_an_alternative() -> None:
    assert clauses('risk OR "and"') == [(["risk", "and"], False)]
    assert clauses('"and" OR risk') == [(["and", "risk"], False)]


def test_and_alone_is_a_word() -> None:
    assert clauses("and") == [(["and"], False)]
    assert clauses("and -a") == [(["and"], False), (["a"], True)]
    assert clauses("privacy OR and") == [(["privacy", "and"], False)]
    assert clauses("privacy OR & security") == [(["privacy", "security"], False)]


@pytest.mark.parametrize(
    "text", ["", " ", "!!!", '""', "-", "*", "OR", "- *", "OR OR", "🤖", "&", "AND"]
)
def test_text_without_words_has_no_clause(text: str) -> None:
    assert words.read(text) == ()


@given(st.text(max_size=80))
def test_no_text_is_an_error(index: Index, text: str) -> None:
    """Nobody who types words has to know a syntax."""
    assert index.search(Request(text)).total >= 0
    assert len(index.suggest(Request(text)).scored) <= 20


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "a",
                    "safety",
                    '"',
                    "-",
                    "*",
                    "OR",
                    "安全",
                    "(",
                    ":",
                    "\\",
                    "5.1",
                    "~2",
                    "name:x",
                ),
                *("and", "&", "AND"),
            ]
        )
    )
)
def test_no_mixture_of_signs_is_an_error(index: Index, pieces: list[str]) -> None:
    """Nor is what means something in the syntax of the library behind."""
    for text in (" ".join(pieces), "".join(pieces)):
        assert index.search(Request(text)).total >= 0


@pytest.mark.parametrize("text", ["a" * 1001, "b " * 101])
def test_far_too_much_is_refused_with_the_limit(text: str) -> None:
    with pytest.raises(BadRequest, match="too many"):
        words.read(text[:1000] if text.startswith("b") else text)
