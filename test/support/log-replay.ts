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
    const { label, objects: ranges } = JSON.parse(await textOf(key)) as Manifest;
    const edits = keys.filter((key) => key.startsWith(`edits/${label.id}/`)).map(lastNumber);
    const places = new Map<string, PlaceRecord>();
    for (const number of inOrder(ranges, edits)) {
      const name = String(number).padStart(8, "0");
      const lines = (await textOf(`records/${label.id}/${name}.ndjson`)).trimEnd().split("\n");
      for (const entry of lines.map((line): LogEntry => JSON.parse(line))) {
        if ("deleted" in entry) places.delete(entry.sourceId);
        else places.set(entry.sourceId, entry);
      }
    }
    collections[label.id] = [...places.values()];
  }
  return collections;
}

/** An edit comes before the first import whose objects have higher numbers. */
function inOrder(imports: Manifest["objects"], edits: readonly number[]): number[] {
  const importAfter = (edit: number) => {
    const at = imports.findIndex(([first]) => first > edit);
    return at < 0 ? imports.length : at;
  };
  const before = Map.groupBy(edits, importAfter);
  const groups = imports.map(([first, last], at) => [
    ...(before.get(at) ?? []),
    ...Array.from({ length: last - first + 1 }, (_, k) => first + k),
  ]);
  return [...groups.flat(), ...(before.get(imports.length) ?? [])];
}

async function textOf(key: string): Promise<string> {
  const object = await STORES.bucket.get(key);
  if (!object) throw new Error(`${key} is lost`);
  return object.text();
}

const lastNumber = (key: string): number => Number(key.slice(key.lastIndexOf("/") + 1));
