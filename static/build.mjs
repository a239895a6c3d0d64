// Builds what the browser gets: one stylesheet and one script in static/dist/, named by their content, with compressed copies.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const browsers = ["chrome91", "edge91", "firefox91", "safari15"];

// govuk-frontend is written for left to right only. Its sides become start and end here, so that one file serves both
// directions. What is wrong after this (arrows, bars drawn by hand) is put right in src/_govuk.scss.
const SIDES = [
  [/\b(margin|padding)-left:/g, "$1-inline-start:"],
  [/\b(margin|padding)-right:/g, "$1-inline-end:"],
  [/\bborder-left(-width|-color|-style)?:/g, "border-inline-start$1:"],
  [/\bborder-right(-width|-color|-style)?:/g, "border-inline-end$1:"],
  [/\bborder-(top|bottom)-left-radius:/g, (_, edge) => `border-${edge === "top" ? "start" : "end"}-start-radius:`],
  [/\bborder-(top|bottom)-right-radius:/g, (_, edge) => `border-${edge === "top" ? "start" : "end"}-end-radius:`],
  [/(^|[\s;{])left:/g, "$1inset-inline-start:"],
  [/(^|[\s;{])right:/g, "$1inset-inline-end:"],
  [/\btext-align:\s*left\b/g, "text-align: start"],
  [/\btext-align:\s*right\b/g, "text-align: end"],
  [/\bfloat:\s*left\b/g, "float: inline-start"],
  [/\bfloat:\s*right\b/g, "float: inline-end"],
];

function logical(css) {
  for (const [side, instead] of SIDES) css = css.replace(side, instead);
  // A shorthand of four values hides a side: better that the build stops than that one language looks broken.
  for (const [whole, top, right, bottom, left] of css.matchAll(/\b(?:margin|padding):\s*(\S+) (\S+) (\S+) ([^\s;]+);/g)) {
    if (right !== left) throw new Error(`"${whole}" differs left and right: write it with inline-start and inline-end`);
  }
  return css;
}

async function stylesheet() {
  const { css } = sass.compile(here("src/app.scss"), {
    importers: [new sass.NodePackageImporter(here(".."))],
    charset: false,
    quietDeps: true,
  });
  return (await esbuild.transform(logical(css), { loader: "css", minify: true, target: browsers, legalComments: "none" })).code;
}

async function script(name) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [here(`src/js/${name}`)],
    bundle: true,
    minify: true,
    format: "esm",
    target: browsers,
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text;
}

const made = {
  "app.css": await stylesheet(),
  "app.js": await script("app.js"),
  "public.js": await script("public.js"),
  "sw.js": await script("sw.js"),
  "icon.svg": readFileSync(here("src/icon.svg"), "utf8"),
};

mkdirSync(here("dist"), { recursive: true });
const manifest = {};
const keep = new Set(["manifest.json"]);
for (const [name, text] of Object.entries(made)) {
  const [stem, end] = name.split(".");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const file = (manifest[name] = `${stem}.${hash}.${end}`);
  const bytes = Buffer.from(text);
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  for (const [copy, content] of [[file, bytes], [`${file}.gz`, gzip], [`${file}.br`, brotli]]) {
    writeFileSync(here(`dist/${copy}`), content);
    keep.add(copy);
  }
  console.log(`${file}  ${bytes.length} bytes, ${gzip.length} gzip, ${brotli.length} brotli`);
}
// The manifest is written last: a page served meanwhile finds either the old files or the new ones.
writeFileSync(here("dist/manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of readdirSync(here("dist"))) if (!keep.has(file)) rmSync(here(`dist/${file}`));
