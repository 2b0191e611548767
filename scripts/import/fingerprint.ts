import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { NamedPath } from "./open-file.ts";

/** To be raised when the same files and options give other parts than before: those are of another import. */
const PARTS_VERSION = 4;

/** What decides an import's parts: a digest of the files, which are read once, and one of the options. */
export async function fingerprintOf(
  files: readonly NamedPath[],
  options: unknown,
): Promise<string> {
  const digests: string[] = [];
  for (const { path } of files) {
    const digest = createHash("sha256");
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
    digests.push(digest.digest("hex"));
  }
  return [digests, [PARTS_VERSION, options]]
    .map((part) => hash("sha256", JSON.stringify(part)))
    .join(" ");
}

/** Differs where somebody has written to the files in between. */
export async function stampOf(files: readonly NamedPath[]): Promise<string> {
  const infos = await Promise.all(files.map(({ path }) => stat(path).catch(() => undefined)));
  return infos.map((info) => `${info?.ino} ${info?.size} ${info?.mtimeMs}`).join();
}
