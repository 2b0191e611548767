import { env } from "cloudflare:workers";
import { upkeepStep } from "../../../src/index/write/upkeep.ts";
import { importAll, place } from "../engine.ts";
import { seeded } from "../random.ts";
import { STORES } from "../stores.ts";

/** A kind of work with what it is tried on, for what all kinds have to keep (test/tasks/contract.test.ts). */
export interface Sample {
  /** Brings what the data is about. */
  readonly prepare?: () => Promise<unknown>;
  /** The more chunks come of it, the better. */
  readonly data: unknown;
}

/** An object of the inbox that would take away most of its collection: it stays there, however often it is tried. */
const INBOX_OBJECT = { key: "inbox/few/few.csv", collection: "few", version: "" };

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
  inbox_import: {
    async prepare() {
      await importAll("few", PLACES.slice(0, 20));
      const rows = "id,name,lat,lon\np0,One,45,4\nx,,45,4\n";
      const customMetadata = { mode: "replace" };
      const { version } = await env.PLACES_BUCKET.put(INBOX_OBJECT.key, rows, { customMetadata });
      INBOX_OBJECT.version = version;
    },
    data: INBOX_OBJECT,
  },
  rebuild: {
    async prepare() {
      await importAll("few", PLACES.slice(0, 20));
      while (!(await upkeepStep(STORES)));
    },
    data: { since: "2026-11-30T12:00:00.000Z" },
  },
  matrix_decomposition: { data: { rows: 60, columns: 40, seed: 3 } },
};

const random = seeded(5);
const PLACES = Array.from({ length: 400 }, (_, n) =>
  place(`p${n}`, 45 + random(), 4 + random(), { category: n % 3 ? "amenity/cafe" : "shop/books" }),
);
