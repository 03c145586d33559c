// The query page. The form works without this script; with it, answers come into the page, as a
// table, a chart, a graph or as they were sent, and the field is an editor.

import { Chart } from "./chart.js";
import { copier, el } from "./dom.js";
import { edit } from "./editor.js";
import { Labels } from "./labels.js";
import { Places } from "./places.js";
import { ACCEPT, read } from "./results.js";
import { drawn } from "./snippets.js";
import { Table } from "./table.js";

const LONGEST_ADDRESS = 12_000; // characters; longer queries are sent in the body
const MOST_SHOWN = 300; // things in a graph

class Page {
  constructor(form) {
    this.form = form;
    this.places = new Places(form);
    this.labels = new Labels(this.places);
    this.terms = this.learn();
    const run = () => void this.run();
    this.editor = edit(form.querySelector("textarea"), this.places, this.terms, run);
    this.button = form.querySelector("button[type=submit]");
    this.status = el("p", { class: "note", role: "status" });
    this.button.after(this.status);
    this.answer = document.getElementById("answer") ?? form.parentElement.appendChild(el("section", { id: "answer" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.running) this.running.abort();
      else run();
    });
    addEventListener("popstate", () => location.reload());
    this.examples();
    if (form.dataset.line) this.editor.point(Number(form.dataset.line), Number(form.dataset.column) || null);
    if (this.answer.dataset.answered) this.enhance();
  }

  async learn() {
    const none = { prefixes: {}, classes: [], properties: [], questions: [] };
    try {
      const response = await fetch(this.places.terms);
      const found = response.ok ? await response.json() : none;
      this.places.know(found.prefixes);
      return found;
    } catch {
      return none;
    }
  }

  async examples() {
    const { questions } = await this.terms;
    const holder = this.form.querySelector("[data-examples]");
    if (!questions.length || !holder) return;
    const select = el("select", { id: "example" }, el("option", { value: "" }, "Choose one …"), ...questions.map(({ summary }, place) => el("option", { value: place }, summary)));
    select.addEventListener("change", () => {
      if (select.value === "") return;
      this.editor.value = questions[Number(select.value)].text;
      this.editor.clear();
    });
    holder.replaceChildren(el("label", { for: "example" }, "Begin with a kept question"), select);
  }

  /** The answer that the page came with is asked for again as data, for the other views of it. */
  async enhance() {
    await this.run({ stays: true });
  }

  async run({ stays = false } = {}) {
    const query = this.editor.value;
    if (!query.trim()) return void (this.status.textContent = "Write a query first.");
    this.editor.clear();
    this.began(stays);
    try {
      const response = await this.ask(query);
      if (response.ok) await this.show(await read(response), response, query);
      else await this.refused(response);
      if (!stays) this.move(query);
    } catch (error) {
      this.lost(error);
    } finally {
      this.ended();
    }
  }

  ask(query) {
    const options = { headers: { Accept: ACCEPT }, signal: this.running.signal };
    const address = this.places.asked(query, { empty: "explain" });
    if (address.length <= LONGEST_ADDRESS) return fetch(address, options);
    options.headers["Content-Type"] = "application/sparql-query";
    return fetch(this.places.endpoint, { ...options, method: "POST", body: query });
  }

  began(stays) {
    this.running = new AbortController();
    this.since = performance.now();
    this.button.textContent = "Stop";
    if (!stays) this.answer.setAttribute("aria-busy", "true");
    const tell = () => (this.status.textContent = `Running, ${((performance.now() - this.since) / 1000).toFixed(0)} s`);
    this.clock = setInterval(tell, 1_000);
    this.status.textContent = "Running";
  }

  ended() {
    clearInterval(this.clock);
    this.running = null;
    this.button.textContent = "Run";
    this.answer.removeAttribute("aria-busy");
  }

  /** Give the page the address of what it shows. */
  move(query) {
    const address = this.places.asked(query);
    if (address.length <= LONGEST_ADDRESS) history.pushState(null, "", address);
  }

