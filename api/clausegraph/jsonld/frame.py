"""Frames: the tree that a view wants, in the part of JSON-LD 1.1 Framing that views need.

A frame is an object of the registry's keys, each with the frame of what stands there:

* `type` (or `@type`), a name of the context or an IRI: at the root, the nodes to begin with, all
  nodes without it; below, the nodes that may stand inside here: others are only named
* `id` (or `@id`): the same by identifier
* `@embed`: whether the nodes of this place stand inside: `@always` (at each place, the default),
  `@once` (where they are first met) or `@never` (only named). It holds for what is deeper as well,
  where the frame says nothing else
* `@order`, at the root: identifiers in the order in which every set is to list them
* a key whose values are a set: an empty array where the data have none

A key that the frame does not name is written all the same. A node inside of itself is only named.
What the frame does not reach stands in `@included` (JSON-LD 1.1, included nodes): no triple is
lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from clausegraph import vocabulary
from clausegraph.errors import InputError
from clausegraph.jsonld.graph import TYPE, Node

ALWAYS = "@always"
ONCE = "@once"
NEVER = "@never"
_WORDS = frozenset({"id", "@id", "type", "@type", "@embed", "@order", "@context"})


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame: which nodes it fits, how they are embedded, the frames of what stands under keys,
    and the order of sets."""

    kind: str = ""
    identifier: str = ""
    embed: str = ALWAYS
    keys: Mapping[str, Frame] = field(default_factory=dict)
    order: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: Mapping[str, Any], embed: str = ALWAYS) -> Self:
        """Return a frame as authored, or raise InputError for what no frame of ours may have."""
        embed = frame.get("@embed", embed)
        if embed not in {ALWAYS, ONCE, NEVER}:
            raise InputError(f"A frame cannot embed {embed}.", remedy="Write @always or @never.")
        kind = frame.get("type", frame.get("@type", ""))
        identifier = frame.get("id", frame.get("@id", ""))
        for key, value in frame.items():
            if key not in _WORDS and not (isinstance(value, Mapping) and _is_known(key)):
                raise InputError(
                    f"A frame cannot have {key}: {value!r}.",
                    remedy="Name a key of the context, and give an object as its frame.",
                )
        return cls(
            kind and _whole(kind),
            identifier and _whole(identifier),
            embed,
            {key: cls.of(value, embed) for key, value in frame.items() if key not in _WORDS},
            {iri: place for place, iri in enumerate(frame.get("@order", ()))},
        )

    def fits(self, identifier: str, node: Node) -> bool:
        """Whether a node is one that the frame is for."""
        if self.identifier and self.identifier != identifier:
            return False
        return not self.kind or self.kind in node.get(TYPE, ())

    def below(self, key: str) -> Frame:
        """Return the frame of the nodes that stand under a key."""
        return self.keys.get(key) or _REST[self.embed]

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """The keys that it names and that always have an array."""
        return tuple(key for key in self.keys if _definition(key).get("@container") == "@set")


def _is_known(key: str) -> bool:
    """Whether a key is the context's."""
    return bool(_definition(key))


def _definition(key: str) -> Mapping[str, Any]:
    """Return the context's definition of a key; empty for a prefix, a CURIE or a keyword."""
    found = vocabulary.context().get(key)
    return found if isinstance(found, Mapping) else {}


def _whole(name: str) -> str:
    """Return the IRI that a name of the context, a CURIE or an IRI stands for."""
    return vocabulary.expand(_definition(name).get("@id", name))


_REST = {embed: Frame(embed=embed) for embed in (ALWAYS, ONCE, NEVER)}
EVERYTHING = _REST[ONCE]
