"""Matching: what was typed as a query of the search library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from clausegraph.search import folding, spelling
from clausegraph.search.fields import NAME, OTHER, TEXT
from clausegraph.search.schema import BEGIN, LABEL, SHORT, START
from clausegraph.search.words import Clause, Part, Typed

# How much more a match in a name is worth than one in a text.
_WORTH = {NAME: 4.0, OTHER: 3.0, TEXT: 1.0}
_EXACT = 40.0  # for a name that is just what was typed
_TOGETHER = 6.0  # for words that stand in a name as they were typed
_TERMS = 32  # words that a beginning is taken for, among suggestions
_SHARE = 0.1  # of what the other fields are worth, beside the best

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
Query = Any  # tantivy.Query, whose stubs the checker of types need not know


@dataclass(frozen=True)
class Matcher:
    """Makes queries for one index."""

    searcher: Any
    schema: Any

    def found(self, clauses: Sequence[Clause], *, is_open: bool = False) -> Query:
        """Return what fits all clauses, the best first; without clauses everything does if it
        `is_open`, and else nothing."""
        if not clauses:
            return tantivy.Query.all_query() if is_open else tantivy.Query.empty_query()
        asked = [clause for clause in clauses if not clause.optional]
        parts = [(_NOT if clause.excluded else _MUST, self._any(clause.parts)) for clause in asked]
        if all(clause.excluded for clause in asked):
            parts.append((_MUST, tantivy.Query.all_query()))
        return tantivy.Query.boolean_query([*parts, *self._better(clauses)])

    def labelled(self, label: str) -> Query:
        """Return what is called `label`, however that is spelt."""
        return self._worth(self._called(folding.keys(label)), 1.0)

    def _called(self, keys: Sequence[str]) -> Query:
        """Return what has a name with one of some keys."""
        return tantivy.Query.term_set_query(self.schema, LABEL, list(keys))

    def begun(self, typed: Typed) -> Iterator[Query]:
        """Yield what may be meant by a name that is still being typed, the likeliest first: what is
        called just so; what begins so; what has all the words; and what begins so if blanks do not
        count. Each finds its best without looking at all that fit."""
        if not typed.parts:
            return
        yield self._called(folding.keys(typed.text))
        lead, *more = typed.parts
        tokens = lead.tokens
        is_open = len(tokens) == 1 and lead.begins
        first = self._leads(tokens[0], is_open=is_open)
        rest = [lead, *more] if len(tokens) > 1 else more
        yield self._all([(_MUST, first), *self._following(rest)])
        yield self._all(self._following(typed.parts))
        if len(key := "".join(token for part in typed.parts for token in part.tokens)) > SHORT:
            yield self._worth(self._prefix(LABEL, key), 1.0)

    def _leads(self, word: str, *, is_open: bool) -> Query:
        """Return what has a name that begins with a word, which may go on where it `is_open`."""
        if is_open and len(word) > SHORT:
            return self._some(BEGIN, START, word)
        return self._term(BEGIN, START + word)

    def _following(self, parts: Sequence[Part]) -> list[tuple[Any, Query]]:
        """Return what has words in its names, of which the last may go on."""
        found = []
        for part in parts:
            whole = part.tokens[:-1] if part.begins else part.tokens
            if whole:
                ways = [tokens for tokens in (whole, part.other) if tokens]
                fields = [self._phrase(field, way) for field in (NAME, OTHER) for way in ways]
                found.append((_MUST, tantivy.Query.disjunction_max_query(fields, _SHARE)))
            if part.begins:
                found.append((_MUST, self._open(part.tokens[-1])))
        return found

    def _open(self, word: str) -> Query:
        """Return what has a word in its names that begins so."""
        if len(word) <= SHORT:
            return self._term(BEGIN, word)
        fields = [(_SHOULD, self._some(field, "", word)) for field in (NAME, OTHER)]
        return tantivy.Query.boolean_query(fields)

    def _some(self, field: str, before: str, word: str) -> Query:
        """Return what has one of the most frequent words that begin so."""
        counts: dict[str, int] = {before + folding.fold(word): 0}
        for begun in sorted(spelling.begun(word)):
            counts |= dict(self.searcher.terms_with_prefix(field, before + begun, limit=_TERMS))
        terms = sorted(counts, key=lambda term: (-counts[term], term))[:_TERMS]
        return tantivy.Query.boolean_query([(_SHOULD, self._term(field, term)) for term in terms])

    @staticmethod
    def _all(parts: Sequence[tuple[Any, Query]]) -> Query:
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def narrowed(self, query: Query, filters: Iterable[tuple[str, Sequence[str]]]) -> Query:
        """Return what fits `query` and has, for each filter, one of its values."""
        asked = [
            (_MUST, self._worth(tantivy.Query.term_set_query(self.schema, name, list(values)), 0.0))
            for name, values in filters
        ]
        return tantivy.Query.boolean_query([(_MUST, query), *asked]) if asked else query

    def _better(self, clauses: Sequence[Clause]) -> list[tuple[Any, Query]]:
        """Return what makes a hit better: to be called so, and to have the words together."""
        wanted = [clause for clause in clauses if not clause.excluded]
        if not wanted or any(len(clause.parts) > 1 for clause in wanted):
            return []
        if any(clause.parts[0].begins for clause in wanted):
            return []
        needed = [clause for clause in wanted if not clause.optional]
        spelled = [_tokens(each) for each in ((wanted, needed) if needed != wanted else (wanted,))]
        exact = self._called([folding.joined(tokens) for tokens in spelled])
        better = [(_SHOULD, self._worth(exact, _EXACT))]
        if len(needed) > 1:
            phrases = [self._phrase(NAME, tokens) for tokens in spelled]
            together = tantivy.Query.disjunction_max_query(phrases)
            better.append((_SHOULD, tantivy.Query.boost_query(together, _TOGETHER)))
        return better

    def _any(self, parts: Sequence[Part]) -> Query:
        """Return what has one of the parts in any field."""
        queries = [self._best(lambda field, part=part: self._part(field, part)) for part in parts]
        return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)

    def _part(self, field: str, part: Part) -> Query:
        *before, last = part.tokens
        if part.other:
            ways = [self._phrase(field, tokens) for tokens in (part.tokens, part.other)]
            return tantivy.Query.disjunction_max_query(ways)
        if not part.begins:
            return self._phrase(field, part.tokens)
        if not before:
            return self._begins(field, last)
        ends = "|".join(f"{re.escape(begun)}.*" for begun in sorted(spelling.begun(last)))
        pattern = f"({ends}|{re.escape(folding.fold(last))})"
        words: list[str | tuple[int, str]] = [re.escape(token) for token in before]
        return tantivy.Query.regex_phrase_query(self.schema, field, [*words, pattern])

    def _phrase(self, field: str, tokens: Sequence[str]) -> Query:
        if len(tokens) == 1:
            return self._term(field, tokens[0])
        return tantivy.Query.phrase_query(self.schema, field, list(tokens))

    def _term(self, field: str, token: str) -> Query:
        return tantivy.Query.term_query(self.schema, field, token)

    def _begins(self, field: str, token: str) -> Query:
        """Return what has a word that begins so, in either spelling, or is its singular."""
        whole = self._term(field, folding.fold(token))
        begun = [self._prefix(field, each) for each in sorted(spelling.begun(token))]
        return tantivy.Query.disjunction_max_query([whole, *begun])

    def _prefix(self, field: str, token: str) -> Query:
        return tantivy.Query.fuzzy_term_query(self.schema, field, token, distance=0, prefix=True)

    def _best(self, of: Any) -> Query:
        """Return what is found in any field, at the worth of the best."""
        fields = [tantivy.Query.boost_query(of(field), worth) for field, worth in _WORTH.items()]
        return tantivy.Query.disjunction_max_query(fields, _SHARE)

    @staticmethod
    def _worth(query: Query, worth: float) -> Query:
        return tantivy.Query.const_score_query(query, worth)


def _tokens(clauses: Sequence[Clause]) -> list[str]:
    """Return the tokens of clauses that have one part each."""
    return [token for clause in clauses for token in clause.parts[0].tokens]
