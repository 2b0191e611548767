import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placesFile } from "../../bench/places-file.ts";
import { anywhere, jitter, oneOf } from "../../bench/random.ts";
import { FOLDER, realPlaces } from "../../bench/real-places.ts";
import type { Point } from "../../src/geo/point.ts";
import { placeId } from "../../src/nearby/present/place-view.ts";
import type { World } from "../../src/tasks/contract.ts";
import batchNearby from "../../src/tasks/types/batch-nearby.ts";
import { inSqlite, MeteredDatabase } from "../support/metered-database.ts";
import { NO_BUCKET } from "../support/no-bucket.ts";
import { seeded } from "../support/random.ts";
import { carryOut, worldOf } from "../support/run-task.ts";

const MINUTES = 60_000;
const PLACES = 300_000;
const POINTS = 100_000;
const SINGLE_CALLS = 2_000;
const SEED = 20261130;

const areThere = existsSync(`${FOLDER}/wof-venues`);
const given = areThere ? "" : " (SKIPPED: ../shared/data/wof-venues is not there)";

const EDGES: readonly Point[] = [
  { latitude: 90, longitude: 0 },
  { latitude: -90, longitude: 12 },
  { latitude: 51, longitude: 180 },
  { latitude: 51, longitude: -180 },
];

describe.runIf(areThere)(`${POINTS} points among ${PLACES} real places${given}`, () => {
  let world: World;
  let points: readonly Point[];
  let file: DatabaseSync;
  const random = seeded(SEED);

  beforeAll(async () => {
    const { path } = await placesFile(PLACES);
    file = new DatabaseSync(path, { readOnly: true });
    world = worldOf({ database: new MeteredDatabase(inSqlite(file)).d1, bucket: NO_BUCKET });
    const places = realPlaces(PLACES).flatMap(([, records]) => records);
    const customers = Array.from({ length: POINTS - 10_000 }, () =>
      jitter(random, oneOf(random, places), 0, 20_000),
    );
    const onPlaces = Array.from({ length: 5_000 }, () => oneOf(random, places));
    const others = Array.from({ length: 5_000 - 2 * EDGES.length }, () => anywhere(random));
    points = [...EDGES, ...EDGES, ...customers, ...onPlaces, ...others];
  }, 20 * MINUTES);

  afterAll(() => file?.close());

  it.each<[string, number, number]>([
    ["", 1, 50_000],
    ["", 10, 2_000],
    ["hotel", 3, 300_000],
    ["pizza", 2, 20_000_000],
  ])(
    '"%s": %i within %i m, as single calls say',
    { timeout: 20 * MINUTES },
    async (query, k, radius) => {
      const data = { points: [[0, 0]], query, k, radius, unit: "m" };
      const carried = await carryOut(among(points), data, { world });
      const told = new Map<number, [string, number][]>();
      for (const line of (await carried.file("rows.ndjson")).trim().split("\n")) {
        const { point, place_id, distance_m } = JSON.parse(line);
        const places = told.get(point) ?? [];
        if (place_id !== undefined) places.push([place_id, distance_m]);
        told.set(point, places);
      }
      expect(told.size).toBe(points.length);

      const what = await world.nearby.compile({ query, limit: k });
      const some = Array.from({ length: SINGLE_CALLS }, () => Math.floor(random() * points.length));
      for (const at of [...EDGES.keys(), ...some]) {
        const page = await world.nearby.answer(what, { center: points[at]!, radiusMeters: radius });
        const { mode, places, snapshot, searchedMeters } = page;
        const isLoose = mode !== "exact" && mode !== "named";
        const single = (isLoose ? [] : places).map(({ row, distanceMeters }) => [
          placeId(snapshot.collections.get(row.collection)!.id, row.source_id),
          Math.round(distanceMeters * 1_000) / 1_000,
        ]);
        const mine = told.get(at + 1)!;
        // A single call reads only so much, and tells so.
        const isCut = searchedMeters !== undefined;
        expect([at, isCut ? mine.slice(0, single.length) : mine]).toEqual([at, single]);
      }
    },
  );
});

/** The kind of work, with more points than a call takes. */
function among(points: readonly Point[]): typeof batchNearby {
  const input = (given: object) => ({ ...given, points }) as never;
  return {
    ...batchNearby,
    plan: async (given, world) => batchNearby.plan(input(given), world),
    run: (chunk, given, work) => batchNearby.run(chunk, input(given), work),
  };
}
