import { toRecord } from "../../records/draft.ts";
import type { PlaceRecord } from "../../records/place.ts";
import {
  CategoryPath,
  isSpan,
  MOST_AREA_NAME,
  MOST_NAME,
  MOST_OTHER_NAMES,
  MOST_POPULATION,
  RECORD_FIELDS,
} from "../../records/schema.ts";
import { cleanText, cutText } from "../../text/plain-text.ts";
import { parseNumber, pointProblem } from "../geometry/coordinates.ts";
import { geonamesCategory } from "../readers/geonames.ts";
import type { Row } from "../readers/row.ts";
import { attributesOf, type Note } from "./attributes.ts";
import { categoryOf, type Kinds, UNCATEGORIZED } from "./category.ts";
import type { Target } from "./column-names.ts";
import { contentId } from "./content-id.ts";
import { countryCode } from "./country.ts";
import { type FlatFields, flatten, textOf } from "./flat-fields.ts";
import { parseInstant } from "./instant.ts";
import { type Mapping, pointOf, usedColumns } from "./mapping.ts";

/** A place, or why a row is none: "has no name", to be read after "row 7". */
export type Mapped = { readonly record: PlaceRecord } | { readonly problem: string };

/** Makes places of rows by a mapping. What was left out or cut is told to `note`. */
export class PlaceMapper {
  readonly #mapping: Mapping;
  readonly #kinds: Kinds;
  readonly #note: Note;
  readonly #used: ReadonlySet<string>;

  constructor(mapping: Mapping, kinds: Kinds, note: Note = () => {}) {
    this.#mapping = mapping;
    this.#kinds = kinds;
    this.#note = note;
    this.#used = usedColumns(mapping);
  }

  map(row: Row): Mapped {
    if (row.problem !== undefined) return { problem: row.problem };
    const fields = flatten(row.fields);
    const point = pointOf(row, fields, this.#mapping);
    if (!point) return { problem: "has no coordinates" };
    const misplaced = pointProblem(point);
    if (misplaced) return { problem: misplaced };

    const category = this.#category(row, fields);
    const otherNames = this.#otherNames(fields);
    const name = this.#name(fields, category, otherNames);
    if (!name) return { problem: "has no name" };
    const { latitude, longitude } = point;
    const sourceId = this.#id(fields) || contentId(name, latitude, longitude, category);
    const unfitting = problemOf({ name, sourceId, category });
    if (unfitting) return { problem: unfitting };
    const [validFrom, validTo] = [
      this.#instant(fields, "valid_from"),
      this.#instant(fields, "valid_to"),
    ];
    const unfit = validityProblem(validFrom, validTo);
    if (unfit) return { problem: unfit };

    const population = Math.round(parseNumber(fields[this.#column("population") ?? ""]));
    const country = this.#text(fields, "country");
    const code = countryCode(country);
    const others = Object.entries(fields).filter(([path]) => !this.#used.has(path));
    if (country && !code) others.push(["country", country]);
    const draft = {
      ...{ sourceId, name, otherNames, latitude, longitude, category, validFrom, validTo },
      country: code,
      region: cutText(this.#text(fields, "region"), MOST_AREA_NAME),
      city: cutText(this.#text(fields, "city"), MOST_AREA_NAME),
      population: population <= MOST_POPULATION ? population : undefined,
      timezone: this.#text(fields, "timezone"),
      attributes: attributesOf(others, this.#mapping.attributes, this.#note),
    };
    return { record: toRecord(draft) };
  }

  #column(target: Target): string | undefined {
    return this.#mapping.columns[target]?.[0];
  }

  #text(fields: FlatFields, target: Target, separator = " "): string {
    const columns = this.#mapping.columns[target] ?? [];
    const texts = columns.map((column) => cleanText(textOf(fields[column])));
    return texts.filter(Boolean).join(separator);
  }

  #category(row: Row, fields: FlatFields): string {
    const source = this.#mapping.category;
    switch (source.by) {
      case "fixed":
        return source.category;
      case "geonames": {
        const [family, code] = [textOf(fields.feature_class), textOf(fields.feature_code)];
        return geonamesCategory(family, code, parseNumber(fields.population));
      }
      case "tags":
        return this.#kinds.ofTags(tagsOf(row, source.part)) ?? UNCATEGORIZED;
      case "column": {
        const value = fields[this.#column("category")!];
        const isPath = this.#mapping.isOwn && CategoryPath.safeParse(value).success;
        return isPath ? textOf(value) : categoryOf(value, this.#kinds);
      }
      default:
        return UNCATEGORIZED;
    }
  }

  /** What has no name but another one goes by that; what has tags, by its brand, its operator or its kind. */
  #name(fields: FlatFields, category: string, otherNames: readonly string[]): string {
    const name = this.#text(fields, "name") || (otherNames[0] ?? "");
    const source = this.#mapping.category;
    if (name || source.by !== "tags") return name;
    const prefix = source.part ? `${source.part}.` : "";
    const instead = fields[`${prefix}brand`] ?? fields[`${prefix}operator`];
    return cleanText(textOf(instead)) || this.#kinds.labelOf(category);
  }

  /** GeoNames and many others write 0 or -1 where there is no id. */
  #id(fields: FlatFields): string {
    const columns = this.#mapping.columns.id ?? [];
    // What is put together of names is no identifier yet, and joiners are a matter of writing.
    const id =
      columns.length === 1
        ? textOf(fields[columns[0]!]).trim()
        : this.#text(fields, "id", "-").replace(/[\u200c\u200d]/g, "");
    if (this.#mapping.isOwn) return id;
    return id === "0" || id === "-1" ? "" : id;
  }

  #otherNames(fields: FlatFields): string[] {
    const columns = this.#mapping.columns.other_names ?? [];
    const names = columns.flatMap((column) => {
      const value = fields[column];
      if (value === undefined) return [];
      if (typeof value === "object") return value.map(String);
      return textOf(value).split(column === "alternatenames" ? /[,;]/ : ";");
    });
    return names
      .map(cleanText)
      .filter((name) => cutText(name, MOST_NAME) === name && !isLink(name))
      .slice(0, MOST_OTHER_NAMES);
  }

  #instant(fields: FlatFields, target: "valid_from" | "valid_to"): number | undefined {
    const value = fields[this.#column(target) ?? ""];
    return value === undefined ? undefined : parseInstant(value, target === "valid_to");
  }
}

function tagsOf({ fields }: Row, part: string | undefined): Record<string, string> {
  const tags = part ? fields[part] : fields;
  const texts = Object.entries(tags ?? {}).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts);
}

/** GeoNames lists Wikipedia's addresses among the names. */
function isLink(text: string): boolean {
  return /^\s*https?:/.test(text);
}

const A_FIELD = { name: "a name", sourceId: "an id", category: "a category" } as const;

/** What a record must not have, in words for the person who has the file. */
function problemOf(record: Readonly<Record<keyof typeof A_FIELD, string>>): string | undefined {
  for (const field of ["name", "sourceId", "category"] as const) {
    const { error } = RECORD_FIELDS[field].safeParse(record[field]);
    if (error) return `has ${A_FIELD[field]} that ${error.issues[0]!.message}`;
  }
  return undefined;
}

function validityProblem(from: number | undefined, to: number | undefined): string | undefined {
  if (Number.isNaN(from)) return "has a valid_from that is no ISO 8601 date or time";
  if (Number.isNaN(to)) return "has a valid_to that is no ISO 8601 date or time";
  return isSpan(from, to) ? undefined : "ends before it begins";
}
