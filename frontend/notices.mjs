// The licences of all that is built in: of every package that the lock names and that is no mere
// tool, since these packages hold each other's code already built.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const RULE = "=".repeat(78);

// The terms that a package without a licence file names are these (SPDX: MIT).
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

export async function notices() {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  const parts = [
    "The scripts and styles in this folder are built from the packages below.\n" +
      "Clausegraph's own part is under the Apache License 2.0.",
  ];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path && !entry.dev) parts.push(await notice(path));
  }
  return parts.join(`\n\n${RULE}\n\n`) + "\n";
}

async function notice(path) {
  const about = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
  const files = (await readdir(path)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const texts = await Promise.all(files.sort().map((name) => readFile(join(path, name), "utf8")));
  if (!texts.length && about.license !== "MIT") {
    throw new Error(`${path} has no licence file, and names ${about.license}: add its text to notices.mjs`);
  }
  const head = `${about.name} ${about.version} (${about.license})`;
  const source = about.homepage ? `\n${about.homepage}` : "";
  return `${head}${source}\n\n${texts.length ? texts.join("\n\n").trim() : `Copyright ${people(about)}\n\n${MIT}`}`;
}

function people(about) {
  const all = [about.author, ...(about.contributors ?? [])].filter(Boolean);
  return all.map((one) => (typeof one === "string" ? one : one.name)).join(", ") || "the authors";
}
