"""One sentence for each component of SHACL Core: what is wrong, from the shape's parameter.

What stands before is the value, or the path or node that has no value to show. `{}` is the value of
the parameter, `{path}` the path of the shape, `{shape}` its sh:qualifiedValueShape.
"""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.vocabulary import SH


@dataclass(frozen=True)
class Sentence:
    """The sentence of a component, and `bare` where the parameter's value is not known.

    `is_plain`: the parameter is shown as it is, a number or a pattern. `is_about_shapes`: it is a
    shape, or a list of shapes.
    """

    parameter: str
    text: str
    bare: str
    is_plain: bool = False
    is_about_shapes: bool = False

    @property
    def is_count(self) -> bool:
        """Whether the parameter says how many values there may be."""
        return self.parameter in ("minCount", "maxCount")


def counting(sentence: Sentence, wanted: str, number: int | None) -> str:
    """Return the sentence of sh:minCount or sh:maxCount; `number` values there are, if known."""
    verb = "is" if wanted == "1" else "are"
    if sentence.parameter == "minCount":
        known = "no value" if number == 0 or wanted == "1" else "fewer values"
        bound = f"at least {wanted} {verb} needed"
    else:
        known = "a value" if wanted == "0" else "more values"
        bound = "none is allowed" if wanted == "0" else f"at most {wanted} {verb} allowed"
    if number:
        known = "1 value" if number == 1 else f"{number} values"
    return f"has {known}, {bound}"


def _plain(parameter: str, text: str, bare: str) -> Sentence:
    return Sentence(parameter, text, bare, is_plain=True)


def _shaped(parameter: str, text: str, bare: str) -> Sentence:
    return Sentence(parameter, text, bare, is_about_shapes=True)


def _qualified(parameter: str, quantity: str) -> Sentence:
    text = f"has {quantity} than {{}} values that conform to {{shape}}"
    return _plain(parameter, text, f"has {quantity} values of a kind than the shape allows")


_BOUNDS = {
    "MinExclusive": ("minExclusive", "greater than {}"),
    "MinInclusive": ("minInclusive", "{} or greater"),
    "MaxExclusive": ("maxExclusive", "less than {}"),
    "MaxInclusive": ("maxInclusive", "{} or less"),
    "MinLength": ("minLength", "at least {} characters long"),
    "MaxLength": ("maxLength", "at most {} characters long"),
}
_SENTENCES = {
    "Class": Sentence("class", "is no instance of {}", "is no instance of the class"),
    "Datatype": Sentence(
        "datatype", "is not a well-formed {}", "is not of the datatype, or not well-formed"
    ),
    "NodeKind": Sentence("nodeKind", "is not {}", "is not of the kind of node"),
    "MinCount": _plain("minCount", "has fewer values than {}", "has too few values"),
    "MaxCount": _plain("maxCount", "has more values than {}", "has too many values"),
    **{
        name: _plain(parameter, f"is not {text}", "is out of bounds")
        for name, (parameter, text) in _BOUNDS.items()
    },
    "Pattern": _plain("pattern", "does not match {}", "does not match the pattern"),
    "LanguageIn": Sentence(
        "languageIn", "is in none of the languages {}", "is in none of the languages"
    ),
    "UniqueLang": _plain(
        "uniqueLang",
        "has more than one value in the same language",
        "has more than one value in the same language",
    ),
    "Equals": Sentence(
        "equals", "is a value of only one of {path} and {}", "is a value of only one of two paths"
    ),
    "Disjoint": Sentence(
        "disjoint", "is a value of both {path} and {}", "is a value of both of two paths"
    ),
    "LessThan": Sentence(
        "lessThan", "is not less than each value of {}", "is not less than each value of another"
    ),
    "LessThanOrEquals": Sentence(
        "lessThanOrEquals",
        "is not less than, or equal to, each value of {}",
        "is not less than, or equal to, each value of another",
    ),
    "Not": _shaped("not", "conforms to {}, which it may not", "conforms to what it may not"),
    "And": _shaped("and", "does not conform to all of {}", "does not conform to all of the shapes"),
    "Or": _shaped("or", "conforms to none of {}", "conforms to none of the shapes"),
    "Xone": _shaped(
        "xone", "does not conform to exactly one of {}", "does not conform to exactly one shape"
    ),
    "Node": _shaped("node", "does not conform to {}", "does not conform to the shape"),
    "Property": _shaped("property", "does not conform to {}", "does not conform to the shape"),
    "QualifiedMinCount": _qualified("qualifiedMinCount", "fewer"),
    "QualifiedMaxCount": _qualified("qualifiedMaxCount", "more"),
    "Closed": _plain(
        "closed",
        "is a value of {path}, which the shape does not allow",
        "is a value of a property that the shape does not allow",
    ),
    "HasValue": Sentence("hasValue", "lacks the value {}", "lacks the value"),
    "In": Sentence("in", "is none of {}", "is none of the values that are allowed"),
    "SPARQL": Sentence("sparql", "is what the query of {} looks for", "is what a query looks for"),
}

# IRI of the component to its sentence.
SENTENCES = {f"{SH}{name}ConstraintComponent": kept for name, kept in _SENTENCES.items()}

# Parameters whose value is a list.
LISTS = frozenset({"in", "languageIn", "and", "or", "xone"})

NODE_KINDS = {
    SH + "IRI": "an IRI",
    SH + "BlankNode": "a blank node",
    SH + "Literal": "a literal",
    SH + "BlankNodeOrIRI": "a blank node or an IRI",
    SH + "BlankNodeOrLiteral": "a blank node or a literal",
    SH + "IRIOrLiteral": "an IRI or a literal",
}
