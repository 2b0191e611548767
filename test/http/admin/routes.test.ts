import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adminRoutes } from "../../../src/http/admin/routes.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { appWith } from "../../support/app.ts";
import { connect, type Fetch } from "../../support/client.ts";
import { label, place } from "../../support/engine.ts";
import { emptyStores } from "../../support/stores.ts";

const TOKEN = "a secret of some length";
const HERE = { latitude: 10, longitude: 10 };
const { id: _, ...LABEL } = label("shops", {
  stars: { type: "number" },
  wheelchair: { type: "boolean" },
  cuisine: { type: "enum", values: ["thai", "sushi"] },
  hours: { type: "opening_hours" },
});

let fetch: Fetch;

beforeAll(() => {
  fetch = appWith(catalog, { ADMIN_TOKEN: TOKEN });
});
beforeEach(() => emptyStores());

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
  by: Fetch = fetch,
): Promise<{ status: number; body: Record<string, never> }> {
  const sent = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const init = { method, headers, ...(body !== undefined && { body: sent as BodyInit }) };
  const response = await by(new Request(`https://hereabouts.example/admin${path}`, init));
  return { status: response.status, body: await response.json() };
}

const PLACES = [
  place("thai", 10, 10.001, {
    attributes: { stars: 5, wheelchair: "yes", cuisine: "thai", hours: "24/7", phone: "1" },
  }),
  place("sushi", 10, 10.002, {
    attributes: { stars: 3, cuisine: "sushi", hours: "Mo-Su 12:00-13:00" },
  }),
  place("plain", 10, 10.003),
];
const ndjson = (records: readonly unknown[]) =>
  records.map((one) => JSON.stringify(one)).join("\n");

async function importPlaces(
  body: string | Uint8Array = ndjson(PLACES),
  headers = {},
): Promise<void> {
  const request = { mode: "replace", fingerprint: crypto.randomUUID(), label: LABEL };
  const { body: start } = await call("POST", "/collections/shops/imports", request);
  const at = `/collections/shops/imports/${start.import}`;
  const auth = { authorization: `Bearer ${TOKEN}`, ...headers };
  const part = await call("PUT", `${at}/parts/0`, body, auth);
  expect(part.status).toBe(200);
  for (let done = false; !done; ) {
    ({ done } = (await call("POST", `${at}/finish`, { parts: 1 })).body as never as {
      done: boolean;
    });
  }
}

async function ask(args: Record<string, unknown>): Promise<string[]> {
  const client = await connect("auto", fetch);
  const result = await client.callTool({
    name: "get_nearby_data",
    arguments: { ...HERE, ...args },
  });
  await client.close();
  if (result.isError) throw new Error((result.content as { text: string }[])[0]!.text);
  return (result.structuredContent as { results: { id: string }[] }).results.map(({ id }) => id);
}

describe("who may change the data", () => {
  const routes = adminRoutes.routes.flatMap(({ method, path }) =>
    method === "ALL" ? [] : [[method, path.replaceAll(/:\w+/g, "1")] as const],
  );

  it.each(routes)("only who has the token: %s %s", async (method, path) => {
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: TOKEN }]) {
      const answer = await call(method, path, body, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.body.error).toContain("admin token");
    }
    const open = await call(method, path, body, {}, appWith(catalog, { ADMIN_TOKEN: undefined }));
    expect(open.status).toBe(403);
    expect(open.body.error).toContain("ADMIN_TOKEN");
  });
});

describe("an import over HTTP", () => {
  it("is found by the next question, and can be asked about", async () => {
    await importPlaces();
    expect(await ask({})).toEqual(["shops.thai", "shops.sushi", "shops.plain"]);
    const { body } = await call("GET", "/collections");
    expect(body.collections).toMatchObject([{ id: "shops", places: 3, title: "shops" }]);
    // An import of more places has to declare the attributes as they are.
    const { attributes } = LABEL;
    expect((await call("GET", "/collections/shops")).body).toMatchObject({
      places: 3,
      attributes,
      fingerprint: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await call("GET", "/collections/none")).status).toBe(404);
  });

  it("may come packed", async () => {
    const stream = new Blob([ndjson(PLACES)]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    await importPlaces(packed, { "content-encoding": "gzip" });
    expect(await ask({})).toHaveLength(3);
  });

  it("says of each line that is no record why, and takes the others", async () => {
    const request = { mode: "merge", fingerprint: "f", label: LABEL };
    const { body: start } = await call("POST", "/collections/shops/imports", request);
    const lines = [
      "{",
      "7",
      JSON.stringify({ ...PLACES[0], latitude: 91 }),
      JSON.stringify(PLACES[1]),
    ];
    const path = `/collections/shops/imports/${start.import}/parts/0`;
    const { body } = await call("PUT", path, lines.join("\n"));
    expect(body).toMatchObject({
      counts: { stored: 1, updated: 0, unchanged: 0 },
      rejected: [
        { index: 0, reason: "is not JSON" },
        { index: 1 },
        { index: 2, reason: expect.stringContaining("latitude") },
      ],
    });
    expect((await call("PUT", path, "other")).status).toBe(409);
    expect(
      (await call("POST", "/collections/shops/imports", { ...request, fingerprint: "g" })).status,
    ).toBe(409);
  });

  it.each([
    ["POST", "/collections/shops/imports", { mode: "half" }, 400, "mode"],
    ["POST", "/collections/a.b/imports", { mode: "merge" }, 400, "id"],
    ["POST", "/collections/shops/imports", [], 400, "body"],
    ["PUT", "/collections/shops/imports/x/parts/0", "{}", 400, "number"],
    ["PUT", "/collections/none/imports/1/parts/0", "{}", 404, "no such collection"],
    ["PUT", "/collections/none/places/1", { name: "x" }, 400, "category"],
    ["PATCH", "/collections/none", { title: "x" }, 404, "no such collection"],
  ] as const)("refuses %s %s with %j in our words", async (method, path, body, status, words) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(words);
  });
});

