// What is cut out of packages before they are built in.
//
// The editor comes with a list of prefixes that anybody could add to, completers that ask another
// host, and the address of somebody's endpoint. What they did is done in src/completers.js from this
// graph's own terms. Nothing may evaluate text as code either. A cut that does not fit any more
// fails the build.

import { readFile } from "node:fs/promises";

const RETURN_THIS = /Function\(["']return this["']\)\(\)/g;

const CUTS = {
  "yasqe.esm.js": [
    ["the list of prefixes", /madsrdf = "http[^;]*?prefixes_default = \{[^{}]*\}/g, "prefixes_default = {}"],
    ["what asks for terms", /fetchFromLov = \(e, t, n\) => \{[^]*?\n\}, completers =/g, "fetchFromLov = () => Promise.resolve([]), completers ="],
    ["the stock endpoint", /"https:\/\/dbpedia\.org\/sparql"/g, '""'],
    ["an evaluation", RETURN_THIS, "globalThis"],
    ["another evaluation", /eval\("\(" \+ text \+ "\)"\)/g, "JSON.parse(text)"],
  ],
  "cytoscape.esm.mjs": [["an evaluation", RETURN_THIS, "globalThis"]],
};

export const withoutOutside = {
  name: "without-outside",
  setup(build) {
    build.onLoad({ filter: /[\\/](yasqe\.esm\.js|cytoscape\.esm\.mjs)$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [what, pattern, replacement] of CUTS[path.split(/[\\/]/).pop()]) {
        const found = contents.match(pattern)?.length ?? 0;
        if (found !== 1) throw new Error(`${path}: ${what} is there ${found} times, not once`);
        contents = contents.replace(pattern, () => replacement);
      }
      return { contents, loader: "js" };
    });
  },
};
