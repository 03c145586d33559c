"""What those who write shapes ask: what a shape means and costs, and what is wrong with shapes."""

from __future__ import annotations

from collections.abc import Sequence

from clausegraph.shacl.data import Data
from clausegraph.validate import explaining, linting, material, shapefiles
from clausegraph.validate.explaining import Explanation
from clausegraph.validate.linting import Linted
from clausegraph.validate.request import Request
from clausegraph.validate.shapefiles import ShapeFiles


def explain(name: str, shapes: Sequence[str] | None, data: Sequence[str] | None) -> Explanation:
    """Explain the shape `name`, of our shapes or of `shapes`, over what ships or over `data`."""
    return explaining.explain(_shapes(shapes), name, _data(data))


def lint(paths: Sequence[str] | None, data: Sequence[str] | None) -> Linted:
    """Check our shapes against what ships, or shapes at `paths` against `data`, if any."""
    files = _shapes(paths)
    return linting.check(files, _data(data) if paths is None or data is not None else None)


def _shapes(paths: Sequence[str] | None) -> ShapeFiles:
    return shapefiles.read(None if paths is None else material.expand(paths))


def _data(paths: Sequence[str] | None) -> Data:
    chosen = None if paths is None else tuple(paths)
    return material.read(Request(paths=chosen, has_background=False)).data
