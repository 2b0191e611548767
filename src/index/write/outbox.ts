import { TAKE_NUMBER } from "./object-numbers.ts";
import { eachSlice } from "./transaction.ts";

/**
 * Edits between the index and the log. The batch that changes the index is an edit's commit; it puts the entry of the log
 * into the outbox, and the entry leaves it when the manifest names an object that has it (src/imports/compaction.ts). Until
 * then the place's row has a length of 0 (`PENDING`) and the edit's number in place of an object's.
 */

/** Where the record of a pending edit lies in the bucket: nowhere yet. */
export const PENDING = { offset: 0, length: 0 } as const;

export interface PendingEdit {
  /** Of a later edit of the same collection it is higher. */
  readonly number: number;
  /** The entry, JSON. */
  readonly text: string;
}

/** Takes a number for an edit, and tells that of the collection's oldest edit that is pending. */
export async function allocateEditNumber(
  session: D1DatabaseSession,
  collection: number,
): Promise<{ number: number; oldest: number }> {
  const [taken, pending] = await session.batch<{ number: number | null }>([
    session.prepare(TAKE_NUMBER),
    session
      .prepare("SELECT min(number) AS number FROM outbox WHERE collection = ?1")
      .bind(collection),
  ]);
  const number = taken!.results[0]!.number!;
  return { number, oldest: pending!.results[0]!.number ?? number };
}

export function addPendingEdit(
  session: D1DatabaseSession,
  collection: number,
  { number, text }: PendingEdit,
): D1PreparedStatement {
  return session
    .prepare("INSERT INTO outbox (number, collection, text) VALUES (?1, ?2, ?3)")
    .bind(number, collection, text);
}

/** The oldest of a collection. */
export async function pendingEdits(
  session: D1DatabaseSession,
  collection: number,
  most: number,
): Promise<PendingEdit[]> {
  const { results } = await session
    .prepare("SELECT number, text FROM outbox WHERE collection = ?1 ORDER BY number LIMIT ?2")
    .bind(collection, most)
    .all<PendingEdit>();
  return results;
}

export function removePendingEdits(
  session: D1DatabaseSession,
  numbers: readonly number[],
): D1PreparedStatement[] {
  return eachSlice(
    session,
    "DELETE FROM outbox WHERE number IN (SELECT value FROM json_each(?1))",
    numbers,
  );
}

/** The statement that forgets the pending edits of a collection that is deleted. */
export function dropPendingEdits(
  session: D1DatabaseSession,
  collection: number,
): D1PreparedStatement {
  return session.prepare("DELETE FROM outbox WHERE collection = ?1").bind(collection);
}
