import { decimalKey } from "./decimal.ts";

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * JSON in one spelling: two texts have the same one if they say the same value, whatever the order of keys, the spelling of
 * numbers, and gaps. As RFC 8785 (2020), but that numbers keep all their digits. Undefined for what is no JSON.
 */
export function canonicalJson(text: string): string | undefined {
  try {
    return canonical(JSON.parse(text, keepDigits));
  } catch {
    return undefined;
  }
}

/** A number whose digits are kept: large ones that differ are the same one to JavaScript. */
class Digits {
  readonly key: string;

  constructor(source: string) {
    const [, sign, integer = "", fraction = "", exponent = "0"] = NUMBER.exec(source) ?? [];
    this.key = decimalKey(sign === "-", integer, fraction, Number(exponent));
  }
}

function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;
}

function canonical(value: unknown): string {
  if (value instanceof Digits) return value.key;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "string") return JSON.stringify(value.normalize("NFC"));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name.normalize("NFC"))}:${canonical(field)}`,
  );
  return `{${fields.sort().join(",")}}`;
}