it("stores, changes and deletes single places", async () => {
  await importPlaces();
  // Twice: the second answer comes from the cache, which an edit has to outdo.
  for (let time = 0; time < 2; time++) expect(await ask({ limit: 1 })).toEqual(["shops.thai"]);
  const { sourceId, ...one } = place("new", 10, 10);
  expect((await call("PUT", `/collections/shops/places/${sourceId}`, one)).status).toBe(201);
  expect(await ask({ limit: 1 })).toEqual(["shops.new"]);
  expect(
    (await call("PUT", "/collections/shops/places/new", { ...one, name: "Zebra" })).status,
  ).toBe(200);
  expect(await ask({ query: "zebra" })).toEqual(["shops.new"]);
  expect((await call("DELETE", "/collections/shops/places/new")).status).toBe(200);
  expect((await call("DELETE", "/collections/shops/places/new")).status).toBe(404);
  expect(await ask({ limit: 1 })).toEqual(["shops.thai"]);
  const { body } = await call("POST", "/collections/shops/places", one);
  expect(body.sourceId).toMatch(/^c-[0-9a-f]{16}$/);
});

it("relabels a collection, and deletes it", async () => {
  await importPlaces();
  await call("PATCH", "/collections/shops", { title: "All shops", attribution: "© us" });
  expect((await call("GET", "/collections/shops")).body).toMatchObject({
    title: "All shops",
    attribution: "© us",
  });
  for (let done = false; !done; ) {
    ({ done } = (await call("DELETE", "/collections/shops")).body as never as { done: boolean });
  }
  expect((await call("GET", "/collections/shops")).status).toBe(404);
  expect((await env.PLACES_BUCKET.list()).objects.map(({ key }) => key)).toEqual([]);
});

describe("attributes", () => {
  beforeEach(() => importPlaces());

  it.each<[object, string[]]>([
    [{ filter: [{ attribute: "stars", at_least: 4 }] }, ["shops.thai"]],
    [{ filter: [{ attribute: "Stars", at_most: 3 }] }, ["shops.sushi"]],
    [{ filter: [{ attribute: "wheelchair", equals: "true" }] }, ["shops.thai"]],
    [
      { filter: [{ attribute: "cuisine", one_of: ["Sushi", "thai"] }] },
      ["shops.thai", "shops.sushi"],
    ],
    [
      {
        query: "place",
        filter: [
          { attribute: "cuisine", equals: "sushi" },
          { attribute: "stars", equals: "3" },
        ],
      },
      ["shops.sushi"],
    ],
    [{ open_at: "2026-11-27T03:00" }, ["shops.thai"]],
    [{ open_at: "2026-11-27T12:30" }, ["shops.thai", "shops.sushi"]],
    [{ open_now: true, filter: [{ attribute: "stars", equals: 5 }] }, ["shops.thai"]],
  ])("%j finds %j", async (args, ids) => {
    expect(await ask(args as Record<string, unknown>)).toEqual(ids);
  });

  it.each([
    [{ filter: [{ attribute: "color", equals: "red" }] }, "There are"],
    [{ filter: [{ attribute: "cuisine", equals: "pizza" }] }, "thai"],
    [{ open_at: "tomorrow" }, '"open_at"'],
  ])("%j gets words that list what there is", async (args, words) => {
    await expect(ask(args)).rejects.toThrow(words);
  });

  it("are named in the tool's description, with the kinds of places", async () => {
    const client = await connect("auto", fetch);
    const { tools } = await client.listTools();
    await client.close();
    const { description } = tools.find(({ name }) => name === "get_nearby_data")!;
    expect(description).toContain("shop/books");
    expect(description).toContain(
      "stars (number), wheelchair (boolean), cuisine (thai|sushi), hours (open_now, open_at)",
    );
  });
});
