// What the editor completes, all of it from this graph: its prefixes, the classes and properties
// that it uses, and things by any of their names.

const MOST = 60;

/** Register the completers with the editor's class, and return their names. */
export function register(Yasqe, places, terms) {
  const shown = new Map(); // what was offered last: how it is written, and what it is called

  const offer = (list) => (_, token) => {
    const typed = (token?.autocompletionString ?? token?.string ?? "").replace(/^</, "");
    if (!typed) return [];
    return terms.then((found) => matching(found[list], typed, places).map((term) => remember(term)));
  };
  const remember = (term) => {
    shown.set(term.iri, term);
    return term.iri;
  };
  const written = (yasqe, token, iri) => {
    const declared = Object.entries(yasqe.getPrefixesFromQuery());
    const own = declared.find(([, namespace]) => iri.startsWith(namespace) && /^[\w-]*$/.test(iri.slice(namespace.length)));
    const text = own ? `${own[0]}:${iri.slice(own[1].length)}` : places.compact(iri);
    const result = text === iri ? `<${iri}>` : text;
    shown.set(result, shown.get(iri));
    return result;
  };
  const described = (_, hints) =>
    hints.map((hint) => ({ ...hint, render: (item) => item.append(...line(hint.text, shown.get(hint.text))) }));
  const common = { autoShow: true, bulk: false, postProcessSuggestion: written, postprocessHints: described };

  Yasqe.defaults.autocompleters = [];
  Yasqe.forkAutocompleter("prefixes", {
    name: "graph-prefixes",
    persistenceId: null,
    get: () => terms.then(({ prefixes }) => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`)),
  });
  Yasqe.forkAutocompleter("class", { name: "graph-classes", ...common, get: offer("classes") });
  Yasqe.forkAutocompleter("property", { name: "graph-properties", ...common, get: offer("properties") });
  Yasqe.registerAutocompleter({
    name: "graph-things",
    ...common,
    autoShow: false,
    onInitialize: () => {},
    isValidCompletionPosition: isObject,
    preProcessToken: (_, token) => token,
    get: (_, token) => things(places, token?.string ?? "").then((found) => found.map(remember)),
  });
  return ["variables", "graph-prefixes", "graph-classes", "graph-properties", "graph-things"];
}

/** Terms whose IRI, short name or label fits what was typed, those that begin so first. */
export function matching(terms, typed, places) {
  const wanted = typed.toLowerCase();
  const found = [];
  for (const term of terms) {
    const texts = [term.iri, places.compact(term.iri), term.label, term.iri.split(/[/#]/).pop()];
    const places_ = texts.map((text) => text.toLowerCase().indexOf(wanted)).filter((at) => at >= 0);
    if (places_.length) found.push([Math.min(...places_), term]);
  }
  found.sort((one, other) => one[0] - other[0] || other[1].count - one[1].count);
  return found.slice(0, MOST).map(([, term]) => term);
}

/** Whether a thing may stand where the cursor is: after a property, and not as a class. */
function isObject(yasqe) {
  const token = yasqe.getCompleteToken();
  if (/^[?$"'_]/.test(token.string) || token.string.trim().length < 2) return false;
  const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
  const property = before?.state?.lastProperty;
  return Boolean(property) && !["a", "rdf:type"].includes(property);
}

/** Things that are called as was typed, from the search of the whole graph. */
async function things(places, typed) {
  const words = typed.replace(/^</, "").replace(/^[\w-]*:/, "").trim();
  if (!words) return [];
  try {
    const url = new URL(places.suggest);
    url.search = new URLSearchParams({ q: words }).toString();
    const response = await fetch(url);
    if (!response.ok) return [];
    const { suggestions } = await response.json();
    return suggestions.map(({ iri, label, kind, code }) => ({ iri, label, definition: [kind, code === label ? "" : code].filter(Boolean).join(" ") }));
  } catch {
    return [];
  }
}

/** A term by its short name first, a thing by what it is called. */
function line(text, term) {
  const name = part("hint-name", text);
  if (!term?.label) return [name];
  if (term.count === undefined) {
    return [part("hint-label", term.label), part("hint-what", [term.definition, text].filter(Boolean).join(" · "))];
  }
  const what = part("hint-what", `${term.label} · ${term.count.toLocaleString("en")}`);
  if (term.definition) what.title = term.definition;
  return [name, what];
}

function part(kind, text) {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = text;
  return made;
}
