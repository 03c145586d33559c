"""Values that are no nodes, as JSON: literals and lists; and JSON as text, laid out as ours is."""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quoted
from typing import Any

from clausegraph.jsonld.graph import STRING, Listed, Literal, Value
from clausegraph.jsonld.names import Key, Names

__all__ = ["break_at", "compacted", "expanded", "quoted", "text"]

Tree = Any  # what JSON can say, made of dict, list, str, int and bool

_BREAKS = tuple("\n" + " " * depth for depth in range(64))


def break_at(depth: int) -> str:
    """Return what begins a line at that depth."""
    return _BREAKS[depth] if depth < len(_BREAKS) else "\n" + " " * depth


def text(tree: Tree, depth: int) -> str:
    """Return JSON as text, its first line at that depth: as json.dumps with `indent=1`."""
    if isinstance(tree, str):
        return quoted(tree)
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if tree is None:
        return "null"
    if not isinstance(tree, Mapping | list):
        return str(tree)
    if isinstance(tree, list):
        lines = [text(item, depth + 1) for item in tree]
        return enclosed("[", lines, "]", depth)
    lines = [f"{quoted(key)}: {text(item, depth + 1)}" for key, item in tree.items()]
    return enclosed("{", lines, "}", depth)


def enclosed(begin: str, lines: list[str], end: str, depth: int) -> str:
    """Return items between brackets, each on a line of its own."""
    if not lines:
        return begin + end
    start = break_at(depth + 1)
    return f"{begin}{start}{f',{start}'.join(lines)}{break_at(depth)}{end}"


def compacted(value: Value, key: Key, names: Names) -> Tree:
    """Return a value under a key that fits it (JSON-LD 1.1 API, section 6.4)."""
    if isinstance(value, str):
        return value if key.datatype == "@id" else {"id": value}
    if isinstance(value, Listed):
        return {"@list": [compacted(member, key, names) for member in value.members]}
    native = value.native
    if native is not None:
        return native
    if key.datatype or value.datatype == STRING:
        return value.text
    if value.language:
        return _tagged(value)
    return {"type": names.class_of(value.datatype), "@value": value.text}


def expanded(value: Value, *, is_coerced: bool) -> Tree:
    """Return a value in expanded form; `is_coerced`: the context states its datatype, so that a
    number has it too."""
    if isinstance(value, str):
        return {"@id": value}
    if isinstance(value, Listed):
        return {"@list": [expanded(member, is_coerced=is_coerced) for member in value.members]}
    if value.language:
        return _tagged(value)
    native = value.native
    if value.datatype == STRING or (native is not None and not is_coerced):
        return {"@value": value.text if native is None else native}
    return {"@type": value.datatype, "@value": value.text if native is None else native}


def _tagged(value: Literal) -> Tree:
    """Return a text with its language."""
    if value.direction:
        return {"@direction": value.direction, "@language": value.language, "@value": value.text}
    return {"@language": value.language, "@value": value.text}
