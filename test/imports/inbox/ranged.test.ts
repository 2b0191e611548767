import { beforeEach, expect, it } from "vitest";
import { inboxObjectOf } from "../../../src/imports/inbox/event.ts";
import { begin, finishSome, stageSome, UNREAD } from "../../../src/imports/inbox/steps.ts";
import { store } from "../../support/engine.ts";
import { drop } from "../../support/inbox.ts";
import { placesOf, recordOf } from "../../support/inbox-stops.ts";
import { gzipped } from "../../support/rows.ts";
import { inSmallSteps } from "../../support/small-steps.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

const MINUTES = 60_000;
const ROWS_A_STEP = 10_000;
inSmallSteps({ rows: ROWS_A_STEP });
/** Of three steps. */
const ROWS = 2.5 * ROWS_A_STEP;
/** The first of the file and of its steps, the last ones, and some between. */
const GOOD = [0, 1, 5_000, 9_998, 9_999, 10_000, 10_001, 15_000, 19_999, 20_000, 24_999];

beforeEach(() => emptyStores());

/** Stores that count the bytes of objects that are read. */
function counting() {
  let bytes = 0;
  const bucket = new Proxy(STORES.bucket, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "get") return value.bind(target);
      return async (...args: Parameters<R2Bucket["get"]>) => {
        const object = await target.get(...args);
        if (!object || !("body" in object)) return object;
        async function* counted(chunks: ReadableStream<Uint8Array>) {
          for await (const chunk of chunks) {
            bytes += chunk.length;
            yield chunk;
          }
        }
        const body = counted(object.body);
        const { version, customMetadata, uploaded } = object;
        return { version, customMetadata, uploaded, body };
      };
    },
  });
  return { stores: { ...STORES, bucket }, read: () => bytes };
}

interface Stop {
  readonly id: string;
  readonly name: string;
  /** None of a row that is no place. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Most rows are no places, so that reading is what takes time. */
function stops(nameOf: (k: number) => string): Stop[] {
  const good = new Set(GOOD);
  return Array.from({ length: ROWS }, (_, k) => ({
    id: `p${k}`,
    name: nameOf(k),
    latitude: good.has(k) ? 5 : 500,
    longitude: k / 1_000,
  }));
}

/** So that a file is much longer than what two steps read in vain: a chunk each, and the beginning. */
const PADDING = "x".repeat(150);
const accented = (k: number) => `Café ${k} 😀 ${PADDING}`;
/** The encoding shows in the second step only. */
const lateLatin = (k: number) => `${k < 12_500 ? "Cafe" : "Café"} ${k} ${PADDING}`;
/** With quoted newlines on both sides of the end of a step. */
const broken = (k: number) => `Café ${k}\n"" and ${PADDING}`;

const csv = (rows: readonly Stop[]) =>
  `id,name,lat,lon\n${rows.map(({ id, name, latitude, longitude }) => `${id},"${name}",${latitude},${longitude}\n`).join("")}`;
const ndjson = (rows: readonly Stop[]) => rows.map((one) => `${JSON.stringify(one)}\r\n`).join("");
const geojson = (rows: readonly Stop[]) =>
  JSON.stringify({
    type: "FeatureCollection",
    features: rows.map(({ id, name, latitude, longitude }) => ({
      ...{ type: "Feature", id, properties: { name } },
      geometry: { type: "Point", coordinates: [longitude, latitude] },
    })),
  });
const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
function utf16(text: string, isLittleEndian: boolean): Uint8Array {
  const words = new DataView(new ArrayBuffer(2 * text.length));
  for (let at = 0; at < text.length; at++) {
    words.setUint16(2 * at, text.charCodeAt(at), isLittleEndian);
  }
  return new Uint8Array(words.buffer);
}

/** Imports a file, step by step, as its task does, and tells which share of it was read. */
async function readShare(content: string | Uint8Array, nameOf: (k: number) => string) {
  const object = (await inboxObjectOf(STORES.bucket, await drop("inbox/stops/file", content)))!;
  const started = await begin(STORES, object);
  if ("waitsFor" in started) throw new Error(started.waitsFor);
  const { stores, read } = counting();
  let progress = UNREAD;
  let steps = 0;
  for (; !progress.isWhole; steps++) {
    // As the task keeps it.
    progress = JSON.parse(JSON.stringify(await stageSome(stores, object, started, progress)));
  }
  expect(steps).toBe(3);
  expect(progress).toMatchObject({ rows: ROWS, skipped: ROWS - GOOD.length });
  while (!(await finishSome(STORES, started, progress.parts)).isDone);
  expect(await placesOf("stops")).toBe(GOOD.length);
  for (const k of GOOD) {
    const name = nameOf(k).replaceAll(/\s+/g, " ");
    expect(await recordOf(`stops:p${k}`)).toMatchObject({ name, longitude: k / 1_000 });
  }
  const { size } = (await STORES.bucket.head("inbox/stops/file"))!;
  return read() / size;
}

it.each<[string, (k: number) => string, (rows: readonly Stop[]) => string | Uint8Array]>([
  ["CSV in UTF-8 with a byte order mark", accented, (rows) => `\ufeff${csv(rows)}`],
  ["CSV in UTF-16LE", accented, (rows) => utf16(`\ufeff${csv(rows)}`, true)],
  ["CSV in UTF-16BE", accented, (rows) => utf16(`\ufeff${csv(rows)}`, false)],
  ["CSV in windows-1252", lateLatin, (rows) => latin1(csv(rows))],
  [
    "CSV with newlines in quotes",
    (k) => broken(k).replace('""', '"'),
    (rows) => csv(rows.map((row, k) => ({ ...row, name: broken(k) }))),
  ],
  ["NDJSON", accented, ndjson],
  ["GeoJSON", accented, geojson],
])("each byte is read about once, of %s", { timeout: 5 * MINUTES }, async (_, nameOf, write) => {
  const share = await readShare(write(stops(nameOf)), nameOf);
  expect(share).toBeGreaterThanOrEqual(1);
  expect(share).toBeLessThan(1.2);
});

it("what is packed is unpacked from its beginning in each step", {
  timeout: 5 * MINUTES,
}, async () => {
  const share = await readShare(await gzipped(csv(stops(accented))), accented);
  expect(share).toBeGreaterThan(2);
  expect(await store.collections()).toHaveLength(1);
});
