import * as z from "zod/v4";

/** What R2 says of an object that was put (developers.cloudflare.com/r2/buckets/event-notifications). */
const BucketEvent = z.object({ action: z.string(), object: z.object({ key: z.string() }) });

/** One version of an object in the inbox. The same file put again is another version. */
export interface InboxObject {
  readonly key: string;
  /** The name of its folder; empty if it is in none. */
  readonly collection: string;
  readonly version: string;
}

const INBOX = /^inbox\/(?:([^/]*)\/)?.*[^/]$/s;
const STORED: readonly string[] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/**
 * The object that an event is about, as it lies in the inbox now: `inbox/<collection>/<name>`. Undefined if the event is
 * about something else, or if the object is gone.
 */
export async function inboxObjectOf(
  bucket: R2Bucket,
  event: unknown,
): Promise<InboxObject | undefined> {
  const { data } = BucketEvent.safeParse(event);
  if (!data || !STORED.includes(data.action)) return undefined;
  const { key } = data.object;
  const folder = INBOX.exec(key);
  const head = folder && (await bucket.head(key));
  return head ? { key, collection: folder[1] ?? "", version: head.version } : undefined;
}

const FINGERPRINT = "inbox";

/** The fingerprint of the import of an object. */
export function fingerprintOf({ key, version }: InboxObject): string {
  return `${FINGERPRINT} ${key} ${version}`;
}

/** Whether a fingerprint is of the import of another version of the same object. */
export function isOfOtherVersion(fingerprint: string, object: InboxObject): boolean {
  const ofKey = fingerprint.slice(0, fingerprint.lastIndexOf(" "));
  return ofKey === `${FINGERPRINT} ${object.key}` && fingerprint !== fingerprintOf(object);
}
