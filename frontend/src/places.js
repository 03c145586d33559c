// Where things of ours are shown, and how IRIs are shortened. All addresses begin at that of the
// endpoint, so that they stay within an older release.

export class Places {
  constructor(form) {
    this.endpoint = form.action;
    this.base = form.dataset.base;
    this.terms = new URL(form.dataset.terms, form.action).href;
    this.suggest = new URL(form.dataset.suggest, form.action).href;
    this.files = new URL(form.dataset.files, form.action).href;
    this.prefixes = [];
  }

  /** Learn the prefixes; a longer namespace is tried before a shorter one. */
  know(prefixes) {
    this.prefixes = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
  }

  compact(iri) {
    for (const [prefix, namespace] of this.prefixes) {
      const rest = iri.slice(namespace.length);
      if (iri.startsWith(namespace) && /^[\p{L}\d_][\p{L}\d_.-]*$/u.test(rest) && !rest.endsWith(".")) {
        return `${prefix}:${rest}`;
      }
    }
    return iri;
  }

  /** The page of a thing: ours beside the endpoint, another's on the web, or none. */
  href(iri) {
    const things = `${this.base}id/`;
    if (iri.startsWith(things)) return new URL(`doc/${encodeURI(iri.slice(things.length))}`, this.endpoint).href;
    if (iri.startsWith(this.base)) return new URL(encodeURI(iri.slice(this.base.length)), this.endpoint).href;
    return /^https?:\/\//i.test(iri) ? iri : null;
  }

  isOurs(iri) {
    return iri.startsWith(this.base);
  }

  /** The endpoint's address for a query by GET. */
  asked(query, more = {}) {
    const url = new URL(this.endpoint);
    url.search = new URLSearchParams({ query, ...more }).toString();
    return url.href;
  }
}
