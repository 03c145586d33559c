"""What is printed and kept: the machine, the versions, the tables."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import growth, intake
from bench.endpoints import Row

PEERS = ("oxigraph", "rdflib-endpoint")
VALIDATORS = ("pyshacl", "shacl-rust")


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "load_at_start": os.getloadavg()[0],
        "memory_gib": round(memory / 2**30, 1),
        "python": platform.python_version(),
        **{name: version(name) for name in ("clausegraph", "pyoxigraph", "rdflib", "uvicorn")},
    }


def versions(peers: Path) -> dict[str, str]:
    """Return the versions of the peers."""
    names = (*PEERS, *VALIDATORS)
    code = f"from importlib.metadata import version as v; print(*map(v, {names!r}))"
    done = subprocess.run(
        [str(peers / "python"), "-c", code], capture_output=True, text=True, check=True
    )
    return dict(zip(names, done.stdout.split(), strict=True))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def print_endpoints(rows: Iterable[Row], about: Mapping[str, Mapping[str, Any]]) -> None:
    """Print answers a second and their ratios, one line a question and number of connections."""
    rows = list(rows)
    print(f"\nAnswers a second, on the {rows[0].graph} graph; c: connections")
    for name, one in about.items():
        print(f"  {name}: {one['store']}; up after {one['start_seconds']:.1f} s")
    print(
        f"{'question':<30} {'rows':>7} {'c':>3} {'ours':>9} {'p99 ms':>8} {'oxigraph':>9}"
        f" {'ratio':>6} {'rdflib-e.':>9} {'ratio':>7}"
    )
    for row in rows:
        mine = row.found["ours"]
        cells = [f"{row.question:<30} {_rows(row):>7} {row.connections:>3}", _rate(mine)]
        cells.append(f"{mine['p99_ms']:>8.1f}" if "p99_ms" in mine else f"{'-':>8}")
        for peer, width in zip(PEERS, (6, 7), strict=True):
            ratio = row.ratio(peer)
            cells.append(_rate(row.found.get(peer, {})))
            cells.append(f"{'-':>{width}}" if ratio is None else f"{ratio:>{width}.2f}")
        print(" ".join(cells))


def _rate(found: Mapping[str, Any]) -> str:
    if "rate" in found:
        return f"{found['rate']:>9.2f}"
    if found.get("cap"):
        return f"{'>' + format(found['cap'], '.0f') + ' s':>9}"
    return f"{found.get('failed', '-')[-9:]:>9}"


def _rows(row: Row) -> str:
    """Return how many rows the answers have; marked where the servers do not agree."""
    counts = {one["rows"] for one in row.found.values() if "rows" in one}
    return f"{min(counts)}" + ("!" if len(counts) > 1 else "") if counts else "-"


def print_pressure(found: Iterable[Mapping[str, Any]]) -> None:
    """Print the latency of lookups beside endless queries."""
    print("\nPoint lookups, 4 connections, while 8 endless queries are being sent")
    for one in found:
        statuses = ", ".join(f"{n} times {status}" for status, n in one["endless_statuses"].items())
        print(
            f"  {one['server']}, endless from {one['from']}: {one['lookups_per_second']:.0f}/s "
            f"(alone {one['lookups_per_second_alone']:.0f}/s), p50 {one['p50_ms']:.1f} ms, "
            f"p99 {one['p99_ms']:.1f} ms, {one['failed']} failed\n"
            f"    endless: {statuses or 'none ended'}, the latest after "
            f"{one['endless_latest_end_seconds']:.2f} s of {one['limit_seconds']:g} s; afterwards "
            f"{one['busy_processors_after']:.2f} processors busy\n"
            f"    memory of all its processes, MiB: {one['memory_before_mib']:.0f} before, at most "
            f"{one['memory_most_mib']:.0f}, {one['memory_after_mib']:.0f} after"
            f"{'' if one['is_still_up'] else '; it ended meanwhile'}"
        )


def print_linked(found: Mapping[str, Any]) -> None:
    """Print what documents and views take, for the first time and again."""
    print("\nDocuments and views for the first time, one after the other, in ms")
    for name, one in found["cold"].items():
        shown = ", ".join(f"{key[:-3]} {one[key]:.1f}" for key in ("p50_ms", "p99_ms", "max_ms"))
        print(f"  {name} ({one['asked']}): {shown}")
    print("\nAgain, over 16 connections: answers a second, as times of a repeated query's time")
    for one in found["warm"]:
        print(
            f"  {one['what']:<22} {one['bytes']:>8} bytes {one['rate']:>8.0f}/s "
            f"{one['time_of_a_repeated_query']:>5.2f}; held already {one['unchanged_rate']:>8.0f}/s, "
            f"{one['unchanged_time_of_a_whole_answer']:.2f} of the whole answer's time"
        )


def print_million(found: Mapping[str, Any]) -> None:
    """Print what a million rows took."""
    print(
        f"\nA million rows: status {found['status']}, {found['bytes'] / 1e6:.0f} MB in "
        f"{found['seconds']:.1f} s; the service process grew by "
        f"{found['service_growth_at_most_mib']:.0f} MiB at most, "
        f"{found['service_growth_after_mib']:.0f} MiB for good; past the cap: status "
        f"{found['past_the_cap_status']} after {found['past_the_cap_seconds']:.1f} s"
    )


def print_validation(found: Mapping[str, Any]) -> None:
    """Print what validation takes, and whether the peers find the same."""
    print("\nValidation, whole processes; +: results that only we have, -: only the peer")
    for one in found["graphs"]:
        print(
            f"  {one['graph']} ({one['triples']:,} triples, {one['flaws']:,} flaws), {one['set']}: "
            f"{one['shapes']} node and {one['property_shapes']} property shapes, "
            f"{one['queries']} queries"
        )
        for run in one["runs"]:
            line = f"    {run['validator']:<11}{run['seconds']:>8.2f} s{run['mebibytes']:>6.0f} MiB"
            if run["failed"]:
                line += f"  {run['failed']}"
            else:
                line += f"{run['results']:>8,} results"
            if run["ratio"] is not None:
                line += f", {run['ratio']:.2f} times our time"
            if run["only_ours"] is not None:
                line += f", +{run['only_ours']} -{run['only_theirs']}"
            print(line)
    for name, one in found["ours"].items():
        print(f"  {name}: {one['seconds']:.3f} s, {one['mebibytes']:.0f} MiB")


def print_in_process(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print our times and the peer's, and how many times ours goes into it."""
    print(f"\n{'without HTTP':<42} {'ours':>12} {'peer':>13} {'ratio':>8}  peer")
    for one in rows:
        peer = f"{'-':>13} {'-':>8}"
        if one["peer_ms"] is not None:
            peer = f"{one['peer_ms']:>10.2f} ms {one['ratio']:>8.2f}"
        print(f"{one['what']:<42} {one['ours_ms']:>9.2f} ms {peer}  {one['peer']}")


def print_size(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print what grows with the graph and what does not, one line a size."""
    rows = list(rows)
    intake.show({"triples": row["triples"], **row["loads"]} for row in rows)
    print("\nA store on disk")
    print(
        f"{'triples':>12} {'on disk':>8} {'start':>7} "
        f"{'lookup':>9} {'first':>9} {'rate':>7} {'c=16':>7}"
    )
    for row in rows:
        print(
            f"{row['triples']:12,} {row['gib_on_disk']:4.1f} GiB "
            f"{row['start_seconds']:5.2f} s {row['lookup_p50_ms']:6.2f} ms "
            f"{row['first_lookup_p50_ms']:6.2f} ms {row['lookup_rate']:7,.0f} "
            f"{row['lookup_rate_16']:7,.0f}"
        )
    first, *_, last = rows
    grown = last["lookup_p50_ms"] / first["lookup_p50_ms"]
    print(f"A point lookup takes {grown:.2f} times as long at the last size as at the first.")
    growth.show(growth.compare(rows[-2]["asked"], last["asked"]))
