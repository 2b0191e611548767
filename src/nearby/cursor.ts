import { sha256Hex } from "../digest.ts";
import { CallerError } from "../errors.ts";
import { RELAXED_MODES, type Reading } from "../index/search/query.ts";
import type { Snapshot } from "../index/snapshot.ts";
import type { NearbyQuestion, Position } from "./find.ts";

/**
 * A cursor tells where a page ended, and for which question:
 * `<distance>_<key>_<reading>_<check>` in URL-safe Base64. It tells no more of where somebody is than
 * the answer that it came with. The check is keyed with the version of the data: a cursor that was
 * changed, or is for another question, or for data that is no more, is refused.
 */
export async function writeCursor(
  end: Position,
  question: NearbyQuestion,
  snapshot: Snapshot,
): Promise<string> {
  const text = [
    end.distanceMeters,
    end.key,
    end.reading,
    await checkOf(end, question, snapshot),
  ].join("_");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The position in a cursor, still to be checked. @throws CallerError if it has none. */
export function readCursor(cursor: string): Position {
  const [distance = "", key = "", reading = ""] = decode(cursor).split("_");
  const position = {
    distanceMeters: Number(distance),
    key: Number(key),
    reading: reading as Reading,
  };
  const sound =
    position.distanceMeters >= 0 &&
    Number.isFinite(position.distanceMeters) &&
    Number.isSafeInteger(position.key) &&
    (reading === "exact" || RELAXED_MODES.includes(position.reading));
  if (!sound) throw new CallerError(REFUSAL);
  return position;
}

/** @throws CallerError if the cursor is none that we gave for this question on this data. */
export async function checkCursor(
  cursor: string,
  question: NearbyQuestion,
  snapshot: Snapshot,
): Promise<void> {
  const genuine = await writeCursor(readCursor(cursor), question, snapshot);
  if (genuine !== cursor) throw new CallerError(REFUSAL);
}

const REFUSAL =
  '"cursor" does not belong to this question. Pass the next_cursor of the last answer with the same arguments (and with the latitude and longitude of its location, if you gave none), or leave it out to start again.';

function decode(cursor: string): string {
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return "";
  }
}

const CHECK_BYTES = 9;

/** The limit may change from page to page; nothing else. */
async function checkOf(
  { distanceMeters, key, reading }: Position,
  { center, radiusMeters, text, category, filter }: NearbyQuestion,
  { version }: Snapshot,
): Promise<string> {
  const { latitude, longitude } = center;
  const asked = [latitude, longitude, radiusMeters, text, category ?? null, filter ?? null];
  const content = JSON.stringify([version, distanceMeters, key, reading, asked]);
  return sha256Hex(content, CHECK_BYTES);
}
