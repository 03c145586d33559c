"""Named rules: CONSTRUCTs in `ontology/rules/`, run in file order over what is there so far."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QueryTriples, Store, Triple

from clausegraph import bundle
from clausegraph.errors import InputError
from clausegraph.vocabulary import GRAPH, prefixes

GRAPHS = GRAPH + "derived/"
_ORDERED = re.compile(r"\d\d-(?P<name>[a-z][a-z-]*)")


@dataclass(frozen=True)
class Rule:
    """A rule: its name, its file and its CONSTRUCT."""

    name: str
    path: Path
    text: str

    @property
    def graph(self) -> str:
        """The IRI of the graph that holds what the rule derives."""
        return GRAPHS + self.name


def load() -> list[Rule]:
    """Return the rules in the order in which they run, that of their files' numbers."""
    rules = []
    for path in sorted((bundle.folder("ontology") / "rules").glob("*.rq")):
        match = _ORDERED.fullmatch(path.stem)
        if match is None:
            raise InputError("A rule's file is named like '10-has-clause.rq'.", file=path)
        rules.append(Rule(match["name"], path, path.read_text(encoding="utf-8")))
    return rules


def derive(rule: Rule, store: Store) -> tuple[Triple, ...]:
    """Return what `rule` derives from the store's default graph, sorted."""
    return tuple(sorted(set(run(rule, store)), key=str))


def run(rule: Rule, store: Store) -> QueryTriples:
    """Return what `rule` derives from the store's default graph, as it comes."""
    try:
        derived = store.query(rule.text, prefixes=dict(prefixes()))
    except SyntaxError as error:
        raise InputError(f"The rule does not parse: {error.msg}.", file=rule.path) from error
    if not isinstance(derived, QueryTriples):
        raise InputError("A rule is a CONSTRUCT.", file=rule.path)
    return derived
