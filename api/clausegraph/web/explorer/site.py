"""What every page of the explorer works with."""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.settings import Settings
from clausegraph.web.documents import Documents
from clausegraph.web.errorpages import Errors
from clausegraph.web.pages import Pages
from clausegraph.web.shelf import Shelf
from clausegraph.web.terms import Words


@dataclass(frozen=True)
class Explorer:
    """What the pages of one release are made from; `shelf` has older releases."""

    documents: Documents
    pages: Pages
    errors: Errors
    words: Words
    settings: Settings
    shelf: Shelf | None = None
