import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileOptions, openPath } from "../../scripts/import/open-file.ts";
import type { MappingOptions } from "../../src/formats/mapping/mapping.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { FEW_CATEGORIES } from "./rows.ts";

export interface OpenedPlaces {
  readonly format: string;
  readonly records: readonly PlaceRecord[];
  /** The line and what is wrong with it. */
  readonly problems: readonly (readonly [line: number, problem: string])[];
}

/** Reads a file as the import command does. */
export async function openPlaces(
  content: string | Uint8Array,
  options: MappingOptions & FileOptions = {},
): Promise<OpenedPlaces> {
  const folder = mkdtempSync(join(tmpdir(), "hereabouts-"));
  const path = join(folder, "file");
  try {
    writeFileSync(path, content);
    const silent = { onBytes() {}, onNote() {} };
    const opened = await openPath({ path, name: "file" }, options, FEW_CATEGORIES, silent);
    const records: PlaceRecord[] = [];
    const problems: [number, string][] = [];
    for await (const place of opened.places({})) {
      if ("record" in place) records.push(place.record);
      else problems.push([place.line, place.problem]);
    }
    return { format: opened.format, records, problems };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
