"""Names that are not in use any more: never used again, never in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.build import build
from clausegraph.errors import InputError

HEAD = """@base <https://w3id.org/clausegraph/id/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<register/x> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/actor/x"^^xsd:anyURI ;
"""


def refused(folder: Path, text: str) -> InputError:
    """Return the error with which a file is refused."""
    file = folder / "data.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError) as found:
        build([file])
    assert found.value.file == file
    return found.value


def test_a_name_that_was_withdrawn_is_not_used_again(tmp_path: Path) -> None:
    """Identifiers are permanent: no other thing gets the name."""
    error = refused(tmp_path, "  a cg:Withdrawal .\n<actor/x> a cg:Actor .\n")
    assert "actor/x> is described" in str(error) or "actors:x is described" in str(error)
    assert error.line == 8


def test_a_circle_of_replacements_is_refused(tmp_path: Path) -> None:
    """What stands in place of a thing must be at an end."""
    text = "  dcterms:isReplacedBy <register/y> .\n<register/y> a cg:Withdrawal ; dcterms:isReplacedBy <register/x> .\n"
    error = refused(tmp_path, text)
    assert "leads back to it" in error.message
    assert error.message.count("register/x") == 3


def test_what_points_to_a_withdrawn_name_is_told_what_to_use(tmp_path: Path) -> None:
    """A dangling reference to a name of the register is told from a spelling mistake."""
    error = refused(
        tmp_path,
        "  a cg:Withdrawal .\n<document/d> a cg:Document ; dcterms:references <actor/x> .\n",
    )
    assert "not in use any more" in str(error)
    assert "register/x" in str(error)


def test_a_chain_that_ends_is_built(tmp_path: Path) -> None:
    """An entry may name another entry, and so on to what is in use."""
    file = tmp_path / "data.ttl"
    text = "  dcterms:isReplacedBy <register/y> .\n<register/y> a cg:Withdrawal ; dcterms:isReplacedBy <actor/y> .\n<actor/y> a cg:Actor .\n"
    file.write_text(HEAD + text, encoding="utf-8")
    assert len(build([file]))
