import type { PlaceRecord } from "../src/records/place.ts";

/** `npm run bench:smoke` needs no real places, only some of each sort that questions are about. */
export const IS_SMOKE = process.env.BENCH_SMOKE !== undefined;

/** A town on one cell of 0.1° and suburbs around it, with words that all have, that four have, and that one has. */
export function madeUpPlaces(count: number): PlaceRecord[] {
  return Array.from({ length: count }, (_, k) => {
    const cell = k < count / 2 ? 0 : 1 + (k % 15);
    return {
      sourceId: `made-up ${k}`,
      name: `Café ${wordOf(Math.floor(k / 4))}ou ${wordOf(k)}ei`,
      category: k % 3 === 0 ? "amenity/cafe" : "shop/books",
      latitude: 45.005 + (k % 97) / 1_100,
      longitude: 5.005 + cell / 10 + (k % 89) / 1_100,
    };
  });
}

function wordOf(number: number): string {
  return [...String(number)].map((digit) => "bcdfghjklm"[Number(digit)]).join("a");
}
