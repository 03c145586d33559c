"""Frames: what stands inside of what, in which order, and that nothing is lost."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import RdfFormat, parse

import processor
from clausegraph import jsonld, vocabulary
from clausegraph.errors import InputError

EX = "http://example.org/"
LIST = (
    "ex:list a hydra:Collection ; hydra:totalItems 2 ; hydra:member <clause/1> , <clause/1.1> ."
    "<clause/1> a cg:Clause ; cg:source <source/s> ."
    "<clause/1.1> a cg:Clause ; cg:parentClause <clause/1> ; cg:source <source/s> ."
    "<source/s> a cg:Source ; dcterms:title 'S'@en ."
)


def test_a_frame_nests_and_orders(write) -> None:
    """JSON-LD 1.1 Framing; `@order` ranks what sets list."""
    data = (
        "<concept/x/1> a skos:Concept ; skos:narrower <concept/x/1.10> , <concept/x/1.9> ."
        "<concept/x/1.9> skos:prefLabel 'nine'@en . <concept/x/1.10> skos:prefLabel 'ten'@en ."
    )
    order = [f"{vocabulary.ID}concept/x/{code}" for code in ("1", "1.9", "1.10")]
    framed = write(data, frame={"type": "Concept", "@order": order})
    assert [item["prefLabel"]["en"] for item in framed["narrower"]] == ["nine", "ten"]
    assert "@order" not in framed


def test_a_frame_decides_what_is_only_named(write) -> None:
    """JSON-LD 1.1 Framing, object embed flag."""
    bare = {"@embed": "@never"}
    framed = write(LIST, frame={"type": "Collection", "member": {"parentClause": bare}})
    first, second = framed["member"]
    assert second["parentClause"] == first["id"]
    nested = write(LIST, frame={"type": "Collection", "member": {}})
    assert nested["member"][1]["parentClause"]["id"] == first["id"]


def test_a_node_stands_wherever_it_is_pointed_to_or_once(write) -> None:
    """JSON-LD 1.1 Framing, object embed flag: @always and @once."""
    always = write(LIST, frame={"type": "Collection", "member": {}})["member"]
    assert [item["cg:source"]["title"]["en"] for item in always] == ["S", "S"]
    once = write(LIST, frame={"type": "Collection", "member": {"@embed": "@once"}})["member"]
    assert once[0]["cg:source"]["title"] == {"en": "S"}
    assert once[1]["cg:source"] == {"id": f"{vocabulary.ID}source/s"}
    never = write(LIST, frame={"type": "Collection", "member": {"@embed": "@never"}})
    assert never["member"] == [f"{vocabulary.ID}clause/1", f"{vocabulary.ID}clause/1.1"]


def test_a_frame_is_for_a_type_or_an_identifier(write) -> None:
    """JSON-LD 1.1 Framing, frame matching; a value that the frame does not fit is named."""
    frame = {"type": "Collection", "member": {"type": "Document"}}
    assert write(LIST, frame=frame)["member"][0] == f"{vocabulary.ID}clause/1"
    for name in ("id", "@id"):
        framed = write(LIST, frame={name: f"{vocabulary.ID}source/s"})
        assert framed["title"] == {"en": "S"}
    assert write(LIST, frame={"@type": f"{vocabulary.CG}Source"})["title"] == {"en": "S"}


def test_several_things_that_a_frame_begins_with_are_a_graph(write) -> None:
    """JSON-LD 1.1 Framing, omit graph flag."""
    found = write(LIST, frame={"type": "Clause"})
    assert [node["id"][-3:] for node in found["@graph"][:2]] == ["e/1", "1.1"]


def test_a_set_that_a_frame_names_is_never_missing(write) -> None:
    """A reader can loop over an empty list; nothing has to be guessed."""
    data = "ex:list a hydra:Collection ."
    framed = write(data, frame={"type": "Collection", "member": {}, "view": {}})
    assert framed == {
        "@context": vocabulary.CONTEXT,
        "id": f"{EX}list",
        "type": "Collection",
        "member": [],
    }
    inner = write(LIST, frame={"type": "Collection", "member": {"usesMitigation": {}}})
    assert all(item["usesMitigation"] == [] for item in inner["member"])


LOST = [
    {"type": "Collection", "member": {}},
    {"type": "Collection", "member": {"@embed": "@never"}},
    {"type": "Collection", "member": {"type": "Document"}},
    {"type": "Clause"},
    {"type": "Sanction"},
    {"id": f"{vocabulary.ID}source/s"},
    {"type": "Source", "@embed": "@once"},
    {},
]


@pytest.mark.parametrize("frame", LOST)
@pytest.mark.parametrize("more", ["", "ex:x ex:p ex:y . ex:y ex:p ex:x . ex:list ex:odd 1 ."])
def test_what_a_frame_does_not_reach_is_included(triples, frame, more: str) -> None:
    """JSON-LD 1.1, included nodes: another processor reads the same triples."""
    data = triples(LIST + more)
    body = jsonld.write(data, frame=frame)
    assert processor.read(body) == processor.canonical(parse(data, RdfFormat.N_TRIPLES))


def test_a_circle_ends_where_it_began(triples) -> None:
    """JSON-LD 1.1 Framing, object embed flag: a node inside of itself is named; each way around."""
    data = triples(
        "ex:r a hydra:Collection ; hydra:member ex:a , ex:b , ex:c ."
        "ex:a ex:p ex:b . ex:b ex:p ex:c . ex:c ex:p ex:a , ex:d . ex:d ex:p 1 ."
    )
    body = jsonld.write(data, frame={"type": "Collection", "member": {}})
    assert processor.read(body) == processor.canonical(parse(data, RdfFormat.N_TRIPLES))
    p = f"{EX}p"
    for start, around in zip(json.loads(body)["member"], ("abc", "bca", "cab"), strict=True):
        path, node = [], start
        while p in node:
            path.append(node["id"][-1])
            node = node[p][0] if isinstance(node[p], list) else node[p]
        assert "".join(path) == around
        assert node == {"id": start["id"]}


def test_what_stands_at_many_places_is_written_as_often(triples) -> None:
    """Ten thousand members that share what they point to."""
    lines = ["ex:r a hydra:Collection .", "ex:s dcterms:title 'S'@en ; ex:of ex:t . ex:t ex:n 1 ."]
    lines += [f"ex:r hydra:member ex:m{i} . ex:m{i} ex:p ex:s ; ex:q ex:t ." for i in range(10_000)]
    framed = json.loads(jsonld.write(triples("\n".join(lines)), frame={"type": "Collection"}))
    assert len(framed["member"]) == 10_000
    for item in framed["member"][::999]:
        assert item[f"{EX}p"][f"{EX}of"] == item[f"{EX}q"] == {"id": f"{EX}t", f"{EX}n": 1}


@pytest.mark.parametrize(
    "frame",
    [
        {"member": []},
        {"member": "x"},
        {"nothing": {}},
        {"@explicit": True},
        {"@embed": "@last"},
        {"member": {"@embed": "never"}},
    ],
)
def test_a_frame_with_what_ours_do_not_have_is_refused(triples, frame) -> None:
    """Rather than passed over: the author would wait for what does not come."""
    with pytest.raises(InputError):
        jsonld.write(triples(LIST), frame=frame)
