"""What the reader of an outline should know: gaps, repetitions, numbers that were passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["gap", "backwards", "duplicate", "running text", "contents", "header", "name"]


@dataclass(frozen=True)
class Finding:
    """Something about a line, counted from 1."""

    line: int
    kind: Kind
    message: str
