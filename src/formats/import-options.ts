import { CallerError } from "../errors.ts";
import { ATTRIBUTE_TYPES, type AttributeType } from "../records/attributes.ts";
import { DeclaredName } from "../records/schema.ts";
import type { DeclaredAttributes } from "./mapping/attributes.ts";
import { TARGETS, type Target } from "./mapping/column-names.ts";
import type { Columns } from "./mapping/columns.ts";

/** What a person says of a file in words: by options of the import command, or by the metadata of an object. */

/** What a collection is called, and where it is from. */
export interface LabelOptions {
  readonly title?: string;
  readonly license?: string;
  readonly attribution?: string;
  readonly url?: string;
  readonly asOf?: string;
}

/** Of options or metadata, in which `asOf` is called `as-of`. */
export function parseLabel(values: { readonly [key: string]: unknown }): LabelOptions {
  const { title, license, attribution, url, "as-of": asOf } = values;
  const given = Object.entries({ title, license, attribution, url, asOf });
  return Object.fromEntries(given.filter(([, value]) => typeof value === "string"));
}

/** What is given, else what the collection is called already, else the default. */
export function fullLabel(
  given: LabelOptions,
  existing: LabelOptions | undefined,
  byDefault: { readonly title: string; readonly asOf: string },
): Required<LabelOptions> {
  const { title, license, attribution, url } = existing ?? {};
  return {
    title: given.title ?? (title || byDefault.title),
    license: given.license ?? (license || "not stated"),
    attribution: given.attribution ?? attribution ?? "",
    url: given.url ?? url ?? "",
    asOf: given.asOf ?? byDefault.asOf,
  };
}

const SHORT: Readonly<Record<string, Target>> = {
  lat: "latitude",
  lon: "longitude",
  lng: "longitude",
};

/** Of texts such as `name=brand+branch,lat=Y`. Throws a CallerError. */
export function parseColumns(maps: readonly string[]): Columns {
  const columns: Partial<Record<Target, string[]>> = {};
  for (const pair of maps.flatMap((map) => map.split(","))) {
    const [key = "", value] = pair.split(/=(.*)/s);
    const name = key.trim();
    const target = SHORT[name] ?? TARGETS.find((one) => one === name);
    if (!target || !value) {
      throw new CallerError(
        `--map takes what=column, with one of ${TARGETS.join(", ")}; not "${pair}".`,
      );
    }
    columns[target] = value.split("+").map((column) => column.trim());
  }
  return columns;
}

/** Of texts such as `stars:number,wheelchair:boolean`. Throws a CallerError. */
export function parseAttributes(declared: readonly string[]): DeclaredAttributes {
  const attributes: Record<string, AttributeType> = {};
  for (const pair of declared.flatMap((one) => one.split(","))) {
    const [, name = "", type] = /^(.+):(\w+)$/.exec(pair.trim()) ?? [];
    const known = ATTRIBUTE_TYPES.find((one) => one === type);
    if (!known || !DeclaredName.safeParse(name).success) {
      throw new CallerError(
        `--attribute takes name:type, with ${ATTRIBUTE_TYPES.join(", ")}; not "${pair}".`,
      );
    }
    attributes[name] = known;
  }
  return attributes;
}

/** How a collection declares its attributes; what else it says of them, a title for example, is left as it is. */
export type Declarations = Readonly<Record<string, { readonly type: AttributeType }>>;

/** What the collection declares already, with the types that are given. */
export function mergeDeclarations<Known extends Declarations>(
  known: Known,
  given: DeclaredAttributes,
): Known & Declarations {
  const changed = Object.entries(given).filter(([name, type]) => known[name]?.type !== type);
  return { ...known, ...Object.fromEntries(changed.map(([name, type]) => [name, { type }])) };
}

export function declaredTypes(declared: Declarations): DeclaredAttributes {
  return Object.fromEntries(Object.entries(declared).map(([name, { type }]) => [name, type]));
}
