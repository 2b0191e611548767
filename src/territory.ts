import tzLookup from "@photostructure/tz-lookup";
import { iso1A2Code, iso1A2Codes, roadSpeedUnit } from "@rapideditor/country-coder";
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

/** How far off a border a point may be that is told roughly, in degrees of latitude: some 55 km. */
const BORDER_DEGREES = 0.5;

/**
 * Whether a point lies in a country, or not far from it. Of a country that is not known by the name, nothing can be
 * said against it.
 *
 * @param country ISO 3166-1, or the English name
 */
export function mayLieIn({ latitude, longitude }: Point, country: string): boolean {
  const code = iso1A2Code(country, { level: "territory" });
  if (!code) return true;
  const degreesEast = BORDER_DEGREES / Math.max(0.1, Math.cos((latitude * Math.PI) / 180));
  return iso1A2Codes([
    Math.max(-180, longitude - degreesEast),
    Math.max(-90, latitude - BORDER_DEGREES),
    Math.min(180, longitude + degreesEast),
    Math.min(90, latitude + BORDER_DEGREES),
  ]).includes(code);
}

/** Whether the roads there count in miles. */
export function usesMiles({ latitude, longitude }: Point): boolean {
  return roadSpeedUnit([longitude, latitude]) === "mph";
}
