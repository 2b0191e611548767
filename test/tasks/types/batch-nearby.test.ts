import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { leafPosition } from "../../../src/geo/cell.ts";
import { HALF_EARTH_METERS } from "../../../src/geo/ellipsoid.ts";
import type { Point } from "../../../src/geo/point.ts";
import { wholeMillimeters } from "../../../src/geo/ranking.ts";
import { inverseGeodesic } from "../../../src/geodesic.ts";
import { LEAF_CAPACITY } from "../../../src/index/key.ts";
import { placeId } from "../../../src/nearby/present/place-view.ts";
import type { Asked } from "../../../src/nearby/question.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";
import { openDeployment } from "../../../src/services.ts";
import type { TaskFiles, Work } from "../../../src/tasks/contract.ts";
import { TaskInputs } from "../../../src/tasks/inputs.ts";
import { writeBlock } from "../../../src/tasks/types/batch-nearby/blocks.ts";
import type { Chunk, PointsChunk } from "../../../src/tasks/types/batch-nearby/chunks.ts";
import { nearestOf } from "../../../src/tasks/types/batch-nearby/nearest.ts";
import batchNearby, { type BatchResult } from "../../../src/tasks/types/batch-nearby.ts";
import { importAll, place } from "../../support/engine.ts";
import { seeded } from "../../support/random.ts";
import { gzipped } from "../../support/rows.ts";
import { type Carried, carryOut, commitBehind, worldOf } from "../../support/run-task.ts";
import { STORES } from "../../support/stores.ts";
import { ended, someone } from "../../support/tasks/tasks.ts";

