import type { LogEntry } from "../../src/records/log.ts";
import type { Manifest } from "../../src/records/manifest.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { STORES } from "./stores.ts";

/**
 * The places of each collection by the log in R2, as src/records/log.ts describes it: read without the code that writes and
 * reads it otherwise.
 */
export async function replayLog(): Promise<Record<string, PlaceRecord[]>> {
  const { objects, truncated } = await STORES.bucket.list();
  if (truncated) throw new Error("There are too many objects for one list");
  const keys = objects.map(({ key }) => key);
  const collections: Record<string, PlaceRecord[]> = {};
  for (const key of keys.filter((key) => key.startsWith("collections/"))) {
    const { label, objects, edits } = JSON.parse(await textOf(key)) as Manifest;
    const named = objects.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, k) => String(first + k).padStart(8, "0")),
    );
    const counting = [
      ...named.map((number) => `records/${label.id}/${number}.ndjson`),
      ...keys.filter((key) => key.startsWith(`edits/${label.id}/`) && numberOf(key) >= edits),
    ];
    const places = new Map<string, PlaceRecord>();
    for (const object of counting) {
      const lines = (await textOf(object)).split("\n").filter(Boolean);
      for (const entry of lines.map((line): LogEntry => JSON.parse(line))) {
        if ("deleted" in entry) places.delete(entry.sourceId);
        else places.set(entry.sourceId, entry);
      }
    }
    collections[label.id] = [...places.values()];
  }
  return collections;
}

async function textOf(key: string): Promise<string> {
  const object = await STORES.bucket.get(key);
  if (!object) throw new Error(`${key} is lost`);
  return object.text();
}

const numberOf = (key: string): number => Number.parseInt(key.slice(key.lastIndexOf("/") + 1), 10);
