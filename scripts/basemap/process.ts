import { writeFile } from "node:fs/promises";
import { makeBasemap } from "./make.ts";
import { OPTIONS } from "./recipe.ts";

/** Makes the default map in a process of its own, into a file, and tells its parent the share that is made. */
if (import.meta.main) {
  const [path = ""] = process.argv.slice(2);
  const onProgress = (share: number) => void process.send?.(share);
  await writeFile(path, makeBasemap({ ...OPTIONS, onProgress }));
  process.disconnect?.();
}
