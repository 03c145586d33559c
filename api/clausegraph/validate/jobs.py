"""What the service asks of the sandbox, and what comes back: a job and a verdict, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clausegraph.engine import messages
from clausegraph.engine.messages import Frame

Parts = tuple["Part", ...]


@dataclass(frozen=True)
class Part:
    """One document of a job: what reports call it and no other, its media type, and its bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Options:
    """How a job is to be done.

    `format` is a name of the report's formats, `profile` a form of JSON-LD. `severity` is the least
    that fails. `background`: our graph is the context of the data. `most` cuts the results off,
    None for all. `allow_empty`: data that no shape is about are no mistake.
    """

    format: str = "turtle"
    profile: str = ""
    severity: str = "violation"
    background: bool = True
    most: int | None = None
    allow_empty: bool = False


@dataclass(frozen=True)
class Job:
    """Data to be judged, the shapes to judge them by (none: ours), and how."""

    data: Parts
    shapes: Parts = ()
    options: Options = Options()


@dataclass(frozen=True)
class Verdict:
    """A report, written out; whether the data conform by the standard, and pass by the severity
    that was asked for; how many results there are; why it says nothing, empty if it does say
    something; and how long it took, in seconds."""

    report: bytes
    conforms: bool
    passes: bool
    results: int
    vacuous: str = ""
    seconds: float = 0.0


def job_frame(job: Job) -> bytes:
    """Return a job as a frame: the documents follow each other in its body."""
    parts = (*job.data, *job.shapes)
    header = {
        "parts": [[part.name, part.media_type, len(part.data)] for part in parts],
        "data": len(job.data),
        "options": asdict(job.options),
    }
    return messages.pack(header, b"".join(part.data for part in parts))


def job_of(frame: Frame) -> Job:
    """Return the job of a frame."""
    header, body = frame
    parts = _parts(header["parts"], body)
    count = header["data"]
    return Job(parts[:count], parts[count:], Options(**header["options"]))


def _parts(listed: Sequence[Sequence[Any]], body: bytes) -> Parts:
    """Cut a body into the documents that are listed."""
    found, start = [], 0
    for name, media_type, size in listed:
        found.append(Part(name, media_type, body[start : start + size]))
        start += size
    return tuple(found)


def verdict_header(verdict: Verdict) -> messages.Header:
    """Return the header of the frame that has a report as its body."""
    return {
        "conforms": verdict.conforms,
        "passes": verdict.passes,
        "results": verdict.results,
        "vacuous": verdict.vacuous,
    }


def verdict_of(frame: Frame, seconds: float) -> Verdict:
    """Return the verdict of a frame, or raise the error that it tells of."""
    header, body = frame
    if "error" in header:
        raise messages.error_of(header)
    conforms, passes, results = header["conforms"], header["passes"], header["results"]
    return Verdict(body, conforms, passes, results, header["vacuous"], seconds)
