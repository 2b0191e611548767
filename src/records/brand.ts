import { wholeTerm } from "../text/tokens.ts";
import type { PlaceRecord } from "./place.ts";

/** The attributes that say which chain a place belongs to: it is found by them as by a name. */
const BRAND_ATTRIBUTES: ReadonlySet<string> = new Set(["brand", "chain", "banner", "operator"]);

/** What chains a place belongs to. */
export function brandsOf({ attributes }: Pick<PlaceRecord, "attributes">): string[] {
  if (!attributes) return [];
  return Object.entries(attributes).flatMap(([name, value]) =>
    BRAND_ATTRIBUTES.has(wholeTerm(name)) && typeof value === "string" ? [value] : [],
  );
}
