"""What the built graph says of itself: every count is the one that a query over it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from clausegraph import formats
from clausegraph.build import Build, build, release
from clausegraph.vocabulary import BASE, CG, DATASET, DCAT, DCTERMS, GRAPH, ID, RELEASE, VOID

VOCABULARIES = {
    "cg": CG,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "void": VOID,
    "ext": "http://ldf.fi/void-ext#",
}


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """Answer a SELECT over the default graph: sorted rows of texts, an empty one for no value."""
    found = store.query(query, prefixes=VOCABULARIES)
    names = [variable.value for variable in found.variables]
    return sorted(tuple("" if row[n] is None else row[n].value for n in names) for row in found)


def test_counts_of_the_whole_are_those_of_a_query(built: Build, store: Store) -> None:
    """VoID, section 4.6; the description counts itself."""
    stated = rows(
        store,
        f"SELECT ?triples ?subjects ?entities ?properties ?classes {{ <{DATASET}> "
        "void:triples ?triples ; void:distinctSubjects ?subjects ; void:entities ?entities ; "
        "void:properties ?properties ; void:classes ?classes }",
    )
    counted = rows(
        store,
        "SELECT (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?e) AS ?m) "
        "(COUNT(DISTINCT ?p) AS ?k) (COUNT(DISTINCT ?c) AS ?l) { ?s ?p ?o "
        f"BIND(IF(STRSTARTS(STR(?s), '{ID}'), ?s, ?none) AS ?e) "
        "BIND(IF(?p = rdf:type, ?o, ?none) AS ?c) }".replace(
            "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        ),
    )
    assert stated == counted
    assert int(stated[0][0]) == len(built)


def test_each_property_partition_is_what_a_query_counts(store: Store) -> None:
    """VoID, section 4.4: no property is left out, and none is made up."""
    stated = rows(
        store,
        f"SELECT ?property ?triples ?subjects {{ <{DATASET}> void:propertyPartition ?part . "
        "?part void:property ?property ; void:triples ?triples ; void:distinctSubjects ?subjects }",
    )
    counted = rows(
        store, "SELECT ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    )
    assert stated == counted


def test_distinct_objects_are_counted_where_the_count_changes_nothing(store: Store) -> None:
    """How many different counts there are would depend on this count."""
    stated = rows(
        store,
        f"SELECT ?property ?objects {{ <{DATASET}> void:propertyPartition ?part . "
        "?part void:property ?property ; void:distinctObjects ?objects }",
    )
    counted = rows(store, "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert set(stated) <= set(counted)
    left_out = {row[0].removeprefix(VOID) for row in set(counted) - set(stated)}
    assert left_out == {
        "classes",
        "distinctObjects",
        "distinctSubjects",
        "entities",
        "properties",
        "triples",
    }


def test_each_class_partition_is_what_a_query_counts(store: Store) -> None:
    """VoID, section 4.4."""
    stated = rows(
        store,
        f"SELECT ?class ?entities {{ <{DATASET}> void:classPartition ?part . "
        "?part void:class ?class ; void:entities ?entities }",
    )
    counted = rows(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert stated == counted


def test_each_property_of_a_class_is_what_a_query_counts(store: Store) -> None:
    """VoID, section 4.4, nested."""
    stated = rows(
        store,
        "SELECT ?class ?property ?triples { ?whole void:class ?class ; void:propertyPartition ?part "
        ". ?part void:property ?property ; void:triples ?triples }",
    )
    counted = rows(store, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c . ?s ?p ?o } GROUP BY ?c ?p")
    assert stated == counted


def test_what_a_property_leads_to_is_what_a_query_counts(store: Store) -> None:
    """VoID and its extension void-ext, which query editors complete from."""
    classes = rows(
        store,
        "SELECT ?class ?property ?target ?triples { ?whole void:class ?class ; "
        "void:propertyPartition ?part . ?part void:property ?property ; void:classPartition ?to . "
        "?to void:class ?target ; void:triples ?triples }",
    )
    assert classes == rows(
        store,
        "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c . ?s ?p ?o . ?o a ?d FILTER(?p != "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>) } GROUP BY ?c ?p ?d",
    )
    datatypes = rows(
        store,
        "SELECT ?class ?property ?datatype ?triples { ?whole void:class ?class ; "
        "void:propertyPartition ?part . ?part void:property ?property ; ext:datatypePartition ?to . "
        "?to ext:datatype ?datatype ; void:triples ?triples }",
    )
    assert datatypes == rows(
        store,
        "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c . ?s ?p ?o . BIND(DATATYPE(?o) AS ?d) "
        "FILTER(BOUND(?d)) } GROUP BY ?c ?p ?d",
    )


def test_each_linkset_is_what_a_query_counts(store: Store) -> None:
    """VoID, section 5: from our things to the terms of another dataset."""
    stated = rows(
        store,
        "SELECT ?space ?predicate ?triples { ?links a void:Linkset ; void:linkPredicate ?predicate "
        f"; void:subjectsTarget <{DATASET}> ; void:objectsTarget ?target ; void:triples ?triples . "
        "?target void:uriSpace ?space }",
    )
    assert any(space == "https://w3id.org/dpv#" for space, _, _ in stated)
    assert len({(space, predicate) for space, predicate, _ in stated}) == len(stated)
    for space, predicate, count in stated:
        others = [s for s, _, _ in stated if s != space and s.startswith(space)]
        but = "".join(f"FILTER(!STRSTARTS(STR(?o), '{other}'))" for other in others)
        found = rows(
            store,
            f"SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER(STRSTARTS(STR(?s), '{ID}')) "
            f"FILTER(STRSTARTS(STR(?o), '{space}')) {but} }}",
        )
        assert found == [(count,)], (space, predicate)


def test_dataset_names_its_licence_its_addresses_and_every_dump(store: Store) -> None:
    """DCAT 3, sections 6.6 and 6.8; VoID, sections 2 and 3."""
    about = {
        (quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in store.quads_for_pattern(
            NamedNode(DATASET), None, None, NamedNode(release.GRAPH_IRI)
        )
    }
    assert (DCTERMS + "license", "https://creativecommons.org/licenses/by/4.0/") in about
    assert (VOID + "sparqlEndpoint", f"{BASE}sparql") in about
    assert (VOID + "uriSpace", ID) in about
    assert (VOID + "uriRegexPattern", r"^https://w3id\.org/clausegraph/id/") in about
    assert (VOID + "vocabulary", f"{BASE}ontology") in about
    assert len([1 for name, _ in about if name == VOID + "exampleResource"]) > 20
    dumps = {value for name, value in about if name == DCAT + "distribution"}
    assert dumps == {value for name, value in about if name == VOID + "dataDump"}
    assert dumps == {
        f"{BASE}dumps/{formats.dump(syntax, coding)}"
        for syntax in formats.DUMPED
        for coding in formats.CODINGS
    }
    packed = rows(
        store,
        "SELECT ?dump ?media ?packing { ?dump dcat:downloadURL ?dump ; dcat:mediaType ?media "
        "OPTIONAL { ?dump dcat:compressFormat ?packing } FILTER(CONTAINS(STR(?dump), '.ttl')) }",
    )
    types = "https://www.iana.org/assignments/media-types/"
    assert [row[1:] for row in packed] == [
        (f"{types}text/turtle", ""),
        (f"{types}text/turtle", f"{types}application/gzip"),
        (f"{types}text/turtle", f"{types}application/zstd"),
    ]


def test_description_names_the_release_and_has_no_date(built: Build, store: Store) -> None:
    """A build has no clock: its date is in the manifest."""
    assert rows(store, f"SELECT ?v {{ <{DATASET}> dcat:version ?v }}") == [(built.release,)]
    versions = rows(store, f"SELECT ?v {{ <{DATASET}> dcterms:hasVersion ?v }}")
    assert versions == [(RELEASE + built.release,)]
    assert not rows(
        store,
        f"SELECT ?s ?o {{ GRAPH <{GRAPH}release> {{ ?s ?p ?o }} "
        "FILTER(CONTAINS(STR(DATATYPE(?o)), 'date')) }",
    )


def test_parts_of_the_dataset_have_names_and_are_reached_from_it(store: Store) -> None:
    """Every node of the description hangs together: void:subset and the two partitions."""
    named = rows(
        store, f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{DATASET}#')) }}"
    )
    reached = rows(
        store,
        f"SELECT DISTINCT ?s {{ <{DATASET}> (void:classPartition|void:propertyPartition|void:subset|"
        "void:objectsTarget|ext:datatypePartition|<http://www.w3.org/ns/shacl#declare>)+ ?s }",
    )
    assert named == reached


@pytest.mark.parametrize("text", ["", "<urn:s> <urn:p> <urn:o> , 1 , 2 , 3 , 'x'@en .\n"])
def test_data_of_other_people_are_counted_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(text)
    found = build([path])
    store = found.store()
    total = rows(store, f"SELECT ?n {{ <{DATASET}> void:triples ?n }}")
    assert total == rows(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [(str(len(found)),)]


def test_literal_with_a_separator_of_lines_stays_on_one_line(tmp_path: Path) -> None:
    """N-Quads, section 3: only a line feed or a carriage return ends a line."""
    path = tmp_path / "x.ttl"
    path.write_text('<urn:s> <urn:p> "a\u2028b\u0085c\u000bd" .\n', encoding="utf-8")
    found = build([path])
    lines = [line for line in found.lines() if line.startswith("<urn:s>")]
    assert len(lines) == 1
    copy = tmp_path / "copy.nq"
    found.write(copy)
    assert build([copy]).release == found.release
