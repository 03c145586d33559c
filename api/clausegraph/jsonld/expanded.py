"""Expanded form: every name whole, and no context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph.jsonld import values
from clausegraph.jsonld.graph import Node, Nodes, classes_of, statements
from clausegraph.jsonld.names import keys


def write(nodes: Nodes, order: Mapping[str, int]) -> bytes:
    """Return the nodes, each once; those in `order` first, the others by identifier."""
    ranked = sorted(nodes, key=lambda name: (order.get(name, len(order)), name))
    lines = [values.text(_node(name, nodes[name]), 1) for name in ranked]
    return (values.enclosed("[", lines, "]", 0) + "\n").encode()


def _node(name: str, node: Node) -> dict[str, Any]:
    """Return a node object."""
    found: dict[str, Any] = {"@id": name}
    if classes := sorted(classes_of(node)):
        found["@type"] = classes
    for predicate, value in statements(node):
        key = keys().get(predicate)
        is_coerced = key is not None and bool(key.datatype) and key.fits(value)
        found.setdefault(predicate, []).append(values.expanded(value, is_coerced=is_coerced))
    return dict(sorted(found.items()))
