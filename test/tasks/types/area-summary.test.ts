import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { toEarthCentered } from "../../../src/geo/ellipsoid.ts";
import type { Point } from "../../../src/geo/point.ts";
import { centerOfBounds, Grid } from "../../../src/geo/region/grid.ts";
import { chordBetween, type Vector } from "../../../src/geo/vector.ts";
import { parseInput } from "../../../src/input.ts";
import type { FoundPlace } from "../../../src/nearby/question.ts";
import { costSince, Meter } from "../../../src/observe/meter.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";
import { findGaps } from "../../../src/tasks/types/area-summary/gaps.ts";
import type { AreaSummary } from "../../../src/tasks/types/area-summary/result.ts";
import areaSummary, { areaSummaryOf } from "../../../src/tasks/types/area-summary.ts";
import batchNearby, { type BatchResult } from "../../../src/tasks/types/batch-nearby.ts";
import { importAll, place } from "../../support/engine.ts";
import { seeded } from "../../support/random.ts";
import { aroundBy, star } from "../../support/regions.ts";
import { type Carried, carryOut, commitBehind, worldOf } from "../../support/run-task.ts";
import { STORES } from "../../support/stores.ts";

const PARIS = { latitude: 48.8566, longitude: 2.3522 };
const CROWD = { latitude: 48.87, longitude: 2.31 };
const MINUTES = 60_000;
const ATTRIBUTES = { stars: { type: "number" } } as const;

const random = seeded(20_261_130);
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const around = ({ latitude, longitude }: Point, degrees: number): Point => ({
  latitude: Math.max(-90, Math.min(90, latitude + degrees * (2 * random() - 1))),
  longitude: ((longitude + degrees * (2 * random() - 1) + 540) % 360) - 180,
});

/** In Paris, all over the earth, about ±180° and the poles, on them, and more on one point than a leaf cell has keys for. */
const points: readonly Point[] = [
  ...times(400, () => around(PARIS, 0.07)),
  ...times(200, () => ({
    latitude: (Math.asin(2 * random() - 1) * 180) / Math.PI,
    longitude: 360 * random() - 180,
  })),
  ...times(40, () => around({ latitude: -17, longitude: 180 }, 3)),
  ...times(30, () => around({ latitude: 88, longitude: 0 }, 2)),
  ...times(30, () => ({ latitude: -87 - 3 * random(), longitude: 360 * random() - 180 })),
  { latitude: 90, longitude: 0 },
  { latitude: -90, longitude: 100 },
  { latitude: 10, longitude: 180 },
  { latitude: 10, longitude: -180 },
  ...times(1_200, () => CROWD),
];
const KINDS = ["amenity/cafe", "amenity/bar", "shop/books", "uncategorized"];
const records = points.map((point, n) =>
  place(`p${n}`, point.latitude, point.longitude, {
    name: n % 3 === 0 ? `Oak ${n}` : n % 20 === 1 ? `Fir ${n}` : `Elm ${n}`,
    category: KINDS[n % 7]! ?? "shop/books",
    attributes: { stars: n % 6 },
  }),
);
records.push(place("over", PARIS.latitude, PARIS.longitude, { validTo: 1_600_000_000_000 }));

// Its name is a kind as well.
records.push(place("named", PARIS.latitude + 0.001, PARIS.longitude, { name: "Cafe" }));

const world = worldOf(STORES);
const summarize = (data: object) => carryOut<AreaSummary>(areaSummary, data, { world });
const inParts = (data: object) => carryOut<AreaSummary>(small, data, { world });
const small = areaSummaryOf({ page: 200, chunk: 400 });

beforeAll(() => importAll("c", records, { attributes: ATTRIBUTES, partSize: 1_000 }), 5 * MINUTES);

const meters = (from: Point, to: Point) =>
  geographiclib.Geodesic.WGS84.Inverse(from.latitude, from.longitude, to.latitude, to.longitude)
    .s12!;

interface Asked {
  readonly data: Readonly<Record<string, unknown>>;
  readonly has: (point: Point) => boolean;
}
type Matches = (record: PlaceRecord) => boolean;

