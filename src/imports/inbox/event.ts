import { sha256Hex } from "../../digest.ts";

/** What R2 says of an object that was put (developers.cloudflare.com/r2/buckets/event-notifications). */
export interface BucketEvent {
  readonly action: string;
  readonly object: { readonly key: string; readonly eTag?: string };
}

/** One version of an object in the inbox: the same file put again, with other metadata perhaps, is another one. */
export interface Dropped {
  readonly key: string;
  /** The name of the folder; empty if there is none. */
  readonly collection: string;
  readonly version: string;
}

const INBOX = /^inbox\/(?:([^/]*)\/)?.*[^/]$/s;
const STORED: readonly string[] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/**
 * The object that an event is about, as it lies in the inbox now: `inbox/<collection>/<name>`. Undefined if the event
 * is about something else, or if the object is gone.
 */
export async function droppedBy(
  bucket: R2Bucket,
  { action, object }: BucketEvent,
): Promise<Dropped | undefined> {
  if (!STORED.includes(action)) return undefined;
  const folder = INBOX.exec(object.key);
  const head = folder && (await bucket.head(object.key));
  return head ? { key: object.key, collection: folder[1] ?? "", version: head.version } : undefined;
}

/** The same for the same version of an object, however often an event of it is delivered. */
export function idOf({ key, version }: Dropped): Promise<string> {
  return sha256Hex(`${key} ${version}`);
}

const FINGERPRINT = "inbox";

/** What its import is known by. */
export function fingerprintOf({ key, version }: Dropped): string {
  return `${FINGERPRINT} ${key} ${version}`;
}

/** Whether an import is of another version of the same object. */
export function isOfOtherVersion(fingerprint: string, dropped: Dropped): boolean {
  const ofKey = fingerprint.slice(0, fingerprint.lastIndexOf(" "));
  return ofKey === `${FINGERPRINT} ${dropped.key}` && fingerprint !== fingerprintOf(dropped);
}
