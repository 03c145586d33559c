"""What a reader may choose on a page with a figure: scheme, level, and which documents count."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clausegraph import vocabulary
from clausegraph.web.columns import CONCEPT, DOMAIN
from clausegraph.web.documents import Documents
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import corpus
from clausegraph.web.explorer.figures.grid import Thing

FILTERS = ("jurisdiction", "type", "force")
REVIEWS = ("reviewed", "unreviewed", "preliminary", "disputed")

_KINDS = {"scheme": "concept", "review": "concept/review-status", "document": "document"}
_KINDS |= {"jurisdiction": "concept/jurisdiction", "type": "concept/document-type"}
_KINDS |= {"force": "concept/legal-force"}


@dataclass(frozen=True)
class Option:
    """A value to choose: as an address has it, as a reader has it, and whether it is chosen."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    """The choices of a page, and the request that they were made in, its scheme filled in."""

    enquiry: Enquiry
    schemes: Sequence[Thing]
    filters: Mapping[str, Sequence[Thing]]

    @classmethod
    async def read(cls, documents: Documents, enquiry: Enquiry) -> Choices:
        """Find what can be chosen; a scheme that nothing is classified by is none of them."""
        found = await asyncio.gather(
            corpus.schemes(documents), *(corpus.values(documents, name) for name in FILTERS)
        )
        schemes, asked = found[0], enquiry.asked
        filters = dict(zip(FILTERS, found[1:], strict=True))
        # A value that no document has can be asked for, too, and a form shows what was asked.
        for name, things in filters.items():
            value = asked.terms.get(name, "<>")[1:-1]
            if value and all(item.iri != value for item in things):
                things.append((await corpus.things(documents, [value]))[value])
        if "scheme" not in asked.terms and schemes:
            usual = enquiry.iri("scheme")
            iri = usual if any(item.iri == usual for item in schemes) else schemes[0].iri
            terms = {**asked.terms, "scheme": f"<{iri}>"}
            enquiry = replace(enquiry, asked=replace(asked, terms=terms))
        return cls(enquiry, schemes, filters)

    @property
    def scheme(self) -> Thing:
        """The scheme that is chosen."""
        iri = self.enquiry.iri("scheme") or ""
        known = {item.iri: item for item in self.schemes}
        return known.get(iri) or Thing(iri, corpus.last_part(iri))

    def options(self, name: str) -> list[Option]:
        """Return what can be chosen for a parameter."""
        if name == "scheme":
            return self._options(name, self.schemes)
        if name == "review":
            iri = f"{vocabulary.ID}{_KINDS[name]}/"
            return self._options(name, [Thing(iri + item, item) for item in REVIEWS])
        return self._options(name, self.filters[name])

    def unchosen(self, name: str) -> list[Option]:
        """Return the same with nothing chosen, where the usual was not asked for."""
        return [Option(item.value, item.text, is_chosen=False) for item in self.options(name)]

    def _options(self, name: str, things: Sequence[Thing]) -> list[Option]:
        chosen = self.enquiry.iri(name) if name == "scheme" else self._asked(name)
        return [
            Option(corpus.slug(item.iri, _KINDS[name]), item.title, item.iri == chosen)
            for item in things
        ]

    def _asked(self, name: str) -> str:
        return self.enquiry.asked.terms.get(name, "<>")[1:-1]

    @property
    def told(self) -> str:
        """The filters in words, as a sentence; nothing where there are none."""
        known = {item.iri: item.title for things in self.filters.values() for item in things}
        parts = [
            f"{'legal force' if name == 'force' else name} {known.get(iri, corpus.last_part(iri))}"
            for name in ("document", *FILTERS)
            if (iri := self._asked(name))
        ]
        told = f" Only documents with {', '.join(parts)}." if parts else ""
        if review := self._asked("review"):
            told += f" Only statements that are {corpus.last_part(review)} count."
        return told

    @property
    def api(self) -> str:
        """The query of the same at the data's own address, which knows no groups and pages."""
        given = self.enquiry.asked.given
        kept = {name: value for name, value in given.items() if name not in {"group", "page"}}
        return replace(self.enquiry.asked, given=kept).query()

    def page(self, number: int) -> str:
        """Return the query of another page of the same."""
        given = {**self.enquiry.asked.given, "page": str(number)}
        return replace(self.enquiry.asked, given=given).query()


def finer(level: str) -> str:
    """Return how fine the concepts are, as a sentence."""
    if level == DOMAIN:
        return "Top concepts, with all that lies below them."
    if level == CONCEPT:
        return "Each concept that has none below it."
    return "Concepts of the second level, with all that lies below them."
