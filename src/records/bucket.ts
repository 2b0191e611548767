/** What the bucket's own methods leave to us: lists of any length, and deletions of any number of objects. */

/** Puts an object only if there is none of that name. */
export const IF_NEW = new Headers({ "If-None-Match": "*" });

/** R2 deletes no more at once. */
const MOST_DELETED = 1_000;

/** A number as a part of a name: eight digits, so that names sort as their numbers do. */
export function padded(number: number): string {
  return String(number).padStart(8, "0");
}

/** The number at the beginning of a name's last part. */
export function numberOf(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf("/") + 1), 10);
}

/** All objects whose names begin with a prefix, in the order of their names. */
export async function* objectsUnder(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor && { cursor }) });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

/** Deletes the objects whose names begin with a prefix, or those of them that are meant. */
export async function deleteUnder(
  bucket: R2Bucket,
  prefix: string,
  isMeant: (key: string) => boolean = () => true,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of objectsUnder(bucket, prefix)) if (isMeant(key)) keys.push(key);
  await deleteKeys(bucket, keys);
}

export async function deleteKeys(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  for (let first = 0; first < keys.length; first += MOST_DELETED) {
    await bucket.delete(keys.slice(first, first + MOST_DELETED));
  }
}
