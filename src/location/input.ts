import * as z from "zod/v4";
import { CallerError } from "../errors.ts";
import type { Point } from "../geo/point.ts";

/** Where to look, as arguments of a tool. Hosts that tell the location themselves are not shown them. */
export const LocationInput = z.strictObject({
  near: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Where to look, if not where the user is: "Lyon", "Gare de Lyon, Paris", "Springfield, IL", "東京", an airport or postal code, "latitude,longitude"',
    ),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .describe("In degrees, with longitude; wins over near"),
  longitude: z.number().min(-180).max(180).optional().describe("With latitude"),
  session: z.string().max(100).optional().describe("From set_location, or the user"),
});

/** The same for tools that may be shown without them. */
export type LocationInput = Partial<z.output<typeof LocationInput>>;

/** The point in the arguments, if they have one. @throws CallerError if they have half of one */
export function pointOf({
  latitude,
  longitude,
}: {
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
}): Point | undefined {
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  if (latitude === undefined && longitude === undefined) return undefined;
  const missing = latitude === undefined ? "latitude" : "longitude";
  throw new CallerError(
    `"${missing}" is missing: pass latitude and longitude together, or neither.`,
  );
}
