"""Every kind of page of the explorer, with an address that shows it."""

from __future__ import annotations

from collections.abc import Mapping

ID = "https://w3id.org/clausegraph/id/"
COMPARED = (
    f"documents={ID}document/ai-safety-commitments,{ID}document/ai-safety-governance-framework-v1"
)
QUERY = "SELECT%20%3Fs%20%3Fp%20%3Fo%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2020"

READING: Mapping[str, str] = {
    "home": "/",
    "search": "/search?q=human",
    "nothing found": "/search?q=zzqqy&type=clause",
    "documents": "/documents",
    "documents narrowed down": f"/documents?jurisdiction={ID}concept/jurisdiction/china",
    "document": "/doc/document/ai-safety-governance-framework-v1",
    "document with statements": "/doc/document/ai-safety-commitments",
    "document with many clauses": "/doc/document/nist2024",
    "clause": "/doc/document/ai-safety-governance-framework-v1/clause/5.9",
    "concepts": "/concepts",
    "tree": "/concepts/mit-risk-domain",
    "scheme": "/doc/concept/mit-risk-domain",
    "concept": "/doc/concept/mit-risk-domain/2.1",
    "actors": "/actors",
    "actor": "/doc/actor/tc260",
    "sources": "/sources",
    "source": "/doc/source/airi-navigator-1831",
    "coverage": "/coverage",
    "gaps": "/gaps",
    "choice of what to compare": "/compare",
    "comparison": f"/compare?{COMPARED}",
    "report of coverage": "/api/reports/coverage",
    "report of gaps": "/api/reports/gaps",
    "report of enforcement": "/api/reports/enforcement",
    "report of reviews": "/api/reports/reviews",
    "report of documents": "/api/reports/documents",
    "releases": "/releases",
    "data": "/data",
    "dataset": "/dataset",
    "reference": "/reference",
    "term": "/reference/Classification",
    "API": "/docs",
    "questions": "/queries",
    "question": "/doc/query/risks/gaps",
    "validation": "/validate",
    "citation": f"/cite?iri={ID}document/nist2024",
    "kind of problem": "/problem/busy",
    "nothing there": "/nothing",
    "near name": "/doc/document/ai-safety-commitment",
}
# Pages that load an editor or draw a graph: no reading pages, so with a budget of their own.
WORKING: Mapping[str, str] = {
    "query": "/sparql",
    "query that does not parse": "/sparql?query=SELECT%20*%20%7B%20?s%20?p%20%7D",
    "result": f"/sparql?query={QUERY}",
    "graph": f"/explore?iri={ID}document/ai-safety-commitments",
}
PAGES: Mapping[str, str] = {**READING, **WORKING}
