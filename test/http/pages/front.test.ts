import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import readme from "../../../README.md?raw";
import { waysToConnect } from "../../../src/connect.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { Assets } from "../../../src/stores/assets.ts";
import { Patience } from "../../../src/stores/patience.ts";
import type { Settings } from "../../../src/view/settings.ts";
import { appWith } from "../../support/app.ts";
import { ENDPOINT, type Fetch, ORIGIN, worker } from "../../support/client.ts";

async function open(path = "/", init: RequestInit = {}, fetch: Fetch = worker) {
  const response = await fetch(new Request(`${ORIGIN}${path}`, init));
  return { response, headers: response.headers, text: await response.text() };
}

function settingsIn(html: string): Settings {
  const [, json] = /<script type="application\/json" id="settings">(.*?)<\/script>/.exec(html)!;
  return JSON.parse(json!);
}

/** What a reader sees, with the marks of HTML resolved. */
function words(html: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" };
  return html.replace(/<[^>]+>/g, " ").replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all);
}

describe("the page at /", () => {
  it("runs what is its own alone, in no frame, and tells nobody where it was", async () => {
    const { response, headers, text } = await open();
    expect(response.status).toBe(200);
    const policy = headers.get("content-security-policy")!;
    const directives = new Map(
      policy.split("; ").map((one) => {
        const [name, ...sources] = one.split(" ");
        return [name, sources.join(" ")];
      }),
    );
    expect(Object.fromEntries(directives)).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "base-uri": "'none'",
      "form-action": "'none'",
      "frame-ancestors": "'none'",
    });
    expect(policy).not.toContain("unsafe");
    expect(headers.get("permissions-policy")).toBe("geolocation=(self)");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    // What the policy forbids is not there.
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    const scripts = [...text.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts).toEqual([
      ' type="application/json" id="settings"',
      expect.stringMatching(/^ type="module" src="\/static\/front-[0-9a-f]{16}\.js"$/),
    ]);
  });

  it("says without a script how to connect", async () => {
    const { text } = await open();
    const said = words(text);
    const ways = waysToConnect({ origin: ORIGIN, name: "hereabouts" });
    expect(ways.length).toBeGreaterThanOrEqual(6);
    for (const { client, how, copy } of ways) {
      expect(said).toContain(client);
      expect(said).toContain(how);
      expect(said).toContain(copy);
    }
    expect(text).toContain("<noscript>");
    expect(text).not.toContain("<!--");
  });

  it("tells its script the address that others know it by", async () => {
    const fetch = appWith(catalog, { PUBLIC_URL: "https://places.example.com" });
    const { text } = await open("/", {}, fetch);
    expect(settingsIn(text).server).toMatchObject({
      address: "https://places.example.com/mcp",
      isOpen: true,
    });
    expect(text).not.toContain(ENDPOINT);
  });

  it("may load the map's tiles, and nothing else from elsewhere", async () => {
    const fetch = appWith(catalog, {
      TILES_URL: "https://tiles.example/{z}/{x}/{y}.png",
      TILES_ATTRIBUTION: "Tiles of <Example>",
    });
    const { text, headers } = await open("/", {}, fetch);
    expect(settingsIn(text).basemap).toEqual({
      raster: "https://tiles.example/{z}/{x}/{y}.png",
      attribution: "Tiles of <Example>",
    });
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("img-src 'self' data: https://tiles.example; connect-src 'self';");
    // The page asks the host that it is from, whatever others know the server by.
    for (const PUBLIC_URL of [undefined, "https://places.example.com"]) {
      const own = await open("/", {}, appWith(catalog, { PUBLIC_URL }));
      expect(settingsIn(own.text).basemap).toEqual({ vector: "/basemap.json" });
      const policy = own.headers.get("content-security-policy");
      expect(policy).toContain("img-src 'self' data:; connect-src 'self';");
    }
  });

  it("says where a key or signing in is needed", async () => {
    const fetch = appWith(catalog, {
      ANONYMOUS_SCOPES: "",
      ADMIN_TOKEN: "a secret of some length",
    });
    const { text } = await open("/", {}, fetch);
    expect(settingsIn(text).server).toMatchObject({ isOpen: false });
    expect(words(text)).toContain("not open to everybody");
    expect(words(text)).toContain(`${ENDPOINT} --header "Authorization: Bearer <your key>"`);
    expect(text).not.toContain("a secret of some length");
    const open_ = await open();
    expect(words(open_.text)).not.toContain("<your key>");
  });

  it("sends nobody to a connector that cannot reach this machine", () => {
    const ways = waysToConnect({ origin: "http://localhost:8787", name: "hereabouts" });
    const [claude, chatgpt, code] = ways;
    expect([claude?.copy, chatgpt?.copy]).toEqual([undefined, undefined]);
    expect(claude?.how).toContain("npm run deploy");
    expect(code?.copy).toBe("claude mcp add --transport http hereabouts http://localhost:8787/mcp");
  });

  it("answers HEAD as GET, without a body", async () => {
    const { headers: whole } = await open();
    const { response, headers, text } = await open("/", { method: "HEAD" });
    expect([response.status, text]).toEqual([200, ""]);
    for (const name of ["content-type", "content-security-policy", "etag"]) {
      expect(headers.get(name)).toBe(whole.get(name));
    }
  });

  it("is sent once, as long as it stays the same", async () => {
    const first = await open();
    const etag = first.headers.get("etag")!;
    const again = await open("/", { headers: { "if-none-match": etag } });
    expect([again.response.status, again.text]).toEqual([304, ""]);
    // Browsers take these over.
    for (const name of ["content-security-policy", "permissions-policy", "referrer-policy"]) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(again.headers.get("cache-control")).toBe("no-cache");
    const renamed = appWith(catalog, { SERVER_TITLE: "Another" });
    const other = await open("/", { headers: { "if-none-match": etag } }, renamed);
    expect(other.response.status).toBe(200);
  });
});

