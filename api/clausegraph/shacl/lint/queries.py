"""Queries and regular expressions in shapes: do they parse, and give what a validator needs?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import Literal

from clausegraph.errors import ClausegraphError, NotCovered
from clausegraph.shacl import sparql
from clausegraph.shacl.lint.faults import Fault, error, warning
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH

QUERY = error("bad-query", "Each query parses, selects $this or asks, and can be asked of nodes.")
SLOW = warning("not-compiled", "Each query and pattern can be asked of all nodes at once.")
PATTERN = error("bad-pattern", "Each sh:pattern is a regular expression.")
RULES = (QUERY, SLOW, PATTERN)

_FORMS = ("SELECT", "ASK")
_OWNING = ("sparql", "validator", "nodeValidator", "propertyValidator")


def check(sheet: Sheet) -> Iterator[Fault]:
    """Find queries and regular expressions that cannot be evaluated."""
    for owning in _OWNING:
        for owner in sheet.graph.subjects(SH + owning):
            for node in sheet.values(owner, owning):
                for form in _FORMS:
                    yield from _query(sheet, owner, node, form)
    for shape in sheet.shapes:
        yield from _patterns(sheet, shape)


def _query(sheet: Sheet, owner: Term, node: Term, form: str) -> Iterator[Fault]:
    """Hold a query against what SHACL allows (SHACL 1.0, section 5.2.1 and appendix A)."""
    for text in sheet.values(node, form.lower()):
        place = (SH + form.lower(), text)
        try:
            query = sparql.read_text(sheet.graph, node, form, sheet.name(owner))
            sparql.check(query, form, sparql.PREBOUND)
        except (NotCovered, RuntimeError) as error:  # the engine's, for a function of somebody's
            message = f"{error} pySHACL evaluates it, which takes far longer."
            yield SLOW.broken(owner, message, *place, subject=node)
        except ClausegraphError as error:
            yield QUERY.broken(owner, str(error), *place, subject=node)


def _patterns(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    flags = [value.value for value in sheet.values(shape, "flags") if isinstance(value, Literal)]
    for pattern in sheet.values(shape, "pattern"):
        if not isinstance(pattern, Literal) or _compiles(pattern.value, "".join(flags[:1])):
            continue
        what = f"The sh:pattern of {sheet.name(shape)} is no regular expression"
        rule, rest = PATTERN, "that anybody knows: correct it."
        if _is_pythons(pattern.value):
            rule, rest = SLOW, "of XPath, as SHACL wants it: pySHACL evaluates it, far slower."
        yield rule.broken(shape, f"{what} {rest}", SH + "pattern", pattern)


def _is_pythons(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _compiles(pattern: str, flags: str) -> bool:
    test = f'SELECT (REGEX("", {Literal(pattern)}, {Literal(flags)}) AS ?is) WHERE {{}}'
    answer = pyoxigraph.Store().query(test)
    return isinstance(answer, pyoxigraph.QuerySolutions) and next(answer)["is"] is not None
