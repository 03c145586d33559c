"""An authored document that names the release it is of (OWL 2, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from clausegraph import vocabulary
from clausegraph.web.terms import Authored

_STATED = """
@prefix dcterms: <{dcterms}> .
@prefix owl: <{owl}> .

<{document}> owl:versionIRI <{version}> .
<{version}> dcterms:isVersionOf <{document}> .
"""


@dataclass(frozen=True)
class Versioned(Authored):
    """The document `written`, and its version IRI, which no file can know."""

    written: Authored
    release: str

    @classmethod
    def by(cls, written: Authored, release: str) -> Versioned:
        """Return a document with the version that it is in a release."""
        return cls(written.name, written.files, written, release)

    @property
    def document(self) -> str:
        """The IRI of the document, whatever its version."""
        return vocabulary.BASE + self.name

    @property
    def version(self) -> str:
        """The IRI of the document as this release has it."""
        return f"{vocabulary.RELEASE}{self.release}/{self.name}"

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The triples of the document, and the two about its version."""
        document, version = NamedNode(self.document), NamedNode(self.version)
        stated = (
            Triple(document, NamedNode(vocabulary.OWL + "versionIRI"), version),
            Triple(version, NamedNode(vocabulary.DCTERMS + "isVersionOf"), document),
        )
        return (*self.written.triples, *stated)

    @cached_property
    def turtle(self) -> bytes:
        """The text of the document, and what it says of its version."""
        stated = _STATED.format(
            dcterms=vocabulary.DCTERMS,
            owl=vocabulary.OWL,
            document=self.document,
            version=self.version,
        )
        return self.written.turtle + stated.encode()