  async show(result, response, query) {
    const took = performance.now() - this.since;
    this.status.textContent = `Answered in ${took < 1_000 ? `${took.toFixed(0)} ms` : `${(took / 1_000).toFixed(1)} s`}`;
    const release = response.headers.get("clausegraph-release") ?? "";
    const cited = /<([^>]*)>; rel="cite-as"/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    const date = new Date().toISOString().slice(0, 10);
    const source = { query, release, cited, date };
    const notice = response.headers.get("clausegraph-hint");
    const first = result.rows.slice(0, 100).flatMap((row) => Object.values(row));
    await this.labels.learn(first.filter((term) => term.type === "uri").map((term) => term.value));
    this.answer.replaceChildren(
      el("h2", { tabindex: "-1" }, "Answer"),
      notice ? el("p", { class: "notice warn" }, `Why there is nothing: ${notice}`) : "",
      this.views(result, source),
      this.undeclared(response),
      this.takeaway(result, source),
    );
  }

  /** What the service added to the query, so that it can be written out for others. */
  undeclared(response) {
    const names = (response.headers.get("clausegraph-prefixes") ?? "").split(",").map((name) => name.trim()).filter(Boolean);
    if (!names.length) return "";
    const note = el("p", { class: "note" }, `Not declared, and taken from the registered prefixes: ${names.join(", ")}. `);
    const declare = async () => {
      const { prefixes } = await this.terms;
      this.editor.declare(Object.fromEntries(names.map((name) => [name, prefixes[name]]).filter(([, iri]) => iri)));
      note.remove();
    };
    note.append(el("button", { type: "button", class: "quiet small", on: { click: declare } }, "Declare them"));
    return note;
  }

