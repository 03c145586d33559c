"""Finding a quote in a source: white space and the kind of apostrophe do not count."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clausegraph.errors import InputError, UsageError
from clausegraph.evidence import Passage, digest, file_digest, locate, normalise

BLANKS = " \t\n\r\u00a0\u2003\u3000\u200b\u2060\ufeff"
APOSTROPHES = "'\u2018\u2019\u02bc\u0060\u00b4"

texts = st.text(st.sampled_from("ab'\u2019 \u00a0\n\u4e2d\U0001f600"), min_size=1, max_size=60)


@given(st.data())
def test_any_slice_is_found_after_any_change_of_white_space_and_apostrophes(
    data: st.DataObject,
) -> None:
    """Positions start at the first quoted character and end after the last, in the raw text."""
    text = data.draw(texts)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(normalise(text[start]) and normalise(text[end - 1]))
    quote = "".join(
        data.draw(st.text(st.sampled_from(BLANKS), max_size=2))
        + (data.draw(st.sampled_from(APOSTROPHES)) if char in APOSTROPHES else char)
        for char in text[start:end]
        if normalise(char)
    )
    whole, needle = normalise(text), normalise(quote)
    occurrence = 1 + sum(
        whole.startswith(needle, place) for place in range(len(normalise(text[:start])))
    )
    assert locate(text, quote, occurrence) == Passage(start, end)


@given(st.data())
def test_located_passage_has_the_digest_of_the_quote(data: st.DataObject) -> None:
    text = data.draw(texts)
    assume(normalise(text))
    passage = locate(text, text)
    assert digest(text[passage.start : passage.end]) == digest(text)


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_line_ends_and_characters_beyond_the_basic_plane_count_one_code_point_each() -> None:
    assert locate("\U0001f600\r\nquoted", "quoted") == Passage(3, 9)


def test_words_that_run_together_in_the_source_are_found() -> None:
    assert locate("see outputlabeling here", "output labeling") == Passage(4, 18)


def test_case_is_not_folded() -> None:
    with pytest.raises(UsageError):
        locate("Every Change", "every change")


def test_quote_of_nothing_but_white_space_is_refused() -> None:
    with pytest.raises(UsageError, match="empty"):
        locate("text", " \u00a0\u200b")


def test_quote_found_several_times_is_refused_with_the_count_and_the_places() -> None:
    with pytest.raises(UsageError, match=r"3 times, at positions 0, 4, 8\."):
        locate("one one one", "one")


def test_occurrence_picks_one_of_several_and_overlapping_ones_count() -> None:
    assert locate("a a a", "aa", 2) == Passage(2, 5)


@pytest.mark.parametrize("occurrence", [0, -1, 3])
def test_occurrence_that_is_not_there_is_refused(occurrence: int) -> None:
    with pytest.raises(UsageError, match=rf"no occurrence {occurrence}: .* 2 time"):
        locate("one one", "one", occurrence)


def test_quote_that_is_not_there_is_answered_with_how_far_it_matches() -> None:
    with pytest.raises(UsageError) as caught:
        locate("First. A log of every change.", "log of every day")
    message = str(caught.value)
    assert re.search(r"matches at position 9 for 10 of 13 characters", message)
    assert "'logofevery'" in message


@given(texts.map("a".__add__), st.text(st.sampled_from("abc' "), max_size=12), st.data())
def test_hint_names_the_longest_prefix_that_the_source_has(
    text: str, rest: str, data: st.DataObject
) -> None:
    """The quote begins as the source does somewhere, and goes on with a letter it has nowhere."""
    whole = normalise(text)
    start = data.draw(st.integers(0, len(whole) - 1))
    needle = whole[start : data.draw(st.integers(start + 1, len(whole)))] + "c" + normalise(rest)
    longest = max(n for n in range(1, len(needle)) if needle[:n] in whole)
    with pytest.raises(UsageError, match=rf"for {longest} of {len(needle)} characters"):
        locate(text, needle)


def test_quote_with_nothing_in_common_says_so() -> None:
    with pytest.raises(UsageError, match="not even its first character"):
        locate("abc", "xyz")


def test_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"first\nsecond \xff")
    with pytest.raises(InputError) as caught:
        file_digest(path)
    assert caught.value.line == 2
