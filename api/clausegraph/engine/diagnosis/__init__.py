"""Why a query gave nothing: the pattern at fault, and what to write instead."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from pyoxigraph import NamedNode, Quad, Store

from clausegraph.engine import guard, matches
from clausegraph.engine.diagnosis import cost, cursor, empty, syntax
from clausegraph.engine.diagnosis.probe import Late, Probe
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Diagnosis, Limits, Query, Symptom
from clausegraph.errors import ClausegraphError

SECONDS = 1.5

_FINDERS: Mapping[Symptom, Callable[[Probe], Diagnosis | None]] = {
    "empty": empty.find,
    "timeout": cost.find,
}


def warm_up() -> None:
    """Do once what a later diagnosis may need files for: a worker can open none."""
    example = NamedNode("https://example.org/")
    store = Store()
    store.add(Quad(example, example, example))
    evaluator = Evaluator(store, {}, Limits())
    for text in ("SELECT * { ?s <https://example.com/> 'x' }", "SELECT * { ?s ?p ?o . ?a ?b ?c }"):
        for symptom in _FINDERS:
            diagnose(evaluator, Query(text, None, None, None), symptom)


def diagnose(evaluator: Evaluator, query: Query, symptom: Symptom) -> Diagnosis | None:
    """Return why `query`, which gave nothing or ran out of time, did so, or None where it is not
    known; takes no longer than SECONDS, but for one evaluation that has begun by then."""
    deadline = time.monotonic() + SECONDS
    try:
        reading = guard.read(query.text, evaluator.prefixes)
        if matches.asked(query.text, evaluator.prefixes):
            return None  # What was found by words is not told from what they were joined with.
        select = syntax.read(query.text)
        probe = Probe.make(evaluator, query, reading, select, deadline)
        return _FINDERS[symptom](probe)
    except (cursor.Unreadable, Late):
        return None
    except (ClausegraphError, MemoryError, OSError, RuntimeError, SyntaxError, ValueError):
        return None
