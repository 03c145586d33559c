"""What a judge does with a job: reads it, checks it, and writes the report."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path

from pyoxigraph import RdfFormat, serialize

from clausegraph import formats, jsonld
from clausegraph.engine.sink import Plain, Xml
from clausegraph.errors import InputError
from clausegraph.validate import checking, cutting, delegation, sent, writers
from clausegraph.validate.choosing import Rules
from clausegraph.validate.jobs import Job, Options, Part, Verdict
from clausegraph.validate.material import Material
from clausegraph.validate.report import Report
from clausegraph.validate.request import Request
from clausegraph.validate.sandbox import Judge
from clausegraph.validate.sent import Context, Rulers, Sent
from clausegraph.validate.severity import Severity
from clausegraph.vocabulary import CONTEXT

_SERIALIZED = {"ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
_WIDTH = 100  # columns of a report as text
# What each part of the package reads, writes or imports when it is first used is used once, ahead.
_TRIAL = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <urn:e:> .\n"
    'e:s a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message "No."@en ;\n'
    '  sh:select "SELECT $this ?value { $this <urn:e:p> ?value FILTER(?value < 3) }" ] ;\n'
    '  sh:property [ sh:path e:p ; sh:maxCount 0 ; sh:pattern "a" ; sh:in ( 1 2.0 ) ] .\n'
    'e:a a e:C ; e:p 1.50 , "2"^^e:d , "é" , [ ] ; e:q ( e:a ) .\n'
)
_TRIAL_LINE = "<urn:e:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:e:C> .\n"
_TRIALS = (
    (formats.TURTLE, _TRIAL),
    (formats.TRIG, _TRIAL),
    (formats.N_TRIPLES, _TRIAL_LINE),
    (formats.N_QUADS, _TRIAL_LINE),
    (formats.JSON_LD, f'{{"@context": "{CONTEXT}", "@id": "urn:e:a", "@type": "urn:e:C"}}'),
    (
        formats.RDF_XML,
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
        '<e:C rdf:about="urn:e:a"/></rdf:RDF>',
    ),
)


def prepare(background: tuple[Path, ...]) -> Judge:
    """Read our shapes and the context, and return who judges by them; it opens no file.

    `background` are the files of the context, none for what ships. Raises InputError where one of
    them cannot be read. A context serves one job: each process has its own, by being forked.
    """
    rulers, context = Rulers(), Context(background)
    _warm_up(rulers)
    return lambda job: judge(job, rulers, context)


def judge(job: Job, rulers: Rulers, context: Context | None) -> Verdict:
    """Judge the data of a job, and write the report about them.

    Raises InputError for data or shapes that cannot be read or used.
    """
    options = job.options
    rules = rulers.rules(sent.files(job.shapes))
    if not rules.are_ours:
        _refuse_shares(delegation.divide(rules.shapes)[1], rules)
    data = sent.files(job.data)
    material = sent.material(data, context if options.background else None)
    request = Request(
        severity=Severity[options.severity.upper()], allow_empty=options.allow_empty, seconds=0.0
    )
    report = _checked(request, rules, material)
    graves = [note.text for note in report.notes if note.is_grave]
    return Verdict(
        _written(cutting.cut(report, options.most), options, data),
        conforms=report.conforms,
        passes=report.passes(),
        results=len(report.findings),
        vacuous=" ".join(graves) if report.passes() else "",
    )


def _checked(request: Request, rules: Rules, material: Material) -> Report:
    """Return the report; whatever would be given to pySHACL is refused, which needs files."""
    try:
        return checking.check(request, rules, material, lambda _: None)
    except OSError as error:
        covered, _ = delegation.divide(rules.shapes)
        _refuse_shares(delegation.compiled(covered, material.data, material.selection)[1], rules)
        raise InputError(f"The data cannot be checked: {error}.") from error


def _refuse_shares(shares: tuple[delegation.Share, ...], rules: Rules) -> None:
    """Raise InputError for shapes that the compiler does not cover: nothing is skipped."""
    if not shares:
        return
    share, reason, named = shares[0], shares[0].reasons[0], rules.names.term
    raise InputError(
        f"{named(reason.what)} of the shape {named(share.shape.node)} is not compiled, and is not "
        f"checked here: {reason.reason}.",
        remedy="Write it in another way, or run `clausegraph validate`, which has pySHACL help.",
    )


def _written(report: Report, options: Options, data: tuple[Sent, ...]) -> bytes:
    """Return the report in the format that was asked for."""
    if options.format == "text":
        return "".join(writers.text(report, _style(data))).encode("utf-8", "backslashreplace")
    if options.format == "jsonld":
        lines = _serialized(report, RdfFormat.N_TRIPLES)
        return jsonld.write(lines, options.profile or formats.FRAMED)
    if options.format in _SERIALIZED:
        return _serialized(report, _SERIALIZED[options.format])
    text = "".join(writers.WRITERS[options.format](report))
    return text.encode("utf-8", "backslashreplace")


def _serialized(report: Report, syntax: RdfFormat) -> bytes:
    """Return the report as RDF; raises NotAcceptable for values that RDF/XML has no form for."""
    stream = BytesIO()
    serialize(dict.fromkeys(writers.to_triples(report)), stream, format=syntax)
    check = Xml() if syntax == RdfFormat.RDF_XML else Plain()
    return check.piece(stream.getvalue())


def _style(data: tuple[Sent, ...]) -> writers.Style:
    """Return how a text looks: without colours, and with the lines of what was sent."""
    texts: Mapping[Path, bytes] = {file.path: file.data or b"" for file in data}

    def opened(path: Path) -> StringIO:
        return StringIO(texts.get(path, b"").decode(errors="replace"), newline="\n")

    return writers.Style(width=_WIDTH, opened=opened)


def _warm_up(rulers: Rulers) -> None:
    """Have everything used once that a job may need."""
    jsonld.warm_up()
    every = (*writers.WRITERS, *_SERIALIZED, "text", "jsonld")
    shapes = Part("s.ttl", formats.TURTLE.media_type, _TRIAL.encode())
    for syntax, text in _TRIALS:
        part = Part(f"a{syntax.suffix}", syntax.media_type, text.encode())
        for chosen in ((shapes,), ()):
            judge(Job((part, shapes), chosen, Options("json", background=False)), rulers, None)
    for name in every:
        judge(Job((shapes,), (shapes,), Options(name, background=False)), rulers, None)
