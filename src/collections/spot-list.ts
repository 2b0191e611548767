import type { Spot } from "../places/key.ts";
import { type KeyedPoint, type KeyRange, sameSpot } from "./leaf-cells.ts";

/** The runs of keys of places on one spot. */
export function spotsOf(cell: number, places: readonly KeyedPoint[]): Spot[] {
  return joined(
    places.map(({ key, latitude, longitude }) => ({
      cell,
      first: key,
      last: key,
      latitude,
      longitude,
    })),
  );
}

/** The same spots, in fewer runs where one follows on the other. */
export function joined(spots: readonly Spot[]): Spot[] {
  const runs: Spot[] = [];
  for (const spot of spots.toSorted((a, b) => a.first - b.first)) {
    const run = runs.at(-1);
    if (run && run.last === spot.first - 1 && sameSpot(run, spot)) {
      runs[runs.length - 1] = { ...run, last: spot.last };
    } else {
      runs.push(spot);
    }
  }
  return runs;
}

/**
 * The spots of a cell that is known in full. The runs include the free keys between: they stay the cell's, for places
 * to come.
 *
 * @param free the free keys that nobody else may take
 */
export function spotsWithRoom(
  cell: number,
  places: readonly KeyedPoint[],
  free: readonly number[],
): Spot[] {
  const keys: { key: number; place?: KeyedPoint }[] = [
    ...places.map((place) => ({ key: place.key, place })),
    ...free.map((key) => ({ key })),
  ];
  keys.sort((a, b) => a.key - b.key);
  const runs: { first: number; last: number; place?: KeyedPoint | undefined }[] = [];
  for (const { key, place } of keys) {
    const run = runs.at(-1);
    const follows = run?.last === key - 1;
    if (run && follows && (!place || !run.place || sameSpot(run.place, place))) {
      run.last = key;
      run.place ??= place;
    } else {
      runs.push({ first: key, last: key, place });
    }
  }
  // Runs without a place are anybody's: they are listed for the cell to keep them.
  return runs.map(({ first, last, place = places[0]! }) => {
    return { cell, first, last, latitude: place.latitude, longitude: place.longitude };
  });
}

export function keysOf({ first, last }: KeyRange): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => first + k);
}

/** So many keys of the runs, from anywhere on and round. */
export function someKeys(runs: readonly KeyRange[], count: number): KeyRange[] {
  const total = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const some: KeyRange[] = [];
  let skip = Math.floor(Math.random() * total);
  let left = Math.min(count, total);
  for (const { first, last } of [...runs, ...runs]) {
    const from = first + skip;
    const to = Math.min(last, from + left - 1);
    if (from <= to) some.push({ first: from, last: to });
    left -= Math.max(0, to - from + 1);
    skip = Math.max(0, from - last - 1);
  }
  return some;
}
