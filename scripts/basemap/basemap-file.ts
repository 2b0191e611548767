import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CallerError } from "../../src/errors.ts";
import { recipe } from "./recipe.ts";

const PROCESS = join(import.meta.dirname, "process.ts");
/** Where the map is kept that was made last: for this machine's server, and for others. */
const FOLDER = ".wrangler/basemap";

/**
 * The default map. It is made once on a machine, in a process of its own: that takes a processor for a while, and much memory.
 *
 * @param onProgress called now and then with the share that is made
 * @throws CallerError if it cannot be made
 */
export async function basemapFile(
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(FOLDER, `${recipe()}.pmtiles`);
  const known = await readFile(file).catch(() => undefined);
  if (known) return known;
  await mkdir(FOLDER, { recursive: true });
  // Of its own: another process may make the map at the same time.
  const unfinished = join(FOLDER, `${process.pid}.unfinished`);
  try {
    await make(unfinished, signal, onProgress);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
  for (const name of await readdir(FOLDER)) {
    const isOlder = name.endsWith(".pmtiles") && join(FOLDER, name) !== file;
    if (isOlder) await rm(join(FOLDER, name), { force: true });
  }
  return readFile(file);
}

async function make(
  path: string,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<void> {
  const child = fork(PROCESS, [path], { signal, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let printed = "";
  child.stderr!.on("data", (text) => {
    printed += text;
  });
  child.on("message", (share) => onProgress(Number(share)));
  const [code] = await once(child, "close");
  if (code === 0) return;
  const reason = /^\w*Error: .*$/m.exec(printed)?.[0] ?? `its process ended with ${code}`;
  throw new CallerError(`the map cannot be made (${reason})`);
}
