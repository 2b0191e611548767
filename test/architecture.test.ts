import { describe, expect, it } from "vitest";

/**
 * Highest first. A file imports from its own entry or from lower lines, never from above or from beside it;
 * `import type` may look anywhere.
 */
const LAYERS = [
  ["worker"],
  ["routes"],
  ["home", "health"],
  ["mcp/server"],
  ["mcp/input", "mcp/asking"],
  ["mcp/catalog"],
  ["tools", "resources", "prompts"],
  ["mcp/define"],
  ["services"],
  ["tasks"],
  ["access", "observe", "models", "sessions", "weather"],
  ["location", "collections"],
  ["formats"],
  ["places"],
  ["hours"],
  ["geo", "digest", "errors", "version"],
];

/** Only these know the Worker's bindings; everything else gets capabilities (`Services`). */
const MAY_SEE_ENV = [
  "worker",
  "routes",
  "services",
  "access",
  "collections/routes",
  "sessions",
  "tasks",
];

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
  for (const [depth, entries] of LAYERS.entries()) {
    const entry = entries.find((name) => module === name || module.startsWith(`${name}/`));
    if (entry) return { entry, depth };
  }
  return undefined;
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

  if (/\bEnv\b/.test(text) && ![place.entry, module].some((one) => MAY_SEE_ENV.includes(one)))
    faults.push("sees Env");
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
    expect.arrayContaining(["worker", "routes", "mcp/server", "geo/point"]),
  );
});

it.each(modules)("src/%s keeps to the architecture", (module, text) => {
  expect(faultsOf(module, text)).toEqual([]);
});

describe("the rules find", () => {
  it.each([
    ["mcp/define", 'import { routes } from "../routes.ts";', "imports routes"],
    ["tools/get-place", 'import tool from "../resources/place.ts";', "imports resources/place"],
    ["tools/get-place", 'import {\n  a,\n  b,\n} from "../mcp/server.ts";', "imports mcp/server"],
    ["places/nearby", 'const x = await import("../services.ts");', "imports services"],
    ["places/nearby", 'import "../services.ts";', "imports services"],
    ["places/nearby", 'export * from "../../test/x.ts";', "imports /root/test/x"],
    ["geo/point", 'import { CallerError } from "../errors.ts";', "imports errors"],
    ["geo/point", 'import * as z from "zod";', "geo is pure"],
    ["tools/get-place", "function f(env: Env) {}", "sees Env"],
    ["routes", 'import { env } from "cloudflare:workers";', "takes env from the air"],
    ["routes", 'import { McpAgent } from "agents/mcp";', "half a megabyte"],
    ["mcp/define", 'import { z } from "zod";', "imports z by name"],
    ["places/utils", "", "says nothing"],
    ["places/placeStore", "", "kebab-case"],
    ["elsewhere/file", "", "belongs to no layer"],
    ["places/nearby", "\n".repeat(MOST_LINES), "more than"],
  ])("in %s: %j", (module, text, fault) => {
    expect(faultsOf(module, text).join()).toContain(fault);
  });

  it("nothing in what is allowed", () => {
    const text = [
      'import type { App } from "../routes.ts";',
      'import { Place } from "../places/place.ts";',
      'import { other } from "./other.ts";',
      'import * as z from "zod";',
      'export const PATH = "./here";',
    ].join("\n");
    expect(faultsOf("tools/get-place", text)).toEqual([]);
  });
});