const circle = (center: Point, kilometers: number): Asked => ({
  data: { circle: { ...center, radius: kilometers } },
  has: (point) => meters(center, point) <= kilometers * 1_000,
});
const box = (west: number, south: number, east: number, north: number): Asked => ({
  data: { box: { west, south, east, north } },
  has: ({ latitude, longitude }) => {
    if (latitude < south || latitude > north) return false;
    if (Math.abs(latitude) === 90) return true;
    const isEast = [longitude - 360, longitude, longitude + 360].some((x) =>
      west <= east ? x >= west && x <= east : x >= west && x <= east + 360,
    );
    return isEast;
  },
});

/** What is the same with all places looked at one by one. */
async function expectNaive(
  { joined: { result }, file, done, cost, planned }: Carried<AreaSummary>,
  { has }: Asked,
  matches: Matches = () => true,
) {
  const all = records.filter((record) => record.sourceId !== "over" && matches(record));
  const points = Map.groupBy(all, ({ latitude, longitude }) => `${latitude} ${longitude}`);
  const within = [...points.values()].filter(([one]) => has(one!)).flat();
  expect(result.places).toBe(within.length);
  expect(done).toBe(planned.total);
  expect(cost).toBeLessThanOrEqual(planned.cost);
  const byKind = Map.groupBy(within, ({ category }) => category);
  const kinds = Object.fromEntries(
    result.kinds.map(({ category = "uncategorized", places }) => [category, places]),
  );
  expect(kinds).toEqual(
    Object.fromEntries([...byKind].map(([kind, { length }]) => [kind, length])),
  );

  const grid = new Grid(result.cells.size_m);
  const byCell = Map.groupBy(within, (record) => grid.cellOf(record));
  const { features } = JSON.parse(await file("cells.geojson")) as { features: Feature[] };
  const cells = features.filter(({ properties }) => properties.feature === "cell");
  expect(cells).toHaveLength(result.cells.all);
  const counts = cells.map(({ properties }) => properties.places).filter((count) => count > 0);
  const naive = [...byCell.values()].map(({ length }) => length);
  const inOrder = (list: readonly number[]) => list.toSorted((a, b) => b - a);
  expect(inOrder(counts)).toEqual(inOrder(naive));
  expect(result.densest_cells.map(({ places }) => places)).toEqual(inOrder(naive).slice(0, 5));
  for (const { center, places, west, south } of result.densest_cells) {
    const cell = grid.cellOf({ latitude: south + 1e-6, longitude: west + 1e-6 });
    const members = byCell.get(cell)!;
    expect(members).toHaveLength(places);
    const mean = members.reduce((sum, { latitude }) => sum + latitude, 0) / places;
    expect(center!.latitude).toBeCloseTo(mean, 5);
  }

  const centers = cells
    .map(({ geometry }) => {
      const [[x, y]] = geometry.coordinates[0] as unknown as [[number, number]];
      return centerOfBounds(
        grid.boundsOf(grid.cellOf({ latitude: y + 1e-6, longitude: x + 1e-6 })),
      );
    })
    .filter(has);
  const sites = [...points.values()].map(([one]) => ({ one: one!, at: toEarthCentered(one!) }));
  let open =
    sites.length > 0
      ? centers.map((center) => ({ center, nearest: toNearest(center, sites) }))
      : [];
  for (const gap of result.largest_gaps) {
    const largest = open.reduce((best, next) => (next.nearest > best.nearest ? next : best));
    expect(Math.abs(gap.empty_within_km * 1_000 - largest.nearest)).toBeLessThan(
      1e-5 * largest.nearest + 0.02,
    );
    expect(meters(gap, largest.center)).toBeLessThan(0.1);
    open = open.filter(
      ({ center }) =>
        meters(center, largest.center) >= largest.nearest && center !== largest.center,
    );
  }
  if (result.largest_gaps.length < 5) expect(open).toEqual([]);
}

/** The geodesics of those that are about as near as the nearest by the straight line, which is never a hundredth off. */
function toNearest(center: Point, sites: readonly { one: Point; at: Vector }[]): number {
  const from = toEarthCentered(center);
  const chords = sites.map(({ at }) => chordBetween(from, at));
  const least = chords.reduce((best, next) => Math.min(best, next));
  const near = sites.filter((_, nth) => chords[nth]! <= 1.02 * least);
  return near.reduce(
    (best, { one }) => Math.min(best, meters(center, one)),
    Number.POSITIVE_INFINITY,
  );
}

