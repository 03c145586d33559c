// The answer of the endpoint as data, whatever its kind: a table of terms.

const TABLE = "application/sparql-results+json";
const GRAPH = "application/n-triples";
export const ACCEPT = `${TABLE}, ${GRAPH};q=0.9`;

const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", '"': '"', "'": "'", "\\": "\\" };
const TRIPLE = /^(<[^>]*>|_:\S+) <([^>]*)> (?:(<[^>]*>|_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?) \.$/;

/** Read an answer: `{kind, names, rows, boolean, text}`; a row has terms by name. */
export async function read(response) {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith(TABLE)) {
    const rows = text.split("\n").map(triple).filter(Boolean);
    return { kind: "graph", names: ["subject", "property", "value"], rows, text };
  }
  const found = JSON.parse(text);
  if (typeof found.boolean === "boolean") return { kind: "boolean", names: [], rows: [], boolean: found.boolean, text };
  return { kind: "solutions", names: found.head.vars, rows: found.results.bindings, text };
}

function triple(line) {
  const found = TRIPLE.exec(line);
  if (!found) return null;
  const [, subject, property, node, literal, language, datatype] = found;
  const value = { type: "literal", value: unescaped(literal ?? "") };
  if (language) value["xml:lang"] = language;
  if (datatype) value.datatype = datatype;
  return { subject: term(subject), property: { type: "uri", value: unescaped(property) }, value: node ? term(node) : value };
}

function term(written) {
  return written.startsWith("<") ? { type: "uri", value: unescaped(written.slice(1, -1)) } : { type: "bnode", value: written.slice(2) };
}

function unescaped(text) {
  return text.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)/g, (_, four, eight, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
}

/** A number if a term is one by its datatype, else null. */
export function number(found) {
  if (!found?.datatype || !/#(integer|decimal|double|float|\w*[Ii]nt|\w*[Ll]ong|\w*Integer|\w*[Ss]hort|\w*[Bb]yte)$/.test(found.datatype)) return null;
  const value = Number(found.value);
  return Number.isFinite(value) ? value : null;
}
