// What things are called, asked of the graph itself and remembered.

const AT_ONCE = 100;
const QUERY = (iris) => `PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?iri ?label WHERE {
  VALUES ?iri { ${iris.map((iri) => `<${iri}>`).join(" ")} }
  ?iri skos:prefLabel|dcterms:title|rdfs:label ?label .
} ORDER BY ?iri ?label`;

export class Labels {
  constructor(places) {
    this.places = places;
    this.known = new Map();
  }

  get(iri) {
    return this.known.get(iri);
  }

  /** Ask for those that are not known yet; without an answer a table shows IRIs alone. */
  async learn(iris) {
    const unknown = [...new Set(iris)].filter((iri) => !this.known.has(iri) && !/[<>"{}|^`\\\s]/.test(iri));
    for (let start = 0; start < unknown.length; start += AT_ONCE) {
      const some = unknown.slice(start, start + AT_ONCE);
      const rows = await this.ask(some);
      for (const iri of some) this.known.set(iri, null);
      for (const { iri, label } of rows) {
        const found = { text: label.value, lang: label["xml:lang"] ?? "" };
        const kept = this.known.get(iri.value);
        if (!kept || rank(found) < rank(kept)) this.known.set(iri.value, found);
      }
    }
  }

  async ask(iris) {
    try {
      const response = await fetch(this.places.endpoint, {
        method: "POST",
        headers: { Accept: "application/sparql-results+json", "Content-Type": "application/sparql-query" },
        body: QUERY(iris),
      });
      return response.ok ? (await response.json()).results.bindings : [];
    } catch {
      return [];
    }
  }
}

/** The reader's language first, then English, then one without a language. */
function rank({ lang }) {
  const wanted = [...navigator.languages.map((tag) => tag.split("-")[0]), "en", ""];
  const place = wanted.indexOf(lang.split("-")[0]);
  return place < 0 ? wanted.length : place;
}
