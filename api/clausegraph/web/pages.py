"""HTML pages: templates with automatic escaping, which read without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from clausegraph import formats, vocabulary
from clausegraph.web import addresses, assets, texts
from clausegraph.web.answers import VERSION

ROWS_SHOWN = 1000  # rows of a result, or triples of a graph, on one page


_INDENT = re.compile(rb"\n *")  # a line feed in a text of JSON is written as an escape


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(texts.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=assets.load().address,
        base_iri=vocabulary.BASE,
        formats=formats.RESOURCE,
        href=addresses.href,
        compact=vocabulary.compact,
        rows_shown=ROWS_SHOWN,
        version=VERSION,
    )
    environment.filters["coded"] = _coded
    environment.filters["embedded"] = _embedded
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment


def _coded(text: str) -> Markup:
    """Return text in which what stands between backticks is code (CommonMark, 6.1)."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def _embedded(data: bytes) -> Markup:
    """Return JSON as the content of a script element: no text in it can end the element, or begin
    a comment (HTML, 4.12.1.3)."""
    text = _INDENT.sub(b"", data).replace(b"<", b"\\u003c").decode()
    return Markup(text)  # noqa: S704


@dataclass(frozen=True)
class Pages:
    """Renders the templates beside this module."""

    environment: Environment = field(default_factory=_environment)

    def render(self, template: str, **values: Any) -> bytes:
        """Return a page as UTF-8; what a template does not get is an error, not a blank."""
        return self.environment.get_template(template).render(**values).encode()
