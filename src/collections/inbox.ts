import { sha256Hex } from "../digest.ts";
import { findCollection, labelOf } from "./collection-rows.ts";
import { finishStep } from "./finish.ts";
import { type Stores, startImport, takePart } from "./imports.ts";
import type { Label } from "./record-log.ts";
import { CollectionId } from "./schemas.ts";

/** What R2 says of an object that was put (developers.cloudflare.com/r2/buckets/event-notifications). */
export interface BucketEvent {
  readonly action: string;
  readonly object: { readonly key: string; readonly eTag?: string };
}

const INBOX = /^inbox\/([^/.]+)\/[^/]+\.ndjson$/;
/** A part is cut at the end of a line, as near to this as can be. */
const PART_BYTES = 512 * 1024;
const STORED: readonly string[] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/**
 * Imports an object `inbox/<collection>/<name>.ndjson`, one record a line, that was put into the bucket: merged into
 * its collection, which is made if there is none. If it breaks off, the message comes again and the import
 * goes on where it stopped: parts that are there are not taken twice. The object is deleted when it is done.
 */
export async function importFromInbox(stores: Stores, event: BucketEvent): Promise<void> {
  const { key } = event.object;
  const [, name] = INBOX.exec(key) ?? [];
  if (!STORED.includes(event.action) || !CollectionId.safeParse(name).success) return;
  const object = await stores.bucket.get(key);
  if (!object) return;

  const label = await labelFor(stores, name!);
  const fingerprint = `inbox ${key} ${object.etag}`;
  const {
    import: number,
    partsDone,
    state,
  } = await startImport(stores, {
    mode: "merge",
    fingerprint,
    label,
  });
  const done = new Set(partsDone);
  let part = 0;
  if (state === "open") {
    for await (const text of partsOf(object.body)) {
      if (!done.has(part)) {
        await takePart(stores, name!, number, part, text, await sha256Hex(text));
      }
      part += 1;
    }
  }
  while (!(await finishStep(stores, name!, number, part)).done);
  await stores.bucket.delete(key);
}

async function labelFor({ database }: Stores, name: string): Promise<Label> {
  const row = await findCollection(database.withSession("first-primary"), name);
  if (row) return labelOf(row);
  const unknown = "Not stated";
  const today = new Date().toISOString().slice(0, 10);
  return {
    id: name,
    title: name,
    license: unknown,
    attribution: "",
    url: "",
    asOf: today,
    attributes: {},
  };
}

async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    rest += text;
    while (rest.length > PART_BYTES) {
      const end = rest.lastIndexOf("\n", PART_BYTES);
      const cut = end > 0 ? end + 1 : rest.indexOf("\n") + 1;
      if (cut === 0) break;
      yield rest.slice(0, cut);
      rest = rest.slice(cut);
    }
  }
  if (rest.trim()) yield rest;
}
