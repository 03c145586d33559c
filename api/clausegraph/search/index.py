"""The index: a folder beside the graph, read by each process that answers queries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausegraph.errors import InputError, QueryError
from clausegraph.search import words
from clausegraph.search.fields import FACETS
from clausegraph.search.request import Request
from clausegraph.search.schema import FORMAT, IRI, MARK

_VALUES = 200  # of a facet that are counted, the most frequent

Counts = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True)
class Hits:
    """The IRIs of a page of a ranked list, with scores, and how many things the list has in all."""

    scored: tuple[tuple[str, float], ...]
    total: int


@dataclass(frozen=True)
class Index:
    """An open search index."""

    searcher: Any
    matcher: Any

    @classmethod
    def open(cls, path: Path) -> Index:
        """Return the index at `path`, to read only; no file is opened afterwards.

        Raises InputError where there is no whole index of this version.
        """
        _check(path)
        import tantivy  # noqa: PLC0415  (only processes that search load it)

        from clausegraph.search.matching import Matcher  # noqa: PLC0415

        try:
            index = tantivy.Index.open(str(path))
            index.config_reader("manual")
            searcher = index.searcher()
            return cls(searcher, Matcher(searcher, index.schema))
        except (OSError, ValueError) as error:
            raise _unreadable(path, str(error)) from error

    def search(self, request: Request) -> Hits:
        """Return a page of what fits a request, the best first."""
        query = self._query(request, request.filters)
        found = self._searched(query, max(request.limit, 1), offset=request.offset)
        hits = found.hits if request.limit else ()
        return Hits(self._iris(hits), found.count)

    def facets(self, request: Request) -> Counts:
        """Return, for each facet, its values among what fits a request, the most frequent first.

        What a facet itself is narrowed down to does not count for it: one may want another value.
        """
        free = [name for name in FACETS if name not in request.filters]
        counts = self._counted(request, request.filters, free)
        for name in FACETS:
            if name in request.filters:
                others = {key: each for key, each in request.filters.items() if key != name}
                counts |= self._counted(request, others, [name])
        return {name: counts[name] for name in FACETS}

    def suggest(self, request: Request) -> Hits:
        """Return the things whose names have the words so far, the last of which may go on."""
        found: dict[str, float] = {}
        for query in self.matcher.begun(words.Typed.of(request.words)):
            narrowed = self.matcher.narrowed(query, request.filters.items())
            hits = self._searched(narrowed, request.limit, count=False).hits
            for iri, score in self._iris(hits):
                found.setdefault(iri, score)
            if len(found) >= request.limit:
                break
        return Hits(tuple(found.items())[: request.limit], len(found))

    def matching(self, text: str, most: int) -> tuple[list[str], int]:
        """Return the IRIs of all things that fit words, if they are `most` at most, and how many
        they are."""
        if not words.read(text):
            return [], 0
        query = self._query(Request(text), {})
        total = self._searched(query, 1).count
        if not 0 < total <= most:
            return [], total
        found = self._searched(query, total, count=False)
        return sorted(iri for iri, _ in self._iris(found.hits)), total

    def _query(self, request: Request, filters: Mapping[str, Sequence[str]]) -> Any:
        if request.label:
            query = self.matcher.labelled(request.label)
        else:
            query = self.matcher.found(words.read(request.words), is_open=not request.words.strip())
        return self.matcher.narrowed(query, filters.items())

    def _counted(
        self, request: Request, filters: Mapping[str, Sequence[str]], names: Sequence[str]
    ) -> dict[str, list[tuple[str, int]]]:
        if not names:
            return {}
        wanted = {name: {"terms": {"field": name, "size": _VALUES}} for name in names}
        try:
            found = self.searcher.aggregate(self._query(request, filters), wanted)
        except ValueError as error:
            raise _gave_up(error) from error
        return {
            name: sorted(
                ((each["key"], int(each["doc_count"])) for each in found[name]["buckets"]),
                key=lambda item: (-item[1], item[0]),
            )
            for name in names
        }

    def _searched(self, query: Any, most: int, **how: Any) -> Any:
        """Return what the library finds, or raise QueryError where it gives up."""
        try:
            return self.searcher.search(query, most, **how)
        except ValueError as error:
            raise _gave_up(error) from error

    def _iris(self, hits: Any) -> tuple[tuple[str, float], ...]:
        return tuple((self.searcher.doc(place)[IRI][0], float(score)) for score, place in hits)


def _gave_up(error: ValueError) -> QueryError:
    return QueryError(
        f"The search gave no answer: {str(error).rstrip('.')}.",
        remedy="Search for whole words, or for longer beginnings.",
    )


def _check(path: Path) -> None:
    """Raise InputError for what is no whole index that this version has made."""
    try:
        made = json.loads((path / MARK).read_text(encoding="utf-8"))
        if isinstance(made, dict) and made.get("format") == FORMAT:
            return
        reason = "another version has made it"
    except FileNotFoundError:
        reason = "it is not whole"
    except (OSError, ValueError) as error:
        reason = str(error)
    raise _unreadable(path, reason)


def _unreadable(path: Path, reason: str) -> InputError:
    return InputError(
        f"The search index cannot be read: {reason.rstrip('.')}.",
        file=path,
        remedy="Load the graph again: that makes it anew.",
    )
