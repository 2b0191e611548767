import { DecompressionStream, ReadableStream } from "node:stream/web";
import { CallerError } from "../../errors.ts";
import { type Bytes, startsWith } from "./byte-stream.ts";

/** Unpacks a stream of gzip as it is read. */
export type Gunzip = (bytes: Bytes) => Bytes;

/** With the platform's own stream, which knows one member only. Throws a CallerError for what is damaged. */
export async function* gunzip(bytes: Bytes): Bytes {
  try {
    yield* ReadableStream.from(bytes).pipeThrough(new DecompressionStream("gzip"));
  } catch (error) {
    // Any other error is the source's.
    throw error instanceof TypeError ? damagedGzip(error) : error;
  }
}

export function damagedGzip(cause: unknown): CallerError {
  return new CallerError(
    "The gzip file is damaged or ends too early: fetch it again, or unpack it by hand.",
    { cause },
  );
}

export function isGzip(head: Uint8Array): boolean {
  return startsWith(head, [0x1f, 0x8b]);
}
