import { inject } from "vitest";
import type { Category, Collection, PlaceRecord, Region } from "../../src/records/place.ts";
import type { SetHeader } from "./data-server.ts";
import { loadPlaces } from "./load-places.ts";
import { STORES } from "./stores.ts";

/** A whole set of places, as it was loaded. */
export interface RealSet {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  readonly collections: readonly {
    readonly collection: Collection;
    readonly records: readonly PlaceRecord[];
  }[];
}

/** Reads a set from the data server and loads it into the stores. */
export async function loadRealSet(path: "/default" | "/venues"): Promise<RealSet> {
  const lines = linesOf(await fetchData(path));
  const header = JSON.parse((await lines.next()).value!) as SetHeader;
  const records = header.collections.map((): PlaceRecord[] => []);
  for await (const line of lines) {
    const [collection, record] = JSON.parse(line) as [number, PlaceRecord];
    records[collection]!.push(record);
  }
  const set = {
    categories: header.categories,
    regions: header.regions,
    collections: header.collections.map((collection, k) => ({ collection, records: records[k]! })),
  };
  const places = records.reduce((sum, { length }) => sum + length, 0);
  if (places !== header.places) throw new Error(`Only ${places} of ${header.places} places came`);
  await loadPlaces(STORES, { ...set, fingerprint: path });
  return set;
}

export async function fetchData(path: string): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(inject("dataServer") + path);
  if (!response.ok || !response.body) throw new Error(await response.text());
  return response.body;
}

export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}
