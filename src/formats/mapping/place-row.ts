import { contentId } from "../../records/content-id.ts";
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
import { geonamesCategory, isLink } from "../readers/geonames.ts";
import type { Row } from "../readers/row.ts";
import { attributesOf, type Note } from "./attributes.ts";
import { categoryOf, UNCATEGORIZED } from "./category.ts";
import type { CategoryMatcher } from "./category-matcher.ts";
import type { Target } from "./column-names.ts";
import { countryCode } from "./country.ts";
import { type FlatFields, flatten, textOf, type Value } from "./flat-fields.ts";
import { parseInstant } from "./instant.ts";
import { type Mapping, rowPoint, usedColumns } from "./mapping.ts";

/** A place, or why a row is none: "has no name", to be read after "row 7", with its id if that can be read. */
export type Mapped =
  | { readonly record: PlaceRecord }
  | { readonly problem: string; readonly sourceId?: string };

/** Makes places of rows by a mapping. `note` is called with what was left out or cut. */
export class PlaceMapper {
  readonly #mapping: Mapping;
  readonly #matcher: CategoryMatcher;
  readonly #note: Note;
  readonly #used: ReadonlySet<string>;

  constructor(mapping: Mapping, matcher: CategoryMatcher, note: Note = () => {}) {
    this.#mapping = mapping;
    this.#matcher = matcher;
    this.#note = note;
    this.#used = usedColumns(mapping);
  }

  map(row: Row): Mapped {
    const mapped = this.#map(row);
    if ("record" in mapped) return mapped;
    const { data } = RECORD_FIELDS.sourceId.safeParse(this.#id(flatten(row.fields)));
    return data === undefined ? mapped : { ...mapped, sourceId: data };
  }

  #map(row: Row): Mapped {
    if (row.problem !== undefined) return { problem: row.problem };
    const fields = flatten(row.fields);
    const point = rowPoint(row, fields, this.#mapping);
    if (!point) return { problem: "has no coordinates" };
    const { latitude, longitude } = point;
    const category = this.#category(row, fields);
    const otherNames = this.#otherNames(fields);
    const name = this.#name(fields, category, otherNames);
    const sourceId = this.#id(fields) || contentId(name, latitude, longitude);
    const validFrom = this.#instant(fields, "valid_from");
    const validTo = this.#instant(fields, "valid_to");
    const problem =
      pointProblem(point) ??
      textProblem({ name, sourceId, category }) ??
      validityProblem(validFrom, validTo);
    if (problem) return { problem };

    const population = Math.round(parseNumber(fields[this.#column("population") ?? ""]));
    const countryText = this.#text(fields, "country");
    const country = countryCode(countryText);
    const others = unused(fields, this.#used);
    if (countryText && !country) others.push(["country", countryText]);
    const draft = {
      sourceId,
      name,
      otherNames,
      latitude,
      longitude,
      category,
      validFrom,
      validTo,
      country,
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
        return this.#matcher.matchTags(tagsOf(row, source.part)) ?? UNCATEGORIZED;
      case "column": {
        const value = fields[this.#column("category")!];
        const isPath = this.#mapping.isOwn && CategoryPath.safeParse(value).success;
        return isPath ? textOf(value) : categoryOf(value, this.#matcher);
      }
      default:
        return UNCATEGORIZED;
    }
  }

  /** A place without a name goes by its first other name; with tags, by its brand, operator or category. */
  #name(fields: FlatFields, category: string, otherNames: readonly string[]): string {
    const name = this.#text(fields, "name") || (otherNames[0] ?? "");
    const source = this.#mapping.category;
    if (name || source.by !== "tags") return name;
    const prefix = source.part ? `${source.part}.` : "";
    const instead = fields[`${prefix}brand`] ?? fields[`${prefix}operator`];
    return cleanText(textOf(instead)) || this.#matcher.displayName(category);
  }

  /** Empty if the row has none: GeoNames and many others write 0 or -1 then. */
  #id(fields: FlatFields): string {
    const columns = this.#mapping.columns.id ?? [];
    // An id of several columns is made of names, in which joiners are a matter of spelling.
    const id =
      columns.length === 1
        ? textOf(fields[columns[0]!]).trim()
        : this.#text(fields, "id", "-").replace(/[\u200c\u200d]/g, "");
    if (this.#mapping.isOwn) return id;
    return id === "0" || id === "-1" ? "" : id;
  }

  #otherNames(fields: FlatFields): string[] {
    const { columns, joinedName = [] } = this.#mapping;
    const names = (columns.other_names ?? []).flatMap((column) => {
      const value = fields[column];
      if (value === undefined) return [];
      if (typeof value === "object") return value.map(String);
      return textOf(value).split(column === "alternatenames" ? /[,;]/ : ";");
    });
    if (joinedName.length > 0)
      names.push(joinedName.map((column) => textOf(fields[column])).join(" "));
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

function unused(fields: FlatFields, used: ReadonlySet<string>): [path: string, value: Value][] {
  const others: [path: string, value: Value][] = [];
  for (const path in fields) if (!used.has(path)) others.push([path, fields[path]!]);
  return others;
}

function tagsOf({ fields }: Row, part: string | undefined): Record<string, string> {
  const tags = part ? fields[part] : fields;
  const texts = Object.entries(tags ?? {}).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts);
}

const A_FIELD = { name: "a name", sourceId: "an id", category: "a category" } as const;

/** Why these texts are none of a record's, to be read after "row 7". */
function textProblem(texts: Readonly<Record<keyof typeof A_FIELD, string>>): string | undefined {
  if (!texts.name) return "has no name";
  for (const field of ["name", "sourceId", "category"] as const) {
    const { error } = RECORD_FIELDS[field].safeParse(texts[field]);
    if (error) return `has ${A_FIELD[field]} that ${error.issues[0]!.message}`;
  }
  return undefined;
}

function validityProblem(from: number | undefined, to: number | undefined): string | undefined {
  if (Number.isNaN(from)) return "has a valid_from that is no ISO 8601 date or time";
  if (Number.isNaN(to)) return "has a valid_to that is no ISO 8601 date or time";
  return isSpan(from, to) ? undefined : "ends before it begins";
}
