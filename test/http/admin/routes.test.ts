import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { adminRoutes } from "../../../src/http/admin/routes.ts";
import {
  ChangedMetadata,
  CollectionDetails,
  Collections,
  PlacesPage,
  StagedPart,
  StoredPlace,
} from "../../../src/imports/contract.ts";
import { startImport } from "../../../src/imports/job.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import type { Attributes } from "../../../src/records/collection-schema.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";
import { Admin, required } from "../../support/admin.ts";
import { appWith } from "../../support/app.ts";
import { connect } from "../../support/client.ts";
import { metadata, place } from "../../support/engine.ts";
import { gzipped, readPlaces } from "../../support/rows.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

const HERE = { latitude: 10, longitude: 10 };
const ATTRIBUTES: Attributes = {
  stars: { type: "number" },
  wheelchair: { type: "boolean" },
  cuisine: { type: "enum", values: ["thai", "sushi"] },
  hours: { type: "opening_hours" },
};

const admin = new Admin();

beforeEach(() => emptyStores());

const PLACES = [
  place("thai", 10, 10.001, {
    attributes: { stars: 5, wheelchair: "yes", cuisine: "thai", hours: "24/7", phone: "1" },
  }),
  place("sushi", 10, 10.002, {
    attributes: { stars: 3, cuisine: "sushi", hours: "Mo-Su 12:00-13:00" },
  }),
  place("plain", 10, 10.003),
];
const importPlaces = async () =>
  required(await admin.importParts("shops", [PLACES], "replace", ATTRIBUTES));

const shops = async () =>
  (await admin.call("GET", "/collections/shops", undefined, CollectionDetails)).body;

async function ask(args: Record<string, unknown>): Promise<string[]> {
  const client = await connect("auto", admin.fetch);
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
    const ask = async (token: string | undefined, authorization: string) => {
      const request = new Request(`https://hereabouts.example/admin${path}`, {
        method,
        headers: authorization ? { authorization } : {},
        ...(method !== "GET" && method !== "DELETE" && { body: "{}" }),
      });
      const response = await appWith(catalog, { ADMIN_TOKEN: token })(request);
      return { status: response.status, body: await response.json() };
    };
    const secret = "a secret of some length";
    for (const wrong of ["", "Bearer wrong", secret]) {
      expect(await ask(secret, wrong)).toEqual({
        status: 401,
        body: { error: expect.stringContaining("admin token") },
      });
    }
    expect(await ask(undefined, `Bearer ${secret}`)).toEqual({
      status: 403,
      body: { error: expect.stringContaining("ADMIN_TOKEN") },
    });
  });
});

describe("an import over HTTP", () => {
  it("is found by the next question, and can be asked about", async () => {
    await importPlaces();
    expect(await ask({})).toEqual(["shops.thai", "shops.sushi", "shops.plain"]);
    expect((await admin.call("GET", "/collections", undefined, Collections)).body).toMatchObject({
      collections: [{ id: "shops", places: 3, title: "shops" }],
    });
    // An import of more places has to declare the attributes as they are.
    expect(await shops()).toMatchObject({
      places: 3,
      attributes: ATTRIBUTES,
      fingerprint: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await admin.call("GET", "/collections/none")).status).toBe(404);
  });

  it("may come packed", async () => {
    const number = await admin.bringParts("shops", []);
    const packed = await gzipped(PLACES.map((one) => JSON.stringify(one)).join("\n"));
    const part = `/collections/shops/imports/${number}/parts/0`;
    const headers = { "content-encoding": "gzip" };
    const cut = await admin.call("PUT", part, packed.subarray(0, 50), StagedPart, headers);
    expect(cut).toMatchObject({ status: 400, body: { error: expect.stringContaining("cut off") } });
    required(await admin.call("PUT", part, packed, StagedPart, headers));
    required(await admin.finish("shops", number, 1));
    expect(await ask({})).toHaveLength(3);
  });

  it("says of each line that is no record why, and takes the others", async () => {
    const number = await admin.bringParts("shops", []);
    const [good, other] = PLACES as [PlaceRecord, PlaceRecord];
    const lines = [
      "{",
      "7",
      JSON.stringify({ ...good, latitude: 91 }),
      "",
      JSON.stringify({ ...good, secretField: 1 }),
      JSON.stringify({ ...good, attributes: { secretKey: ["list"] } }),
      JSON.stringify(other),
    ];
    const path = `/collections/shops/imports/${number}/parts/0`;
    const { body } = await admin.call("PUT", path, lines.join("\n"), StagedPart);
    expect(body).toMatchObject({
      counts: { stored: 1, updated: 0, unchanged: 0 },
      rejected: [
        { index: 0, reason: "is not JSON" },
        { index: 1, reason: expect.stringContaining("record: ") },
        { index: 2, reason: expect.stringContaining("latitude: ") },
        { index: 3, reason: "record: has a field that records do not have" },
        { index: 4, reason: expect.stringContaining("attributes: ") },
      ],
    });
    expect(JSON.stringify(body)).not.toContain("secret");
    // Sent again it is answered in the same way.
    const again = await admin.call("PUT", path, lines.join("\n"), StagedPart);
    expect(again.body).toEqual({ ...body, rowsWritten: 0 });
    expect((await admin.call("PUT", path, "other")).status).toBe(409);
    expect((await admin.startImport("shops")).status).toBe(409);
  });

  it.each([
    ["POST", "/collections/shops/imports", { mode: "half" }, 400, "mode"],
    ["POST", "/collections/a.b/imports", { mode: "merge" }, 400, "id"],
    ["POST", "/collections/shops/imports", [], 400, "body"],
    ["PUT", "/collections/shops/imports/x/parts/0", "{}", 400, "number"],
    ["PUT", "/collections/none/imports/1/parts/0", "{}", 404, "no import 1"],
    ["PUT", "/collections/none/places/1", { name: "x" }, 400, "category"],
    ["PATCH", "/collections/none", { title: "x" }, 404, "no such collection"],
  ] as const)("refuses %s %s with %j in our words", async (method, path, body, status, words) => {
    expect(await admin.call(method, path, body)).toMatchObject({
      status,
      body: { error: expect.stringContaining(words) },
    });
  });
});

