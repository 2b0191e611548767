import type { Point } from "../geo/point.ts";

/** One place as it is imported: the canonical record that R2 keeps and the index is built from. Its rules are in schema.ts. */
export interface PlaceRecord extends Point {
  /** The place's id in its source, unique within its collection. */
  readonly sourceId: string;
  readonly name: string;
  /** Alternative names in any language and script; searched as the name is. */
  readonly otherNames?: readonly string[];
  /** A category path such as `railway/station`, most general part first. */
  readonly category: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** The state, province or département, as the source names or codes it. */
  readonly region?: string;
  readonly city?: string;
  readonly population?: number;
  /** IANA time zone. */
  readonly timezone?: string;
  /** Whatever else the source says: shown in full records. Questions can filter by those that the collection declares. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** From when until when the place is there, an event for example: milliseconds since 1970. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

/** A category and how it is known in OpenStreetMap. */
export interface Kind {
  /** For example `amenity/cafe`; its parents (`amenity`) are categories too. */
  readonly path: string;
  /** The name shown to people, in English. */
  readonly label: string;
  /** The OpenStreetMap tags that tell it; `*` is any value. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** How much each of the tags weighs against those of other kinds; 1 if it is missing. */
  readonly score?: number | undefined;
}

/** A kind with the words that people call it by. */
export interface Category extends Kind {
  /** Words and phrases in any language that mean this category, for example "Kaffee", "coffee shop", "喫茶店". */
  readonly words: readonly string[];
}

/** A country, or a first-level region of one, with what people call it. */
export interface Region {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** As the records of its places name it; left out for the country itself. */
  readonly name?: string;
  /** Names in any language, and usual codes. */
  readonly words: readonly string[];
}

/** A category path and its parents: `a/b/c` → `a`, `a/b`, `a/b/c`. */
export function lineageOf(path: string): string[] {
  const lineage: string[] = [];
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    lineage.push(path.slice(0, end));
  }
  lineage.push(path);
  return lineage;
}

/** A set of places with one source and one licence. */
export interface Collection {
  /** Short and stable: a place's public id is `<collection id>.<source id>`. */
  readonly id: string;
  readonly title: string;
  readonly license: string;
  /** The credit to show with answers. */
  readonly attribution: string;
  readonly url: string;
  /** The date of the data, ISO 8601: a day, a month or a year. */
  readonly asOf: string;
}
