"""How grave a result is, and which results count against a threshold."""

from __future__ import annotations

from enum import IntEnum

from pyoxigraph import NamedNode

from clausegraph.vocabulary import SH


class Severity(IntEnum):
    """The severities of SHACL (SHACL 1.0, section 2.1.4), the gravest first."""

    VIOLATION = 0
    WARNING = 1
    INFO = 2

    @classmethod
    def of(cls, term: NamedNode) -> Severity:
        """Return the severity that a term of SHACL means; any other term counts as a violation."""
        return _BY_IRI.get(term.value, cls.VIOLATION)

    @property
    def term(self) -> NamedNode:
        """The term of SHACL."""
        return NamedNode(SH + self.name.capitalize())

    @property
    def word(self) -> str:
        """The severity as people read it."""
        return self.name.lower()

    def reaches(self, threshold: Severity) -> bool:
        """Whether this is at least as grave as `threshold`."""
        return self <= threshold


_BY_IRI = {severity.term.value: severity for severity in Severity}