  views(result, source) {
    if (result.kind === "boolean") return el("p", { class: "boolean" }, result.boolean ? "Yes" : "No");
    const panel = el("div", { id: "view" });
    const views = {
      Table: () => new Table(result, this.places, this.labels).element,
      Chart: () => new Chart(result, this.labels, source).element,
      Graph: () => this.graph(result),
      Raw: () => el("pre", { class: "scroll raw", tabindex: "0", role: "region", "aria-label": "The answer as it was sent" }, result.text.slice(0, 200_000)),
    };
    const made = new Map();
    const buttons = Object.keys(views).map((name) =>
      el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "view", on: { click: () => open(name) } }, name),
    );
    const open = (name) => {
      for (const button of buttons) {
        const is = button.textContent === name;
        button.setAttribute("aria-selected", String(is));
        button.tabIndex = is ? 0 : -1;
      }
      if (!made.has(name)) made.set(name, views[name]());
      panel.setAttribute("aria-labelledby", `tab-${name}`);
      panel.replaceChildren(made.get(name));
    };
    const tabs = el("div", { class: "views", role: "tablist", "aria-label": "Views of the answer" }, ...buttons);
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const at = buttons.indexOf(document.activeElement);
      const next = buttons[(at + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
    panel.setAttribute("role", "tabpanel");
    open(result.kind === "graph" && !result.rows.length ? "Raw" : "Table");
    return el("div", {}, tabs, panel);
  }

  graph(result) {
    const holder = el("div", { class: "graph-view" }, el("p", { class: "note" }, "Drawing …"));
    this.draw(holder, result).catch((error) => holder.replaceChildren(el("p", { class: "notice bad" }, `The graph could not be drawn: ${error.message}`)));
    return holder;
  }

  async draw(holder, result) {
    const { linked } = await import("./linked.js");
    const { Network } = await import("./network.js");
    const data = await linked(result, this.places, this.labels, MOST_SHOWN);
    if (!data.edges.length) {
      return holder.replaceChildren(el("p", { class: "empty" }, "Nothing here links one thing with another: a graph needs two columns of IRIs in a row, or a CONSTRUCT."));
    }
    const network = new Network(data, { open: (iri) => this.places.href(iri), most: MOST_SHOWN });
    holder.replaceChildren(network.element);
    network.start();
  }

  takeaway(result, { query, release, cited }) {
    const types = result.kind === "graph"
      ? { "JSON-LD": "application/ld+json", Turtle: "text/turtle", "N-Triples": "application/n-triples", "RDF/XML": "application/rdf+xml" }
      : { CSV: "text/csv", TSV: "text/tab-separated-values", JSON: "application/sparql-results+json", XML: "application/sparql-results+xml" };
    if (result.kind === "boolean") for (const name of ["CSV", "TSV"]) delete types[name];
    const link = (name, href, file) => el("li", {}, el("a", { href, download: file }, name));
    const links = Object.entries(types).map(([name, type]) => link(name, this.places.asked(query, { _mediatype: type }), ""));
    if (result.kind === "solutions") {
      for (const [name, suffix] of [["XLSX", ".xlsx"], ["Parquet", ".parquet"]]) {
        const address = new URL(this.places.files + suffix);
        address.search = new URLSearchParams({ query }).toString();
        links.push(link(name, address.href, null));
      }
    }
    const fits = this.places.asked(query).length <= LONGEST_ADDRESS;
    return el(
      "div",
      { class: "takeaway" },
      fits ? el("ul", { class: "downloads" }, ...links) : el("p", { class: "note" }, "The query is too long for an address: send it in the body of a request, as below."),
      fits && cited ? this.share(cited) : "",
      drawn(this.places.endpoint, query),
      el("p", { class: "note" }, "From release ", el("code", { title: release }, release.slice(0, 12)), "."),
    );
  }

  /** The answer's permanent address; the page's own address asks the newest release. */
  share(cited) {
    const field = el("input", { id: "share", readonly: true, value: cited });
    field.addEventListener("focus", () => field.select());
    const label = el("label", { for: "share" }, "Share or cite: this query, of this release, with the digest of this answer");
    return el("div", { class: "field share" }, label, el("div", { class: "cluster" }, field, copier(cited)));
  }

  async refused(response) {
    const type = response.headers.get("content-type") ?? "";
    const found = type.includes("json") ? await response.json() : { title: `The service answered ${response.status}` };
    this.status.textContent = found.title;
    if (found.line) this.editor.point(found.line, found.column);
    const place = found.line ? `Line ${found.line}${found.column ? `, column ${found.column}` : ""}` : "";
    const after = response.headers.get("retry-after");
    this.say(
      el("h2", { tabindex: "-1" }, found.title),
      el("p", {}, found.detail ?? ""),
      found.hint ? el("p", {}, found.hint) : "",
      found.excerpt ? el("p", {}, `${place}:`) : "",
      found.excerpt ? el("pre", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The line" }, found.excerpt) : "",
      found.expected?.length ? el("p", {}, "There could stand: ", ...found.expected.flatMap((one) => [el("code", {}, one), " "])) : "",
      found.instead ? el("p", {}, "Write instead:") : "",
      found.instead ? el("pre", { class: "scroll", tabindex: "0", role: "region", "aria-label": "To write instead" }, found.instead) : "",
      after ? el("p", {}, `Try again in ${after} s.`) : "",
      found.type ? el("p", {}, el("a", { href: this.places.href(found.type) }, "What this means")) : "",
    );
  }

  lost(error) {
    const stopped = error.name === "AbortError";
    this.status.textContent = stopped ? "Stopped" : "No answer";
    if (stopped) return;
    this.say(
      el("h2", { tabindex: "-1" }, "The service did not answer"),
      el("p", {}, `It may be restarting, or the network is down (${error.message}). Your query is still in the editor: run it again in a moment.`),
    );
  }

  say(...parts) {
    this.answer.replaceChildren(el("div", { class: "notice bad", role: "alert" }, ...parts));
  }
}

const form = document.getElementById("ask");
if (form) new Page(form);
