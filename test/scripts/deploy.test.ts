import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { unstable_readConfig } from "wrangler";
import { execute } from "../../scripts/command/command.ts";
import { addressOf } from "../../scripts/deploy/address.ts";
import { deploying } from "../../scripts/deploy.ts";
import { type FakeAccount, FakeWrangler } from "../support/fake-wrangler.ts";
import { LocalWorker } from "../support/local-worker.ts";
import { inOwnFolder } from "../support/own-folder.ts";

let worker: LocalWorker;
// Before the folder changes: it reads wrangler.toml.
beforeAll(async () => {
  worker = await LocalWorker.start();
});
afterAll(() => worker.close());

const folder = inOwnFolder();
const ACCOUNT = { loggedIn: true, accounts: [{ name: "Ada's", id: "1" }] };
const ALL = ["ADMIN_TOKEN", "METRICS_TOKEN"];
const DRY = "deploy --dry-run --outdir .wrangler/dry-run";
const EVERYTHING = [
  "whoami --json",
  DRY,
  "deploy",
  "d1 migrations apply PLACES_DB --remote",
  "secret list",
];

beforeEach(() => {
  for (const name of ["CI", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"]) vi.stubEnv(name, "");
  settings();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const settings = (...vars: string[]) =>
  writeFileSync(
    "wrangler.toml",
    ['name = "w"', 'main = "w.ts"', 'compatibility_date = "2026-11-02"', "[vars]", ...vars].join(
      "\n",
    ),
  );

async function deploy(account: Partial<FakeAccount> = {}, ...args: string[]) {
  const { signal } = new AbortController();
  return deployWith(signal, account, ...args);
}

async function deployWith(signal: AbortSignal, account: Partial<FakeAccount>, ...args: string[]) {
  const targets = [worker.url.origin, "schedule: */10 * * * *"];
  const wrangler = new FakeWrangler(folder(), {
    whoami: ACCOUNT,
    secrets: ALL,
    targets,
    ...account,
  });
  const said: string[] = [];
  for (const method of ["log", "error", "info"] as const) {
    vi.spyOn(console, method).mockImplementation((text) => void said.push(String(text)));
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  }
  const code = await execute(deploying({ mostMs: 0, pauseMs: 1 }), args, signal);
  return { code, said: said.join("\n"), wrangler };
}

/** In place of the Worker. */
async function answering(answer: RequestListener, run: (origin: string) => Promise<void>) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("npm run deploy", () => {
  it("does all that is to be done, tries the Worker, and tells how to connect", async () => {
    const { code, said, wrangler } = await deploy();
    expect(said).toContain(`Hereabouts is ready: MCP is on ${worker.url.origin}/mcp`);
    expect(code).toBe(0);
    expect(wrangler.calls).toEqual(EVERYTHING);
    expect(said).toContain("555.55 KiB gzipped");
    expect(said).toMatch(/\/mcp: \d+ tools for everybody/);
    expect(said).toContain("There are no places yet.");
    for (const client of [
      "claude.ai",
      "Claude Code",
      "ChatGPT",
      "VS Code",
      "Cursor",
      "Inspector",
    ]) {
      expect(said).toContain(client);
    }
  });

  it("makes the secrets that are missing, shows each once, and passes none as an argument", async () => {
    const { said, wrangler } = await deploy({ secrets: ["ADMIN_TOKEN"] });
    const made = wrangler.secret("METRICS_TOKEN")!;
    expect(made).toMatch(/^[\w-]{32}$/);
    expect(said.split(made)).toHaveLength(2);
    expect(wrangler.secret("ADMIN_TOKEN")).toBeUndefined();
    expect(wrangler.calls).toEqual([...EVERYTHING, "secret put METRICS_TOKEN"]);
  });

  it("needs no login in a build, and makes no secrets, which its log would show", async () => {
    const build = { CI: "true", CLOUDFLARE_API_TOKEN: "t", CLOUDFLARE_ACCOUNT_ID: "a" };
    for (const [name, value] of Object.entries(build)) vi.stubEnv(name, value);
    const { code, said, wrangler } = await deploy({ secrets: [] });
    expect(said).toContain("npx wrangler secret put ADMIN_TOKEN");
    expect(wrangler.calls).toEqual(EVERYTHING.slice(1));
    expect(code).toBe(0);
  });

  it("names the models that it cannot ask: without a secret, or on this machine", async () => {
    const model = 'provider = "anthropic", id = "x"';
    settings(
      `MODELS = [{ name = "a", ${model}, secret = "A_KEY" }, { name = "b", ${model}, secret = "B_KEY" }, { name = "c", ${model}, base_url = "http://localhost:1" }]`,
    );
    const { code, said, wrangler } = await deploy({ secrets: [...ALL, "A_KEY"] });
    expect(said).toContain(
      "The model b is passed over until it has its secret: npx wrangler secret put B_KEY",
    );
    expect(said).toContain(
      "The model c is on this machine or in a private network, where a deployed Worker does not",
    );
    expect(said).not.toContain("A_KEY");
    expect([code, wrangler.calls]).toEqual([0, EVERYTHING]);
  });

  it("shows the secrets that it has made also where it fails after that", async () => {
    await answering(
      (_, response) => response.writeHead(503).end('{"error":"SESSIONS is wrong"}'),
      async (origin) => {
        const { code, said, wrangler } = await deploy({ targets: [origin], secrets: [] });
        expect(code).toBe(1);
        for (const name of ALL) expect(said).toContain(wrangler.secret(name));
        expect(said).toContain(`${origin}/health answers 503: {"error":"SESSIONS is wrong"}`);
      },
    );
  });

  it("changes nothing in a dry run, also where nobody is logged in", async () => {
    const { code, said, wrangler } = await deploy({ whoami: { loggedIn: false } }, "--dry-run");
    expect(said).toContain("npx wrangler login");
    expect(said).toContain("Dry run: nothing was changed.");
    expect([code, wrangler.calls]).toEqual([0, ["whoami --json", DRY]]);
  });

  it.each<[string, Partial<FakeAccount>, string, string[]]>([
    ["nobody is logged in", { whoami: { loggedIn: false } }, "npx wrangler login", []],
    [
      "there are several accounts",
      { whoami: { loggedIn: true, accounts: [{ name: "Ada's" }, { name: "Work" }] } },
      "There are several accounts: Ada's, Work. Say which one: set CLOUDFLARE_ACCOUNT_ID",
      [],
    ],
    ["it cannot be built", { failing: [DRY, "no such file"] }, "no such file", [DRY]],
    [
      "Cloudflare refuses it",
      { failing: ["d1 migrations", "D1 is down"] },
      "D1 is down",
      [DRY, "deploy", "d1 migrations apply PLACES_DB --remote"],
    ],
    [
      "it answers nowhere",
      { targets: ["schedule: * * * * *"] },
      "nowhere to be reached",
      [DRY, "deploy"],
    ],
  ])("stops, in words, where %s", async (_, account, words, calls) => {
    const { code, said, wrangler } = await deploy(account);
    expect(said).toContain(words);
    expect(said).not.toContain("    at ");
    expect([code, wrangler.calls]).toEqual([1, ["whoami --json", ...calls]]);
  });

  it("asks nothing of Cloudflare where a setting is wrong", async () => {
    settings('SESSIONS = "yes"');
    const { code, said, wrangler } = await deploy();
    expect(said).toContain('SESSIONS is "yes", but it must be one of auto, always, never.');
    expect([code, wrangler.calls]).toEqual([1, []]);
  });

  it("tells where PUBLIC_URL is another address, and that clients cannot sign in then", async () => {
    settings(`PUBLIC_URL = "${worker.url.origin}"`);
    const { code, said } = await deploy({ targets: ["https://w.ada.workers.dev"] });
    expect(said).toContain(
      `PUBLIC_URL is ${worker.url.origin}, but the Worker was deployed to https://w.ada.workers.dev.`,
    );
    expect(code).toBe(0);
  });

  it("stops with Ctrl+C, and says that it goes on", async () => {
    const { code, said } = await deployWith(AbortSignal.abort(), {});
    expect(said).toContain("Stopped. What was done is kept: npm run deploy does the rest.");
    expect(code).toBe(1);
  });
});

describe("what stands between callers and the Worker is told:", () => {
  const PAGE = "<title>Just a moment...</title>";
  const health = '{"status":"ok","version":"1"}';
  /** Well for those who look at its health. */
  const worse =
    (answer: RequestListener): RequestListener =>
    (request, response) =>
      request.url === "/health" ? response.end(health) : answer(request, response);
  const challenge: RequestListener = (_, response) =>
    response.writeHead(403, { "content-type": "text/html", "cf-mitigated": "challenge" }).end(PAGE);
  const rpc = (result: object) => JSON.stringify({ jsonrpc: "2.0", id: 1, result });

  it.each<[string, RequestListener, RegExp]>([
    [
      "a challenge for all",
      challenge,
      /\/health answers with a challenge of Cloudflare: .*Block AI/,
    ],
    [
      "a challenge for assistants",
      worse((request, response) =>
        /Claude/.test(request.headers["user-agent"]!)
          ? challenge(request, response)
          : response.end(rpc({ serverInfo: { name: "x" } })),
      ),
      /\/mcp answers with a challenge of Cloudflare, asked by Claude-User/,
    ],
    [
      "a rule of the zone",
      worse((_, response) =>
        response.writeHead(403, { "content-type": "text/html", server: "cloudflare" }).end("<p>"),
      ),
      /answers 403 with a page of Cloudflare.*a rule of the zone/,
    ],
    [
      "Cloudflare Access",
      worse((_, response) =>
        response.writeHead(302, { location: "https://ada.cloudflareaccess.com/login" }).end(),
      ),
      /sends callers to Cloudflare Access/,
    ],
    [
      "another server",
      worse((_, response) => response.end("hello")),
      /does not answer as an MCP server does: 200 hello/,
    ],
  ])("%s", async (_, answer, words) => {
    await answering(answer, async (origin) => {
      const { code, said } = await deploy({ targets: [origin] });
      expect(said).toMatch(words);
      expect(code).toBe(1);
    });
  });

  it("nothing, where everybody has to sign in", async () => {
    await answering(
      worse((request, response) =>
        request.url === "/mcp"
          ? response.writeHead(401).end()
          : response.end('{"resource":"https://elsewhere.example/mcp"}'),
      ),
      async (origin) => {
        const { code, said } = await deploy({ targets: [origin] });
        expect(said).toContain("/mcp: everybody has to sign in");
        expect(said).toContain(`names https://elsewhere.example/mcp, not ${origin}/mcp`);
        expect(code).toBe(0);
      },
    );
  });
});

it("the page of the deploy button describes each binding and secret", () => {
  const root = join(import.meta.dirname, "../..");
  const config = unstable_readConfig({ config: join(root, "wrangler.toml") });
  const { cloudflare } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bindings = [
    ...config.d1_databases,
    ...config.r2_buckets,
    ...config.kv_namespaces,
    ...config.analytics_engine_datasets,
  ].map(({ binding }) => binding);
  const others = [...config.durable_objects.bindings, ...config.ratelimits].map(({ name }) => name);
  expect(bindings.length * others.length).toBeGreaterThan(0);
  const asked = parseEnv(readFileSync(join(root, ".dev.vars.example"), "utf8"));
  expect(Object.keys(asked)).toEqual(ALL);
  const described = Object.keys(cloudflare.bindings);
  expect(described).toEqual(expect.arrayContaining([...bindings, ...others, ...ALL]));
});

it.each([
  ["https://w.ada.workers.dev", ["https://w.ada.workers.dev", "schedule: */10 * * * *"]],
  [
    "https://places.example.com",
    ["https://w.ada.workers.dev", "places.example.com (custom domain)"],
  ],
  ["https://example.com", ["example.com/* (zone name: example.com)"]],
  [
    "https://w.ada.workers.dev",
    ["https://w.ada.workers.dev", "*.example.com/*", "example.com/mcp*"],
  ],
])("the address is %s of %j", (origin, targets) => {
  expect(addressOf(targets, undefined)).toEqual({ url: new URL(origin) });
});
