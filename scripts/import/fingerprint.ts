import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** To be raised when the same files and options give other parts than before: those are of another import. */
const PARTS_VERSION = 3;

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

/** Differs where somebody has written to the files in between. */
export async function stampOf(files: readonly string[]): Promise<string> {
  const infos = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return infos.map((info) => `${info?.ino} ${info?.size} ${info?.mtimeMs}`).join();
}
