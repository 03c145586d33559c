"""AGORA's tags and MIT's risks in one question: counted in AGORA's own table, and in the graph."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph import cli, library
from clausegraph.crosswalks import crosswalk
from clausegraph.library import Graph
from clausegraph.vocabulary import ID

RISK = f"{ID}concept/mit-risk-domain/"


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[dict[str, str]]:
    """The rows of AGORA's documents.csv."""
    path = shared / "corpora" / "agora" / "documents.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """What ships, and beside it AGORA as `clausegraph import agora` takes it in."""
    output = tmp_path_factory.mktemp("agora") / "graph"
    with pytest.MonkeyPatch.context() as patch:
        source = str(shared / "corpora" / "agora")
        patch.setattr(
            sys, "argv", ["clausegraph", "import", "agora", source, "--output", str(output)]
        )
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert stop.value.code == 0
    return library.open(["shipped", output])


@pytest.fixture(scope="module")
def routes(store: Store) -> dict[str, dict[str, set[str]]]:
    """For each risk, the tags that cover it by a mapping, and those that hint at it."""
    found: dict[str, dict[str, set[str]]] = {}
    walked = crosswalk(store, "agora-tag", "mit-risk-domain", steps=1)
    for walk in walked.walks:
        route = "mapped" if walk.relation in ("closeMatch", "broadMatch") else "hinted"
        tags = found.setdefault(walk.end.removeprefix(RISK), {"mapped": set(), "hinted": set()})
        tags[route].add(walked.names[walk.start].label)
    return found


def bearing(documents: list[dict[str, str]], tags: set[str]) -> set[str]:
    """The AGORA IDs of the rows that bear one of the tags."""
    return {row["AGORA ID"] for row in documents if any(row[tag].lower() == "true" for tag in tags)}


def test_gaps_count_the_documents_that_bear_a_matching_tag(
    documents: list[dict[str, str]], corpus: Graph, routes: dict[str, dict[str, set[str]]]
) -> None:
    """Each subdomain: documents by mapping, and those that only hint, as in AGORA's own columns."""
    rows = {str(row["code"]): row for row in corpus.query("risks/gaps-via-mappings")}
    assert len(rows) == 24
    # The shipped graph says of one AGORA document which risks it names; it may bear tags too.
    stated = {"1831"}
    for code, row in rows.items():
        tags = routes.get(code, {"mapped": set(), "hinted": set()})
        mapped = bearing(documents, tags["mapped"])
        hinted = bearing(documents, tags["hinted"]) - mapped
        named = stated if row["direct"] else set()
        assert (row["mapped"], row["hinted"]) == (len(mapped - named), len(hinted - named)), code
        total = sum(
            int(str(row[name])) for name in ("reviewed", "unreviewed", "preliminary", "disputed")
        )
        assert total == int(str(row["direct"])) + int(str(row["mapped"]))


def test_risks_meet_enforcement_in_as_many_documents_as_tags_do(
    documents: list[dict[str, str]], corpus: Graph, routes: dict[str, dict[str, set[str]]]
) -> None:
    """Fines, by tag on either side."""
    found = {
        str(row["concept"]).removeprefix(RISK): row["documents"]
        for row in corpus.query(
            "corpus/enforcement-with-risks", enforcement="fines", route="mapped"
        )
        if row["enforcementRoute"] == "mapped"
    }
    fined = bearing(documents, {"Incentives: Fines"})
    wanted = {
        code: len(bearing(documents, tags["mapped"]) & fined) for code, tags in routes.items()
    }
    assert found == {code: number for code, number in wanted.items() if number}
    assert found


def test_every_tag_of_every_row_is_among_what_nobody_reviewed(
    documents: list[dict[str, str]], corpus: Graph
) -> None:
    """AGORA's tags by source and scheme; no person's review of them is recorded here."""
    tags = [
        name
        for name in documents[0]
        if name.partition(":")[0]
        in {"Applications", "Harms", "Incentives", "Risk factors", "Strategies"}
    ]
    assert len(tags) == 77
    borne = sum(row[tag].lower() == "true" for row in documents for tag in tags)
    rows = corpus.query("corpus/unreviewed", source="agora", scheme="agora-tag")
    assert sum(int(str(row["classifications"])) for row in rows) == borne
    assert sum(int(str(row["neverReviewed"])) for row in rows) == borne
