// A graph drawn with cytoscape: kinds told apart by colour and form, and every control a button or a
// field, since a picture has no keyboard.

import cytoscape from "cytoscape";
import { colour, el, onTheme } from "./dom.js";

const FORMS = ["ellipse", "round-rectangle", "diamond", "hexagon", "triangle", "pentagon", "vee", "rhomboid"];
const KINDS = ["document", "clause", "concept", "actor", "source", "scheme"];
const NAMELESS = "other";
const LONGEST = 34;
const MOST_TOLD = 14; // links whose names are written in the picture; of more, those of the chosen thing

export class Network {
  /** `open` gives the address of a thing's page; `expand` gives what is around one, or is null. */
  constructor(data, { open, expand = null, most = 300, focus = null }) {
    Object.assign(this, { open, expand, most, focus, hiddenKinds: new Set(), expanded: new Set(focus ? [focus] : []) });
    this.canvas = el("div", { class: "graph-canvas", "aria-hidden": "true" });
    this.legend = el("fieldset", { class: "graph-kinds cluster" });
    this.select = el("select", { id: "graph-thing" });
    this.select.addEventListener("change", () => this.choose(this.select.value));
    this.status = el("p", { class: "note", role: "status" });
    this.element = el("div", { class: "graph-box" }, this.legend, this.canvas, this.tools(), this.status);
    this.data = data;
  }

  /** Draw; the element has to be in the page, where it has a size. */
  start() {
    this.cy = cytoscape({ container: this.canvas, style: this.style(), minZoom: 0.15, maxZoom: 3 });
    this.cy.on("tap", "node", ({ target }) => this.choose(target.id()));
    this.cy.on("dbltap", "node", ({ target }) => this.grow(target.id()));
    onTheme(() => this.cy.style(this.style()));
    const left = this.add(this.data);
    this.choose(this.focus ?? this.cy.nodes()[0]?.id());
    this.say(left);
  }

  tools() {
    const button = (text, click) => el("button", { type: "button", class: "quiet small", on: { click } }, text);
    const zoom = (by) => () => this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
    this.page = el("a", { class: "button quiet small" }, "Open its page");
    const thing = el("div", { class: "cluster" }, el("label", { for: "graph-thing" }, "Thing"), this.select);
    if (this.expand) thing.append(button("Expand", () => this.grow(this.select.value)));
    thing.append(this.page);
    const view = el("div", { class: "cluster" }, button("Closer", zoom(1.25)), button("Farther", zoom(0.8)), button("All of it", () => this.cy.fit(undefined, 30)));
    return el("div", { class: "toolbar" }, thing, view);
  }

  /** Add things and links, up to the most; return how many things were left out. */
  add({ nodes, edges }) {
    const news = nodes.filter(({ iri }) => !this.has(iri));
    const room = Math.max(0, this.most - this.cy.nodes().length);
    this.cy.add(news.slice(0, room).map(({ iri, label, kind }) => ({ data: { id: iri, label: cut(label), whole: label, kind: kind || NAMELESS } })));
    for (const { source, target, property, label, review, status } of edges) {
      const id = `${source}|${property}|${target}`;
      if (this.has(source) && this.has(target) && !this.has(id)) {
        this.cy.add({ data: { id, source, target, label, review: review ?? "" }, classes: status && status !== "reviewed" ? "unreviewed" : "" });
      }
    }
    this.hide();
    this.kinds();
    this.things();
    this.lay();
    return news.length - Math.min(news.length, room);
  }

  has(id) {
    return this.cy.getElementById(id).nonempty();
  }

  /** A ring around one thing; of more than one, forces that begin at a ring, the same each time. */
  lay() {
    const still = { animate: false, fit: true, padding: 24 };
    if (this.focus && this.expanded.size <= 1) {
      this.cy.layout({ ...still, name: "preset", positions: this.ring() }).run();
      return;
    }
    this.cy.layout({ ...still, name: "circle" }).run();
    const numIter = this.cy.nodes().length > 150 ? 300 : 1_500;
    this.cy.layout({ ...still, name: "cose", randomize: false, nodeRepulsion: () => 400_000, nodeOverlap: 40, idealEdgeLength: () => 100, gravity: 0.6, componentSpacing: 80, numIter }).run();
  }

  /** Places on an ellipse as wide as the canvas, on two in turn where there are many. */
  ring() {
    const around = this.cy.nodes().filter((node) => node.id() !== this.focus);
    const [wide, high] = [Math.max(this.canvas.clientWidth, 300) * 0.55, Math.max(this.canvas.clientHeight, 300) * 0.55];
    const places = { [this.focus]: { x: 0, y: 0 } };
    around.forEach((node, index) => {
      const angle = (2 * Math.PI * index) / around.length - Math.PI / 2;
      const far = around.length > 16 && index % 2 ? 0.66 : 1;
      places[node.id()] = { x: wide * far * Math.cos(angle), y: high * far * Math.sin(angle) };
    });
    return places;
  }

