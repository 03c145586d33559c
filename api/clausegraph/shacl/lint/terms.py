"""The terms of SHACL: all that there are, so that one that is mistyped does not pass in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from clausegraph.engine import nearest
from clausegraph.shacl.lint.faults import Fault, Rule, error, warning
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH, XSD, compact

if TYPE_CHECKING:
    from clausegraph.shacl.lint.sheet import Sheet

UNKNOWN_TERM = error("unknown-term", "Each sh: and xsd: name is one that there is.")
BEYOND = warning("beyond-core", "Terms are of SHACL 1.0: Core, or SHACL-SPARQL.")
RULES = (UNKNOWN_TERM, BEYOND)

TARGETS = tuple(
    SH + name for name in "targetClass targetNode targetObjectsOf targetSubjectsOf".split()
)
CONSTRAINTS = tuple(
    SH + name
    for name in (
        "and class closed datatype disjoint equals flags hasValue ignoredProperties in languageIn "
        "lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength minCount "
        "minExclusive minInclusive minLength node nodeKind not or path pattern property "
        "qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint "
        "sparql uniqueLang xone"
    ).split()
)
_OTHERS = (
    "defaultValue deactivated description group message name order severity "
    "alternativePath inversePath oneOrMorePath zeroOrMorePath zeroOrOnePath "
    "ask declare labelTemplate namespace nodeValidator optional parameter prefix prefixes "
    "propertyValidator select validator "
    "conforms detail focusNode result resultMessage resultPath resultSeverity sourceConstraint "
    "sourceConstraintComponent sourceShape value "
    "entailment shapesGraph shapesGraphWellFormed suggestedShapesGraph"
)
_INDIVIDUALS = (
    "BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal Info Violation Warning "
    "AbstractResult ConstraintComponent NodeKind NodeShape Parameter Parameterizable "
    "PrefixDeclaration PropertyGroup PropertyShape ResultAnnotation SPARQLAskExecutable "
    "SPARQLAskValidator SPARQLConstraint SPARQLConstraintComponent SPARQLConstructExecutable "
    "SPARQLExecutable SPARQLSelectExecutable SPARQLSelectValidator SPARQLUpdateExecutable Severity "
    "Shape ValidationReport ValidationResult Validator"
)
_COMPONENTS = (
    "And Class Closed Datatype Disjoint Equals HasValue In LanguageIn LessThan LessThanOrEquals "
    "MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength "
    "Node NodeKind Not Or Pattern Property QualifiedMaxCount QualifiedMinCount SPARQL UniqueLang "
    "Xone"
)
# SHACL Advanced Features, SHACL-JS and the drafts of SHACL 1.2: elsewhere they mean something.
_BEYOND = (
    "annotationProperty annotationValue annotationVarName condition construct count desc distinct "
    "else exists expression filterShape groupConcat if intersection js jsFunctionName jsLibrary "
    "jsLibraryURL limit max min minus nodes object offset orderBy predicate resultAnnotation "
    "returnType rule subject sum target then this union update values "
    "ExpressionConstraintComponent Function JSConstraint JSConstraintComponent JSExecutable "
    "JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Rule Rules SPARQLFunction "
    "SPARQLRule SPARQLTarget SPARQLTargetType Target TargetType TripleRule "
    "agentInstruction codeIdentifier intent maxListLength memberShape minListLength "
    "nodeByExpression reificationRequired reifierShape rootClass shape singleLine someValue "
    "subsetOf targetWhere uniqueMembers Debug ShapeClass Trace"
)
_XSD = (
    "ENTITIES ENTITY ID IDREF IDREFS NCName NMTOKEN NMTOKENS NOTATION Name QName anyAtomicType "
    "anySimpleType anyType anyURI base64Binary boolean byte date dateTime dateTimeStamp "
    "dayTimeDuration decimal double duration float gDay gMonth gMonthDay gYear gYearMonth "
    "hexBinary int integer language long negativeInteger nonNegativeInteger nonPositiveInteger "
    "normalizedString positiveInteger short string time token unsignedByte unsignedInt "
    "unsignedLong unsignedShort yearMonthDuration "
    "length minLength maxLength pattern enumeration whiteSpace maxInclusive maxExclusive "
    "minInclusive minExclusive totalDigits fractionDigits"
)
_KNOWN = frozenset(
    {*CONSTRAINTS, *TARGETS}
    | {SH + name for name in (*_OTHERS.split(), *_INDIVIDUALS.split())}
    | {f"{SH}{name}ConstraintComponent" for name in _COMPONENTS.split()}
    | {XSD + name for name in _XSD.split()}
)
_ELSEWHERE = frozenset(SH + name for name in _BEYOND.split())


def check(sheet: Sheet) -> Iterator[Fault]:
    """Find names below sh: and xsd: that nothing has, and those of other parts of SHACL."""
    graph = sheet.graph
    for node in graph.nodes():
        for predicate in graph.predicates(node):
            for value in graph.values(node, predicate):
                for iri in _names(predicate, value):
                    if iri not in _KNOWN:
                        rule, message = _judged(iri)
                        yield rule.broken(node, message, predicate, value)


def _names(predicate: str, value: Term) -> Iterator[str]:
    """Yield the names of SHACL and XML Schema that a statement uses, as predicate or value."""
    for iri in (predicate, value.value if isinstance(value, NamedNode) else ""):
        if iri.startswith((SH, XSD)):
            yield iri


def _judged(iri: str) -> tuple[Rule, str]:
    """Return what is amiss with a name that SHACL Core and SHACL-SPARQL do not have."""
    if iri in _ELSEWHERE:
        return BEYOND, (
            f"{compact(iri)} is beyond SHACL 1.0 Core and SHACL-SPARQL: most validators pass over "
            "it. Say it otherwise, for example in SPARQL (sh:sparql)."
        )
    near = nearest.term(iri, sorted(_KNOWN))
    hint = f" Did you mean {compact(near)}?" if near else ""
    return UNKNOWN_TERM, f"There is no {compact(iri)}; validators pass over it in silence.{hint}"