it("stores, changes and deletes single places", async () => {
  await importPlaces();
  // Twice: the second answer comes from the cache, which an edit has to outdo.
  for (let time = 0; time < 2; time++) expect(await ask({ limit: 1 })).toEqual(["shops.thai"]);
  const one = place("new", 10, 10);
  expect((await admin.putPlace("shops", one)).status).toBe(201);
  expect(await ask({ limit: 1 })).toEqual(["shops.new"]);
  expect((await admin.putPlace("shops", { ...one, name: "Zebra" })).status).toBe(200);
  expect(await ask({ query: "zebra" })).toEqual(["shops.new"]);
  expect((await admin.deletePlace("shops", "new")).status).toBe(200);
  expect((await admin.deletePlace("shops", "new")).status).toBe(404);
  expect(await ask({ limit: 1 })).toEqual(["shops.thai"]);
});

it("makes the collection of a place that has none", async () => {
  const one = place("albatross", 10, 10);
  expect((await admin.call("PUT", "/collections/new/places/x", { name: "x" })).status).toBe(400);
  expect((await admin.call("DELETE", "/collections/new/places/x")).status).toBe(404);
  expect((await admin.call("GET", "/collections/new")).status).toBe(404);
  const both = await Promise.all([admin.putPlace("new", one), admin.putPlace("new", one)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
  expect(await ask({ limit: 1 })).toEqual(["new.albatross"]);
  const found = await admin.call("GET", "/collections/new", undefined, CollectionDetails);
  expect(found.body).toMatchObject({ title: "new", license: "not stated", places: 1 });
  // It is in the log as well.
  await admin.rebuild();
  expect(await ask({ limit: 1 })).toEqual(["new.albatross"]);
});

it("goes on with a collection that somebody has begun to make", async () => {
  const start = { mode: "merge", fingerprint: "made for a place", metadata: metadata("new") };
  await startImport(STORES, start as never);
  expect((await admin.putPlace("new", place("one", 10, 10))).status).toBe(201);
  // But not with anybody's import.
  await admin.startImport("other");
  expect((await admin.putPlace("other", place("one", 10, 10))).status).toBe(409);
});

it("gives all places of a collection, page by page", async () => {
  const later = place("later", 10, 10, { validFrom: 9e14 });
  const records = Array.from({ length: 1_000 }, (_, k) => place(`p${k}`, 10, k / 10));
  required(await admin.importParts("shops", [records, [later]]));
  required(await admin.putPlace("shops", place("edited", 10, 10)));
  const page = async (after: string) => {
    const path = `/collections/shops/places?after=${after}`;
    return (await admin.call("GET", path, undefined, PlacesPage)).body;
  };
  const first = await page("");
  const second = await page(first.next!);
  const third = await page(second.next!);
  const pages = [first, second, third].map(({ places }) => places!);
  const expected = [...records, later, place("edited", 10, 10)];
  const byId = expected.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  expect(pages.flat()).toEqual(byId);
  expect(pages.map(({ length }) => length)).toEqual([500, 500, 2]);
  expect(third).not.toHaveProperty("next");
  expect((await admin.call("GET", "/collections/none/places")).status).toBe(404);
});

it("gives a place without an id the same one each time, and the one that a file would give it", async () => {
  await importPlaces();
  const { sourceId: _, ...unnamed } = place("", 10, 10);
  const post = (body: object) => admin.call("POST", "/collections/shops/places", body, StoredPlace);
  const { records } = await readPlaces(JSON.stringify(unnamed));
  const { sourceId } = records[0]!;
  expect(await post(unnamed)).toMatchObject({ status: 201, body: { sourceId, created: true } });
  const changed = { ...unnamed, population: 5 };
  expect(await post(changed)).toMatchObject({ status: 200, body: { sourceId, created: false } });
  expect(await post({ ...unnamed, name: "Other" })).toMatchObject({ status: 201 });
  expect(await post({ ...unnamed, sourceId: "own" })).toMatchObject({ body: { sourceId: "own" } });
  expect((await post({ ...unnamed, latitude: 91 })).body.error).toContain("latitude");
});

it("changes what a collection says of itself, and deletes it", async () => {
  await importPlaces();
  const change = { title: "All shops", attribution: "© us" };
  required(await admin.call("PATCH", "/collections/shops", change, ChangedMetadata));
  expect(await shops()).toMatchObject(change);
  required(await admin.deleteCollection("shops"));
  expect((await admin.call("GET", "/collections/shops")).status).toBe(404);
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
    const client = await connect("auto", admin.fetch);
    const { tools } = await client.listTools();
    await client.close();
    const { description } = tools.find(({ name }) => name === "get_nearby_data")!;
    expect(description).toContain("shop/books");
    expect(description).toContain(
      "stars (number), wheelchair (boolean), cuisine (thai|sushi), hours (open_now, open_at)",
    );
  });
});