interface Feature {
  readonly geometry: {
    readonly type: string;
    readonly coordinates: readonly (readonly unknown[])[];
  };
  readonly properties: { readonly feature: string; readonly places: number };
}

describe("counts what counting one by one counts:", () => {
  it.each<[string, Asked]>([
    ["a circle", circle(PARIS, 4)],
    ["a circle with the crowd on its edge", circle(PARIS, meters(PARIS, CROWD) / 1_000)],
    ["a circle around a pole", circle({ latitude: 88.9, longitude: 30 }, 200)],
    ["a circle on a pole", circle({ latitude: -90, longitude: 0 }, 300)],
    ["a circle across ±180°", circle({ latitude: -17, longitude: 179.5 }, 250)],
    ["half the earth", circle(PARIS, 10_000)],
    ["all but a bit of the earth", circle(PARIS, 19_000)],
    ["the whole earth", circle(PARIS, 20_003)],
    ["a box", box(2.3, 48.8, 2.4, 48.9)],
    ["a box across ±180°", box(178, -20, -178, -15)],
    ["a box up to a pole", box(100, 86, 160, 90)],
    ["a box of all longitudes", box(-180, 85, 180, 90)],
    ["a box of all there is", box(-180, -90, 180, 90)],
    ["a point's box", box(2.309, 48.869, 2.311, 48.871)],
    ["an empty box", box(-140, -60, -139.9, -59.9)],
  ])("%s", { timeout: 2 * MINUTES }, async (_, asked) => {
    await expectNaive(await inParts({ ...asked.data, cells: 6 }), asked);
  });

  it("any circle, box and star, a few cells or many", { timeout: 5 * MINUTES }, async () => {
    const center = fc.oneof(
      fc.nat(points.length - 1).map((n) => points[n]!),
      fc.constantFrom<Point>(
        { latitude: 89.5, longitude: 50 },
        { latitude: -17, longitude: -179.9 },
      ),
    );
    const size = fc.double({ min: 0.001, max: 8, noNaN: true });
    const circles = fc.tuple(center, size).map(([at, degrees]) => circle(at, 111 * degrees));
    const boxes = fc.tuple(center, size, size).map(([{ latitude, longitude }, high, wide]) => {
      const east = longitude + wide;
      return box(
        longitude,
        Math.max(-90, latitude - high / 2),
        east > 180 ? east - 360 : east,
        Math.min(90, latitude + high / 2),
      );
    });
    const stars = star.map(
      ({ ring }): Asked => ({
        data: { polygon: { type: "Polygon", coordinates: [ring] } },
        has: ({ latitude, longitude }) =>
          [-360, 0, 360].some((turn) => aroundBy(ring, [longitude + turn, latitude])),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(circles, boxes, stars),
        fc.constantFrom(1, 6, 20),
        async (asked, cells) => {
          await expectNaive(await inParts({ ...asked.data, cells }), asked);
        },
      ),
      { numRuns: 4 },
    );
  });

  it.each<[string, object, Matches]>([
    ["a word", { query: "oak" }, ({ name }) => name.startsWith("Oak")],
    ["a category", { category: "amenity/cafe" }, ({ category }) => category === "amenity/cafe"],
    [
      "a parent of categories",
      { category: "amenity" },
      ({ category }) => category.startsWith("amenity"),
    ],
    ["a word with a typo", { query: "oakk" }, ({ name }) => name.startsWith("Oak")],
    [
      "an attribute",
      { filter: [{ attribute: "stars", at_least: 4 }] },
      ({ attributes }) => Number(attributes?.stars) >= 4,
    ],
    ["a word that no place has", { query: "sequoiadendron" }, () => false],
  ])("of %s", { timeout: 2 * MINUTES }, async (_, what, matches) => {
    const asked = circle(PARIS, 6);
    await expectNaive(await inParts({ ...asked.data, ...what, cells: 8 }), asked, matches);
  });
});

it("has the same answer however it is cut, and however often a chunk is run", async () => {
  const { data } = circle(PARIS, 3_000);
  const once = await inParts(data);
  const again = await carryOut<AreaSummary>(small, data, { world, random: seeded(1) });
  const whole = await summarize(data);
  expect(once.chunks).toBeGreaterThan(4);
  expect(whole.chunks).toBe(2);
  for (const other of [again, whole]) {
    expect(other.joined.result).toEqual(once.joined.result);
    expect(await other.file("cells.geojson")).toBe(await once.file("cells.geojson"));
  }
});

it("counts each place once though imports are committed meanwhile", async () => {
  const asked = circle(PARIS, 10);
  const world = worldOf(STORES);
  // The plan reads two pages; then a cell's crowd of 1,200 comes behind three pages of leaf cells.
  const restarts = commitBehind(world, [4, 11]);
  await expectNaive(
    await carryOut<AreaSummary>(small, { ...asked.data, cells: 6 }, { world }),
    asked,
  );
  expect(restarts()).toBe(2);
});

it.each([1, 3, 8])("reads what lies within %i km, and little more", async (kilometers) => {
  const { data } = circle(
    { latitude: PARIS.latitude - 0.02, longitude: PARIS.longitude },
    kilometers,
  );
  const { joined } = await summarize(data);
  const input = parseInput(areaSummary.name, areaSummary.input, data);
  const { chunks } = await areaSummary.plan(input, world);
  const files = { put: async (name: string) => name, get: vi.fn() };
  const wait = async () => {};
  const work = { ...world, attempt: 1, files, report: wait, pause: wait };
  const counted = await areaSummary.run(chunks[0]!, input, work);
  // Up to ten per cent beyond the edge, and two rows for each range of keys.
  expect(counted.cost).toBeLessThan(1.1 * joined.result.places + 900);
});

it("costs what the database reads for it, the search for gaps included", async () => {
  const meter = new Meter();
  const metered = worldOf({ ...STORES, database: meter.database(STORES.database) });
  const data = { ...circle(PARIS, 6).data, cells: 12 };
  await areaSummary.plan(parseInput(areaSummary.name, areaSummary.input, data), metered);
  const ofPlan = meter.cost;
  const { cost, planned } = await carryOut<AreaSummary>(areaSummary, data, { world: metered });
  const read = costSince(ofPlan, meter.cost).rowsRead - ofPlan.rowsRead;
  expect(cost).toBeGreaterThanOrEqual(read);
  expect(cost).toBeLessThan(read + 200);
  expect(cost).toBeLessThan(planned.cost);
});

describe("gaps:", () => {
  const centers = times(6_000, () => around(PARIS, 0.07));
  const limits = { most: 5, mostSearches: 100, mostCost: 100_000 };
  const row = { latitude: 50, longitude: 2 } as FoundPlace["row"];
  const place = { row, distanceMeters: 130_000 } as FoundPlace;

  it("are not looked for any more when that has cost as much as it may", async () => {
    const search = vi.fn(async () => ({ place, isCut: false, rowsRead: 40_000 }));
    const pause = async () => {};
    const { isCut, cost } = await findGaps(centers.slice(0, 50), [], search, { ...limits, pause });
    expect(isCut).toBe(true);
    expect(cost).toBeLessThan(limits.mostCost + 40_000);
    expect(search).toHaveBeenCalledTimes(3);
  });

  it("are told as cut where a search has been given up", async () => {
    const search = async () => ({ place: undefined, isCut: true, rowsRead: 100_000 });
    const found = await findGaps(centers.slice(0, 50), [], search, {
      ...limits,
      pause: async () => {},
    });
    expect(found).toMatchObject({ gaps: [], isCut: true });
  });

  it("let others have the isolate while each center learns of the first match", async () => {
    let pauses = 0;
    const pause = async () => {
      pauses++;
    };
    let pausesBefore = 0;
    const search = async () => {
      pausesBefore = pauses;
      return { place, isCut: false, rowsRead: 1 };
    };
    await findGaps(centers, [], search, { ...limits, mostSearches: 1, pause });
    expect(pauses).toBeGreaterThan(pausesBefore);
  });
});

it.each(["cafe", "firr", "fir qwertz"])("reads %j as batch_nearby does", async (query) => {
  const area = await summarize({ ...circle(PARIS, 2.5).data, query });
  const points = [[PARIS.latitude, PARIS.longitude]];
  const batch = await carryOut<BatchResult>(
    batchNearby,
    { points, query, radius: 2.5, k: 50 },
    { world },
  );
  expect(area.joined.result.places).toBeGreaterThan(1);
  expect(area.joined.result.places).toBe(batch.joined.result.rows);
  for (const note of batch.joined.result.notes) expect(area.joined.result.notes).toContain(note);
});

it("leaves out codes of areas where anything counts, as get_nearby_data does", async () => {
  const code = place("code", -40, 100, { name: "12345", category: "boundary/postal_code" });
  await importAll("codes", [code, place("beside", -40, 100)]);
  const { data } = circle({ latitude: -40, longitude: 100 }, 1);
  const placesOf = async (what: object) =>
    (await summarize({ ...data, ...what })).joined.result.places;
  expect(await placesOf({})).toBe(1);
  expect(await placesOf({ query: "12345" })).toBe(1);
  expect(await placesOf({ category: "boundary/postal_code" })).toBe(1);
  expect(await placesOf({ collection: "codes" })).toBe(2);
});

it("tells densities by the area on the ellipsoid, and says what it has counted", async () => {
  const { joined, file } = await summarize({ ...circle(PARIS, 5).data, cells: 4 });
  const { result } = joined;
  expect(result.area_km2).toBeCloseTo(Math.PI * 25, 2);
  expect(result.places_per_km2).toBeCloseTo(result.places / result.area_km2, 1);
  const { features } = JSON.parse(await file("cells.geojson")) as {
    features: { properties: { area_km2?: number } }[];
  };
  const sum = features.reduce((sum, { properties }) => sum + (properties.area_km2 ?? 0), 0);
  expect(sum).toBeCloseTo(result.area_km2, 1);
  const words = areaSummary.summarize(result);
  expect(words).toContain(`${result.places} places in `);
  expect(words).toMatch(
    /Densest cell: \d+ places around 48\.\d+, 2\.\d+\. Largest gap: none within/,
  );
});

const around5 = { circle: { ...PARIS, radius: 5 } };
it.each<[string, object, RegExp]>([
  ["no area", {}, /Pass one area/],
  ["two areas", { ...around5, box: { west: 0, south: 0, east: 1, north: 1 } }, /only one/],
  ["a circle beyond the earth", { circle: { ...PARIS, radius: 30_000 } }, /half the earth/],
  ["a circle of no size", { circle: { ...PARIS, radius: 0 } }, /radius.*more than 0/],
  [
    "a latitude of 91",
    { circle: { latitude: 91, longitude: 0, radius: 1 } },
    /latitude.*at most 90/,
  ],
  [
    "a box upside down",
    { box: { west: 0, south: 1, east: 1, north: 0 } },
    /south, 1, must be less than its north, 0/,
  ],
  ["a box of no width", { box: { west: 5, south: 0, east: 5, north: 1 } }, /no area/],
  [
    "another geometry",
    { polygon: { type: "MultiPolygon", coordinates: [] } },
    /polygon.*type.*Polygon/,
  ],
  [
    "a bow",
    {
      polygon: {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
            [0, 0],
          ],
        ],
      },
    },
    /"polygon": outer ring: its edges/,
  ],
  [
    "a number that is none",
    { polygon: { type: "Polygon", coordinates: [[["a", 0]]] } },
    /coordinates.*must be a number/,
  ],
  [
    "too many positions",
    { polygon: { type: "Polygon", coordinates: [times(2_001, (n) => [n / 100, n % 2])] } },
    /at most 2000 positions, but has 2001/,
  ],
  [
    "a category that there is not",
    { ...around5, category: "tourism/museum" },
    /no places of this kind.*amenity\/cafe/,
  ],
  [
    "an attribute that there is not",
    { ...around5, filter: [{ attribute: "rooms", equals: 3 }] },
    /no attribute "rooms"/,
  ],
  ["too many cells", { ...around5, cells: 101 }, /cells.*at most 100/],
])("refuses %s before there is a task", async (_, data, words) => {
  const plan = async () =>
    areaSummary.plan(parseInput(areaSummary.name, areaSummary.input, data), world);
  await expect(plan()).rejects.toThrow(words);
});
