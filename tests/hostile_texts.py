"""Texts, IRIs and names that would run if a page took them for anything but text.

Each of TEXTS calls `window.__ran` if it is ever taken for markup, an address or a program.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

BASE = "https://w3id.org/clausegraph/"
ID = f"{BASE}id/"
CG = f"{BASE}ontology#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"

RUN = "window.__ran=1"

TEXTS = (
    # Elements that run by themselves.
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data='javascript:{RUN}'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    # Out of the element or attribute in which a text stands.
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus x='",
    f"` onfocus=`{RUN}` autofocus x=`",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<!--<script>{RUN}//-->",
    f"--><img src=x onerror={RUN}><!--",
    f"]]><img src=x onerror={RUN}>",
    f"</style><img src=x onerror={RUN}>",
    f"</option></select><img src=x onerror={RUN}>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"</pre></td></tr></table><img src=x onerror={RUN}>",
    # Escapes that someone may undo.
    f"&lt;img src=x onerror={RUN}&gt;",
    f"&amp;lt;script&amp;gt;{RUN}&amp;lt;/script&amp;gt;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cimg src=x onerror={RUN}\\u003e",
    f"\\x3cscript\\x3e{RUN}\\x3c/script\\x3e",
    # Programs in templates, styles and addresses.
    "{{ self.__init__.__globals__ }}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    f"${{{RUN}}}",
    f"`<img src=x onerror={RUN}>` and `code`",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"x:expression({RUN})",
    "url(//other.invalid/x)",
    # Elements that ask elsewhere.
    "<base href='//other.invalid/'>",
    "<meta http-equiv=refresh content='0;url=//other.invalid/'>",
    "<link rel=stylesheet href=//other.invalid/x.css>",
    "<img src=//other.invalid/x.png>",
    f"<form action=//other.invalid/><button autofocus onfocus={RUN}>x</button></form>",
    # Programs of spreadsheets, and letters that hide or turn round what follows.
    '=HYPERLINK("//other.invalid/","x")',
    "=cmd|'/c calc'!A0",
    f"\u202e\u2066<img src=x onerror={RUN}>\u2069",
    f"\u2028{RUN}\u2029//",
    f"<\u200bimg src=x onerror={RUN}>",
    f"\ufeff<script>{RUN}</script>",
    "__proto__",
    "constructor",
)

# As IRIs, which may hold no blank, bracket or quotation mark.
IRIS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}//https://w3id.org/clausegraph/id/",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19yYW49MTwvc2NyaXB0Pg==",
    f"vbscript:{RUN}",
    f"https://other.invalid/x'onmouseover='{RUN}",
    f"https://other.invalid/#'-alert(1)-'{RUN}",
    f"https://other.invalid/&quot;onfocus=&quot;{RUN}&quot;",
    f"https://other.invalid/$({RUN})",
    "https://other.invalid/%22%3E%3Cscript%3E",
    "urn:__proto__",
    f"{ID}document/javascript:{RUN}",
    f"{ID}concept/hostile/'onfocus='{RUN}",
)
NAMED_DOCUMENT, NAMED_CONCEPT = IRIS[-2:]

# As names of variables, which are letters, digits and underscores, in any script.
VARIABLES = ("__proto__", "constructor", "toString", "innerHTML", "prototype", "hasOwnProperty",
             "valueOf", "length", "ª", "ﬁ", "onerror", "ｓｃｒｉｐｔ")  # fmt: skip


def thing(kind: str, number: int | str) -> str:
    """The IRI of a thing that is called by one of TEXTS."""
    return f"{ID}{kind}/hostile-{number}"


def graph() -> bytes:
    """A graph, as N-Triples, in which everything that has a name is called by one of TEXTS."""
    triples: list[Triple] = []

    def add(subject: str, predicate: str, value: str | Literal) -> None:
        found = value if isinstance(value, Literal) else NamedNode(value)
        triples.append(Triple(NamedNode(subject), NamedNode(predicate), found))

    scheme = f"{ID}concept/hostile"
    add(scheme, f"{RDF}type", f"{SKOS}ConceptScheme")
    add(scheme, f"{DCTERMS}title", Literal(TEXTS[0], language="en"))
    add(NAMED_DOCUMENT, f"{RDF}type", f"{CG}Document")
    add(NAMED_CONCEPT, f"{RDF}type", f"{SKOS}Concept")
    add(NAMED_CONCEPT, f"{SKOS}inScheme", scheme)
    add(NAMED_CONCEPT, f"{SKOS}prefLabel", Literal(TEXTS[1], language="en"))
    for number, text in enumerate(TEXTS):
        english = Literal(text, language="en")
        document, clause = thing("document", number), f"{thing('document', number)}/clause/1"
        actor, source = thing("actor", number), thing("source", number)
        concept, activity = f"{scheme}/{number}", thing("activity", number)
        statement = f"{document}/classification/1"
        for subject, kind in (
            (document, f"{CG}Document"), (clause, f"{CG}Clause"), (actor, f"{CG}Actor"),
            (source, f"{CG}Source"), (statement, f"{CG}Classification"),
            (statement, f"{CG}Statement"), (activity, f"{PROV}Activity"),
        ):  # fmt: skip
            add(subject, f"{RDF}type", kind)
        for subject in (document, clause, actor, source, activity):
            add(subject, f"{DCTERMS}title", english)
            add(subject, f"{DCTERMS}description", english)
            add(subject, f"{RDFS}comment", Literal(text))
            add(subject, f"{RDFS}seeAlso", IRIS[number % len(IRIS)])
        add(clause, f"{CG}clauseOf", document)
        add(clause, f"{CG}number", Literal(text))
        add(concept, f"{RDF}type", f"{SKOS}Concept")
        add(concept, f"{RDF}type", f"{CG}RiskDomain")
        add(concept, f"{SKOS}inScheme", scheme)
        add(concept, f"{SKOS}notation", Literal(f"{number} {text}"))
        for name in ("prefLabel", "altLabel", "definition", "scopeNote", "changeNote", "example"):
            add(concept, f"{SKOS}{name}", english)
        add(concept, f"{SKOS}exactMatch", IRIS[number % len(IRIS)])
        if number % 7:
            add(concept, f"{SKOS}broader", f"{scheme}/{number - number % 7}")
        for subject in (clause, document) if number % 2 else (document,):
            add(statement, f"{CG}classifies", subject)
        add(statement, f"{CG}concept", concept)
        add(statement, f"{CG}effectiveReviewStatus", f"{ID}concept/review-status/unreviewed")
        add(statement, f"{CG}reviewStatus", f"{ID}concept/review-status/unreviewed")
        add(statement, f"{CG}coverageLevel", f"{ID}concept/coverage-3/{number % 3 + 1}")
        add(statement, f"{CG}rationale", english)
        add(statement, f"{CG}sourceTerm", Literal(text))
        add(statement, f"{DCTERMS}source", source)
        add(statement, f"{PROV}wasAttributedTo", actor)
        add(statement, f"{PROV}wasGeneratedBy", activity)
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
