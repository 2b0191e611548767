import { readSlices, type Slice } from "./slices.ts";

/** Reads a Parquet file in a process of its own, which may end in any way. It answers each message with a slice. */

/** How often the parent is told that the process is alive. */
export const SIGN_MS = 250;

/** A slice, nothing at the end, or why the file cannot be read. */
export type Answer = { slice?: Slice; problem?: string } | "alive";

if (import.meta.main) {
  const [path = "", from, before] = process.argv.slice(2);
  const slices = readSlices(path, Number(from), Number(before));
  const read = async (): Promise<Answer> => {
    try {
      const { value } = await slices.next();
      return value ? { slice: value } : {};
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };
  // The next slice is read while the parent uses the one before.
  let ahead = read();
  process.on("message", () => {
    ahead = ahead.then((answer) => {
      process.send?.(answer);
      return read();
    });
  });
  setInterval(() => process.send?.("alive"), SIGN_MS).unref();
}
