"""Growth: every saved query and the views, asked at one size and at ten times that.

What grows with the square of the graph takes a hundred times as long; nothing may take more than
MOST times as long, and everything has to be answered within the service's own limit.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bench.load import Target, send
from clausegraph import questions
from clausegraph.questions import SavedQuery

MOST = 15.0  # times as long, when the graph is ten times as large
LEAST = 0.05  # seconds: below, a factor tells of chance
JSON = "application/sparql-results+json"
JSON_LD = "application/ld+json"

_PATIENCE = 150.0  # seconds; the service's own limit is shorter
_DOCUMENT = "document/generated-000003"
# Things of the generated graph, for parameters whose examples are things of the shipped one.
_EXAMPLES = {
    "document": _DOCUMENT,
    "final": _DOCUMENT,
    "clause": f"{_DOCUMENT}/clause/1.1",
    "subject": _DOCUMENT,
}
_VIEWS = (
    "/api/coverage",
    "/api/coverage?level=domain",
    "/api/gaps",
    "/api/gaps?level=concept",
    "/api/compare?documents=generated-000003,generated-000004",
    "/api/documents",
    "/api/clauses",
    "/api/clauses?before=end",
    "/api/classifications",
    "/api/classifications?before=end",
    "/api/classifications?review=unreviewed",
    "/api/actors",
    "/api/sources",
    "/api/concepts",
    f"/doc/{_DOCUMENT}",
    "/doc/source/generated-a",
    "/doc/actor/generated-a",
    "/doc/concept/mit-risk-domain/2.1",
    "/doc/concept/review-status/unreviewed",
)
_SELECTED = re.compile(r"SELECT([^{]*?)WHERE \{")

Row = dict[str, Any]


def measure(url: str) -> list[Row]:
    """Return how long everything takes a service at `url` that has answered none of it before."""
    return [*_questions(url), *_views(url)]


def compare(smaller: Iterable[Row], larger: Iterable[Row]) -> list[Row]:
    """Return what was measured at two sizes side by side, with how many times as long it takes."""
    before = {row["name"]: row for row in smaller}
    found = []
    for row in larger:
        first = before[row["name"]]
        factor = None
        if {first["status"], row["status"]} == {http.client.OK}:
            factor = max(row["seconds"], LEAST) / max(first["seconds"], LEAST)
        found.append({**row, "seconds_before": first["seconds"], "factor": factor})
    return found


def show(rows: Iterable[Row]) -> None:
    """Print each question and view, how long it takes, and by what it has grown."""
    print(f"\n{'asked':<48} {'before':>9} {'after':>9} {'factor':>7} {'bytes':>12}")
    for row in rows:
        factor, mark = row["factor"], ""
        if factor is None:
            mark = f"  status {row['status']}"
        elif factor > MOST:
            mark = f"  more than {MOST:g}"
        shown = "-" if factor is None else f"{factor:.1f}"
        print(
            f"{row['name']:<48} {row['seconds_before']:>7.2f} s {row['seconds']:>7.2f} s "
            f"{shown:>7} {row['bytes']:>12,}{mark}"
        )


def _questions(url: str) -> Iterator[Row]:
    for name, query in questions.load_all().items():
        sent = send(Target(f"{url}/sparql", JSON, bound(query)), _PATIENCE)
        yield _row(name, sent.status, sent.seconds, sent.size)


def bound(query: SavedQuery) -> str:
    """Return the text of a query with its defaults and what it requires bound.

    Each SELECT that has a parameter for a column has its value too, so that the planner begins with
    it everywhere: a value outside a group does not narrow what is looked for inside.
    """
    given = {
        name: _EXAMPLES.get(name, parameter.example)
        for name, parameter in query.parameters.items()
        if parameter.required
    }
    terms = query.bind(given)

    def narrowed(match: re.Match[str]) -> str:
        listed = [name for name in terms if re.search(rf"\?{name}\b", match[1])]
        values = "".join(f" VALUES ?{name} {{ {terms[name]} }}" for name in listed)
        return match[0] + values

    return _SELECTED.sub(narrowed, query.text)


def _views(url: str) -> Iterator[Row]:
    parts = urlsplit(url)
    for path in _VIEWS:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
        start = time.perf_counter()
        try:
            connection.request("GET", path, headers={"Accept": JSON_LD})
            answer = connection.getresponse()
            size, status = len(answer.read()), answer.status
        except (OSError, http.client.HTTPException):
            size, status = 0, 0
        finally:
            connection.close()
        yield _row(path, status, time.perf_counter() - start, size)


def _row(name: str, status: int, seconds: float, size: int) -> Row:
    return {"name": name, "status": status, "seconds": seconds, "bytes": size}
