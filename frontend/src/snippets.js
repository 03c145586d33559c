// The same query from elsewhere: at the address of this page, for three kinds of people.

import { copier, el } from "./dom.js";

/** Return texts by name; a query is data in each of them, whatever stands in it. */
export function snippets(endpoint, query) {
  return {
    curl: `curl ${shell(endpoint)} \\
  -H 'Accept: text/csv' \\
  -H 'Content-Type: application/sparql-query' \\
  --data-binary ${shell(query)}`,
    Python: `import io
import pandas as pd
import requests

query = ${python(query)}
answer = requests.post(
    ${JSON.stringify(endpoint)},
    data=query.encode(),
    headers={"Accept": "text/csv", "Content-Type": "application/sparql-query"},
)
answer.raise_for_status()
table = pd.read_csv(io.StringIO(answer.text))`,
    R: `library(httr2)

query <- ${r(query)}
answer <- request(${JSON.stringify(endpoint)}) |>
  req_headers(Accept = "text/csv") |>
  req_body_raw(query, type = "application/sparql-query") |>
  req_perform()
table <- read.csv(text = resp_body_string(answer))`,
  };
}

export function drawn(endpoint, query) {
  const parts = Object.entries(snippets(endpoint, query)).map(([name, text]) => [
    el("h3", {}, name, " ", copier(text)),
    el("pre", { class: "scroll", tabindex: "0", role: "region", "aria-label": `The query in ${name}` }, text),
  ]);
  return el("details", { class: "snippets" }, el("summary", {}, "Ask this from Python, R or a shell"), ...parts.flat());
}

function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Lines of a text as they are, unless that could end the text or begin an escape. */
function python(text) {
  return /\\|"""|"$/.test(text) ? JSON.stringify(text) : `"""${text}"""`;
}

function r(text) {
  return text.includes(')---"') ? JSON.stringify(text) : `r"---(${text})---"`;
}
