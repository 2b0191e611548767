import { describe, expect, it } from "vitest";

/**
 * Highest first. A file imports from its own entry or from lower lines, never from above or from beside it; types, too.
 * docs/ARCHITECTURE.md says what each entry is for.
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
  ["memory", "nearby", "models", "weather", "credentials", "oauth", "budgets", "basemap"],
  ["location"],
  ["gazetteer", "imports"],
  ["index", "formats", "stores"],
  ["hours", "records", "observe", "upstream"],
  ["address", "caller", "config", "connect", "geodesic", "input", "territory"],
  [
    "geo",
    "text",
    "errors",
    "deadline",
    "digest",
    "loopback",
    "private-host",
    "scopes",
    "trace",
    "version",
  ],
];

/** The files of a folder that others may import. */
const FACES: Readonly<Record<string, readonly string[]>> = {
  access: [
    "announcement",
    "authenticate/bearer-token",
    "authenticate/same-secret",
    "cors",
    "entry",
    "facts",
    "origin",
    "rate-limit",
    "require-scope",
    "secure-headers",
  ],
  basemap: ["archive", "basemap", "storing"],
  budgets: ["budgets", "spending"],
  config: ["config", "models", "own-relays", "sign-in", "weather"],
  credentials: ["contract", "credentials", "issued", "issued-credentials"],
  formats: [
    "bytes/byte-stream",
    "bytes/gzip",
    "bytes/metered",
    "import-options",
    "map-points",
    "map-rows",
    "mapping/attributes",
    "mapping/category",
    "mapping/category-matcher",
    "mapping/mapping",
    "mapping/place-row",
    "open-rows",
    "readers/lines",
    "readers/row",
  ],
  gazetteer: ["complete", "degrees", "here-words", "resolve"],
  geo: [
    "cell",
    "compass",
    "covering",
    "disc",
    "ellipsoid",
    "packed-tree",
    "point",
    "ranking",
    "region/bounds",
    "region/cell-bounds",
    "region/grid",
    "region/outline",
    "region/polygon",
    "region/region-covering",
    "region/ring",
    "vector",
  ],
  hours: ["calendar", "clock", "grammar", "parser", "schedule", "weekdays", "words"],
  http: ["app"],
  imports: [
    "compaction",
    "contract",
    "edits",
    "expire",
    "finish",
    "inbox/event",
    "inbox/file",
    "inbox/report",
    "inbox/steps",
    "job",
    "rebuild",
    "state",
    "sweep",
  ],
  index: [
    // Who reads.
    "place-index",
    "search/filter",
    "search/names",
    "search/plan",
    "search/query",
    "snapshot",
    "walk",
    // Who writes: imports.
    "write/collections",
    "write/counts",
    "write/format",
    "write/lexicon",
    "write/object-numbers",
    "write/outbox",
    "write/row",
    "write/rows",
    "write/transaction",
    "write/upkeep",
  ],
  location: ["here", "here-page", "input", "ladder", "location", "owner", "relay-detection"],
  mcp: [
    "call",
    "catalog",
    "define",
    "offer",
    "rpc",
    "server",
    "sessions/connection",
    "sessions/dispatch",
    "sessions/leases",
    "sessions/protocol-session",
    "sessions/registry",
  ],
  memory: ["expiry", "memory", "session"],
  models: [
    "answer-view",
    "contract",
    "dollars",
    "ledger/model-ledger",
    "ledger/object-ledger",
    "models",
    "progress",
    "providers/providers",
    "readiness",
  ],
  nearby: [
    "cursor",
    "matching",
    "nearby",
    "present/answer",
    "present/answer-text",
    "present/data-text",
    "present/full-place",
    "present/place-view",
    "present/prompt-block",
    "present/reading",
    "present/units",
    "question",
  ],
  oauth: [
    "client-document",
    "contract",
    "grants",
    "oauth",
    "people",
    "provider",
    "refresh",
    "resources",
    "server",
  ],
  observe: [
    "call",
    "exposition",
    "failures",
    "imports",
    "log",
    "meter",
    "metric-shard",
    "metrics",
    "vocabulary",
    "window",
  ],
  prompts: ["whats-nearby"],
  records: [
    "attributes",
    "brand",
    "bucket",
    "collection-schema",
    "contact",
    "content-id",
    "draft",
    "log",
    "manifest",
    "place",
    "reader",
    "schema",
  ],
  resources: ["collections", "forecast", "map", "place", "task"],
  stores: ["assets", "patience", "patient-stores"],
  tasks: [
    "asker",
    "contract",
    "engine/register",
    "engine/task",
    "engine/work",
    "follow",
    "inputs",
    "tasks",
    "types",
    "types/inbox-import",
    "types/rebuild",
    "view",
  ],
  text: [
    "edit-distance",
    "iso-time",
    "no-value",
    "numbers",
    "plain-text",
    "question-words",
    "schema-faults",
    "tokens",
    "yes-no",
  ],
  tools: [
    "cancel-task",
    "distributed-compute",
    "forget-location",
    "get-nearby-data",
    "get-place",
    "get-task",
    "get-weather",
    "query-models",
    "set-location",
    "whoami",
  ],
  upstream: ["library-fetch", "retry-after", "upstream"],
  weather: ["days", "local-time", "station", "sun", "weather", "words"],
};

