import type { KilledServer } from "./server.ts";

/** A kind of work, as it is handed in. */
export interface Kind {
  readonly name: string;
  readonly type: string;
  /** Whether only the server itself hands it in. */
  readonly isOwn?: boolean;
  /** For one task. What it needs is brought before. */
  data(server: KilledServer): unknown;
  /** What of result and files is the same each time; left out: all of it. */
  readonly answer?: (result: unknown, files: readonly string[]) => unknown;
}

/** Cafés and bakeries, some degrees wide. */
export function placesCsv(): string {
  const rows = Array.from({ length: 20_000 }, (_, n) => {
    const [latitude, longitude] = [40 + (n % 141) / 14, Math.floor(n / 141) / 14];
    return `p${n},Kill House ${n},${latitude},${longitude},${n % 2 ? "Bakery" : "Coffee Shop"}`;
  });
  return ["id,name,lat,lon,type", ...rows].join("\n");
}

/** Among these places. */
const POINTS = Array.from({ length: 4_000 }, (_, n) => [40 + (n % 64) / 7, Math.floor(n / 64) / 7]);

export const KINDS: readonly Kind[] = [
  {
    name: "steps",
    type: "steps",
    data: () => ({ steps: 40, milliseconds: 100, nonce: crypto.randomUUID() }),
  },
  {
    name: "matrix",
    type: "matrix_decomposition",
    data: () => ({ rows: 400, columns: 400, seed: 7, values: 10 }),
  },
  {
    name: "batch",
    type: "batch_nearby",
    data: () => ({ points: POINTS, radius: 100, unit: "km", k: 5 }),
  },
  {
    name: "area",
    type: "area_summary",
    data: () => ({ box: { south: 40, west: 0, north: 50, east: 11 }, query: "kill house" }),
  },
];
