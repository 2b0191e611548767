import type { Point } from "../../geo/point.ts";
import { contentId } from "../../records/content-id.ts";
import { toRecord } from "../../records/draft.ts";
import type { PlaceRecord } from "../../records/place.ts";
import {
  CategoryPath,
  isSpan,
  isTimeZone,
  MOST_AREA_NAME,
  MOST_NAME,
  MOST_OTHER_NAMES,
  MOST_POPULATION,
  RECORD_FIELDS,
} from "../../records/schema.ts";
import { territoryOf } from "../../territory.ts";
import { withoutNone } from "../../text/no-value.ts";
import { cleanText, cutText } from "../../text/plain-text.ts";
import { pointProblem } from "../geometry/coordinates.ts";
import { parseNumber } from "../geometry/degrees.ts";
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
import { type Closing, ClosingReader } from "./opening/closed.ts";
import { hoursAttribute, hoursOf, isOfHours } from "./opening/hours.ts";

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
  readonly #closings = new ClosingReader();

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
    const zone = () => this.#zone(fields, point);
    const validFrom = this.#instant(fields, "valid_from", zone);
    const validTo = this.#instant(fields, "valid_to", zone);
    const problem =
      pointProblem(point) ??
      textProblem({ name, sourceId, category }) ??
      validityProblem(validFrom, validTo);
    if (problem) return { problem };

    const closing = this.#closing(row, fields, zone);
    const hours = closing?.type === "temporarily" ? "off" : this.#hours(row);
    const population = Math.round(parseNumber(fields[this.#column("population") ?? ""]));
    // NA is Namibia.
    const countryText = cleanText(textOf(fields[this.#column("country") ?? ""]));
    const country = countryCode(countryText);
    const others = unused(fields, (path) => this.#isUsed(path, hours !== undefined));
    if (hours !== undefined) others.unshift([hoursAttribute(this.#mapping.attributes), hours]);
    const { brand } = this.#mapping;
    if (brand && !others.some(([name]) => name.toLowerCase() === "brand")) {
      others.push(["brand", brand]);
    }
    if (withoutNone(countryText) && !country) others.push(["country", countryText]);
    const draft = {
      sourceId,
      name,
      otherNames,
      latitude,
      longitude,
      category,
      ...validityOf(validFrom, validTo, closing),
      country,
      region: cutText(this.#text(fields, "region"), MOST_AREA_NAME),
      city: cutText(this.#text(fields, "city"), MOST_AREA_NAME),
      population: population <= MOST_POPULATION ? population : undefined,
      timezone: zoneIn(this.#text(fields, "timezone")),
      attributes: attributesOf(others, this.#mapping.attributes, this.#note),
    };
    return { record: toRecord(draft) };
  }

  /** The time zone that the row names, else that of the point. */
  #zone(fields: FlatFields, point: Point): string {
    const named = this.#text(fields, "timezone");
    return isTimeZone(named) ? named : territoryOf(point).timezone;
  }

  #closing(row: Row, fields: FlatFields, zone: () => string): Closing | undefined {
    const { category: source, isOwn } = this.#mapping;
    // Our own records have said it when they were made.
    if (isOwn) return undefined;
    const tags = source.by === "tags" ? tagsOf(row, source.part) : undefined;
    const closing = this.#closings.read(fields, zone, tags);
    if (closing?.type === "temporarily") this.#note("closed for some time: without other hours");
    else if (closing) {
      const isOver = closing.atMs <= Date.now();
      this.#note(
        isOver ? "closed for good: stored, but not shown" : "closing for good: shown until then",
      );
    }
    return closing;
  }

  #hours({ fields }: Row): string | undefined {
    const { hours } = this.#mapping;
    return hours && hoursOf(fields, hours);
  }

  #isUsed(path: string, hasHours: boolean): boolean {
    const { hours, attributes } = this.#mapping;
    if (this.#used.has(path)) return true;
    return (
      hasHours &&
      (path === hoursAttribute(attributes) || (hours && isOfHours(path, hours)) === true)
    );
  }

  /** In our own records, what stands for none elsewhere is a name. */
  #clean(text: string): string {
    const clean = cleanText(text);
    return this.#mapping.isOwn ? clean : withoutNone(clean);
  }

  #column(target: Target): string | undefined {
    return this.#mapping.columns[target]?.[0];
  }

  #text(fields: FlatFields, target: Target, separator = " "): string {
    const columns = this.#mapping.columns[target] ?? [];
    const texts = columns.map((column) => this.#clean(textOf(fields[column])));
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
      case "codes":
        return source.codes[textOf(fields[source.column]).trim()] ?? source.otherwise;
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

  /**
   * A place without a name goes by its first other name; with tags, by its brand, operator or category. Where the file has
   * no names, it goes by its kind or the title, and where it is.
   */
  #name(fields: FlatFields, category: string, otherNames: readonly string[]): string {
    const name = this.#text(fields, "name") || (otherNames[0] ?? "");
    const { category: source, columns, title = "" } = this.#mapping;
    if (name) return name;
    if (source.by === "tags") {
      const prefix = source.part ? `${source.part}.` : "";
      const instead = fields[`${prefix}brand`] ?? fields[`${prefix}operator`];
      return cleanText(textOf(instead)) || this.#matcher.displayName(category);
    }
    if (columns.name) return "";
    const kind = category === UNCATEGORIZED ? title : this.#matcher.displayName(category);
    return (
      kind && [kind, whereabouts(fields) || this.#text(fields, "city")].filter(Boolean).join(", ")
    );
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
      .map((name) => this.#clean(name))
      .filter((name) => cutText(name, MOST_NAME) === name && !isLink(name))
      .slice(0, MOST_OTHER_NAMES);
  }

  #instant(
    fields: FlatFields,
    target: "valid_from" | "valid_to",
    zone: () => string,
  ): number | undefined {
    const value = fields[this.#column(target) ?? ""];
    return value === undefined ? undefined : parseInstant(value, target === "valid_to", zone);
  }
}

/** When a place is there, which ends when it is closed for good. */
function validityOf(
  from: number | undefined,
  to: number | undefined,
  closing: Closing | undefined,
): { readonly validFrom?: number | undefined; readonly validTo?: number | undefined } {
  if (closing?.type !== "for good") return { validFrom: from, validTo: to };
  const validTo = Math.min(closing.atMs, to ?? closing.atMs);
  return isSpan(from, validTo) ? { validFrom: from, validTo } : { validTo };
}

function unused(
  fields: FlatFields,
  isUsed: (path: string) => boolean,
): [path: string, value: Value][] {
  const others: [path: string, value: Value][] = [];
  for (const path in fields) if (!isUsed(path)) others.push([path, fields[path]!]);
  return others;
}

const WHEREABOUTS =
  /^(?:addr[:_.]street|(?:street_?)?address|street|adresse|anschrift|stra(?:ss|ß)e|standort|lage|direccion|dirección|indirizzo|endereco|adres|adresa|adresse_station|住所|地址|주소)$/i;

/** Where a place is, in its row's own words. */
function whereabouts(fields: FlatFields): string {
  for (const path in fields) {
    const text = WHEREABOUTS.test(path) ? withoutNone(cleanText(textOf(fields[path]))) : "";
    if (text) return text;
  }
  return "";
}

/** The time zone in "GMT-07:00 America/Los_Angeles". */
function zoneIn(text: string): string {
  return /[A-Z][A-Za-z]+(?:\/[\w+-]+)+/.exec(text)?.[0] ?? text;
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
