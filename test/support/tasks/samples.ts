import { importAll, place } from "../engine.ts";
import { seeded } from "../random.ts";

/** A kind of work with what it is tried on, for what all kinds have to keep (test/tasks/contract.test.ts). */
export interface Sample {
  /** Brings what the data is about. */
  readonly prepare?: () => Promise<unknown>;
  /** The more chunks come of it, the better. */
  readonly data: unknown;
}

/** By the names of the kinds. Each kind has one. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  scripted: { data: { branches: [4, 3], files: true, cost: 100 } },
  batch_nearby: {
    prepare: () => importAll("batch", PLACES, { partSize: 500 }),
    data: { collection: "batch", category: "amenity/cafe", radius: 50, k: 3 },
  },
  area_summary: {
    prepare: () => importAll("batch", PLACES, { partSize: 500 }),
    data: { circle: { latitude: 45.5, longitude: 4.5, radius: 40 }, category: "amenity/cafe" },
  },
  matrix_decomposition: { data: { rows: 60, columns: 40, seed: 3 } },
};

const random = seeded(5);
const PLACES = Array.from({ length: 400 }, (_, n) =>
  place(`p${n}`, 45 + random(), 4 + random(), { category: n % 3 ? "amenity/cafe" : "shop/books" }),
);
