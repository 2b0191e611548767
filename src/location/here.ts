import * as z from "zod";
import type { Caller } from "../access/caller.ts";
import { CallerError } from "../errors.ts";
import type { Point } from "../geo/point.ts";

/** The place a question is about, and how it is known. */
export const Location = z.object({
  latitude: z.number(),
  longitude: z.number(),
  city: z.string().optional(),
  region: z.string().optional(),
  country: z.string().optional().describe("ISO 3166-1 alpha-2"),
  timezone: z.string().optional(),
  source: z
    .enum(["arguments", "network"])
    .describe("arguments: the coordinates of the call; network: guessed from the network address"),
  accuracy_meters: z.number().optional(),
  warning: z.string().optional().describe("What to know before relying on it"),
});
export type Location = z.infer<typeof Location>;

/** A network address tells the region of a city, not more. */
const NETWORK_ACCURACY_METERS = 50_000;
/** Two decimals, some 1 km: more would be pretence. */
const NETWORK_DECIMALS = 2;
/** What Cloudflare gives for no country, and for Tor. */
const NO_COUNTRY: readonly unknown[] = ["XX", "T1"];

const HOW_TO_TELL =
  'Ask the user where they are, then pass "latitude" and "longitude" in degrees (for example 48.8584 and 2.2945).';

/**
 * Where "here" is, by the first source that knows.
 *
 * @throws CallerError that says what to pass if half a coordinate is given or nothing is known.
 */
export function locate(
  { latitude, longitude }: { [Axis in keyof Point]?: number | undefined },
  { cf }: Caller,
): Location {
  if (latitude !== undefined && longitude !== undefined) {
    return { latitude, longitude, source: "arguments" };
  }
  if (latitude !== undefined || longitude !== undefined) {
    const missing = latitude === undefined ? "latitude" : "longitude";
    throw new CallerError(
      `"${missing}" is missing: pass latitude and longitude together, or neither.`,
    );
  }
  const fromNetwork = cf && locateByNetwork(cf);
  if (fromNetwork) return fromNetwork;
  throw new CallerError(`It is not known where the user is. ${HOW_TO_TELL}`);
}

/** Every field of `cf` may be missing, and numbers come as strings. */
function locateByNetwork(cf: IncomingRequestCfProperties): Location | undefined {
  const latitude = toDegrees(cf.latitude, 90);
  const longitude = toDegrees(cf.longitude, 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  // Nobody lives at 0, 0; it is what failed look-ups give.
  if (latitude === 0 && longitude === 0) return undefined;
  const { city, region, country, timezone } = cf;
  return {
    latitude,
    longitude,
    ...(city && { city }),
    ...(region && { region }),
    ...(country && !NO_COUNTRY.includes(country) && { country }),
    ...(timezone && { timezone }),
    source: "network",
    accuracy_meters: NETWORK_ACCURACY_METERS,
    warning: `The location is guessed from the network address, to some ${NETWORK_ACCURACY_METERS / 1_000} km or worse, and may be that of a data centre: say so, or ask the user and pass latitude and longitude.`,
  };
}

/** Whether distances from there are to be told in whole kilometres only. */
export function isRough({ accuracy_meters = 0 }: Location): boolean {
  return accuracy_meters >= 1_000;
}

function toDegrees(text: string | undefined, most: number): number | undefined {
  // Number("") is 0.
  const degrees = text?.trim() ? Number(text) : Number.NaN;
  return Math.abs(degrees) <= most ? Number(degrees.toFixed(NETWORK_DECIMALS)) : undefined;
}
