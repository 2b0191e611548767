import { CallerError } from "../errors.ts";
import type { NearbyQuestion, Position } from "./nearby.ts";

/**
 * A cursor tells where a page ended, and for which question: `<distance>_<key>_<check>` in URL-safe
 * Base64. It holds no location. Nothing secret hangs on it: a forged one could only skip places, but
 * it is told apart so that mistakes show.
 */
export async function writeCursor(end: Position, question: NearbyQuestion): Promise<string> {
  const text = `${end.distanceMeters}_${end.key}_${await checkOf(end, question)}`;
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @throws CallerError if the cursor is none of ours or belongs to another question. */
export async function readCursor(cursor: string, question: NearbyQuestion): Promise<Position> {
  const [distance, key, check] = decode(cursor).split("_");
  const end = { distanceMeters: Number(distance), key: Number(key) };
  if (check === undefined || check !== (await checkOf(end, question))) {
    throw new CallerError(
      '"cursor" does not belong to this question. Pass the next_cursor of the last answer with the same arguments, or leave it out to start again.',
    );
  }
  return end;
}

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
  end: Position,
  { center, radiusMeters, text, category }: NearbyQuestion,
): Promise<string> {
  const content = JSON.stringify([
    end.distanceMeters,
    end.key,
    center.latitude,
    center.longitude,
    radiusMeters,
    text,
    category ?? null,
  ]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return Array.from(new Uint8Array(digest, 0, CHECK_BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
