/** The numbers of the log's objects (src/records/log.ts). No number is given twice: nothing in the bucket is overwritten. */

/** Takes the next number: its result is one row with `number`. */
export const TAKE_NUMBER =
  "UPDATE data_version SET next_object = next_object + 1 RETURNING next_object - 1 AS number";

/** Takes a number that no other writer gets. It is used up, even if the write comes to nothing. */
export async function allocateObjectNumber(session: D1DatabaseSession): Promise<number> {
  const row = await session.prepare(TAKE_NUMBER).first<{ number: number }>();
  return row!.number;
}

/** The number that is given next: all objects that there are have lower ones. */
export async function nextObjectNumber(session: D1DatabaseSession): Promise<number> {
  return (await session
    .prepare("SELECT next_object FROM data_version")
    .first<number>("next_object"))!;
}

/** The statement that skips the numbers below `first`: the bucket has objects that the index does not know of. */
export function skipObjectNumbers(session: D1DatabaseSession, first: number): D1PreparedStatement {
  return session.prepare("UPDATE data_version SET next_object = max(next_object, ?1)").bind(first);
}
