import { describe, expect, it } from "vitest";

/**
 * Highest first. A file imports from its own entry or from lower lines, never from above or from beside it;
 * `import type` may look anywhere.
 */
const LAYERS = [
  ["worker"],
  ["http"],
  ["access"],
  ["mcp"],
  ["tools", "resources", "prompts"],
  ["mcp/define"],
  ["services"],
  ["tasks"],
  ["memory", "nearby"],
  ["location"],
  ["gazetteer", "imports"],
  ["index"],
  ["formats"],
  ["hours", "records", "observe"],
  ["geo", "text", "errors", "digest", "version", "caller", "config", "geodesic", "territory"],
];

/** Only these know the Worker's bindings; everything else gets capabilities (`Services`). */
const MAY_SEE_ENV = ["worker", "http", "services", "access", "memory", "mcp/sessions", "tasks"];

/** Only these speak SQL: the index, the state of imports, and the Durable Objects. */
const MAY_SPEAK_SQL = ["index", "imports/state", "mcp/sessions/registry"];
const SQL = /\b(?:SELECT\b[^;]+\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b/;

const MOST_LINES = 300;
const EMPTY_NAMES = /(?:^|\/|-)(?:utils?|helpers?|common|manager|base|core|misc)(?:-|\/|$)/;
const IMPORT =
  /^(?:import|export)\b(?! type\b)(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const sources = import.meta.glob<string>("../src/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const modules = Object.entries(sources).map(
  ([path, text]) => [path.replace(/^.*\/src\/|\.ts$/g, ""), text] as const,
);

/** The entry of the layers that a module belongs to, and how far down that is. */
function placeOf(module: string): { entry: string; depth: number } | undefined {
  const places = LAYERS.flatMap((entries, depth) => entries.map((entry) => ({ entry, depth })));
  return places
    .filter(({ entry }) => module === entry || module.startsWith(`${entry}/`))
    .sort((a, b) => b.entry.length - a.entry.length)[0];
}

function resolve(from: string, specifier: string): string {
  const { pathname } = new URL(specifier, `file:///root/src/${from}`);
  return pathname.replace(/^\/root\/src\/|\.ts$/g, "");
}

function faultsOf(module: string, text: string): string[] {
  const place = placeOf(module);
  if (!place) return ["belongs to no layer"];

  const faults: string[] = [];
  for (const [, fixed, dynamic] of text.matchAll(IMPORT)) {
    const specifier = fixed ?? dynamic ?? "";
    if (!specifier.startsWith(".")) {
      if (place.entry === "geo") faults.push(`geo is pure, yet imports ${specifier}`);
      continue;
    }
    const target = resolve(module, specifier);
    if (module === "version" && target === "/root/package.json") continue;
    const there = placeOf(target);
    const allowed = there && (there.entry === place.entry || there.depth > place.depth);
    if (!allowed) faults.push(`imports ${target}, which is not below it`);
  }

  const maySeeEnv = MAY_SEE_ENV.some((room) => module === room || module.startsWith(`${room}/`));
  if (/\bEnv\b/.test(text) && !maySeeEnv) faults.push("sees Env");
  const maySpeakSql = MAY_SPEAK_SQL.some(
    (room) => module === room || module.startsWith(`${room}/`),
  );
  if (SQL.test(text) && !maySpeakSql) faults.push("speaks SQL");
  if (/import \{[^}]*\benv\b[^}]*\} from "cloudflare:workers"/.test(text)) {
    faults.push("takes env from the air");
  }
  if (/from "agents\/mcp"/.test(text)) faults.push("imports half a megabyte of the old SDK");
  // Through the named export, bundlers keep all of Zod: 550 KiB, most of it translations.
  if (/import (?:type )?\{[^}]*\bz\b[^}]*\} from "zod/.test(text)) {
    faults.push('imports z by name; write import * as z from "zod"');
  }
  if (text.split("\n").length > MOST_LINES) faults.push(`has more than ${MOST_LINES} lines`);
  if (!/^[a-z0-9/-]+$/.test(module)) faults.push("is not named in kebab-case");
  if (EMPTY_NAMES.test(module)) faults.push("has a name that says nothing");
  return faults;
}

it("sees the sources", () => {
  expect(modules.map(([module]) => module)).toEqual(
    expect.arrayContaining(["worker", "http/app", "mcp/server", "geo/point"]),
  );
});

it.each(modules)("src/%s keeps to the architecture", (module, text) => {
  expect(faultsOf(module, text)).toEqual([]);
});

describe("the rules find", () => {
  it.each([
    ["mcp/define", 'import { app } from "../http/app.ts";', "imports http/app"],
    ["tools/get-place", 'import tool from "../resources/place.ts";', "imports resources/place"],
    ["tools/get-place", 'import {\n  a,\n  b,\n} from "../mcp/server.ts";', "imports mcp/server"],
    ["nearby/find", 'const x = await import("../services.ts");', "imports services"],
    ["nearby/find", 'import "../services.ts";', "imports services"],
    ["nearby/find", 'export * from "../../test/x.ts";', "imports /root/test/x"],
    ["geo/point", 'import { CallerError } from "../errors.ts";', "imports errors"],
    ["geo/point", 'import * as z from "zod";', "geo is pure"],
    ["tools/get-place", "function f(env: Env) {}", "sees Env"],
    ["imports/job", 'session.prepare("DELETE FROM imports")', "speaks SQL"],
    ["imports/job", "`SELECT id\n FROM imports`", "speaks SQL"],
    ["http/app", 'import { env } from "cloudflare:workers";', "takes env from the air"],
    ["http/app", 'import { McpAgent } from "agents/mcp";', "half a megabyte"],
    ["mcp/define", 'import { z } from "zod";', "imports z by name"],
    ["nearby/utils", "", "says nothing"],
    ["nearby/placeStore", "", "kebab-case"],
    ["elsewhere/file", "", "belongs to no layer"],
    ["nearby/find", "\n".repeat(MOST_LINES), "more than"],
  ])("in %s: %j", (module, text, fault) => {
    expect(faultsOf(module, text).join()).toContain(fault);
  });

  it("nothing in what is allowed", () => {
    const text = [
      'import type { App } from "../http/app.ts";',
      'import { Place } from "../records/place.ts";',
      'import { other } from "./other.ts";',
      'import * as z from "zod";',
      'export const PATH = "./here";',
    ].join("\n");
    expect(faultsOf("tools/get-place", text)).toEqual([]);
  });
});
