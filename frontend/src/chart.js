// A picture of a table that has a column of numbers: bars, one a row, with where it is from.

import { colour, el, onTheme, save, svg } from "./dom.js";
import { number } from "./results.js";

const MOST = 60; // bars
const WIDTH = 860;
const LINE = 22;
const NAMES = 340;
const SHOWN = 42; // characters of a name

/** Return the columns that hold numbers alone, in at least one row. */
export function numeric(result) {
  return result.names.filter((name) => {
    const terms = result.rows.map((row) => row[name]).filter(Boolean);
    return terms.length && terms.every((term) => number(term) !== null);
  });
}

export class Chart {
  constructor(result, labels, source) {
    Object.assign(this, { result, labels, source });
    this.values = numeric(result);
    this.element = el("div", { class: "chart" });
    if (!this.values.length || result.rows.length === 0) {
      this.element.append(el("p", { class: "empty" }, "A chart needs a column of numbers: count something, for example with COUNT and GROUP BY."));
      return;
    }
    this.value = this.values.at(-1);
    this.name = this.naming();
    this.holder = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Chart" });
    this.element.append(this.tools(), this.holder, this.takeaway());
    this.draw();
    onTheme(() => this.draw());
    const iris = result.rows.slice(0, MOST).map((row) => row[this.name]).filter((term) => term?.type === "uri");
    labels.learn(iris.map((term) => term.value)).then(() => this.draw());
  }

  /** The column that tells the rows apart best. */
  naming() {
    const others = this.result.names.filter((name) => !this.values.includes(name));
    const kinds = (name) => new Set(this.result.rows.slice(0, MOST).map((row) => row[name]?.value)).size;
    return others.sort((one, other) => kinds(other) - kinds(one))[0] ?? this.result.names[0];
  }

  tools() {
    const choice = (id, text, names, chosen, set) => {
      const select = el("select", { id }, ...names.map((name) => el("option", { value: name, selected: name === chosen }, name)));
      select.addEventListener("change", () => (set(select.value), this.draw()));
      return el("div", { class: "field" }, el("label", { for: id }, text), select);
    };
    return el(
      "div",
      { class: "cluster" },
      choice("chart-value", "Length of the bars", this.values, this.value, (name) => (this.value = name)),
      choice("chart-name", "Names of the bars", this.result.names, this.name, (name) => (this.name = name)),
    );
  }

  takeaway() {
    const button = (text, make) => el("button", { type: "button", class: "quiet small", on: { click: make } }, text);
    return el("p", { class: "cluster" }, button("Save as SVG", () => this.keepSvg()), button("Save as PNG", () => this.keepPng()));
  }

  get bars() {
    return this.result.rows.slice(0, MOST).map((row) => {
      const term = row[this.name];
      const label = term?.type === "uri" ? this.labels.get(term.value)?.text : null;
      return { text: label ?? (term ? String(term.value) : "none"), size: number(row[this.value]) ?? 0 };
    });
  }

  draw() {
    this.holder.replaceChildren(this.picture());
  }

  /** The chart as SVG, with its colours in it, so that it looks the same wherever it is taken. */
  picture() {
    const bars = this.bars;
    const [ink, muted, bar, line, paper] = ["--ink", "--muted", "--series-1", "--line", "--paper"].map(colour);
    const low = Math.min(0, ...bars.map(({ size }) => size));
    const high = Math.max(0, ...bars.map(({ size }) => size));
    const scale = (WIDTH - NAMES - 80) / (high - low || 1);
    const zero = NAMES - low * scale;
    const height = 46 + bars.length * LINE + 42;
    const title = `${this.value} by ${this.name}`;
    const text = (x, y, content, more = {}) => svg("text", { x, y, fill: ink, "font-size": 12, ...more }, content);
    const drawn = svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: "img", "aria-label": `${title}: ${bars.length} bars; the table has the same numbers`, "font-family": "system-ui, sans-serif" });
    drawn.append(svg("title", {}, title), svg("rect", { width: WIDTH, height, fill: paper }), text(12, 26, title, { "font-size": 15, "font-weight": 600 }));
    drawn.append(svg("line", { x1: zero, x2: zero, y1: 40, y2: 44 + bars.length * LINE, stroke: line }));
    bars.forEach(({ text: name, size }, place) => {
      const y = 46 + place * LINE;
      const end = zero + size * scale;
      const short = name.length > SHOWN ? `${name.slice(0, SHOWN - 1)}…` : name;
      drawn.append(text(NAMES - 10, y + 14, short, { "text-anchor": "end" }));
      drawn.append(svg("rect", { x: Math.min(zero, end), y: y + 3, width: Math.max(Math.abs(end - zero), 1), height: LINE - 8, fill: bar }, svg("title", {}, `${name}: ${size.toLocaleString("en")}`)));
      drawn.append(text(Math.max(zero, end) + 6, y + 14, size.toLocaleString("en")));
    });
    const cut = this.result.rows.length > MOST ? `The first ${MOST} of ${this.result.rows.length.toLocaleString("en")} rows. ` : "";
    const foot = `${cut}Clausegraph, release ${this.source.release.slice(0, 12)}, ${this.source.date}. CC BY 4.0.`;
    drawn.append(text(12, height - 24, foot, { fill: muted, "font-size": 11 }));
    drawn.append(text(12, height - 9, one(this.source.query, 130), { fill: muted, "font-size": 9, "font-family": "ui-monospace, monospace" }));
    drawn.append(svg("desc", {}, `Query: ${this.source.query}\nAddress: ${this.source.cited}`));
    return drawn;
  }

  get data() {
    return new XMLSerializer().serializeToString(this.picture());
  }

  keepSvg() {
    save("chart.svg", new Blob([this.data], { type: "image/svg+xml" }));
  }

  async keepPng() {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(this.data)}`;
    await image.decode();
    const canvas = el("canvas", { width: image.width * 2, height: image.height * 2 });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save("chart.png", blob), "image/png");
  }
}

/** A query on one line, cut. */
function one(query, most) {
  const flat = query.replace(/\s+/g, " ").trim();
  return flat.length > most ? `${flat.slice(0, most - 1)}…` : flat;
}
