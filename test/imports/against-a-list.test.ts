import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { inverseGeodesic } from "../../src/geodesic.ts";
import { deletePlace, putPlace } from "../../src/imports/edits.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { counts, idsNear, importAll, place } from "../support/engine.ts";
import { faultsOf, readIndex } from "../support/keyed-places.ts";
import { emptyStores, STORES } from "../support/stores.ts";

const SPOT = { latitude: 38.716_67, longitude: -9.133_33 };
const MINUTES = 60_000;

beforeEach(() => emptyStores());

/** What happens to a collection, in any order. */
type Step =
  | { readonly kind: "merge" | "replace"; readonly records: readonly PlaceRecord[] }
  | { readonly kind: "put"; readonly record: PlaceRecord }
  | { readonly kind: "delete"; readonly id: string };

it("holds what a list of all places would hold, whatever happens", {
  timeout: 10 * MINUTES,
}, async () => {
  const id = fc.integer({ min: 0, max: 60 }).map(String);
  // Few spots, some of one leaf cell: crowds come and go.
  const at = fc.constantFrom(
    ...[0, 1e-6, 2e-6, 1e-4, 1e-3].map((d) => ({
      latitude: SPOT.latitude + d,
      longitude: SPOT.longitude,
    })),
    { latitude: 90, longitude: 0 },
    { latitude: 0, longitude: 180 },
    { latitude: 0, longitude: -180 },
  );
  const name = fc.constantFrom("Alpha", "Beta", "Gamma Beta");
  const record = fc.record({ sourceId: id, name, at }).map(({ at, ...rest }): PlaceRecord => {
    return { category: "shop/books", ...rest, ...at };
  });
  const records = fc.array(record, { maxLength: 40 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom("merge" as const, "replace" as const), records }),
    fc.record({ kind: fc.constant("put" as const), record }),
    fc.record({ kind: fc.constant("delete" as const), id }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await emptyStores();
      let all = new Map<string, PlaceRecord>([["first", place("first", 1, 1)]]);
      await importAll("c", [...all.values()]);
      for (const [index, one] of steps.entries()) {
        if (one.kind === "put") {
          await putPlace(STORES, "c", one.record);
          all.set(one.record.sourceId, one.record);
        } else if (one.kind === "delete") {
          if (all.delete(one.id)) await deletePlace(STORES, "c", one.id);
        } else {
          await importAll("c", one.records, { mode: one.kind, fingerprint: `s${index}` });
          if (one.kind === "replace") all = new Map();
          // Of several records of one place, the first counts.
          for (const record of one.records.toReversed()) all.set(record.sourceId, record);
        }
      }
      for (const text of ["", "alpha", "beta"]) {
        const expected = [...all.values()].filter(({ name }) => name.toLowerCase().includes(text));
        const found = await idsNear(SPOT, { text });
        expect(found.toSorted()).toEqual(expected.map(({ sourceId }) => sourceId).sort());
        const far = found.map((found) => inverseGeodesic(SPOT, all.get(found)!).distanceMeters);
        expect(far).toEqual(far.toSorted((a, b) => a - b));
        // The first few are the nearest few, by the search that stops early.
        const few = await idsNear(SPOT, { text, limit: 5 });
        expect(few).toEqual(found.slice(0, 5));
      }
      expect(await counts()).toEqual({ c: all.size });
    }),
    { numRuns: 12, seed: 20_261_129 },
  );
});

it("finds every place of a full cell, however often they change", {
  timeout: 10 * MINUTES,
}, async () => {
  const spots = [0, 1e-6, 2e-5, 4e-5, 1e-4, 2e-4].map((d) => ({
    ...SPOT,
    latitude: SPOT.latitude + d,
  }));
  const at = (n: number) => (n % 10 === 0 ? spots[(n % 60) / 10]! : SPOT);
  const version = (n: number, round: number) => {
    const { latitude, longitude } = at(n + 10 * round);
    return place(`p${n}`, latitude, longitude, { name: `${n % 2 ? "Odd" : "Even"} ${round}` });
  };
  const all = new Map<string, PlaceRecord>();
  for (let round = 0; round < 4; round++) {
    const records = Array.from({ length: 1_200 }, (_, n) => version(n, round));
    await importAll("c", records, { mode: "replace", partSize: 400 });
    for (const one of records) all.set(one.sourceId, one);
    for (let edit = 0; edit < 20; edit++) {
      const n = (edit * 37 + round) % 1_200;
      const edited = version(n, round + edit + 1);
      await putPlace(STORES, "c", edited);
      all.set(edited.sourceId, edited);
    }
    for (const text of ["", "odd"]) {
      const expected = [...all.values()].filter(({ name }) => name.toLowerCase().includes(text));
      for (const center of [spots[0]!, spots[3]!, spots[5]!]) {
        const found = await idsNear(center, { text });
        expect(found.toSorted()).toEqual(expected.map(({ sourceId }) => sourceId).sort());
        const far = found.map((id) => inverseGeodesic(center, all.get(id)!).distanceMeters);
        expect(far).toEqual(far.toSorted((a, b) => a - b));
        expect(await idsNear(center, { text, limit: 5 })).toEqual(found.slice(0, 5));
      }
    }
    const index = await readIndex();
    expect(faultsOf(index)).toEqual([]);
    expect(index.runs.length).toBeLessThan(150);
  }
});
