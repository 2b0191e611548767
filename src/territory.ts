import tzLookup from "@photostructure/tz-lookup";
import { iso1A2Code, roadSpeedUnit } from "@rapideditor/country-coder";
import type { Point } from "./geo/point.ts";

/** What the coordinates say by themselves. */
export interface Territory {
  /** ISO 3166-1 alpha-2; missing at sea. */
  readonly country?: string;
  /** IANA time zone. */
  readonly timezone: string;
}

/** The country (or the territory that has a code of its own) and the time zone of a point. */
export function territoryOf(point: Point): Territory {
  const country = countryOf(point);
  return { ...(country && { country }), timezone: tzLookup(point.latitude, point.longitude) };
}

/** ISO 3166-1 alpha-2 of the country (or the territory that has a code of its own); undefined at sea. */
export function countryOf({ latitude, longitude }: Point): string | undefined {
  return iso1A2Code([longitude, latitude], { level: "territory" }) ?? undefined;
}

/** Whether the roads there count in miles. */
export function usesMiles({ latitude, longitude }: Point): boolean {
  return roadSpeedUnit([longitude, latitude]) === "mph";
}
