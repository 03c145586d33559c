"""The answer cache: bounded in bytes, found by validator or by a request's own bytes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clausegraph.web.answercache import AnswerCache, Kept, raw_key

ROOM = 100_000


def kept(tag: str, size: int = 100) -> Kept:
    return Kept("ASK {}", tag, (), b"x" * size)


def scope(target: bytes = b"query=ASK%20%7B%7D", **fields: str) -> dict[str, Any]:
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
    return {"scheme": "http", "query_string": target, "headers": headers}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9000))))
def test_it_never_takes_more_than_its_room(entries: list[tuple[int, int]]) -> None:
    cache = AnswerCache(ROOM)
    for number, size in entries:
        cache.put(kept(f'"{number}"', size))
        assert cache.size <= ROOM


def test_one_answer_does_not_take_all_the_room() -> None:
    cache = AnswerCache(ROOM)
    cache.put(kept('"small"'))
    cache.put(kept('"large"', ROOM // 2))
    assert cache.get('"large"') is None
    assert cache.get('"small"') is not None


def test_without_room_nothing_is_kept() -> None:
    cache = AnswerCache(0)
    cache.put(kept('"a"'))
    assert len(cache) == 0


def test_a_request_is_found_by_what_its_answer_depends_on() -> None:
    """RFC 9111, section 4: method, target and the fields that Vary names."""
    cache = AnswerCache(ROOM)
    cache.put(kept('"a"'))
    cache.remember(raw_key(scope(host="h", accept="text/csv"), "1"), '"a"')
    assert cache.find(raw_key(scope(host="h", accept="text/csv", user_agent="x"), "1"))
    for other in (
        raw_key(scope(host="h", accept="text/csv"), "2"),
        raw_key(scope(host="h"), "1"),
        raw_key(scope(host="i", accept="text/csv"), "1"),
        raw_key(scope(host="h", accept="text/csv", accept_encoding="gzip"), "1"),
        raw_key(scope(b"query=ASK%20%7B%20%7D", host="h", accept="text/csv"), "1"),
        None,
    ):
        assert cache.find(other) is None


def test_a_request_for_an_answer_that_is_gone_is_not_found() -> None:
    cache = AnswerCache(ROOM)
    key = raw_key(scope(host="h"), "1")
    cache.put(kept('"first"', ROOM // 20))
    cache.remember(key, '"first"')
    for number in range(40):
        cache.put(kept(f'"{number}"', ROOM // 20))
    assert cache.find(key) is None


def test_a_request_that_takes_reading_has_no_key() -> None:
    """Doubled fields, no query, a long address."""
    doubled = scope(host="h")
    doubled["headers"] += [(b"accept", b"a/b"), (b"accept", b"c/d")]
    assert raw_key(doubled, "1") is None
    assert raw_key(scope(b""), "1") is None
    assert raw_key(scope(b"x" * 5000), "1") is None


def test_a_request_with_long_fields_has_no_key() -> None:
    """A client chooses their length, and thousands of them are kept."""
    for name in ("host", "accept", "accept_encoding"):
        assert raw_key(scope(**{"host": "h", name: "x" * 5000}), "1") is None


def test_a_request_without_a_host_has_no_key() -> None:
    """RFC 9110, section 7.2: HTTP/1.0 needs none; which address it came in by is not in its bytes."""
    assert raw_key(scope(accept="text/csv"), "1") is None


@given(st.lists(st.integers(0, 4000), max_size=60))
def test_the_requests_that_are_found_at_once_count_as_room(lengths: list[int]) -> None:
    cache = AnswerCache(ROOM)
    cache.put(kept('"a"'))
    for number, length in enumerate(lengths):
        target = b"query=%d%b" % (number, b"x" * length)
        cache.remember(raw_key(scope(target, host="h"), "1"), '"a"')
        assert cache.size <= ROOM
