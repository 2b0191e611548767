import * as z from "zod/v4";
import { cleanText, isVisible } from "../text/plain-text.ts";
import type { PlaceRecord } from "./place.ts";

/**
 * What a record may be, whichever way it comes in: over HTTP, by the import command, or through the inbox. Lengths are in
 * characters: code points. The messages are to be read after what they are about: "its name is empty".
 */

export const MOST_NAME = 500;
export const MOST_OTHER_NAMES = 500;
export const MOST_AREA_NAME = 200;
export const MOST_POPULATION = 1e11;
export const MOST_ATTRIBUTES = 100;
export const MOST_ATTRIBUTE_NAME = 100;
export const MOST_ATTRIBUTE_TEXT = 5_000;
const MOST_ID = 200;
const MOST_CATEGORY = 200;

/** A text of one line, cleaned. */
export const cleanLine = (most: number) =>
  z.string().overwrite(cleanText).max(most, `is longer than ${most} characters`);

/** The same, not empty: not even of characters that cannot be seen. */
export const filledLine = (most: number) => cleanLine(most).min(1, "is empty");

const visible = z.string().refine(isVisible, "has characters that cannot be seen");

/**
 * A place's id in its collection. It is shown, and whoever is shown it has to be able to ask for it; and it is a part of
 * addresses, in which . and .. would mean another one.
 */
export const SourceId = visible
  .trim()
  .min(1, "is empty")
  .max(MOST_ID, `is longer than ${MOST_ID} characters`)
  .refine((id) => id !== "." && id !== "..", "is . or ..");

export const CategoryPath = visible
  .max(MOST_CATEGORY, `is longer than ${MOST_CATEGORY} characters`)
  .regex(/^[^\s/]+(?:\/[^\s/]+){0,7}$/u, "is no path such as amenity/cafe");

/** The name of an attribute that a collection declares. */
export const DeclaredName = visible.regex(
  /^[\p{L}\p{N}_:-]{1,60}$/u,
  "must be of letters, digits, _, : and -",
);

export const RECORD_FIELDS = {
  sourceId: SourceId,
  name: filledLine(MOST_NAME).refine(isReadable, "is no readable text (wrong encoding)"),
  otherNames: z.array(filledLine(MOST_NAME)).max(MOST_OTHER_NAMES).exactOptional(),
  category: CategoryPath,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters")
    .exactOptional(),
  region: filledLine(MOST_AREA_NAME).exactOptional(),
  city: filledLine(MOST_AREA_NAME).exactOptional(),
  population: z.number().nonnegative().max(MOST_POPULATION).exactOptional(),
  timezone: z.string().max(100).refine(isTimeZone, "is no IANA time zone").exactOptional(),
  attributes: z
    .record(
      filledLine(MOST_ATTRIBUTE_NAME),
      z.union([cleanLine(MOST_ATTRIBUTE_TEXT), z.number(), z.boolean()]),
      { error: ({ code }) => (code === "invalid_key" ? "is no name of an attribute" : undefined) },
    )
    .refine(
      (attributes) => Object.keys(attributes).length <= MOST_ATTRIBUTES,
      `are more than ${MOST_ATTRIBUTES}`,
    )
    .exactOptional(),
  validFrom: z.int().exactOptional(),
  validTo: z.int().exactOptional(),
} satisfies Record<keyof PlaceRecord, z.ZodType>;

export const PlaceRecordSchema: z.ZodType<PlaceRecord> = z
  .strictObject(RECORD_FIELDS)
  .refine(({ validFrom, validTo }) => isSpan(validFrom, validTo), {
    path: ["validTo"],
    message: "is not after validFrom",
  });

/** Whether what begins then and ends then is there for a time; either may be open. */
export function isSpan(from: number | undefined, to: number | undefined): boolean {
  return from === undefined || to === undefined || from < to;
}

/** Decoders put this where bytes are no text. */
function isReadable(text: string): boolean {
  return !text.includes("\ufffd");
}

const timeZones = new Map<string, boolean>();

export function isTimeZone(name: string): boolean {
  let valid = timeZones.get(name);
  if (valid === undefined) {
    try {
      valid = new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
    } catch {
      valid = false;
    }
    timeZones.set(name, valid);
  }
  return valid;
}