interface Row {
  readonly point: number;
  readonly point_id?: string;
  readonly rank?: number;
  readonly distance_m?: number;
  readonly place_id?: string;
  readonly name?: string;
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const random = seeded(13);
const somewhere = (): Point => ({
  latitude: (Math.asin(2 * random() - 1) * 180) / Math.PI,
  longitude: 360 * random() - 180,
});
const beside = ({ latitude, longitude }: Point, degrees: number): Point => ({
  latitude: Math.max(-90, Math.min(90, latitude + degrees * (random() - 0.5))),
  longitude: ((longitude + degrees * (random() - 0.5) + 540) % 360) - 180,
});

const CROWD: Point = { latitude: 48.8566, longitude: 2.3522 };
const EDGES: readonly Point[] = [
  { latitude: 90, longitude: 0 },
  { latitude: 90, longitude: 77 },
  { latitude: -90, longitude: -180 },
  { latitude: 10, longitude: 180 },
  { latitude: 10, longitude: -180 },
  { latitude: 0, longitude: 0 },
];
const TOWNS = [CROWD, ...EDGES, ...times(6, somewhere)];

/** More than a leaf cell has keys at one point, others around it, some at poles and seams, and pairs that are equally far. */
const PLACES: readonly PlaceRecord[] = [
  ...times(LEAF_CAPACITY + 200, (n) => cafe(`crowd${n}`, CROWD)),
  ...TOWNS.flatMap((town, t) => times(25, (n) => cafe(`t${t}-${n}`, beside(town, 0.4)))),
  ...EDGES.map((edge, n) => cafe(`edge${n}`, edge)),
  ...[-0.01, 0.01].flatMap((off, n) => [
    cafe(`east${n}`, { latitude: 20, longitude: 20 + off }),
    cafe(`again${n}`, { latitude: 20, longitude: 20 + off }),
  ]),
  ...times(40, (n) => ({ ...cafe(`shop${n}`, beside(TOWNS[n % 13]!, 1)), category: "shop/books" })),
  ...times(5, (n) => ({ ...cafe(`named${n}`, beside(CROWD, 0.2)), name: "Cafe" })),
];

function cafe(id: string, { latitude, longitude }: Point): PlaceRecord {
  const stars = id.length % 5;
  return place(id, latitude, longitude, {
    name: `Albatross ${id}`,
    category: "amenity/cafe",
    attributes: { stars },
  });
}

const SOME_POINTS: readonly Point[] = [
  ...EDGES,
  CROWD,
  CROWD,
  { latitude: 20, longitude: 20 },
  { latitude: 48.856_600_1, longitude: 2.3522 },
  ...TOWNS.map((town) => beside(town, 0.6)),
  ...times(3, somewhere),
];

beforeAll(async () => {
  await importAll("p", PLACES, { partSize: 2_000, attributes: { stars: { type: "number" } } });
}, 120_000);

afterEach(() => {
  vi.restoreAllMocks();
});

type Data = Record<string, unknown> & { points?: readonly unknown[] };
const carry = (data: Data): Promise<Carried<BatchResult>> =>
  carryOut<BatchResult>(batchNearby, data, { world: worldOf(STORES), random });

async function rowsOf(carried: Carried<BatchResult>): Promise<Row[]> {
  const lines = (await carried.file("rows.ndjson")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Row);
}

/** What is told of each point: ids and distances, nearest first. */
function toldOf(rows: readonly Row[], points: number): [string, number][][] {
  const told = times(points, (): [string, number][] => []);
  for (const { point, place_id, distance_m } of rows) {
    if (place_id !== undefined) told[point - 1]!.push([place_id, distance_m!]);
  }
  return told;
}

/** What a single call tells of a point, as far as it reads the text as it stands. */
async function single(point: Point, asked: Asked, radiusMeters: number) {
  const { nearby } = worldOf(STORES);
  const page = await nearby.answer(await nearby.compile(asked), { center: point, radiusMeters });
  if (page.mode !== "exact" && page.mode !== "named") return [];
  return page.places.map(({ row, distanceMeters }): [string, number] => [
    placeId("p", row.source_id),
    Math.round(1_000 * distanceMeters) / 1_000,
  ]);
}

describe("batch_nearby says what single calls say:", () => {
  it.each<[string, Omit<Asked, "limit">, number, number]>([
    ["of everything, the nearest", { query: "" }, 1, 10_000],
    ["of a word, seven", { query: "albatross" }, 7, 40_000],
    [
      "of a category, half around the earth",
      { query: "", category: "amenity/cafe" },
      3,
      HALF_EARTH_METERS,
    ],
    ["of few, far away", { query: "", category: "shop/books" }, 2, 5_000_000],
    ["of a filter", { query: "", filter: [{ attribute: "stars", at_least: 3 }] }, 4, 300_000],
    ["within metres", { query: "albatross" }, 50, 5],
  ])("%s", async (_, asked, k, radius) => {
    const carried = await carry({ ...asked, points: SOME_POINTS, k, radius, unit: "m" });
    const told = toldOf(await rowsOf(carried), SOME_POINTS.length);
    for (const [at, point] of SOME_POINTS.entries()) {
      expect([at, told[at]]).toEqual([at, await single(point, { ...asked, limit: k }, radius)]);
    }
    const { result } = carried.joined;
    expect(result.points).toBe(SOME_POINTS.length);
    expect(result.without).toBe(told.filter(({ length }) => length === 0).length);
    expect(carried.done).toBe(SOME_POINTS.length);
    expect(carried.total).toBe(SOME_POINTS.length);
    expect(carried.cost).toBeLessThanOrEqual(carried.planned.cost);
  });

  it("of a name that is a kind as well: those of the name come first", async () => {
    const asked = { query: "cafe", limit: 6 };
    const points = [CROWD, { latitude: 48.9, longitude: 2.4 }];
    const carried = await carry({ query: "cafe", points, k: 6, radius: 20 });
    const told = toldOf(await rowsOf(carried), 2);
    for (const [at, point] of points.entries()) {
      expect(told[at]).toEqual(await single(point, asked, 20_000));
    }
  });
});

describe("batch_nearby", () => {
  it("finds what brute force finds, for any points", async () => {
    const point = fc.oneof(
      fc.constantFrom(...SOME_POINTS),
      fc.record({
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      }),
    );
    const radius = fc.constantFrom(30, 3_000, 300_000, 3_000_000, 20_000_000);
    const cafes = PLACES.filter(({ category }) => category === "amenity/cafe");
    await fc.assert(
      fc.asyncProperty(
        fc.array(point, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        radius,
        async (points, k, radius) => {
          const data = { category: "amenity/cafe", points, k, radius, unit: "m" };
          const told = toldOf(await rowsOf(await carry(data)), points.length);
          for (const [at, from] of points.entries()) {
            // Places at one point come in the order of their keys, which brute force does not know.
            const distances = cafes
              .map((to) => inverseGeodesic(from, to).distanceMeters)
              .filter((meters) => meters <= radius)
              .sort((a, b) => wholeMillimeters(a) - wholeMillimeters(b))
              .slice(0, k)
              .map((meters) => wholeMillimeters(meters));
            const mine = told[at]!.map(([, meters]) => meters);
            expect(mine.length).toBe(distances.length);
            for (const [n, meters] of mine.entries()) {
              expect(Math.abs(1_000 * meters - distances[n]!)).toBeLessThan(1.1);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("reads matches once, whatever the points", async () => {
    const cafes = PLACES.filter(({ category }) => category === "amenity/cafe").length;
    for (const points of [
      SOME_POINTS,
      times(400, () => beside(CROWD, 20)),
      times(2_000, somewhere),
    ]) {
      const world = worldOf(STORES);
      let read = 0;
      const places = new Proxy(world.places, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          if (name !== "walk") return value.bind(target);
          return async (...args: Parameters<typeof target.walk>) => {
            const page = await target.walk(...args);
            read += page.rowsRead;
            return page;
          };
        },
      });
      await carryOut(
        batchNearby,
        { category: "amenity/cafe", points, radius: 2_000 },
        {
          world: { ...world, places },
        },
      );
      // A posting and a place are a row each.
      expect(read).toBeLessThanOrEqual(1.1 * 2 * cafes + 300);
    }
  });

  it("takes every place of a collection as points", async () => {
    const carried = await carry({ collection: "p", category: "shop/books", radius: 2_000 });
    const rows = await rowsOf(carried);
    expect(new Set(rows.map(({ point_id }) => point_id))).toEqual(
      new Set(PLACES.map(({ sourceId }) => sourceId)),
    );
    expect(carried.total).toBe(PLACES.length);
    expect(carried.cost).toBeLessThanOrEqual(carried.planned.cost);
    const shop = rows.find(({ point_id }) => point_id === "shop3")!;
    expect(shop).toMatchObject({ distance_m: 0, place_id: "p.shop3" });
  });

  it("says the same though imports are committed while it reads", async () => {
    const data = { collection: "p", query: "albatross", radius: 50, k: 2 };
    const [calm, world] = [await carry(data), worldOf(STORES)];
    // The points come in two pages, which are read twice; then the matches.
    const restarts = commitBehind(world, [1, 5]);
    const carried = await carryOut<BatchResult>(batchNearby, data, { world });
    expect(restarts()).toBe(2);
    expect(carried.joined.result).toEqual(calm.joined.result);
    for (const name of ["rows.ndjson", "rows.csv"]) {
      expect(await carried.file(name)).toBe(await calm.file(name));
    }
  });

  it.each([
    ["CSV", "id;lat;lon\na;48,8566;2,3522\nb;x;y\n=c;90;0\n", ["a", "=c"], 1],
    [
      "NDJSON",
      '{"id":"a","lat":1,"lon":2}\n{"id":"b"}\n{"id":"c","lat":3,"lon":4}\n',
      ["a", "c"],
      1,
    ],
    [
      "GeoJSON",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          [1, 2],
          [3, 4],
        ].map((coordinates, n) => ({
          type: "Feature",
          properties: { id: `f${n}` },
          geometry: { type: "Point", coordinates },
        })),
      }),
      ["f0", "f1"],
      0,
    ],
  ])("takes the points of a file: %s", async (_, text, ids, skipped) => {
    const inputs = new TaskInputs(STORES.bucket, undefined);
    const bytes = new TextEncoder().encode(text);
    const { id } = await inputs.take(bytes.buffer as ArrayBuffer, Date.now() + 60_000);
    const carried = await carry({ input: id, radius: 20_000 });
    expect((await rowsOf(carried)).map(({ point_id }) => point_id)).toEqual(ids);
    expect(carried.joined.result.skipped?.rows ?? 0).toBe(skipped);
    const csv = await carried.file("rows.csv");
    expect(csv.split("\r\n")).toHaveLength(2 + ids.length);
    expect(csv).not.toMatch(/(?:^|,)=/m);
    if (ids.includes("=c")) expect(csv).toContain(",'=c,90,0,1,");
  });

  it("tells the least, the median and the worst", async () => {
    const points = times(11, (n) => [20, 20 + 0.01 + n / 1_000]);
    const { joined } = await carry({ query: "albatross", points, radius: 900, unit: "m" });
    const { distances, worst, without, rows } = joined.result;
    expect(distances!.least).toBeCloseTo(0, 3);
    expect(distances!.median).toBeCloseTo(
      inverseGeodesic({ latitude: 20, longitude: 20 }, { latitude: 20, longitude: 20.004 })
        .distanceMeters,
      2,
    );
    expect([without, rows]).toEqual([2, 11]);
    expect(worst.map(({ point }) => point)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(joined.result.notes.join()).toContain("beyond the radius");
  });

  it.each<[string, Data, RegExp]>([
    ["no points", {}, /Pass one of "points"/],
    ["two kinds of points", { points: [[1, 2]], collection: "p" }, /Pass one of/],
    ["an unknown collection", { collection: "nowhere" }, /"collection": there is none/],
    ["an unknown input", { input: "x" }, /there is no such input/],
    ["a radius beyond the earth", { points: [[1, 2]], radius: 1e9 }, /"radius"/],
    ["a category that there is not", { points: [[1, 2]], category: "zzz/zzz" }, /"category"/],
    [
      "an attribute that there is not",
      { points: [[1, 2]], filter: [{ attribute: "no", equals: 1 }] },
      /"filter"/,
    ],
  ])("refuses %s", async (_, data, words) => {
    await expect(carry(data)).rejects.toThrow(words);
  });

  it.each<[string, unknown, string]>([
    ["none", [], "points"],
    ["too many", times(5_001, () => [1, 2]), "points"],
    ["a latitude of 91", [[91, 0]], "points.0.latitude"],
    ["what is no number", [["1", 2]], "points.0.latitude"],
    ["NaN", [[Number.NaN, 2]], "points.0.latitude"],
    ["three numbers", [[1, 2, 3]], "points.0"],
  ])("refuses points that are %s", (_, points, path) => {
    const { error } = batchNearby.input.safeParse({ points });
    expect(error!.issues[0]!.path.join(".")).toBe(path);
  });

  it("refuses a file without points, or with too many", async () => {
    const inputs = new TaskInputs(STORES.bucket, undefined);
    const taken = (text: string) =>
      inputs.take(new TextEncoder().encode(text).buffer as ArrayBuffer, Date.now() + 60_000);
    const none = await taken("lat,lon\n");
    await expect(carry({ input: none.id })).rejects.toThrow(/no rows/);
    const names = await taken("name\nx\ny\n");
    await expect(carry({ input: names.id })).rejects.toThrow(
      /coordinates.*call the columns latitude, longitude/,
    );
    const wide = await taken(`lat,lon,${times(5_000, (n) => `c${n}`).join()}\n1,2\n`);
    await expect(carry({ input: wide.id })).rejects.toThrow(/more than 5000 columns/);
    const many = await taken("lat,lon\n1,2\n3,4\n");
    const world = worldOf(STORES);
    const input = batchNearby.input.parse({ input: many.id });
    const [chunk] = (await batchNearby.plan(input, world)).chunks;
    const nearlyFull = {
      ...(chunk as object),
      read: { ...(chunk as PointsChunk).read, points: 99_999 },
    };
    const work = { ...world, files: {}, pause: async () => {}, report: async () => {} };
    const run = batchNearby.run(nearlyFull as PointsChunk, input, work as unknown as Work);
    await expect(run).rejects.toThrow(/more than 100000 points/);
  });
});

describe("a file that is little but long", () => {
  const brought = async (file: string | Uint8Array) => {
    const body = new Uint8Array(await new Response(file as BodyInit).arrayBuffer());
    const inputs = new TaskInputs(STORES.bucket, undefined);
    return (await inputs.take(body.buffer, Date.now() + 60_000)).id;
  };
  /** Reads its points, as if so many rows had been read before. */
  async function read(file: string, items: number) {
    const world = worldOf(STORES);
    const input = batchNearby.input.parse({ input: await brought(file) });
    const { chunks, cost } = await batchNearby.plan(input, world);
    const chunk = chunks[0] as PointsChunk;
    const from: PointsChunk = { ...chunk, read: { ...chunk.read, items } };
    const work = { ...world, files: { put: async () => "" }, pause: async () => {} };
    const done = await batchNearby.run(from, input, work as unknown as Work);
    return { ...done, planned: cost };
  }

  it("costs by its rows, and may not have too many", async () => {
    const file = `lat,lon\n${"1,2\n".repeat(30)}${"x,y\n".repeat(20)}`;
    const { cost, planned } = await read(file, 0);
    expect(cost).toBeGreaterThanOrEqual(50);
    expect(cost).toBeLessThan(planned);
    await expect(read(file, 199_950)).resolves.toBeDefined();
    await expect(read(file, 199_951)).rejects.toThrow(/more than 200000 rows, but only 30 of them/);
  });

  it("is not read far before there is a task", async () => {
    const row = `${JSON.stringify({ lat: 1, lon: 2, text: "x".repeat(3_000_000) })}\n`;
    const file = await gzipped(`{"lat":1,"lon":2}\n${row.repeat(3)}`);
    await expect(carry({ input: await brought(file) })).rejects.toThrow(/More than 8 MiB/);
  });
});

describe("nearestOf", () => {
  const kept = new Map<string, Uint8Array>();
  const files: TaskFiles = {
    async put(name, body) {
      kept.set(name, new Uint8Array(await new Response(body as BodyInit).arrayBuffer()));
      return name;
    },
    async get(name) {
      return new Response(kept.get(name)! as BodyInit) as unknown as R2ObjectBody;
    },
  };
  const idle = async () => {};

  it.each([1, 4])(
    "finds %i at the point opposite, where bounds say nothing, and measures few",
    async (k) => {
      const opposite: Point = { latitude: -41, longitude: 174 };
      const around: Point = { latitude: 41, longitude: -6 };
      const places = times(3_000, () => beside(around, 2))
        .map((place) => ({ ...place, leaf: leafPosition(place) }))
        .sort((a, b) => a.leaf - b.leaf)
        .map(({ latitude, longitude }, key) => ({
          ...{ latitude, longitude, key, id: `p.${key}`, name: "", category: "" },
        }));
      const blocks = await Promise.all(
        [places.slice(0, 1_500), places.slice(1_500)].map(
          async (matches, number) => [number, await writeBlock(files, number, 0, matches)] as const,
        ),
      );
      const points = times(40, () => beside(opposite, 2));
      const measured = vi.spyOn(geographiclib.Geodesic.WGS84, "Inverse");
      const wanted = { k, radiusMeters: HALF_EARTH_METERS };
      const { nearest, looks } = await nearestOf(points, blocks, wanted, {
        ...{ files, pause: idle, report: idle },
      });
      const count = measured.mock.calls.length;
      expect(count).toBeLessThan(points.length * 300);
      expect(looks).toBeGreaterThan(100 * count);
      for (const at of [0, 20, 39]) {
        const all = places.map((to) => ({
          key: to.key,
          millimeters: wholeMillimeters(inverseGeodesic(points[at]!, to).distanceMeters),
        }));
        all.sort((a, b) => a.millimeters - b.millimeters || a.key - b.key);
        expect(nearest[at]!.map(({ key }) => key)).toEqual(all.slice(0, k).map(({ key }) => key));
      }
    },
  );
});

it("holds what the tries have found that count, when others find something else meanwhile", async () => {
  const named = (name: string) =>
    times(3, (n) => ({ ...cafe(`r${n}`, { latitude: 60, longitude: 60 + n / 10 }), name }));
  await importAll("renamed", named("Before"));
  const asked = { points: [[60, 60]], query: "before", radius: 50, k: 3 };
  const carried = await carryOut<BatchResult>(batchNearby, asked, {
    ...{ world: worldOf(STORES), random: () => 0 },
    beforeAgain: async (chunk) => {
      if ((chunk as Chunk).step !== "matches") return;
      await importAll("renamed", [named("Before")[2]!], { mode: "replace" });
    },
  });
  const rows = await rowsOf(carried);
  expect(rows.map(({ place_id }) => place_id)).toEqual([0, 1, 2].map((n) => `renamed.r${n}`));
  expect(carried.joined.result.rows).toBe(3);
});

it("is carried out by the engine, and its files can be downloaded", async () => {
  const { tasks } = openDeployment(env, createExecutionContext()).services;
  const asker = someone("key:batch");
  const inputs = new TaskInputs(STORES.bucket, asker.subject);
  const file = new TextEncoder().encode(`id,lat,lon\na,${CROWD.latitude},${CROWD.longitude}\n`);
  const { id: brought } = await inputs.take(file.buffer as ArrayBuffer, Date.now() + 60_000);
  const data = { input: brought, category: "shop/books", radius: 500 };
  const { id } = await tasks.submit({ type: "batch_nearby", data }, asker);
  const { state, progress, result, files } = await ended(tasks, id, asker);
  expect([state, progress]).toEqual(["completed", { done: 1, total: 1, unit: "points" }]);
  expect(result).toMatchObject({ points: 1, without: 0, rows: 1 });
  const link = new URL(files![0]!.path, "https://example.com");
  const signature = link.searchParams.get("signature")!;
  const csv = await tasks.file(id, files![0]!.name, signature);
  expect(await new Response(csv.body).text()).toMatch(
    /^point,point_id,.*\r\n1,a,48.8566,2.3522,1,[\d.]+,p\.shop\d+,/,
  );

  const stranger = { type: "batch_nearby", data };
  await expect(tasks.submit(stranger, someone("key:other"))).rejects.toThrow(/no such input/);
});
