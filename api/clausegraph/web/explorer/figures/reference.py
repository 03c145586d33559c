"""The pages of the reference: every term of the ontology, and what the shapes want of it."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import vocabulary
from clausegraph.errors import UnknownResource
from clausegraph.formats import HTML, Syntax
from clausegraph.web import vocabularies
from clausegraph.web.analyses import Analysis
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import diagram
from clausegraph.web.explorer.figures.diagram import Arrow, Diagram
from clausegraph.web.explorer.figures.ontology import (
    CLASS,
    PROPERTY,
    Demanded,
    Entry,
    Ontology,
    Rule,
)
from clausegraph.web.explorer.figures.painter import Painter
from clausegraph.web.explorer.figures.serving import Figure, Serving, Shown
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.restored import restored
from clausegraph.web.terms import Authored

PATH = "/reference"

Key = tuple[str, bool]  # a release, and whether it is asked for by its name


@dataclass(frozen=True)
class Reference:
    """Serves the reference; what the ontology says is read once a release."""

    explorer: Explorer
    painter: Painter
    _kept: dict[Key, Ontology] = field(default_factory=dict)

    async def index(self, request: Request) -> Response:
        """Answer `/reference`."""
        figure = Figure("reference", _analysis(PATH), "reference.html", self._list)
        return await Serving(self.explorer, figure, self.painter).handler(HTML)(request)

    async def shape(self, request: Request) -> Response:
        """Answer `/reference/shapes/{shape}`."""
        name = request.path_params["shape"]
        analysis = _analysis(f"{PATH}/shapes/{name}")
        gather = partial(self._shape, name)
        figure = Figure(f"shape-{name}", analysis, "reference_shape.html", gather)
        return await Serving(self.explorer, figure, self.painter).handler(HTML)(request)

    def term(self, form: Syntax) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of a term: its page, or its diagram in another form."""

        async def handle(request: Request) -> Response:
            name = request.path_params["term"]
            analysis, gather = _analysis(f"{PATH}/{name}"), partial(self._term, name)
            template = "reference_term.html"
            figure = Figure(f"term-{name}", analysis, template, gather, is_inline=True)
            return await Serving(self.explorer, figure, self.painter).handler(form)(request)

        return handle

    async def _ontology(self, enquiry: Enquiry) -> Ontology:
        engine = self.explorer.documents.engine
        key = (engine.release, bool(enquiry.below))
        if key not in self._kept:
            read = partial(restored, engine) if enquiry.below else vocabularies.authored
            terms, shapes = await read("ontology"), await read("shapes")
            self._kept.clear()
            self._kept[key] = await run_in_threadpool(_read, terms, shapes)
        return self._kept[key]

    async def _list(self, _explorer: Explorer, enquiry: Enquiry) -> Shown:
        ontology = await self._ontology(enquiry)
        page = {
            "classes": ontology.of_kind(CLASS),
            "properties": ontology.of_kind(PROPERTY),
            "rules": list(ontology.rules.values()),
        }
        return Shown("Reference", "", page)

    async def _term(self, name: str, _explorer: Explorer, enquiry: Enquiry) -> Shown:
        ontology = await self._ontology(enquiry)
        entry = ontology.entries.get(name)
        if entry is None:
            raise _unknown(name, "term", list(ontology.entries), vocabulary.CG)
        iri = entry.name.iri
        rules = ontology.rules_of(iri)
        wanting = [] if entry.kind == CLASS else ontology.wanting(iri)
        page = {
            "term": entry,
            "rules": rules,
            "wanting": wanting,
            "owned": ontology.owned(iri),
            "pointing": ontology.pointing(iri),
            "line": next(iter(ontology.lines(iri)), []),
            "inherited": _inherited(ontology, iri, rules),
        }
        drawn = _of_class(entry, rules, ontology) if entry.kind == CLASS else _of_property(entry)
        demands = [(rule, demand) for rule in rules for demand in rule.demands] or wanting
        draw, table = partial(diagram.draw, drawn), partial(_table, demands)
        return Shown(f"cg:{name}", entry.definition, page, draw, table)

    async def _shape(self, name: str, _explorer: Explorer, enquiry: Enquiry) -> Shown:
        ontology = await self._ontology(enquiry)
        rule = ontology.rules.get(name)
        if rule is None:
            raise _unknown(name, "shape about anything", list(ontology.rules), _shape_iri(""))
        page = {"rule": rule, "iri": _shape_iri(name)}
        return Shown(f"shape:{name}", "", page)


