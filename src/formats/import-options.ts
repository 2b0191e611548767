import { CallerError } from "../errors.ts";
import { ATTRIBUTE_TYPES, type AttributeType } from "../records/attributes.ts";
import { DeclaredName } from "../records/schema.ts";
import type { DeclaredAttributes } from "./mapping/attributes.ts";
import { TARGETS, type Target } from "./mapping/column-names.ts";
import type { Columns } from "./mapping/columns.ts";
import type { Mapping } from "./mapping/mapping.ts";

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

/** The licence of a collection of which nobody has said one. */
export const NOT_STATED = "not stated";

/** What is given, else what the collection is called already, else the default. */
export function fullLabel(
  given: LabelOptions,
  existing: LabelOptions | undefined,
  byDefault: { readonly title: string; readonly asOf: string },
): Required<LabelOptions> {
  const { title, license, attribution, url } = existing ?? {};
  return {
    title: given.title ?? (title || byDefault.title),
    license: given.license ?? (license || NOT_STATED),
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

/** What is chosen, but that no column has ids: then names and points serve as such. */
export function withoutIds(chosen: Columns): Columns {
  return { ...chosen, id: [] };
}

/** Whether nobody says that a column has ids: it only looks so. */
export function isIdGuessed({ columns, isOwn }: Mapping, chosen: Columns): boolean {
  return !chosen.id && !isOwn && columns.id?.length === 1;
}

/** If more than one row of so many has the id of another one, the ids are those of something else. */
const ROWS_A_REPEAT = 100;

/** Whether a column of ids only looks like one, by how many rows have the id of an earlier row and say something else. */
export function areNoIds({ repeated, rows }: { repeated: number; rows: number }): boolean {
  return repeated * ROWS_A_REPEAT > rows;
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
