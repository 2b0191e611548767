import { once } from "node:events";
import { fstatSync, ftruncateSync, readFileSync, writeSync } from "node:fs";

const STDOUT = 1;

/**
 * Writes data to the output. npm prints a banner there before it runs a script: where the output is a file that has
 * nothing else, the banner goes.
 */
export async function output(): Promise<(text: string) => Promise<void>> {
  if (!hasOnlyBanner()) return writeToStream;
  ftruncateSync(STDOUT, 0);
  let at = 0;
  return async (text) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(STDOUT, bytes, done, bytes.length - done, at + done);
    }
    at += bytes.length;
  };
}

async function writeToStream(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

const LONGEST_BANNER = 10_000;

/** Such as "\n> hereabouts@0.1.0 export\n> node scripts/export.ts stores\n\n". */
function hasOnlyBanner(): boolean {
  const { npm_package_name: name, npm_lifecycle_event: script } = process.env;
  const info = fstatSync(STDOUT);
  if (!name || !script || !info.isFile() || info.size > LONGEST_BANNER) return false;
  try {
    // The output itself cannot be read.
    const text = readFileSync(`/dev/fd/${STDOUT}`, "utf8");
    const [empty, first = "", second = "", ...rest] = text.split("\n");
    const isBanner = empty === "" && first.startsWith(`> ${name}`) && second.startsWith("> ");
    return isBanner && rest.join("") === "";
  } catch {
    return false;
  }
}