/** Where SQL may be; the last are Durable Objects with databases of their own. */
const MAY_SPEAK_SQL =
  /^(?:index\/|imports\/state$|credentials\/credentials$|budgets\/budgets$|models\/ledger\/(?:conditions|day-budgets|kept-answers)$|weather\/station$|tasks\/engine\/(?:bag|register)$|mcp\/sessions\/registry$)/;

/** The entry that turns bindings into capabilities, and the classes that Cloudflare makes with the bindings. */
const MAY_SEE_ENV = [
  "worker",
  "services",
  "memory/session",
  "credentials/credentials",
  "budgets/budgets",
  "mcp/sessions/protocol-session",
  "mcp/sessions/registry",
  "models/ledger/model-ledger",
  "observe/metric-shard",
  "oauth/refresh",
  "tasks/engine/place",
  "tasks/engine/register",
  "tasks/engine/task",
  "tasks/engine/work",
  "weather/station",
];

const MOST_LINES = 500;
const MOST_LINES_OF_VIEW = 300;
const MOST_FILES = 12;
const EMPTY_NAMES = /(?:^|\/|-)(?:utils?|helpers?|common|manager|base|core|misc)(?:-|\/|$)/;
const SQL = /\b(?:SELECT|INSERT INTO|DELETE FROM|UPDATE [a-z_]+ SET|CREATE TABLE)\b/;
/** The global function, not a method of that name, nor its declaration. */
const CALL_OUT = /(?<![.\w]|async )fetch\(|globalThis\.fetch\b/;
const IMPORT =
  /^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** What is bundled as "zod/v4". */
const ZOD = ["models/providers/zod", "models/providers/zod-parts"];

const sources = import.meta.glob<string>(["../src/**/*.ts", "!../src/view/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const viewSources = import.meta.glob<string>("../src/view/**/*.ts", {
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

/** The folder of src/ that a module lies in; undefined if it lies beside them. */
function roomOf(module: string): string | undefined {
  return module.includes("/") ? module.slice(0, module.indexOf("/")) : undefined;
}

function resolve(from: string, specifier: string): string {
  const { pathname } = new URL(specifier, `file:///root/src/${from}`);
  return pathname.replace(/^\/root\/src\/|\.ts$/g, "");
}

function importsOf(module: string, text: string): { specifier: string; target: string }[] {
  return [...text.matchAll(IMPORT)].map(([, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? "";
    return { specifier, target: specifier.startsWith(".") ? resolve(module, specifier) : "" };
  });
}

/** What runs in browsers shares nothing with the Worker, so that neither's types and bytes get into the other. */
function faultsOfView(module: string, text: string): string[] {
  const faults = importsOf(module, text)
    .filter(({ target }) => target !== "" && !target.startsWith("view/"))
    .map(({ specifier }) => `imports ${specifier}, which is not the browser's`);
  if (text.split("\n").length > MOST_LINES_OF_VIEW) {
    faults.push(`has more than ${MOST_LINES_OF_VIEW} lines`);
  }
  return faults;
}

function faultsOf(module: string, text: string): string[] {
  const place = placeOf(module);
  if (!place) return ["belongs to no layer"];

  const faults: string[] = [];
  for (const { specifier, target } of importsOf(module, text)) {
    if (target === "") {
      if (place.entry === "geo") faults.push(`geo is pure, yet imports ${specifier}`);
      continue;
    }
    if (module === "version" && target === "/root/package.json") continue;
    const there = placeOf(target);
    const allowed = there && (there.entry === place.entry || there.depth > place.depth);
    if (!allowed) faults.push(`imports ${target}, which is not below it`);
    const room = roomOf(target);
    if (room !== undefined && room !== roomOf(module)) {
      const isFace = FACES[room]?.includes(target.slice(room.length + 1));
      if (!isFace) faults.push(`imports ${target}, which is no face of ${room}`);
    }
  }

  if (/\bEnv\b/.test(text) && !MAY_SEE_ENV.includes(module)) faults.push("sees Env");
  if (/import \{[^}]*\benv\b[^}]*\} from "cloudflare:workers"/.test(text)) {
    faults.push("takes env from the air");
  }
  if (SQL.test(text) && !MAY_SPEAK_SQL.test(module)) faults.push("speaks SQL");
  if (CALL_OUT.test(text) && roomOf(module) !== "upstream") faults.push("calls out past upstream");
  if (/from "agents\/mcp"/.test(text)) faults.push("imports half a megabyte of the old SDK");
  // Through the named export, bundlers keep all of Zod: 550 KiB, most of it translations.
  if (/import (?:type )?\{[^}]*\bz\b[^}]*\} from "zod/.test(text)) {
    faults.push('imports z by name; write import * as z from "zod/v4"');
  }
  // The models' libraries, loaded when they are needed, import "zod/v4" (by [alias] the two modules that may import "zod"), so
  // that esbuild evaluates zod where it is first imported by that name. An import of "zod" is taken for one without side effects, and is left out with the evaluation:
  // it finds zod's classes undefined, unless another module has been here before (as in evanw/esbuild#3357).
  if (/from "zod"/.test(text) && !ZOD.includes(module)) {
    faults.push('imports zod before it is evaluated; write "zod/v4"');
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

it("every face is imported from outside its folder", () => {
  const used = new Set(
    modules.flatMap(([module, text]) =>
      importsOf(module, text)
        .map(({ target }) => target)
        .filter((target) => roomOf(target) !== roomOf(module)),
    ),
  );
  const faces = Object.entries(FACES).flatMap(([room, files]) =>
    files.map((file) => `${room}/${file}`),
  );
  expect(faces.filter((face) => !used.has(face))).toEqual([]);
});

it(`no folder has more than ${MOST_FILES} files`, () => {
  const folders = Map.groupBy(modules, ([module]) => module.slice(0, module.lastIndexOf("/")));
  const large = [...folders].filter(([folder, files]) => folder && files.length > MOST_FILES);
  expect(large.map(([folder]) => folder)).toEqual([]);
});

describe("the view", () => {
  const files = Object.entries(viewSources).map(
    ([path, text]) => [path.replace(/^.*\/src\/|\.ts$/g, ""), text] as const,
  );

  it.each(files)("%s", (module, text) => {
    expect(faultsOfView(module, text)).toEqual([]);
  });

  it.each([
    ['import { within } from "../deadline.ts";', "not the browser's"],
    ['import type { Env } from "../../src/services.ts";', "not the browser's"],
    ["\n".repeat(MOST_LINES_OF_VIEW), "more than"],
  ])("must not have %j", (text, fault) => {
    expect(faultsOfView("view/front", text).join()).toContain(fault);
  });

  it("may have parts and libraries", () => {
    const text = 'import * as L from "leaflet";\nimport { List } from "./list/list.ts";';
    expect(faultsOfView("view/front", text)).toEqual([]);
  });
});

describe("the rules find", () => {
  it.each([
    ["mcp/define", 'import { app } from "../http/app.ts";', "imports http/app"],
    ["mcp/define", 'import type { App } from "../http/app.ts";', "imports http/app"],
    ["tools/get-place", 'import tool from "../resources/place.ts";', "imports resources/place"],
    ["tools/get-place", 'import {\n  a,\n  b,\n} from "../mcp/server.ts";', "imports mcp/server"],
    ["nearby/find", 'const x = await import("../services.ts");', "imports services"],
    ["nearby/find", 'import "../services.ts";', "imports services"],
    ["nearby/find", 'export * from "../../test/x.ts";', "imports /root/test/x"],
    ["nearby/find", 'import { a } from "../index/search/statement.ts";', "no face of index"],
    ["geo/point", 'import { CallerError } from "../errors.ts";', "imports errors"],
    ["geo/point", 'import * as z from "zod/v4";', "geo is pure"],
    ["tools/get-place", "function f(env: Env) {}", "sees Env"],
    ["nearby/find", "const sql = `SELECT 1`;", "speaks SQL"],
    ["nearby/find", "const answer = await fetch(url);", "past upstream"],
    ["nearby/find", "const answer = await globalThis.fetch(url);", "past upstream"],
    ["http/app", 'import { env } from "cloudflare:workers";', "takes env from the air"],
    ["http/app", 'import { McpAgent } from "agents/mcp";', "half a megabyte"],
    ["mcp/define", 'import { z } from "zod/v4";', "imports z by name"],
    ["mcp/define", 'import * as z from "zod";', "before it is evaluated"],
    ["nearby/utils", "", "says nothing"],
    ["nearby/placeStore", "", "kebab-case"],
    ["elsewhere/file", "", "belongs to no layer"],
    ["nearby/find", "\n".repeat(MOST_LINES), "more than"],
  ])("in %s: %j", (module, text, fault) => {
    expect(faultsOf(module, text).join()).toContain(fault);
  });

  it("nothing in what is allowed", () => {
    const text = [
      'import { Place } from "../records/place.ts";',
      'import { readPlace } from "../nearby/present/full-place.ts";',
      'import { other } from "./other.ts";',
      'import * as z from "zod/v4";',
      'export const PATH = "./here";',
      "await session.fetch(request);",
    ].join("\n");
    expect(faultsOf("tools/get-place", text)).toEqual([]);
  });
});
