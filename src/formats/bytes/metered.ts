import { CallerError } from "../../errors.ts";
import type { Bytes } from "./byte-stream.ts";

export interface Meter {
  /** What is longer is refused: a MiB of gzip may hold a GiB. */
  readonly mostBytes: number;
  /** Sees all bytes before a reader does, and may pause: readers pass by what is blank without a word. */
  readonly onBytes: (bytes: Uint8Array) => Promise<void>;
}

const MIB = 1024 * 1024;

/** The same bytes, as a meter lets them pass. @throws CallerError if there are too many */
export async function* metered(bytes: Bytes, { mostBytes, onBytes }: Meter): Bytes {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > mostBytes) {
      throw new CallerError(
        `More than ${mostBytes / MIB} MiB of the file, unpacked, would have to be read at once. Leave out what is not needed, or cut the file into several.`,
      );
    }
    await onBytes(chunk);
    yield chunk;
  }
}
