import { expect, it, vi } from "vitest";
import type { PlaceIndex } from "../../src/index/place-index.ts";
import { findNearest } from "../../src/nearby/find.ts";

const where = { center: { latitude: 10, longitude: 20 }, radiusMeters: 20_000_000 };

it("gives up a search for the nearest match that has read as much as it may", async () => {
  // As of a test that no place passes: each search stops, a little farther out than the one before.
  let searchedRank = 1_000;
  const search = vi.fn(async ([asked]: Parameters<PlaceIndex["search"]>[0]) => {
    searchedRank += 1_000;
    const found = [{ rows: [], isComplete: false, searchedRank }];
    return { found, rowsRead: 6_000 + 60 * asked!.limit } as unknown as ReturnType<
      PlaceIndex["search"]
    >;
  });
  const index = { search } as unknown as PlaceIndex;
  const { place, isCut, rowsRead } = await findNearest(index, where, { tests: [] }, 50_000);
  expect({ place, isCut }).toEqual({ place: undefined, isCut: true });
  expect(rowsRead).toBeGreaterThanOrEqual(50_000);
  expect(rowsRead).toBeLessThan(50_000 + 2 * 6_000);
});
