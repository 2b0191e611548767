import type { Bytes } from "../../src/formats/bytes/byte-stream.ts";
import type { CategoryMatcher } from "../../src/formats/mapping/category-matcher.ts";
import { guessMapping, type MappingOptions } from "../../src/formats/mapping/mapping.ts";
import { PlaceMapper } from "../../src/formats/mapping/place-row.ts";
import { openRows } from "../../src/formats/open-rows.ts";
import type { Row } from "../../src/formats/readers/row.ts";
import type { PlaceRecord } from "../../src/records/place.ts";

/** Text or bytes as a stream of small chunks, so that everything is cut somewhere. */
export async function* streamOf(content: string | Uint8Array, chunk = 7): Bytes {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

export interface Read {
  readonly format: string;
  readonly rows: readonly Row[];
  readonly columns?: readonly string[];
}

export async function readAll(content: string | Uint8Array, chunk?: number): Promise<Read> {
  const { format, rows, ...rest } = await openRows(streamOf(content, chunk));
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return { format: format(), ...rest, rows: read };
}

/** A few categories, instead of the tagging schema's thousands. */
export const FEW_CATEGORIES: CategoryMatcher = {
  matchTags: ({ amenity, shop }) => (amenity ? `amenity/${amenity}` : shop && `shop/${shop}`),
  matchWords: (words) =>
    ({ "coffee shop": "amenity/cafe", cafe: "amenity/cafe", bar: "amenity/bar" })[
      words.toLowerCase()
    ],
  displayName: (category) => `A ${category}`,
};

export interface Places {
  readonly records: readonly PlaceRecord[];
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  readonly notes: readonly string[];
}

/** The places of rows, with the mapping that is guessed from all of them. */
export function placesOf(
  rows: readonly Row[],
  options?: MappingOptions,
  columns?: readonly string[],
): Places {
  const notes: string[] = [];
  const mapper = new PlaceMapper(guessMapping(rows, options, columns), FEW_CATEGORIES, (note) =>
    notes.push(note),
  );
  const records: PlaceRecord[] = [];
  const problems: { line: number; problem: string }[] = [];
  for (const row of rows) {
    const mapped = mapper.map(row);
    if ("record" in mapped) records.push(mapped.record);
    else problems.push({ line: row.line, problem: mapped.problem });
  }
  return { records, problems, notes };
}

export async function readPlaces(content: string | Uint8Array, options?: MappingOptions) {
  const { rows, columns } = await readAll(content);
  return placesOf(rows, options, columns);
}

export async function gzipped(content: string | Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
