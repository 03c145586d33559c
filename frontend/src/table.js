// A table of results: labels beside IRIs, sorted by a click on a heading, narrowed by a word.

import { el } from "./dom.js";
import { number } from "./results.js";

const AT_ONCE = 100;

export class Table {
  constructor(result, places, labels) {
    Object.assign(this, { result, places, labels, sorted: null, down: false, page: 0, word: "" });
    this.element = el("div", { class: "result-table" });
    this.draw();
  }

  get rows() {
    let rows = this.result.rows;
    if (this.word) {
      const word = this.word.toLowerCase();
      rows = rows.filter((row) => Object.values(row).some((term) => this.text(term).toLowerCase().includes(word)));
    }
    if (this.sorted === null) return rows;
    const sign = this.down ? -1 : 1;
    return [...rows].sort((one, other) => sign * order(one[this.sorted], other[this.sorted]));
  }

  /** What a term is searched by: its value and its label. */
  text(term) {
    const label = term.type === "uri" ? this.labels.get(term.value) : null;
    return label ? `${label.text} ${term.value}` : String(term.value);
  }

  draw() {
    const rows = this.rows;
    const pages = Math.max(1, Math.ceil(rows.length / AT_ONCE));
    this.page = Math.min(this.page, pages - 1);
    const shown = rows.slice(this.page * AT_ONCE, (this.page + 1) * AT_ONCE);
    const body = el("tbody", {}, ...shown.map((row) => this.row(row)));
    const table = el("table", { class: "data result" }, el("thead", {}, this.head()), body);
    const box = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Result" }, table);
    this.element.replaceChildren(this.tools(rows, pages), box);
    const iris = shown.flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value));
    const news = iris.filter((iri) => this.labels.get(iri) === undefined);
    if (news.length) this.labels.learn(news).then(() => body.replaceChildren(...shown.map((row) => this.row(row))));
  }

  tools(rows, pages) {
    const many = this.result.rows.length;
    const counted = `${many.toLocaleString("en")} ${many === 1 ? "row" : "rows"}`;
    const left = this.word ? `${rows.length.toLocaleString("en")} of ${counted}` : counted;
    const tools = el("div", { class: "toolbar" }, el("p", { class: "note", role: "status" }, left));
    if (many > 10) {
      const field = el("input", { type: "search", id: "within", value: this.word, autocomplete: "off" });
      field.addEventListener("change", () => this.change({ word: field.value.trim(), page: 0 }));
      tools.append(el("div", { class: "field" }, el("label", { for: "within" }, "Only rows with"), field));
    }
    if (pages > 1) {
      const turn = (text, by, off) => el("button", { type: "button", class: "quiet small", disabled: off, on: { click: () => this.change({ page: this.page + by }) } }, text);
      tools.append(
        el("nav", { class: "cluster", "aria-label": "Pages of the result" }, turn("Previous", -1, this.page === 0), el("span", {}, `Page ${this.page + 1} of ${pages}`), turn("Next", 1, this.page === pages - 1)),
      );
    }
    return tools;
  }

  head() {
    const cells = this.result.names.map((name) => {
      const is = this.sorted === name;
      const sign = is ? (this.down ? " ↓" : " ↑") : "";
      const button = el("button", { type: "button", class: "sort" }, name, el("span", { "aria-hidden": "true" }, sign));
      button.addEventListener("click", () => this.change({ sorted: name, down: is && !this.down }));
      const numbers = this.result.rows.length > 0 && this.result.rows.every((row) => !row[name] || number(row[name]) !== null);
      return el("th", { scope: "col", class: numbers ? "num" : null, "aria-sort": is ? (this.down ? "descending" : "ascending") : null }, button);
    });
    return el("tr", {}, ...cells);
  }

  change(what) {
    Object.assign(this, what);
    this.draw();
  }

  row(row) {
    return el("tr", {}, ...this.result.names.map((name) => el("td", { class: number(row[name]) === null ? null : "num" }, this.cell(row[name]))));
  }

  cell(term) {
    if (!term) return "";
    if (term.type === "uri") return this.thing(term.value);
    if (term.type === "bnode") return `_:${term.value}`;
    if (term.type === "triple") return el("code", {}, JSON.stringify(term.value));
    const datatype = term.datatype && !term.datatype.endsWith("#string") ? term.datatype : null;
    return el("span", { lang: term["xml:lang"], title: datatype }, term.value);
  }

  thing(iri) {
    const href = this.places.href(iri);
    const rel = href && !this.places.isOurs(iri) ? "external noopener" : null;
    const link = (text, lang) => (href ? el("a", { href, rel, title: iri, lang }, text) : el("span", { title: iri, lang }, text));
    const label = this.labels.get(iri);
    const short = this.places.compact(iri);
    if (!label) return link(short);
    return el("span", {}, link(label.text, label.lang || null), " ", el("code", { class: "iri" }, short));
  }
}

/** Order of terms: none, then numbers, then texts as people sort them. */
function order(one, other) {
  if (!one || !other) return Number(Boolean(one)) - Number(Boolean(other));
  const [first, second] = [number(one), number(other)];
  if (first !== null && second !== null) return first - second;
  return String(one.value).localeCompare(String(other.value), undefined, { numeric: true });
}
