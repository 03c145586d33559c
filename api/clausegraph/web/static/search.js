// Names as one types, in every field with `data-suggest`: the combobox with a list of the ARIA
// practices. Without this script the field is that of a form like any other.
const WAIT = 120; // milliseconds without a key before the index is asked
const SHORTEST = 2;

let fields = 0;

/** Text in pieces, those between marks as matches: never as HTML. */
function marked(text, marks) {
  const whole = document.createElement("span");
  // Marks count code points, a string of JavaScript has code units.
  const characters = Array.from(text);
  let done = 0;
  for (const [start, end] of marks) {
    whole.append(characters.slice(done, start).join(""));
    const match = document.createElement("mark");
    match.textContent = characters.slice(start, end).join("");
    whole.append(match);
    done = end;
  }
  whole.append(characters.slice(done).join(""));
  return whole;
}

class Field {
  constructor(input) {
    this.input = input;
    this.suggest = new URL(input.dataset.href, document.baseURI);
    this.chosen = -1;
    this.options = [];
    this.build(`offered-${++fields}`);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
  }

  build(id) {
    const { input } = this;
    this.list = document.createElement("ul");
    this.list.className = "offered";
    this.list.id = id;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.said = document.createElement("span");
    this.said.className = "hidden";
    this.said.setAttribute("role", "status");
    input.after(this.list, this.said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    // The field keeps the focus, so that a click is not lost to its blur.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    const typed = this.input.value.trim();
    if (typed.length < SHORTEST) return this.close();
    this.timer = setTimeout(() => this.ask(typed), WAIT);
  }

  async ask(typed) {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(this.suggest);
    address.searchParams.set("q", typed);
    const lang = new URLSearchParams(location.search).get("lang");
    if (lang) address.searchParams.set("lang", lang);
    try {
      const answer = await fetch(address, {
        signal: this.asked.signal,
        headers: { Accept: "application/json" },
      });
      // What cannot be suggested can be searched for: Enter sends the form.
      if (!answer.ok) return this.close();
      this.show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(suggestions) {
    const told = new Set();
    this.options = suggestions
      .filter((item) => {
        // Clauses of one name in many documents would crowd out everything else.
        const key = `${item.kind} ${item.code} ${item.label}`;
        return !told.has(key) && told.add(key);
      })
      .map((item, number) => this.option(item, number));
    this.list.replaceChildren(...this.options);
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    const is_open = this.options.length > 0 && document.activeElement === this.input;
    this.list.hidden = !is_open;
    this.input.setAttribute("aria-expanded", String(is_open));
    const count = this.options.length;
    this.said.textContent = count ? `${count} suggestion${count === 1 ? "" : "s"}` : "No suggestions";
  }

  option(item, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.iri = item.iri;
    const name = marked(item.label || item.iri, item.marks);
    if (item.language) name.lang = item.language;
    const kind = document.createElement("span");
    kind.className = "of";
    kind.textContent = [item.code, item.kind].filter(Boolean).join(" · ");
    if (item.also) {
      const also = marked(item.also.text, item.also.marks);
      if (item.also.language) also.lang = item.also.language;
      name.append(" (", also, ")");
    }
    option.append(name, kind);
    return option;
  }

  key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const is_open = !this.list.hidden;
    if (event.key === "Escape" && is_open) {
      event.preventDefault();
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && is_open) {
      event.preventDefault();
      this.choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "ArrowDown" && this.input.value.trim().length >= SHORTEST) {
      event.preventDefault();
      this.ask(this.input.value.trim());
    } else if (event.key === "Enter" && is_open && this.chosen >= 0) {
      event.preventDefault();
      this.go(this.options[this.chosen]);
    }
  }

  /** Move the choice; before the first and after the last stands the field itself. */
  choose(step) {
    const places = this.options.length + 1;
    this.options[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = ((this.chosen + 1 + step + places) % places) - 1;
    const option = this.options[this.chosen];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Lead to the page of a thing: beside what suggests it, so within the same release. */
  go(option) {
    const { iri } = option.dataset;
    const ours = `${this.input.dataset.base}id/`;
    if (iri.startsWith(ours)) {
      location.assign(new URL(`doc/${encodeURI(iri.slice(ours.length))}`, this.suggest));
    } else {
      this.input.value = option.firstChild.textContent;
      this.input.form.requestSubmit();
    }
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Field(input);