it.each(["Claude Code", "Cursor", "MCP Inspector"])("README says the same of %s", (name) => {
  const ways = waysToConnect({ origin: "http://localhost:8787", name: "hereabouts" });
  const { copy } = ways.find(({ client }) => client.startsWith(name))!;
  expect(readme.replace(/\s/g, "")).toContain(copy!.replace(/\s/g, ""));
});

describe("/static", () => {
  it("has what the page names, for a year", async () => {
    const { text } = await open();
    const names = [...text.matchAll(/"(\/static\/[^"]+)"/g)].map(([, name]) => name!);
    expect(names).toHaveLength(2);
    for (const name of names) {
      const { response, headers, text: file } = await open(name);
      expect(response.status).toBe(200);
      expect(file.length).toBeGreaterThan(0);
      const type = name.endsWith(".js") ? "text/javascript" : "text/css";
      expect(headers.get("content-type")).toContain(type);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      const etag = headers.get("etag")!;
      const known = await open(name, { headers: { "if-none-match": etag } });
      expect([known.response.status, known.text]).toEqual([304, ""]);
      const head = await open(name, { method: "HEAD" });
      expect([head.response.status, head.text]).toEqual([200, ""]);
    }
  });

  it.each([
    "/chat.html",
    "/front.html",
    "/here.html",
    "/index.html",
    "//chat.html",
    "/%63hat.html",
    "/chat%2ehtml",
    "/static",
    "/static/",
    "/static/..%2fchat.html",
    "/static/%2e%2e/chat.html",
    "/static/%2e%2e%2ffront.html",
    "/static/..\\front.html",
    "/static/front-0000000000000000.js",
    "/static/front-0000000000000000.js/../../chat.html",
    "/static/front-0000000000000000.html",
    "/static/chat.html",
    "/dist/chat.html",
  ])("nothing else of the files is there: %s", async (path) => {
    const { response, text } = await open(path);
    expect(response.status).toBe(404);
    expect(JSON.parse(text)).toHaveProperty("error");
  });

  it.each(["POST", "PUT", "DELETE"])("takes no %s", async (method) => {
    const { text } = await open();
    const [, name] = /"(\/static\/[^"]+)"/.exec(text)!;
    expect((await open(name, { method })).response.status).toBe(404);
  });
});

describe("the assets", () => {
  const patience = new Patience({ count: () => {} });

  it("take settings that are no HTML", async () => {
    const hostile = { text: "</script><script>alert(1)</script><!-- $& -->" };
    const assets = new Assets(env.ASSETS, patience);
    const html = await assets.page("front", { settings: hostile, parts: { title: "$& $1" } });
    expect(settingsIn(html)).toEqual(hostile);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toContain("<title>$& $1</title>");
  });

  it("know whether a document is still the same", async () => {
    const assets = new Assets(env.ASSETS, patience);
    const hash = await assets.hashOf("chat");
    expect(hash).toMatch(/^[0-9A-Za-z]{8,}$/);
    expect(await assets.hashOf("chat")).toBe(hash);
    expect(await assets.hashOf("front")).not.toBe(hash);
  });

  it("say when they are not there", async () => {
    const empty = { fetch: async () => new Response("", { status: 404 }) } as unknown as Fetcher;
    const assets = new Assets(empty, patience);
    await expect(assets.page("front", { settings: {} })).rejects.toThrow("npm run view");
    await expect(assets.hashOf("front")).rejects.toThrow("npm run view");
  });

  it("are answered for with 503 when Cloudflare does not give them", async () => {
    const broken = {
      fetch: async () => {
        throw new Error("Network connection lost");
      },
    };
    const { response } = await open("/", {}, appWith(catalog, { ASSETS: broken }));
    expect(response.status).toBe(503);
  });
});
