// Builds what the pages load from src/ and the packages of package-lock.json, and writes down what
// is in it: node build.mjs OUT STAMP

import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { build } from "esbuild";
import { notices } from "./notices.mjs";
import { withoutOutside } from "./outside.mjs";

const ENTRIES = ["src/query.js", "src/explore.js"];

// What runs in a browser of the last three years; nothing here needs `eval`.
const TARGET = "es2022";

async function main(out, stamp) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const result = await build({
    entryPoints: ENTRIES,
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    minify: true,
    metafile: true,
    charset: "utf8",
    legalComments: "none", // NOTICES.txt has them whole
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    plugins: [withoutOutside],
    logLevel: "silent",
  });
  const files = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = basename(output.entryPoint);
    files[name] = basename(path);
    if (output.cssBundle) files[name.replace(/\.js$/, ".css")] = basename(output.cssBundle);
  }
  await writeFile(resolve(out, "NOTICES.txt"), await notices());
  await writeFile(resolve(out, "manifest.json"), JSON.stringify(files, null, 1) + "\n");
  await writeFile(resolve(out, "STAMP"), stamp + "\n"); // last: what has it is whole
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    console.log(`${relative(".", path)}  ${output.bytes} bytes`);
  }
}

const [out, stamp] = process.argv.slice(2);
try {
  await main(resolve(out), stamp);
} catch (error) {
  const texts = error.errors?.map((one) => `${one.location?.file ?? ""}: ${one.text}`);
  console.error(texts?.join("\n") ?? error.message);
  process.exit(1);
}
