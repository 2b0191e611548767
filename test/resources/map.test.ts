import { type Schema, validate } from "@cfworker/json-schema";
import type { Client } from "@modelcontextprotocol/client";
import schema from "@modelcontextprotocol/ext-apps/schema.json";
import { describe, expect, it } from "vitest";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Fetch, ORIGIN, worker } from "../support/client.ts";
import { modern } from "../support/rpc.ts";

const EXTENSION = "io.modelcontextprotocol/ui";

interface Page {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
  readonly _meta: { readonly ui: { readonly csp: object; readonly permissions?: object } };
}

/** The tool as a client sees it, and the page that it names. */
async function viewOf(client: Client) {
  const { tools } = await client.listTools();
  const { _meta } = tools.find(({ name }) => name === "get_nearby_data")!;
  const { resourceUri } = _meta!.ui as { resourceUri: string };
  return { tools, resourceUri, page: await read(client, resourceUri) };
}

async function read(client: Client, uri: string): Promise<Page> {
  const { contents } = await client.readResource({ uri });
  return contents[0] as unknown as Page;
}

function settingsIn({ text }: Page): unknown {
  const [, json] = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(text)!;
  return JSON.parse(json!);
}

/** The same server with other settings, as a client of 2026 sees it. */
async function viewWith(bindings: object, shown = catalog, fetch?: Fetch) {
  const client = await connect("auto", fetch ?? appWith(shown, { ...bindings }));
  const view = await viewOf(client);
  await client.close();
  return view;
}

describe.each([
  ["2026", () => connect()],
  ["2025", () => connect("legacy")],
  ["2025, with a session", () => connect("legacy", worker, () => "decline")],
])("the map for a client of %s", (_, open) => {
  it("is named by the tool whose answers it shows, and can be read", async () => {
    const client = await open();
    expect(client.getServerCapabilities()?.extensions).toMatchObject({ [EXTENSION]: {} });
    const { tools, resourceUri, page } = await viewOf(client);
    expect(resourceUri).toMatch(/^ui:\/\/hereabouts\/map-[\da-f]{16}\.html$/);
    expect(page).toMatchObject({ uri: resourceUri, mimeType: "text/html;profile=mcp-app" });
    expect(page.text).toMatch(/^<!doctype html>\s*<html lang="en">\s*<head>/i);
    expect(page._meta.ui).toEqual({
      csp: { connectDomains: [ORIGIN], resourceDomains: [] },
      permissions: { geolocation: {} },
      prefersBorder: true,
    });
    expect(settingsIn(page)).toEqual({
      basemap: { vector: `${ORIGIN}/basemap.json` },
      herePage: `${ORIGIN}/here`,
    });
    // Tools that a view alone may use would be shown to models by clients without views.
    const uses = tools.flatMap(({ name, _meta }) => (_meta && "ui" in _meta ? [name] : []));
    expect(uses).toEqual(["get_nearby_data"]);
    await client.close();
  });

  it("is the one of now under the address of an older one", async () => {
    const client = await open();
    const { page } = await viewOf(client);
    const uri = "ui://hereabouts/map-0123456789abcdef.html";
    expect(await read(client, uri)).toEqual({ ...page, uri });
    await client.close();
  });
});

it("declares itself as the schema of MCP Apps has it", async () => {
  const { tools, page } = await viewWith({});
  const definitions = schema.$defs as unknown as Readonly<Record<string, Schema>>;
  const faults = (value: unknown, name: string) =>
    validate(value, definitions[name]!, "2020-12", undefined, false).errors;
  const { _meta } = tools.find(({ name }) => name === "get_nearby_data")!;
  expect(faults(_meta!.ui, "McpUiToolMeta")).toEqual([]);
  expect(faults(page._meta.ui, "McpUiResourceMeta")).toEqual([]);
  expect(faults({ csp: [] }, "McpUiResourceMeta")).not.toEqual([]);
});

it("costs every model at most 100 bytes", async () => {
  const { tools } = await viewWith({});
  const without = tools.map((tool) => {
    const { ui: _, ...meta } = tool._meta ?? {};
    return { ...tool, ...(tool._meta && { _meta: meta }) };
  });
  const growth = JSON.stringify(tools).length - JSON.stringify(without).length;
  expect(growth).toBeGreaterThan(0);
  expect(growth).toBeLessThanOrEqual(100);
});

it("is for ChatGPT another page, without what needs a location", async () => {
  const { resourceUri, page } = await viewWith({}, chatgptCatalog);
  expect(resourceUri).not.toBe((await viewWith({})).resourceUri);
  expect(settingsIn(page)).toEqual({
    basemap: { vector: `${ORIGIN}/basemap.json` },
    hostLocated: true,
  });
  expect(page._meta.ui).not.toHaveProperty("permissions");
});

it("may load the operator's pictures, and has another address with them", async () => {
  const tiles = {
    TILES_URL: "https://tiles.example.com/{z}/{x}/{y}.png",
    TILES_ATTRIBUTION: "© Someone",
  };
  const { resourceUri, page } = await viewWith(tiles);
  expect(page._meta.ui.csp).toEqual({
    connectDomains: [],
    resourceDomains: ["https://tiles.example.com"],
  });
  expect(settingsIn(page)).toMatchObject({
    basemap: { raster: tiles.TILES_URL, attribution: "© Someone" },
  });
  expect(resourceUri).not.toBe((await viewWith({})).resourceUri);
});

it("names no page to share a location on, where that page asks for a key", async () => {
  const { resourceUri, page } = await viewWith({ ANONYMOUS_SCOPES: "places:read" });
  expect(resourceUri).not.toBe((await viewWith({})).resourceUri);
  expect(settingsIn(page)).toEqual({ basemap: { vector: `${ORIGIN}/basemap.json` } });
});

it("knows the server by the address that callers use", async () => {
  const { page } = await viewWith({ PUBLIC_URL: "https://places.example.org" });
  expect(page._meta.ui.csp).toMatchObject({ connectDomains: ["https://places.example.org"] });
});

it("may be kept for as long as its address is the same", async () => {
  const { resourceUri: uri } = await viewWith({});
  const { body } = await modern("resources/read", { uri });
  expect(body.result).toMatchObject({ ttlMs: 3_600_000, cacheScope: "public" });
});

it("is for those who may ask the tool, and for nobody else", async () => {
  const uri = "ui://hereabouts/map-0123456789abcdef.html";
  const settings = { ADMIN_TOKEN: "a secret of some length", ANONYMOUS_SCOPES: " " };
  const closed = appWith(catalog, settings);
  const answers = await Promise.all([
    modern("resources/read", { uri }, { fetch: closed }),
    modern("tools/call", { name: "get_nearby_data", arguments: {} }, { fetch: closed }),
  ]);
  const [ofMap, ofTool] = answers.map(({ status, headers }) => ({
    status,
    challenge: headers.get("www-authenticate"),
  }));
  expect(ofMap!.status).toBe(401);
  expect(ofMap).toEqual(ofTool);
});

it("is left out of the list while nobody knows its address: answers in words are enough", async () => {
  const broken = { fetch: () => Promise.reject(new Error("no assets")) };
  const client = await connect("auto", appWith(catalog, { ASSETS: broken }));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("get_nearby_data");
  expect(tools[0]!._meta).not.toHaveProperty("ui");
  await client.close();
});

it("is no announcement of a server without it", async () => {
  const fetch = appWith({ ...catalog, tools: [], resources: [] });
  const { body } = await modern("server/discover", {}, { fetch });
  expect(body.result!.capabilities).not.toHaveProperty("extensions");
});
