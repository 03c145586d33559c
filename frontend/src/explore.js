// Neighbourhoods as pictures: in every element with `data-href`, the data of one. What is drawn is
// in the page as a list, too.

import { el } from "./dom.js";

async function neighbourhood(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`the service answered ${response.status}`);
  return response.json();
}

async function show(holder) {
  const source = new URL(holder.dataset.href, location.href);
  const pages = new Map();
  const learn = (found) => {
    for (const { iri, href } of found.nodes) pages.set(iri, within(href, source));
    return found;
  };
  const expand = (iri) => {
    const address = new URL(source);
    address.search = new URLSearchParams({ iri }).toString();
    return neighbourhood(address).then(learn);
  };
  try {
    const { Network } = await import("./network.js"); // only where it is looked at
    const found = learn(await neighbourhood(source));
    const network = new Network(found, { focus: found.focus, most: Number(holder.dataset.most) || 300, open: (iri) => pages.get(iri), expand });
    holder.append(network.element);
    network.start();
  } catch (error) {
    holder.append(el("p", { class: "notice bad" }, `The picture could not be drawn: ${error.message}. The list says the same.`));
  }
}

/** The page of a thing beside what told of it, so within the same release. */
function within(href, source) {
  return href?.startsWith("/") ? new URL(href.slice(1), source).href : href;
}

for (const holder of document.querySelectorAll(".graph-view[data-href]")) {
  const folded = holder.closest("details:not([open])");
  if (folded) folded.addEventListener("toggle", () => show(holder), { once: true });
  else show(holder);
}
