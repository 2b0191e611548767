import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** A program whose output is read. */
type Read = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

/** How a program that failed has ended, and what it had printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * What a program prints, when it has ended well.
 *
 * @throws what `failureOf` makes if it fails; Error if it cannot be started
 */
export function printedBy(child: Read, failureOf: (ended: Ended) => Error): Promise<string> {
  return new Promise((resolve, reject) => {
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      err += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(out);
      else reject(failureOf({ code, out, err }));
    });
  });
}