def _read(terms: Authored, shapes: Authored) -> Ontology:
    found = Ontology(terms.triples, shapes.triples)
    assert found.entries is not None  # noqa: S101 - read here, off the event loop
    assert found.rules is not None  # noqa: S101
    return found


def _shape_iri(name: str) -> str:
    return f"{vocabulary.SHAPES}#{name}"


def _unknown(name: str, kind: str, known: Sequence[str], space: str) -> UnknownResource:
    near = difflib.get_close_matches(name[:80], known, n=5, cutoff=0.5)
    message = f"There is no {kind} called {name[:80]!r} in this release."
    return UnknownResource(message, suggestions=tuple(space + item for item in near))


def _analysis(path: str) -> Analysis:
    summary = "What the terms of the ontology mean, and what the shapes want of them."
    return Analysis("reference", path, "Reference", summary, ())


def _inherited(ontology: Ontology, iri: str, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules about the classes above a class that are not about it by name."""
    above = {name.iri: None for line in ontology.lines(iri) for name in line}
    found = {rule.name: rule for parent in above for rule in ontology.rules_of(parent)}
    return [rule for rule in found.values() if rule not in rules]


def _of_class(entry: Entry, rules: Sequence[Rule], ontology: Ontology) -> Diagram:
    """Return the diagram of a class: what its shapes want first, then what else it may have."""
    wanted = [
        (demand.path.removeprefix("cg:"), demand.values, demand.count)
        for rule in rules
        for demand in rule.demands
        if demand.href and demand.words != "no value"
    ]
    owned = [(item.name.short, (), "") for item in ontology.owned(entry.name.iri)]
    values: dict[str, str] = {}
    outward: dict[str, Arrow] = {}
    for path, kinds, count in (*wanted, *owned):
        found = _kinds(path, kinds, ontology)
        if path in values or path in outward:
            continue
        if found and not found.startswith(("xsd:", "rdf:")):
            outward[path] = Arrow(path, found, count)
        else:
            values[path] = f"{path}: {found} {count}" if found else f"{path} {count}"
    inward = [
        Arrow(item.name.short, domain.short)
        for item in ontology.pointing(entry.name.iri)
        for domain in item.domains
    ]
    ordered = sorted(outward.values(), key=lambda arrow: (arrow.other, arrow.label))
    inward.sort(key=lambda arrow: (arrow.other, arrow.label))
    above = [name.short for name in entry.above]
    return Diagram(entry.name.short, above, list(values.values()), inward, ordered)


def _kinds(path: str, kinds: Sequence[str], ontology: Ontology) -> str:
    """Return what the values of a property are: as a shape says, else as the ontology does."""
    if kinds:
        return vocabulary.compact(kinds[0]).removeprefix("cg:")
    known = ontology.entries.get(path)
    return " or ".join(name.short for name in known.ranges) if known else ""


def _of_property(entry: Entry) -> Diagram:
    """Return the diagram of a property: from what it leads to what."""
    name = entry.name.short
    inward = [Arrow("", domain.short) for domain in entry.domains]
    outward = [Arrow("", range_.short) for range_ in entry.ranges]
    values = ["at most one value"] if entry.is_single else []
    return Diagram(name, [item.short for item in entry.above], values, inward, outward)


def _table(demands: Sequence[tuple[Rule, Demanded]]) -> Iterator[Sequence[str]]:
    """Yield what is wanted as a table."""
    yield "about", "shape", "path", "wanted", "severity", "message"
    for rule, demand in demands:
        severity = "Warning" if demand.is_warning else "Violation"
        about = " | ".join(rule.about)
        yield about, demand.shape, demand.path, demand.words, severity, " ".join(demand.messages)
