// Results as things and links: the triples of a graph, or the IRIs of a row, each with the next.

/** Return at most `most` things, with what they are called. */
export async function linked(result, places, labels, most) {
  const things = new Set();
  const edges = new Map();
  let cut = false;
  for (const row of result.rows) {
    for (const [source, target, property, name] of pairs(result, row)) {
      const room = most - things.size;
      const news = [source, target].filter((iri) => !things.has(iri)).length;
      cut ||= news > room;
      if (news > room) continue;
      things.add(source).add(target);
      edges.set(`${source}|${property}|${target}`, { source, target, property, label: name ?? places.compact(property) });
    }
  }
  await labels.learn(things);
  const nodes = [...things].map((iri) => ({ iri, label: labels.get(iri)?.text ?? places.compact(iri), kind: kindOf(iri, places) }));
  return { nodes, edges: [...edges.values()], cut };
}

function pairs(result, row) {
  if (result.kind === "graph") {
    const { subject, property, value } = row;
    return value.type === "uri" && subject.type === "uri" ? [[subject.value, value.value, property.value]] : [];
  }
  const iris = result.names.filter((name) => row[name]?.type === "uri");
  return iris.slice(1).map((name, place) => [row[iris[place]].value, row[name].value, name, name]);
}

/** The kind of a thing of ours is in its name: id/document/x/clause/1 is a clause. */
function kindOf(iri, places) {
  if (!iri.startsWith(`${places.base}id/`)) return "";
  const parts = iri.slice(places.base.length + 3).split("/");
  return parts.length > 3 && parts[0] === "document" ? parts[2] : parts[0];
}
