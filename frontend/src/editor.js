// The editor of YASGUI in place of the form's field; the field keeps the text, so that the form can
// be sent as it is.

import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { register } from "./completers.js";

/** Put the editor in the place of `field`; Ctrl-Enter calls `run`. */
export function edit(field, places, terms, run) {
  const completers = register(Yasqe, places, terms);
  const holder = document.createElement("div");
  holder.className = "editor";
  const height = `${field.offsetHeight}px`; // so that nothing moves
  field.after(holder);
  const yasqe = new Yasqe(holder, {
    value: field.value,
    autocompleters: completers,
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: height,
    screenReaderLabel: "Query",
    viewportMargin: 50,
    // Tab leaves the editor, as it leaves any field; Ctrl-] and Ctrl-[ indent.
    extraKeys: { "Tab": false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false },
  });
  field.hidden = true;
  field.required = false; // a hidden field that is required could not be sent
  const label = document.querySelector(`label[for="${field.id}"]`);
  label?.addEventListener("click", () => yasqe.focus());
  yasqe.on("change", () => (field.value = yasqe.getValue()));
  return new Editor(yasqe, field);
}

class Editor {
  constructor(yasqe, field) {
    this.yasqe = yasqe;
    this.field = field;
    this.marks = [];
  }

  get value() {
    return this.yasqe.getValue();
  }

  set value(text) {
    this.yasqe.setValue(text);
    this.field.value = text;
  }

  focus() {
    this.yasqe.focus();
  }

  /** Declare prefixes that the service knew without: elsewhere they are needed. */
  declare(prefixes) {
    this.yasqe.addPrefixes(prefixes);
  }

  /** Show where a query is wrong; line and column count from 1. */
  point(line, column) {
    this.clear();
    const doc = this.yasqe.getDoc();
    const at = Math.min(line, doc.lineCount()) - 1;
    const handle = doc.addLineClass(at, "background", "wrong-line");
    this.marks.push(() => doc.removeLineClass(handle, "background", "wrong-line"));
    if (column) {
      const token = this.yasqe.getTokenAt({ line: at, ch: column });
      const end = Math.max(token.end, column);
      const mark = doc.markText({ line: at, ch: column - 1 }, { line: at, ch: end }, { className: "wrong" });
      this.marks.push(() => mark.clear());
    }
    doc.setCursor({ line: at, ch: (column ?? 1) - 1 });
  }

  clear() {
    for (const undo of this.marks.splice(0)) undo();
  }
}