  async grow(iri) {
    if (!this.expand || !iri) return;
    if (this.expanded.has(iri)) return void (this.status.textContent = "It is expanded already.");
    this.status.textContent = "Looking …";
    try {
      const found = await this.expand(iri);
      this.expanded.add(iri);
      this.say(this.add(found), found.cut);
      this.choose(iri);
    } catch (error) {
      this.status.textContent = `What is around it could not be had: ${error.message}`;
    }
  }

  say(left, isCut = this.data.cut) {
    const counted = `${this.cy.nodes().length} things, ${this.cy.edges().length} links.`;
    const away = this.cy.nodes(".away").length;
    const hidden = away ? ` ${away} of them are hidden.` : "";
    const full = left ? ` ${left} more were left out: a picture has ${this.most} things at most.` : "";
    const dashed = this.cy.edges(".unreviewed").nonempty() ? " A dashed line rests on a statement that nobody has reviewed, or that is disputed." : "";
    this.status.textContent = counted + hidden + full + (isCut ? " Of some only a part is shown." : "") + dashed;
  }

  choose(iri) {
    if (!iri || !this.has(iri)) return;
    this.cy.nodes().removeClass("chosen");
    const chosen = this.cy.getElementById(iri);
    chosen.addClass("chosen");
    const around = chosen.connectedEdges();
    const told = around.length <= MOST_TOLD ? around : this.cy.collection();
    this.cy.edges().removeClass("told");
    (this.cy.edges().length <= MOST_TOLD ? this.cy.edges() : told).addClass("told");
    this.select.value = iri;
    const href = this.open(iri);
    if (href) this.page.setAttribute("href", href);
    else this.page.removeAttribute("href");
  }

  kinds() {
    const found = [...new Set(this.cy.nodes().map((node) => node.data("kind")))].sort();
    const boxes = found.map((kind, place) => {
      const box = el("input", { type: "checkbox", id: `kind-${place}`, checked: !this.hiddenKinds.has(kind) });
      box.addEventListener("change", () => this.filter(kind, box.checked));
      const mark = el("span", { class: "graph-mark", "aria-hidden": "true" });
      mark.style.setProperty("--mark-colour", `var(${token(kind)})`);
      return el("label", { for: box.id }, box, " ", mark, " ", kind, " ", el("span", { class: "count" }, String(this.cy.nodes().filter((node) => node.data("kind") === kind).length)));
    });
    this.legend.replaceChildren(el("legend", {}, "Kinds"), ...boxes);
  }

  filter(kind, shown) {
    if (shown) this.hiddenKinds.delete(kind);
    else this.hiddenKinds.add(kind);
    this.hide();
    this.say(0);
  }

  hide() {
    this.cy.nodes().forEach((node) => void node.toggleClass("away", this.hiddenKinds.has(node.data("kind"))));
  }

  things() {
    const chosen = this.select.value;
    const options = this.cy.nodes().map((node) => [node.data("whole"), node.id()]).sort((one, other) => one[0].localeCompare(other[0], undefined, { numeric: true }));
    this.select.replaceChildren(...options.map(([text, value]) => el("option", { value, selected: value === chosen }, text)));
  }

  style() {
    const [ink, paper, line, muted, accent] = ["--ink", "--paper", "--edge", "--muted", "--accent"].map(colour);
    return [
      { selector: "node", style: { label: "data(label)", color: ink, "font-size": 11, "text-wrap": "wrap", "text-max-width": 110, "text-valign": "bottom", "text-margin-y": 4, "text-background-color": paper, "text-background-opacity": 0.85, width: 20, height: 20, "background-color": (node) => colour(token(node.data("kind"))), shape: (node) => FORMS[place(node.data("kind"))] } },
      { selector: "edge", style: { width: 1.2, "line-color": line, "target-arrow-color": line, "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier" } },
      { selector: "edge.told", style: { label: "data(label)", "font-size": 10, color: muted, "text-rotation": "autorotate", "text-background-color": paper, "text-background-opacity": 0.9 } },
      { selector: "edge.unreviewed", style: { "line-style": "dashed" } },
      { selector: "node.chosen", style: { "border-width": 4, "border-color": accent, width: 28, height: 28, "font-weight": "bold" } },
      { selector: ".away", style: { display: "none" } },
    ];
  }
}

function place(kind) {
  const found = KINDS.indexOf(kind);
  return found < 0 ? FORMS.length - 1 : found;
}

function token(kind) {
  return `--series-${place(kind) + 1}`;
}

function cut(label) {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}
