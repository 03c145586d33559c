"""What stands in the JSON object of a node: its keys in our order, and the members of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from clausegraph.jsonld import values
from clausegraph.jsonld.graph import Literal, Node, Value, classes_of, statements
from clausegraph.jsonld.names import Key, Names, by_name

NO_LANGUAGE = "@none"


class Member(NamedTuple):
    """A value under a key: the `node` that it names, or JSON. `rank` and `name` sort it."""

    rank: int
    name: str
    node: str
    tree: Any = None


class Entry(NamedTuple):
    """A key of an object with its members; `is_set`: an array, however few they are."""

    place: int
    name: str
    members: list[Member]
    is_set: bool = False
    is_bare: bool = False


def entries(node: Node, names: Names, order: Mapping[str, int]) -> list[Entry]:
    """Return the entries of a node but `id`; `order` ranks members, before their identifiers."""
    found: dict[str, Entry] = {}
    texts: dict[str, list[Literal]] = {}
    if classes := classes_of(node):
        found["type"] = _types(classes, names)
    for predicate, value in statements(node):
        key = names.key_of(predicate, value)
        entry = found.get(key.name)
        if entry is None:
            entry = Entry(key.place, key.name, [], key.is_set, key.datatype == "@id")
            found[key.name] = entry
        if key.has_languages and isinstance(value, Literal):
            texts.setdefault(key.name, []).append(value)
        else:
            entry.members.append(_member(value, key, names, order))
    for name, tagged in texts.items():
        found[name].members.append(Member(0, "", "", by_language(tagged)))
    for entry in found.values():
        if len(entry.members) > 1:
            entry.members.sort(key=_rank)
    return sorted(found.values(), key=_place)


def empty(name: str) -> Entry:
    """Return the entry of a set that has no members."""
    return Entry(by_name()[name].place, name, [], is_set=True)


def by_language(texts: Iterable[Literal]) -> dict[str, str | list[str]]:
    """Return texts as a language map (JSON-LD 1.1, section 4.6.2)."""
    found: dict[str, list[str]] = {}
    for literal in texts:
        found.setdefault(literal.language or NO_LANGUAGE, []).append(literal.text)
    return {
        tag: found[tag][0] if len(found[tag]) == 1 else sorted(found[tag]) for tag in sorted(found)
    }


def _types(classes: list[str], names: Names) -> Entry:
    called = sorted(map(names.class_of, classes))
    return Entry(0, "type", [Member(0, name, "", name) for name in called])


def _member(value: Value, key: Key, names: Names, order: Mapping[str, int]) -> Member:
    if isinstance(value, str):
        return Member(order.get(value, len(order)), value, value)
    tree = values.compacted(value, key, names)
    is_object = isinstance(tree, dict)
    name = json.dumps(tree, sort_keys=True) if is_object else str(tree)
    return Member(len(order), name, "", tree)


def _rank(member: Member) -> tuple[int, str]:
    return member[:2]


def _place(entry: Entry) -> tuple[int, str]:
    return entry[:2]
