"""What a page costs: bytes on the way, time until something is seen, and nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explored import PAGES, READING

BUDGET = 150_000  # bytes, compressed, of a reading page with all that it loads
SMALLEST = 1_000
FIRST_PAINT = 1_000  # milliseconds
SLIGHT = 0.1  # what "Web Vitals" call good
TRIES = 3  # a machine that is busy with other things is no fault of a page

# How much what was drawn has moved by itself, and when anything was drawn first.
MEASURE = """async () => {
  const shifts = await new Promise((done) => {
    const found = [];
    new PerformanceObserver((list) => found.push(...list.getEntries()))
      .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(found), 250);
  });
  const loaded = [...performance.getEntriesByType("navigation"),
                  ...performance.getEntriesByType("resource")];
  return {
    shift: shifts.filter((item) => !item.hadRecentInput).reduce((sum, item) => sum + item.value, 0),
    moved: shifts.flatMap((item) => item.sources.map((source) => source.node?.outerHTML?.slice(0, 120))),
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    bytes: loaded.reduce((sum, item) => sum + item.transferSize, 0),
    files: loaded.map((item) => `${item.transferSize} ${item.name}`),
  };
}"""


@pytest.fixture(scope="module")
def measured(window: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Tell what it costs to open a page for the first time; asked again, tell the same."""
    kept: dict[tuple[str, int], dict[str, Any]] = {}

    def measure(address: str, width: int = 1440, *, again: bool = False) -> dict[str, Any]:
        if again or (address, width) not in kept:
            found = window(width=width)
            found.goto(address)
            kept[address, width] = found.evaluate(MEASURE)
            found.context.close()
        return kept[address, width]

    return measure


@pytest.mark.parametrize("name", READING)
def test_a_reading_page_is_small(measured: Callable[..., dict[str, Any]], name: str) -> None:
    """At most 150 kB, compressed, with everything that it loads."""
    found = measured(READING[name])
    assert found["bytes"] <= BUDGET, found["files"]
    assert found["bytes"] > SMALLEST  # Sizes are told at all.


@pytest.mark.parametrize("name", READING)
def test_a_reading_page_is_seen_within_a_second(
    measured: Callable[..., dict[str, Any]], name: str
) -> None:
    """First contentful paint."""
    found = [measured(READING[name])["paint"]]
    while min(found) >= FIRST_PAINT and len(found) < TRIES:
        found.append(measured(READING[name], again=True)["paint"])
    assert min(found) < FIRST_PAINT


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_page_moves_by_itself(
    measured: Callable[..., dict[str, Any]], name: str, width: int
) -> None:
    """Cumulative layout shift: none of a reading page, hardly any where an editor is loaded."""
    most = 0 if name in READING else SLIGHT
    found = [measured(PAGES[name], width)]
    while round(found[-1]["shift"], 3) > most and len(found) < TRIES:  # A page cut in two by a
        found.append(measured(PAGES[name], width, again=True))  # busy machine is drawn twice.
    assert round(found[-1]["shift"], 3) <= most, found[-1]["moved"]
