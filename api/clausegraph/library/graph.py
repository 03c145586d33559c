"""A graph held in this process, and queries over it."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple, Variable

from clausegraph import questions, vocabulary
from clausegraph.engine import evaluation, guard, matches
from clausegraph.errors import QueryError, UnknownResource, UsageError
from clausegraph.library.finding import Finder
from clausegraph.library.result import Result
from clausegraph.questions import SavedQuery
from clausegraph.search import Found, Request, narrowing
from clausegraph.search import search as found_in

_SHOWN = 3

Parameter = str | int | bool | datetime.date | NamedNode | Literal


@dataclass(frozen=True)
class Graph:
    """A release of the graph, held in memory.

    `release` identifies it by 64 hexadecimal digits; name it when you publish a result.
    """

    store: Store = field(repr=False)
    release: str
    finder: Finder = field(default=None, repr=False, compare=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.finder is None:
            object.__setattr__(self, "finder", Finder(self.store))

    def search(self, words: str = "", *, label: str = "", limit: int = 20, **filters: str) -> Found:
        """Return what fits words, the best first, or what is called `label` in any spelling.

        The index is made at the first call. `filters` are those of `/search`: type, jurisdiction,
        scheme, review, document; several values are joined by commas. Raises UsageError for what is
        no filter, and UnknownResource for a value that names nothing in this graph.

        >>> import clausegraph
        >>> graph = clausegraph.open()
        >>> graph.search("computing threshold", type="clause").hits[0].code
        '5.1'
        >>> [hit.code for hit in graph.search(label="malicious actors").hits]
        ['4']
        """
        given = {name: value.split(",") for name, value in filters.items()}
        return self.find(Request(words, label, narrowing(given), limit))

    def find(self, request: Request) -> Found:
        """Return what fits a request; raises as `search` does."""
        found = found_in(self.finder.index(), self.store, request)
        if not found.total:
            for name, iris in request.filters.items():
                for iri in iris:
                    self._refuse_unknown(name, NamedNode(iri))
        return found

    def query(self, name_or_text: str, **parameters: Parameter) -> Result:
        """Answer a saved query by name, or a SPARQL query by its text.

        The prefixes of the registry need no declaration. `parameters` bind variables of the query
        to terms. For a saved query, and for a text with a `#+ parameters:` header, they are read as
        the header says; in any other text, a string is a literal unless it is an IRI in `<...>`.

        Raises UsageError for a wrong name or parameter, UnknownResource for a parameter that names
        nothing in this graph, and QueryError for a query that cannot be answered.

        >>> import clausegraph
        >>> graph = clausegraph.open()
        >>> graph.query("documents/taking-effect", year=2023).rows[0]["title"]
        'Interim Measures for the Management of Generative Artificial Intelligence Services'
        >>> text = "SELECT ?risk ?code WHERE { ?risk a cg:RiskDomain . ?risk skos:notation ?code }"
        >>> graph.query(text, code="4.3").rows[0]["risk"]
        'https://w3id.org/clausegraph/id/concept/mit-risk-domain/4.3'
        >>> graph.query("ASK { documents:ai-safety-commitments a cg:Document }").boolean
        True
        """
        return self.answer(_query(name_or_text), parameters)

    def answer(self, query: SavedQuery, parameters: Mapping[str, Parameter]) -> Result:
        """Answer a query that was loaded or parsed before; raises as `query` does."""
        if not query.header:
            return self._run(query, {name: _term(given) for name, given in parameters.items()})
        terms = query.bind(parameters)
        for name, term in terms.items():
            self._refuse_unknown(name, term)
        return self._run(query, terms)

    def _run(self, query: SavedQuery, terms: Mapping[str, questions.Term]) -> Result:
        """Run a query with variables bound; blank lines for its header keep the lines' numbers."""
        known = vocabulary.prefixes()
        bound: dict[Variable, NamedNode | BlankNode | Literal | Triple]
        bound = {Variable(name): term for name, term in terms.items()}
        try:
            reading = guard.read("\n" * query.header.count("\n") + query.text, known)
            given = {name: str(term) for name, term in terms.items()}
            reading = matches.resolve(reading, known, given, self.finder.index)
            answer = self.store.query(reading.safe, prefixes=dict(known), substitutions=bound)
            return Result.of(answer, self.release)
        except QueryError as error:
            error.file = query.name
            raise
        except SyntaxError as error:
            placed = evaluation.syntax_error(reading, str(error), known)
            placed.file = query.name
            raise placed from error
        except RuntimeError as error:
            raise UsageError(
                f"A parameter is no column of the query: {', '.join(terms)}.",
                remedy="Write each of them after SELECT.",
            ) from error
        except OSError as error:
            raise QueryError(f"The query cannot be answered: {error}.") from error

    def _refuse_unknown(self, name: str, term: questions.Term) -> None:
        """Raise UnknownResource for an IRI that is nowhere in the graph: no row would say so."""
        if not isinstance(term, NamedNode) or self._knows(term):
            return
        folder = term.value.rpartition("/")[0] + "/"
        siblings = {
            quad.subject.value
            for quad in self.store.quads_for_pattern(None, vocabulary.TYPE, None, DefaultGraph())
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(folder)
        }
        near = tuple(difflib.get_close_matches(term.value, siblings, _SHOWN))
        shown = ", ".join(vocabulary.compact(iri) for iri in near)
        hint = f" Nearest: {shown}." if shown else ""
        raise UnknownResource(
            f"Nothing in this graph is {vocabulary.compact(term.value)} ({name}).{hint}",
            suggestions=near,
        )

    def _knows(self, term: NamedNode) -> bool:
        patterns = ((term, None), (None, term))
        return any(
            next(self.store.quads_for_pattern(subject, None, target, DefaultGraph()), None)
            for subject, target in patterns
        )


def _query(name_or_text: str) -> SavedQuery:
    if questions.is_name(name_or_text):
        return questions.load(name_or_text)
    if name_or_text.startswith("#+"):
        return questions.parse(name_or_text, "query", "query")
    return SavedQuery("query", "", "", "", name_or_text, None, {})


def _term(value: Parameter) -> NamedNode | Literal:
    """Return a Python value as a term, for a query that does not say what it takes."""
    if isinstance(value, NamedNode | Literal):
        return value
    if isinstance(value, datetime.date):
        kind = "dateTime" if isinstance(value, datetime.datetime) else "date"
        return Literal(value.isoformat(), datatype=NamedNode(f"{vocabulary.XSD}{kind}"))
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        return NamedNode(value[1:-1])
    return Literal(value)
