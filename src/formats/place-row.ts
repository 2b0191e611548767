import type { PlaceRecord } from "../places/place.ts";
import { cleanText, toRecord } from "../places/record.ts";
import { attributesOf, type Note } from "./attributes.ts";
import { categoryOf, isCategoryPath, type Kinds, UNCATEGORIZED } from "./category.ts";
import type { Target } from "./column-names.ts";
import { contentId } from "./content-id.ts";
import { parseNumber, pointProblem } from "./coordinates.ts";
import { countryCode } from "./country.ts";
import { type FlatFields, flatten, textOf } from "./flat-fields.ts";
import { geonamesCategory } from "./geonames.ts";
import { parseInstant } from "./instant.ts";
import { type Mapping, pointOf, usedColumns } from "./mapping.ts";
import type { Row } from "./row.ts";

/** A place, or why a row is none: "has no name", to be read after "row 7". */
export type Mapped = { readonly record: PlaceRecord } | { readonly problem: string };

const MOST_NAME = 300;
const MOST_ID = 200;
const MOST_OTHER_NAMES = 200;

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
    const unnamed = nameProblem(name);
    if (unnamed) return { problem: unnamed };
    const { latitude, longitude } = point;
    const sourceId = this.#id(fields) || contentId(name, latitude, longitude, category);
    const unidentified = idProblem(sourceId);
    if (unidentified) return { problem: unidentified };
    const [validFrom, validTo] = [
      this.#instant(fields, "valid_from"),
      this.#instant(fields, "valid_to"),
    ];
    const unfit = validityProblem(validFrom, validTo);
    if (unfit) return { problem: unfit };

    const population = Math.round(parseNumber(fields[this.#column("population") ?? ""]));
    const country = this.#text(fields, "country");
    const code = countryCode(country);
    const draft = {
      ...{ sourceId, name, otherNames, latitude, longitude, category, validFrom, validTo },
      country: code,
      region: this.#text(fields, "region").slice(0, MOST_NAME),
      city: this.#text(fields, "city").slice(0, MOST_NAME),
      population: Number.isSafeInteger(population) ? population : undefined,
      timezone: this.#text(fields, "timezone"),
      attributes: {
        ...attributesOf(fields, this.#used, this.#mapping.attributes, this.#note),
        ...(country && !code && { country: country.slice(0, MOST_NAME) }),
      },
    };
    return { record: toRecord(draft) };
  }

  #column(target: Target): string | undefined {
    return this.#mapping.columns[target]?.[0];
  }

  #text(fields: FlatFields, target: Target, separator = " "): string {
    const columns = this.#mapping.columns[target] ?? [];
    const texts = columns.map((column) => textOf(fields[column]).trim());
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
        const isPath = this.#mapping.isOwn && typeof value === "string" && isCategoryPath(value);
        return isPath ? value : categoryOf(value, this.#kinds);
      }
      default:
        return UNCATEGORIZED;
    }
  }

  /** What has no name but another one goes by that; what has tags, by its brand, its operator or its kind. */
  #name(fields: FlatFields, category: string, otherNames: readonly string[]): string {
    const name = cleanText(this.#text(fields, "name")) || cleanText(otherNames[0] ?? "");
    const source = this.#mapping.category;
    if (name || source.by !== "tags") return name;
    const prefix = source.part ? `${source.part}.` : "";
    const instead = fields[`${prefix}brand`] ?? fields[`${prefix}operator`];
    return cleanText(textOf(instead)) || this.#kinds.labelOf(category);
  }

  /** GeoNames and many others write 0 or -1 where there is no id. */
  #id(fields: FlatFields): string {
    const text = this.#text(fields, "id", "-").trim();
    // What is put together of names is no identifier yet.
    const id = this.#mapping.columns.id?.length === 1 ? text : cleanText(text);
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
      .filter((name) => name.length <= MOST_NAME && !isLink(name))
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

function nameProblem(name: string): string | undefined {
  if (!name) return "has no name";
  if (name.length > MOST_NAME) return `has a name longer than ${MOST_NAME} characters`;
  return name.includes("\ufffd")
    ? "has a name that is no readable text (wrong encoding)"
    : undefined;
}

function idProblem(id: string): string | undefined {
  if (id.length > MOST_ID) return `has an id longer than ${MOST_ID} characters`;
  return /\p{Cc}/u.test(id) || !id.isWellFormed() ? "has an id with control characters" : undefined;
}

function validityProblem(from: number | undefined, to: number | undefined): string | undefined {
  if (Number.isNaN(from)) return "has a valid_from that is no ISO 8601 date or time";
  if (Number.isNaN(to)) return "has a valid_to that is no ISO 8601 date or time";
  return from !== undefined && to !== undefined && from >= to ? "ends before it begins" : undefined;
}
