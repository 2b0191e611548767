import type { Caller } from "../caller.ts";
import { toReportedPoint } from "../gazetteer/degrees.ts";
import type { Point } from "../geo/point.ts";
import { plainText } from "../text/plain-text.ts";
import { ANONYMOUS_COUNTRIES } from "./relays.ts";

/** Where a host says that its user is: coordinates, or names to look up, or both. */
export interface HostHint {
  readonly point?: Point;
  readonly city?: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2, or a name. */
  readonly country?: string;
}

/**
 * Keys of `_meta` under which hosts tell a location, first come first served. ChatGPT and Microsoft 365
 * Copilot send OpenAI's (developers.openai.com/apps-sdk); ours, of the same shape, is for every other
 * host. Any field may be missing, null or a text where a number should be.
 */
export const HINT_KEYS = ["openai/userLocation", "dev.hereabouts/userLocation"] as const;

/** What the hosts' hints say, as far as it makes sense; undefined if there is nothing to go by. */
export function hintOf({ meta }: Pick<Caller, "meta">): HostHint | undefined {
  for (const key of HINT_KEYS) {
    const hint = parseHint(meta[key]);
    if (hint) return hint;
  }
  return undefined;
}

function parseHint(value: unknown): HostHint | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { latitude, longitude, city, region, country } = value as Record<string, unknown>;
  const point = toReportedPoint(latitude, longitude);
  const names = { city: name(city), region: name(region), country: countryName(country) };
  const hint: HostHint = {
    ...(point && { point }),
    ...(names.city && { city: names.city }),
    ...(names.region && { region: names.region }),
    ...(names.country && { country: names.country }),
  };
  return Object.keys(hint).length > 0 ? hint : undefined;
}

const LONGEST_NAME = 100;

function name(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > LONGEST_NAME) return undefined;
  return plainText(value) || undefined;
}

function countryName(value: unknown): string | undefined {
  const text = name(value);
  if (text === undefined || ANONYMOUS_COUNTRIES.includes(text.toUpperCase())) return undefined;
  return /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : text;
}

/** What Cloudflare tells of the network's place has the same shape, and is no more to be relied on. */
export function networkHintOf({ cf }: Pick<Caller, "cf">): HostHint {
  return parseHint(cf) ?? {};
}
