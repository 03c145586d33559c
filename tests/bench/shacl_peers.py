"""The validators that ours is measured against, each as a program of its own: data and shapes in,
results out as JSON. It is run by the Python that they are installed for, and imports nothing else.

    python shacl_peers.py pyshacl|shacl-rust DATA SHAPES RESULTS

A result is its focus node, path, value, component, severity and shape, as N-Triples spell them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

SH = "http://www.w3.org/ns/shacl#"
PARTS = (
    "focusNode",
    "resultPath",
    "value",
    "sourceConstraintComponent",
    "resultSeverity",
    "sourceShape",
)
Results = list[list[str | None]]


def pyshacl(data: str, shapes: str) -> Results:
    """Validate with pySHACL, its literals in the spelling of the file."""
    import rdflib  # noqa: PLC0415
    from pyshacl import validate  # noqa: PLC0415

    rdflib.NORMALIZE_LITERALS = False
    graphs = [rdflib.Graph().parse(path) for path in (data, shapes)]
    _, report, _ = validate(graphs[0], shacl_graph=graphs[1])
    results = report.objects(None, rdflib.URIRef(f"{SH}result"))
    return [
        [
            None if (value := report.value(node, rdflib.URIRef(SH + part))) is None else value.n3()
            for part in PARTS
        ]
        for node in results
    ]


def shacl_rust(data: str, shapes: str) -> Results:
    """Validate with shacl-rust, by its index."""
    import shacl_rust as peer  # noqa: PLC0415

    report = peer.validate_file(data, shapes, experimental_index=True)
    names = [{"resultSeverity": "severity"}.get(part, part) for part in PARTS]
    return [[found.get(name) for name in names] for found in report["results"]]


PEERS = {"pyshacl": pyshacl, "shacl-rust": shacl_rust}

if __name__ == "__main__":
    name, given, rules, output = sys.argv[1:]
    Path(output).write_text(json.dumps(PEERS[name](given, rules)), encoding="utf-8")
