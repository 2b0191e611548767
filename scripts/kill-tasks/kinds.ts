import type { KilledServer } from "./server.ts";

/** A kind of work, as it is handed in. */
export interface Kind {
  readonly name: string;
  readonly type: string;
  /** Whether only the server itself hands it in. Nobody cancels such work. */
  readonly isOwn?: boolean;
  /** For one task. */
  data(): unknown;
  /** What is the same each time; left out: the result and all files. */
  readonly answer?: (result: unknown, server: KilledServer) => Promise<unknown>;
}

/** The collection with cafés and bakeries, some degrees wide. */
export const COLLECTION = "kill";
export function placesCsv(): string {
  const rows = Array.from({ length: 20_000 }, (_, n) => {
    const [latitude, longitude] = [40 + (n % 141) / 14, Math.floor(n / 141) / 14];
    return `p${n},Kill House ${n},${latitude},${longitude},${n % 2 ? "Bakery" : "Coffee Shop"}`;
  });
  return ["id,name,lat,lon,type", ...rows].join("\n");
}

/** Among these places. */
const POINTS = Array.from({ length: 4_000 }, (_, n) => [40 + (n % 64) / 7, Math.floor(n / 64) / 7]);

/** Far from them. Each file has other names, so that all rows are written. */
const INBOX = "kill-inbox";
let inboxFiles = 0;
function inboxCsv(): string {
  inboxFiles += 1;
  const rows = Array.from(
    { length: 12_000 },
    (_, n) =>
      `i${n},File ${inboxFiles} Box ${n},${-25 - (n % 100) / 20},${125 + Math.floor(n / 100) / 20}`,
  );
  return ["id,name,lat,lon", ...rows].join("\n");
}

export const KINDS: readonly Kind[] = [
  {
    name: "steps",
    type: "steps",
    data: () => ({
      steps: 40,
      milliseconds: 100,
      joinMilliseconds: 1_000,
      nonce: crypto.randomUUID(),
    }),
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
  {
    name: "inbox",
    type: "inbox_import",
    isOwn: true,
    // The door puts it there.
    data: () => ({ key: `inbox/${INBOX}/boxes.csv`, file: inboxCsv() }),
    async answer(result, server) {
      const places = await server.places(INBOX);
      const file = `File ${inboxFiles} Box `;
      const isOfThisFile = places.every(({ name }) => name.startsWith(file));
      return { result, isOfThisFile, ids: places.map(({ sourceId }) => sourceId).sort() };
    },
  },
  {
    name: "rebuild",
    type: "rebuild",
    isOwn: true,
    // The door begins it.
    data: () => ({}),
    async answer(result, server) {
      const places = await server.places(COLLECTION);
      return { result, ids: places.map(({ sourceId }) => sourceId).sort() };
    },
  },
];
