"""Run it all, print tables, and write what was measured as JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from bench import endpoints, inprocess, linked, pressure, report, servers, shacl, size
from bench.endpoints import CONNECTIONS, Effort
from bench.load import need_wrk
from bench.servers import Data
from clausegraph.generate import quads
from clausegraph.vocabulary import ID

SHIPPED = ("document/ai-safety-governance-framework-v1", "clause/5.9")
GENERATED = ("document/generated-000003", "clause/1.1")
PARTS = ("in-process", "shipped", "linked", "generated", "endless", "million", "shacl", "size")
WITHOUT_SERVERS = {"in-process", "shacl"}


def main() -> None:
    """Measure the parts that are asked for."""
    given = _arguments()
    if set(given.parts) - WITHOUT_SERVERS:
        need_wrk()
    kept: dict[str, Any] = {"machine": report.machine(), "peers": report.versions(given.peers)}
    with tempfile.TemporaryDirectory(prefix="clausegraph-bench-") as name:
        _measure(given, Path(name), kept)
        if "shacl" in given.parts:
            kept["shacl"] = shacl.measure(Path(name), given.peers, is_quick=given.quick)
            report.print_validation(kept["shacl"])
        if "size" in given.parts:
            kept["size"] = size.measure(Path(name), given.sizes)
            report.print_size(kept["size"])
    given.output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"\nAll figures are in {given.output}.")


def _measure(given: argparse.Namespace, folder: Path, kept: dict[str, Any]) -> None:
    """Measure the parts one after the other, and keep what is found."""
    parts = set(given.parts)
    graphs = {}
    if "in-process" in parts:
        patience = 2 if given.quick else 20
        kept["in-process"] = [inprocess.build_time(), *inprocess.query_times(patience)]
        report.print_in_process(kept["in-process"])
    if {"shipped", "linked"} & parts:
        graphs["shipped"] = servers.prepare(folder, None, *_things(SHIPPED))
    if {"generated", "endless", "million"} & parts:
        graphs["generated"] = _generated(folder, given.triples)
    for graph in [name for name in ("shipped", "generated") if name in parts]:
        kept[graph] = _endpoints(graphs[graph], folder, given)
    if "linked" in parts:
        kept["linked"] = linked.measure(graphs["shipped"], folder, is_quick=given.quick)
        report.print_linked(kept["linked"])
    if "endless" in parts:
        made = graphs["generated"]
        kept["endless"] = pressure.endless(made, folder, given.peers, is_quick=given.quick)
        report.print_pressure(kept["endless"])
    if "million" in parts:
        kept["million"] = pressure.million(graphs["generated"], folder)
        report.print_million(kept["million"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, and rougher")
    parser.add_argument("--peers", type=Path, default=Path(".bench/bin"), help="their programs")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    parser.add_argument("--triples", type=int, help="of the generated graph; a million by default")
    parser.add_argument(
        "--sizes", nargs="+", type=int, help="in triples, two or more, for the part size"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, help="only these")
    given = parser.parse_args()
    given.triples = given.triples or (50_000 if given.quick else 1_000_000)
    given.sizes = tuple(given.sizes or (size.QUICK if given.quick else size.SIZES))
    # With a small graph there are no million rows.
    given.parts = given.parts or (("shipped", "linked", "endless") if given.quick else PARTS)
    return given


def _things(paths: tuple[str, str]) -> tuple[str, str]:
    """Return the IRIs of a document and of a clause of it."""
    document = ID + paths[0]
    return document, f"{document}/{paths[1]}"


def _generated(folder: Path, triples: int) -> Data:
    path = folder / "made.nq"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(quads(triples))
    return servers.prepare(folder, path, *_things(GENERATED))


def _endpoints(data: Data, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    effort = Effort(1, 2, CONNECTIONS[-1:]) if given.quick else Effort(5, 20)
    rows, about = endpoints.compare(data, folder, given.peers, effort)
    report.print_endpoints(rows, about)
    shown = [
        {
            "question": row.question,
            "connections": row.connections,
            "found": row.found,
            "ratios": {peer: row.ratio(peer) for peer in report.PEERS},
        }
        for row in rows
    ]
    return {"triples": data.triples, "servers": about, "questions": shown}


if __name__ == "__main__":
    main()
