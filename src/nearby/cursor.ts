import { sha256Hex } from "../digest.ts";
import { CallerError } from "../errors.ts";
import { type MatchMode, RELAXED_MODES } from "../index/search/query.ts";
import type { Snapshot } from "../index/snapshot.ts";
import type { Position, Question } from "./question.ts";

/**
 * A cursor tells where a page ended, and for which question: `<distance>_<key>_<mode>_<check>` in URL-safe Base64.
 * It tells no more of where somebody is than the answer that it came with. The check is keyed with a secret of the
 * database: a cursor that was changed, or is for another question or another database, is refused.
 */
export async function writeCursor(
  end: Position,
  question: Question,
  snapshot: Snapshot,
): Promise<string> {
  const check = await checkOf(end, question, snapshot);
  const text = [end.distanceMeters, end.key, end.mode, check].join("_");
  return Buffer.from(text).toString("base64url");
}

/** The position in a cursor, still to be checked. @throws CallerError if it has none. */
export function readCursor(cursor: string): Position {
  const [distance = "", key = "", mode = ""] = Buffer.from(cursor, "base64url")
    .toString("latin1")
    .split("_");
  const position: Position = {
    distanceMeters: Number(distance),
    key: Number(key),
    mode: mode as MatchMode,
  };
  const isSound =
    distance !== "" &&
    position.distanceMeters >= 0 &&
    Number.isFinite(position.distanceMeters) &&
    Number.isSafeInteger(position.key) &&
    (mode === "exact" || mode === "named" || RELAXED_MODES.includes(position.mode));
  if (!isSound) throw new CallerError(REFUSAL);
  return position;
}

/** @throws CallerError if the cursor is none that we gave for this question on this data. */
export async function checkCursor(
  cursor: string,
  question: Question,
  snapshot: Snapshot,
): Promise<void> {
  const genuine = await writeCursor(readCursor(cursor), question, snapshot);
  if (genuine !== cursor) throw new CallerError(REFUSAL);
}

const REFUSAL =
  '"cursor" does not belong to this question. Pass the next_cursor of the last answer with the same arguments (and with the latitude and longitude of its location, if you gave none), or leave it out to start again.';

const CHECK_BYTES = 9;

/** The limit may change from page to page; nothing else. */
async function checkOf(
  { distanceMeters, key, mode }: Position,
  { center, radiusMeters, query, filter, collection, openAt }: Question,
  { version }: Snapshot,
): Promise<string> {
  const { latitude, longitude } = center;
  const category = query.category?.text ?? null;
  const asked = [latitude, longitude, radiusMeters, query.text, category];
  const parts = [
    version,
    distanceMeters,
    key,
    mode,
    asked,
    filter ?? null,
    openAt ?? null,
    collection ?? null,
  ];
  return sha256Hex(JSON.stringify(parts), CHECK_BYTES);
}
