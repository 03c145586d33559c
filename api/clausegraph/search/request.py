"""A request to search: what is looked for, what narrows it down, and which part is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

MOST_ON_A_PAGE = 100
ON_A_PAGE = 20
DEEPEST = 10_000  # hits of a ranked list that can be walked through
SUGGESTED, MOST_SUGGESTED = 10, 50


@dataclass(frozen=True)
class Request:
    """What a search is asked.

    `words` are as somebody typed them, `label` is a name of which every spelling fits; either may
    be empty. `filters` maps a name of fields.FILTERS to the IRIs of which a hit must have one.
    `languages` are those of names, best first.
    """

    words: str = ""
    label: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = ON_A_PAGE
    offset: int = 0
    languages: tuple[str, ...] = ("en",)
    facets: bool = True

    def write(self) -> str:
        """Return the request as text, for another process."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Request:
        """Return the request that `write` has written."""
        found = json.loads(text)
        filters = {name: tuple(values) for name, values in found.pop("filters").items()}
        return cls(**{**found, "languages": tuple(found["languages"])}, filters=filters)
