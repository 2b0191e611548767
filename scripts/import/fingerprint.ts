import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Counts up when the same file and options give other parts than before: an import then begins anew. */
const PARTS_VERSION = 2;

/** The digest of what decides an import's parts. Reads the files once. */
export async function fingerprintOf(files: readonly string[], options: unknown): Promise<string> {
  const digests: string[] = [];
  for (const file of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
    digests.push(hash.digest("hex"));
  }
  const parts = JSON.stringify([PARTS_VERSION, options, digests]);
  return createHash("sha256").update(parts).digest("hex");
}
