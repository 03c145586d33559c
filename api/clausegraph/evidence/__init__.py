"""Evidence: which passage of a source a statement rests on, as a position and digests.

The passage itself is never kept. Positions count the code points of the source file decoded as
UTF-8 without newline translation; anyone who holds the file can check them
(Web Annotation Data Model, section 4.2.5).
"""

from clausegraph.evidence.checking import STATUSES, Finding, Status, check
from clausegraph.evidence.passage import (
    Passage,
    digest,
    file_digest,
    locate,
    normalise,
)
from clausegraph.evidence.record import Evidence, append, describe

__all__ = [
    "STATUSES",
    "Evidence",
    "Finding",
    "Passage",
    "Status",
    "append",
    "check",
    "describe",
    "digest",
    "file_digest",
    "locate",
    "normalise",
]
