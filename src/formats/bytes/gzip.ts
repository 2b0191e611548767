import { CallerError } from "../../errors.ts";
import type { Bytes } from "../readers/row.ts";
import { startsWith } from "./encoding.ts";

export const GZIP_MARK = [0x1f, 0x8b] as const;

/** Makes a stream of gzip's content. */
export type Gunzip = (bytes: Bytes) => Bytes;

/** With the platform's own stream, which knows one member only; what reads it decides how much is held. */
export async function* gunzip(bytes: Bytes): Bytes {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const feeding = feed(bytes, writer);
  const reader = (readable as ReadableStream<Uint8Array>).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    await feeding;
  } catch (error) {
    throw damaged(error);
  } finally {
    await reader.cancel().catch(() => {});
    await feeding.catch(() => {});
  }
}

async function feed(bytes: Bytes, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  for await (const chunk of bytes) {
    // Its failure comes out at the reading end.
    const written = await writer.write(chunk).then(
      () => true,
      () => false,
    );
    if (!written) return;
  }
  await writer.close().catch(() => {});
}

export function damaged(cause: unknown): CallerError {
  return new CallerError(
    "The gzip file is damaged or ends too early: fetch it again, or unpack it by hand.",
    { cause },
  );
}

export function isGzip(head: Uint8Array): boolean {
  return startsWith(head, GZIP_MARK);
}
