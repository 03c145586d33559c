"""The metadata block of an SSSOM table: YAML before the rows, or in a file beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from clausegraph.errors import InputError
from clausegraph.textfiles import read_text
from clausegraph.turtle import find_line
from clausegraph.vocabulary import OWL, RDF, RDFS, SKOS

SEMAPV = "https://w3id.org/semapv/vocab/"
# Prefixes that a table need not declare, and may not declare otherwise (SSSOM, "Identifiers").
BUILT_IN: Mapping[str, str] = {
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "semapv": SEMAPV,
    "skos": SKOS,
    "sssom": "https://w3id.org/sssom/",
}


def embedded(path: Path, block: Sequence[str]) -> Mapping[str, object]:
    """Return the metadata of the lines that start a table, each with its leading `#`."""
    return _parse(path, textwrap.dedent("\n".join(line[1:] for line in block)))


def external(path: Path) -> Mapping[str, object]:
    """Return the metadata beside a table, `x.sssom.yml` beside `x.sssom.tsv`, or none."""
    stem = path.name.removesuffix(".tsv").removesuffix(".sssom")
    for suffix in (".sssom.yml", ".sssom.yaml"):
        beside = path.with_name(stem + suffix)
        if beside.is_file():
            return _parse(beside, read_text(beside))
    return {}


def _parse(path: Path, text: str) -> Mapping[str, object]:
    """Parse YAML with every scalar kept as the text it is: version 1.10 is not 1.1."""
    try:
        values = yaml.BaseLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            f"The metadata is not YAML: {error.problem or error.context}.",
            file=path,
            line=mark.line + 1 if mark else None,
            remedy="Correct the block; every line has the same blanks after '#'.",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(
            "The metadata has a character that YAML forbids.",
            file=path,
            line=1,
            remedy="Remove control characters from the block.",
        ) from error
    if values is None or values == "":
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InputError(
            "The metadata is not a list of 'slot: value'.",
            file=path,
            line=1,
            remedy="Write one 'slot: value' a line.",
        )
    return values


def prefixes(path: Path, values: Mapping[str, object]) -> Mapping[str, str]:
    """Return the prefixes of a table: its curie_map and the built-in ones."""
    declared = values.get("curie_map") or {}
    if not isinstance(declared, dict) or not all(
        isinstance(key, str) and isinstance(iri, str) for key, iri in declared.items()
    ):
        raise InputError(
            "The curie_map is not a list of 'prefix: IRI'.",
            file=path,
            line=find_line(path, "curie_map"),
            remedy="Write one 'prefix: IRI' a line, indented below curie_map.",
        )
    for name, iri in BUILT_IN.items():
        if declared.get(name, iri) != iri:
            raise InputError(
                f"The built-in prefix '{name}' is declared as <{declared[name]}>.",
                file=path,
                line=find_line(path, f"{name}:"),
                remedy=f"Remove it, or declare it as {iri}.",
            )
    return {**BUILT_IN, **declared}
