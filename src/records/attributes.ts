import { wholeTerm } from "../text/tokens.ts";

export const ATTRIBUTE_TYPES = ["number", "boolean", "enum", "text", "opening_hours"] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** What a collection declares of an attribute, so that questions can filter by it. */
export interface Attribute {
  readonly type: AttributeType;
  /** The name shown to people. */
  readonly title?: string;
  /** The values of an `enum`; left out: any. */
  readonly values?: readonly string[];
}

/** What all collections declare: of one name perhaps different things, which hold for their own places. */
export type Declarations = readonly (readonly [name: string, attribute: Attribute])[];

/** An attribute as all collections together declare it. */
export interface JoinedAttribute {
  /** As the first collection writes it; names are the same whatever their case and gaps. */
  readonly name: string;
  /** As whole words (src/text/tokens.ts). */
  readonly titles: ReadonlySet<string>;
  /** One for each type. */
  readonly types: readonly JoinedType[];
}

export interface JoinedType {
  readonly type: AttributeType;
  /** As the collections that declare it so write it. */
  readonly names: readonly string[];
  /** Of an `enum`, those of all collections; left out: any. */
  readonly values?: readonly string[];
}

export function joinAttributes(declared: Declarations): JoinedAttribute[] {
  const byName = Map.groupBy(declared, ([name]) => wholeTerm(name));
  return Array.from(byName.values(), (all) => {
    const byType = Map.groupBy(all, ([, { type }]) => type);
    return {
      name: all[0]![0],
      titles: new Set(all.flatMap(([, { title }]) => (title ? wholeTerm(title) : []))),
      types: Array.from(byType, ([type, ofType]) => joinType(type, ofType)),
    };
  });
}

function joinType(type: AttributeType, declared: Declarations): JoinedType {
  const names = [...new Set(declared.map(([name]) => name))];
  const lists = declared.map(([, { values }]) => values);
  if (lists.includes(undefined)) return { type, names };
  const values = new Map<string, string>();
  for (const value of lists.flatMap((list) => list ?? [])) {
    const key = value.toLowerCase();
    if (!values.has(key)) values.set(key, value);
  }
  return { type, names, values: [...values.values()] };
}
