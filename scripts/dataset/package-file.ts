import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a module, or of a file beside it: some packages export only their main module. */
export function packageFile(module: string, beside?: string): string {
  const path = fileURLToPath(import.meta.resolve(module));
  return beside ? join(dirname(path), beside) : path;
}
