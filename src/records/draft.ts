import { cleanText } from "../text/plain-text.ts";
import type { PlaceRecord } from "./place.ts";
import { isTimeZone } from "./schema.ts";

type Gap = null | undefined;

/** A place as its source states it: texts may be untidy, fields may be empty. */
export interface Draft {
  readonly sourceId: string;
  readonly name: string;
  readonly otherNames?: readonly (string | Gap)[];
  readonly latitude: number;
  readonly longitude: number;
  readonly category: string;
  readonly country?: string | Gap;
  readonly region?: string | Gap;
  readonly city?: string | Gap;
  readonly population?: number | Gap;
  readonly timezone?: string | Gap;
  readonly attributes?: Readonly<Record<string, string | number | boolean | Gap>>;
  readonly validFrom?: number | Gap;
  readonly validTo?: number | Gap;
}

/** The tidy record of a draft: texts cleaned, empty fields left out. Throws if no place is left. */
export function toRecord(draft: Draft): PlaceRecord {
  const { sourceId, latitude, longitude, category, validFrom, validTo } = draft;
  const name = cleanText(draft.name);
  if (!sourceId || !name || !category)
    throw new Error(`Incomplete place: ${JSON.stringify(draft)}`);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new Error(`Bad coordinates: ${JSON.stringify(draft)}`);
  }

  const otherNames = distinctNames(name, draft.otherNames ?? []);
  const country = draft.country && /^[A-Z]{2}$/.test(draft.country) ? draft.country : undefined;
  const region = cleanText(draft.region ?? "");
  const city = cleanText(draft.city ?? "");
  const population = draft.population ?? 0;
  const timezone = draft.timezone && isTimeZone(draft.timezone) ? draft.timezone : undefined;
  const attributes = filledAttributes(draft.attributes ?? {});
  return {
    sourceId,
    name,
    ...(otherNames.length > 0 && { otherNames }),
    latitude: degrees(latitude),
    longitude: degrees(longitude),
    category,
    ...(country && { country }),
    ...(region && { region }),
    ...(city && { city }),
    ...(population > 0 && { population }),
    ...(timezone && { timezone }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(typeof validFrom === "number" && { validFrom }),
    ...(typeof validTo === "number" && { validTo }),
  };
}

/** To 0.1 m: 29.220399856567383 says no more than 29.2204. No negative zero, which JSON does not know. */
export function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

/** The clean names that differ, apart from case, from the main name and from each other. */
function distinctNames(name: string, candidates: readonly (string | Gap)[]): string[] {
  const seen = new Set([name.toLowerCase()]);
  const names: string[] = [];
  for (const candidate of candidates) {
    const text = cleanText(candidate ?? "");
    const key = text.toLowerCase();
    if (!text || seen.has(key)) continue;
    seen.add(key);
    names.push(text);
  }
  return names;
}

function filledAttributes(attributes: NonNullable<Draft["attributes"]>) {
  const filled: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const tidy = typeof value === "string" ? cleanText(value) : value;
    if (tidy === null || tidy === undefined || tidy === "" || Number.isNaN(tidy)) continue;
    filled[key] = tidy;
  }
  return filled;
}
