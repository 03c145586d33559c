"""What is asked: one table, on the shipped graph and on a generated one."""

from __future__ import annotations

from dataclasses import dataclass

JSON = "application/sparql-results+json"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"

PREFIXES = """\
PREFIX actor-role: <https://w3id.org/clausegraph/id/concept/actor-role/>
PREFIX cg: <https://w3id.org/clausegraph/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX milestone-kind: <https://w3id.org/clausegraph/id/concept/milestone-kind/>
PREFIX mit-mitigation-v2: <https://w3id.org/clausegraph/id/concept/mit-mitigation-v2/>
PREFIX mit-risk-domain: <https://w3id.org/clausegraph/id/concept/mit-risk-domain/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@dataclass(frozen=True)
class Question:
    """A query, with `$document` and `$clause` for things of the graph at hand."""

    name: str
    text: str
    accept: str = JSON
    repeated: bool = False

    def on(self, document: str, clause: str) -> str:
        """Return the whole query about these things, by IRI, with the prefixes that it uses."""
        used = (line for line in PREFIXES.splitlines(True) if line.split()[1] in self.text)
        body = self.text.replace("$document", f"<{document}>").replace("$clause", f"<{clause}>")
        return "".join(used) + body


LOOKUP = Question("point lookup", "SELECT ?p ?o WHERE { $clause ?p ?o }")
EXPORT = Question("export, 50,000 rows", "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 50000")
_MILESTONES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a cg:Milestone ; ?p ?o }"

QUESTIONS = (
    LOOKUP,
    Question("point lookup, repeated", LOOKUP.text, repeated=True),
    Question(
        "clause list",
        """SELECT ?clause ?number ?title WHERE {
  ?clause cg:clauseOf $document ; dcterms:title ?title .
  OPTIONAL { ?clause cg:number ?number }
} ORDER BY ?clause ?title""",
    ),
    Question(
        "coverage matrix",
        """SELECT ?document ?risk ?level ?agent WHERE {
  ?document a cg:Document .
  ?classification cg:classifies ?document ; cg:concept ?risk ; prov:wasAttributedTo ?agent .
  ?risk a cg:RiskDomain .
  OPTIONAL { ?classification cg:coverageLevel ?level }
}""",
    ),
    Question(
        "property path",
        """SELECT ?concept (COUNT(?classification) AS ?classifications) WHERE {
  ?concept skos:broader+ mit-mitigation-v2:3 .
  ?classification cg:concept ?concept .
} GROUP BY ?concept""",
    ),
    Question(
        "gap query (MINUS)",
        """SELECT ?document WHERE {
  ?document a cg:Document .
  MINUS { ?classification cg:classifies ?document ; cg:concept mit-risk-domain:7.6 }
}""",
    ),
    Question(
        "text filter",
        """SELECT ?clause ?title WHERE {
  ?clause a cg:Clause ; dcterms:title ?title .
  FILTER (CONTAINS(LCASE(STR(?title)), "safety"))
}""",
    ),
    Question(
        "count distinct",
        """SELECT (COUNT(DISTINCT ?concept) AS ?concepts) (COUNT(DISTINCT ?part) AS ?parts) WHERE {
  ?classification a cg:Classification ; cg:concept ?concept ; cg:classifies ?part .
}""",
    ),
    Question(
        "join with OPTIONAL",
        """SELECT ?document ?title ?issuer ?date ?summary WHERE {
  ?document a cg:Document ; dcterms:title ?title .
  ?participation cg:participationIn ?document ; cg:role actor-role:issuer ; cg:actor ?issuer .
  OPTIONAL {
    ?milestone cg:milestoneOf ?document ; cg:milestoneKind milestone-kind:effective ; cg:date ?date
  }
  OPTIONAL { ?document cg:summary ?summary }
}""",
    ),
    EXPORT,
    Question("CONSTRUCT, Turtle", _MILESTONES, TURTLE),
    Question("CONSTRUCT, N-Triples", _MILESTONES, N_TRIPLES),
)

# Every pair of classifications: not done in an hour, and without any memory to speak of.
ENDLESS = Question(
    "endless",
    """SELECT (COUNT(*) AS ?pairs) WHERE {
  ?one a cg:Classification .
  ?other a cg:Classification .
  FILTER (REGEX(CONCAT(STR(?one), STR(?other)), "no.*such.*name$"))
}""",
)
# A million rows, in less than the 256 MiB that one result may have.
MILLION = Question("a million rows", "SELECT ?s ?o WHERE { ?s ?p ?o } LIMIT 1000000")
TOO_MUCH = Question("past the cap", "SELECT ?s ?p ?o ?q WHERE { ?s ?p ?o . ?s ?q ?r }")
