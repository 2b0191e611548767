import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { sha256Hex } from "../../src/digest.ts";
import { lean } from "./lean.ts";

const SOURCES = join(import.meta.dirname, "../../src/view");
/** What Cloudflare serves as static assets ([assets] in wrangler.toml). */
export const ASSETS = join(import.meta.dirname, "../../dist");
/** Where files are until they are whole. */
const UNFINISHED = join(import.meta.dirname, "../../.wrangler/view");

/** The view in the chat has everything in one file: hosts load no other. A page loads its script and its style by their hashes. */
const PAGES = { chat: "inlined", front: "linked", here: "linked" } as const;

const OPTIONS: BuildOptions = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  // Their licences are named in ATTRIBUTION.md.
  legalComments: "none",
  loader: { ".json": "json", ".png": "empty" },
  plugins: [lean],
  write: false,
  outdir: ASSETS,
};

/**
 * Makes the view and the pages out of src/view. Only what has changed is written, each file at once: others may build, and
 * servers may read, at the same time.
 */
export async function buildView(): Promise<void> {
  const made = new Map<string, string>();
  for (const [name, how] of Object.entries(PAGES)) {
    const { script, style } = await bundle(name);
    const html = await wholeHtml(`${name}.html`);
    if (how === "inlined") {
      made.set(`${name}.html`, inlined(html, name, script, style));
      continue;
    }
    const links = { js: await hashed(name, script, "js"), css: await hashed(name, style, "css") };
    made.set(links.js, script).set(links.css, style);
    made.set(`${name}.html`, linked(html, name, links));
  }
  await mkdir(join(ASSETS, "static"), { recursive: true });
  for (const [path, text] of made) await put(join(ASSETS, path), text);
  for (const file of await readdir(ASSETS, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !made.has(path.slice(ASSETS.length + 1))) await rm(path, { force: true });
  }
}

/** With the parts that it names: `<!-- mcp/key-form.html -->`. */
async function wholeHtml(path: string): Promise<string> {
  const html = await readFile(join(SOURCES, path), "utf8");
  const [comment, part] = /<!-- (\S+\.html) -->/.exec(html) ?? [];
  if (comment === undefined || part === undefined) return html;
  return replaced(html, comment, (await readFile(join(SOURCES, part), "utf8")).trim());
}

async function bundle(name: string) {
  const { outputFiles = [] } = await build({
    ...OPTIONS,
    entryPoints: [join(SOURCES, `${name}.ts`)],
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: text(".js"), style: text(".css") };
}

async function hashed(name: string, text: string, ending: string): Promise<string> {
  return `static/${name}-${await sha256Hex(text, 8)}.${ending}`;
}

function linked(html: string, name: string, { js, css }: { js: string; css: string }): string {
  return replaced(replaced(html, `"${name}.css"`, `"/${css}"`), `"${name}.js"`, `"/${js}"`);
}

function inlined(html: string, name: string, script: string, style: string): string {
  // What would end the element is a string or a comment there, in which the backslash says nothing.
  const safe = script.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
  const tag = `<script type="module" src="${name}.js"></script>`;
  const styled = replaced(
    html,
    `<link rel="stylesheet" href="${name}.css">`,
    `<style>${style}</style>`,
  );
  return replaced(styled, tag, `<script type="module">${safe}</script>`);
}

function replaced(html: string, part: string, by: string): string {
  if (!html.includes(part)) throw new Error(`There is no ${part} in the page.`);
  return html.replace(part, () => by);
}

async function put(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
  await mkdir(UNFINISHED, { recursive: true });
  const unfinished = join(UNFINISHED, `${process.pid}`);
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}
