import { emptyFields, type Fields } from "../readers/row.ts";

/** A field that is no object. */
export type Value = string | number | boolean | readonly (string | number | boolean)[];
export type FlatFields = Record<string, Value>;

/** What is nested deeper is given as JSON. */
const MOST_DEPTH = 4;

/**
 * Fields by their paths: `{ names: { primary: "A" } }` → `names.primary`. Of a list of objects only the first counts:
 * `addresses.0.country`. Empty fields and bytes are left out.
 */
export function flatten(fields: Fields): FlatFields {
  if (isFlat(fields)) return fields;
  const flat = emptyFields() as FlatFields;
  addAll(flat, "", fields, 1);
  return flat;
}

/** As the rows of a table are. */
function isFlat(fields: Fields): fields is Record<string, string> {
  for (const key in fields) if (typeof fields[key] !== "string" || fields[key] === "") return false;
  return true;
}

function addAll(flat: FlatFields, prefix: string, fields: object, depth: number): void {
  for (const [key, value] of Object.entries(fields)) add(flat, prefix + key, value, depth);
}

function add(flat: FlatFields, path: string, value: unknown, depth: number): void {
  if (value === null || value === undefined || value === "") return;
  if (typeof value !== "object") {
    const primitive = primitiveOf(value);
    if (primitive !== undefined) flat[path] = primitive;
  } else if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) flat[path] = value.toISOString();
  } else if (ArrayBuffer.isView(value)) {
    return;
  } else if (depth >= MOST_DEPTH) {
    const json = jsonOf(value);
    if (json !== undefined) flat[path] = json;
  } else if (Array.isArray(value)) {
    const list = value.map(primitiveOf).filter((part) => part !== undefined);
    if (list.length > 0) flat[path] = list;
    else if (value.length > 0) add(flat, `${path}.0`, value[0], depth + 1);
  } else {
    addAll(flat, `${path}.`, value, depth + 1);
  }
}

/** Undefined for what is nested so deeply that the engine cannot write it. */
function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}` : part));
  } catch {
    return undefined;
  }
}

function primitiveOf(value: unknown): string | number | boolean | undefined {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "string" || typeof value === "boolean") return value;
  // JSON knows no negative zero.
  return typeof value === "number" ? value + 0 : undefined;
}

export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  return typeof value === "object" ? value.join("; ") : String(value);
}
