"""What our context calls things: the key of each property, the name of each class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from clausegraph import vocabulary
from clausegraph.jsonld.graph import STRING, TAGGED, Literal, Value

_KEPT = 4096  # names of properties, classes and datatypes that are remembered
_SPECIAL = 3  # @context, id and type come first
UNLISTED = 10**6  # the place of keys that the registry does not list: after it, by name


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a JSON object and what it says of its values.

    `place` is where it stands in an object. `datatype` is the IRI of that of its plain values,
    `@id` if they are identifiers. `has_languages`: its value is an object, text by language;
    `is_set`: its value is always an array.
    """

    name: str
    place: int
    datatype: str = ""
    has_languages: bool = False
    is_set: bool = False

    def fits(self, value: Value) -> bool:
        """Whether a processor that reads `value` under this key gets it back (JSON-LD 1.1 API,
        term selection)."""
        if isinstance(value, str):
            return not self.has_languages and self.datatype in {"", "@id"}
        if isinstance(value, Literal):
            if self.has_languages:
                return value.datatype in {STRING, TAGGED} and not value.direction
            return not self.is_set and self.datatype in {"", value.datatype}
        return not (self.has_languages or self.is_set) and (
            not self.datatype or all(self.fits(member) for member in value.members)
        )


@dataclass(frozen=True)
class Names:
    """The names of the context, but for the prefixes `without`, which must not be used.

    An identifier like <graph:x> would be read as one with a prefix: then the document's context
    takes the meaning from that prefix (JSON-LD 1.1, context definitions).
    """

    without: frozenset[str] = frozenset()

    @property
    def context(self) -> object:
        """The value of `@context`."""
        if not self.without:
            return vocabulary.CONTEXT
        return [vocabulary.CONTEXT, dict.fromkeys(sorted(self.without))]

    def key_of(self, predicate: str, value: Value) -> Key:
        """Return the key under which a value of a property stands."""
        key = keys().get(predicate)
        return key if key is not None and key.fits(value) else _shortest(predicate, self.without)

    def class_of(self, iri: str) -> str:
        """Return what a class or a datatype is called: the registry's word, else the shortest."""
        key = keys().get(iri)
        if key is not None and not (key.datatype or key.has_languages or key.is_set):
            return key.name
        return _shortest(iri, self.without).name


@lru_cache(_KEPT)
def _shortest(iri: str, without: frozenset[str]) -> Key:
    """Return the key of a property that the registry has no key for: the shortest name with a
    prefix, but for those `without`; else the IRI."""
    names = [
        f"{prefix}:{local}"
        for prefix, namespace in _namespaces().items()
        if iri.startswith(namespace)
        and (local := iri[len(namespace) :])
        and not local.startswith("//")
        and prefix not in without
    ]
    return Key(min(names, key=lambda name: (len(name), name), default=iri), UNLISTED)


@cache
def _namespaces() -> Mapping[str, str]:
    """Return what prefixes stand for, of those that a processor takes for prefixes (JSON-LD 1.1
    API, create term definition)."""
    ends = tuple(":/?#[]@")
    return {name: iri for name, iri in vocabulary.prefixes().items() if iri.endswith(ends)}


@cache
def keys() -> Mapping[str, Key]:
    """Return the keys that the registry defines, by the IRI of what they stand for."""
    found = {}
    for place, (name, definition) in enumerate(vocabulary.context().items()):
        if isinstance(definition, Mapping):
            datatype = definition.get("@type", "")
            found[vocabulary.expand(definition["@id"])] = Key(
                name,
                place + _SPECIAL,
                datatype if datatype in {"", "@id"} else vocabulary.expand(datatype),
                definition.get("@container") == "@language",
                definition.get("@container") == "@set",
            )
    return found


@cache
def by_name() -> Mapping[str, Key]:
    """Return the same by their names."""
    return {key.name: key for key in keys().values()}


def of(identifiers: Iterable[str]) -> Names:
    """Return the names for a document in which these IRIs occur."""
    prefixes = vocabulary.prefixes()
    confused = set()
    for iri in set(identifiers):
        scheme, _, rest = iri.partition(":")
        if scheme in prefixes and not rest.startswith("//"):
            confused.add(scheme)
    return Names(frozenset(confused))
