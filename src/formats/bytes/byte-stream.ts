import type { Bytes } from "../readers/row.ts";

/** The beginning of a stream, and the whole stream again. */
export interface Peeked {
  /** Shorter than asked only if the stream is. */
  readonly head: Uint8Array;
  readonly bytes: Bytes;
}

/** Looks at the first bytes without losing them. */
export async function peek(bytes: Bytes, length: number): Promise<Peeked> {
  const source = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < length) {
    const next = await source.next();
    if (next.done) break;
    head = joined(head, next.value);
  }
  return { head: head.subarray(0, length), bytes: again(head, source) };
}

async function* again(head: Uint8Array, source: AsyncIterator<Uint8Array>) {
  try {
    if (head.length > 0) yield head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** The stream behind its first bytes. */
export async function* behind(bytes: Bytes, at: number): Bytes {
  let toDrop = at;
  for await (const chunk of bytes) {
    if (toDrop < chunk.length) yield chunk.subarray(toDrop);
    toDrop = Math.max(0, toDrop - chunk.length);
  }
}

/** The same in larger chunks: a parser that is called for every 4 KiB takes twice as long. */
export async function* gathered(bytes: Bytes, least: number): Bytes {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    pieces.push(chunk);
    length += chunk.length;
    if (length < least) continue;
    yield Buffer.concat(pieces, length);
    [pieces, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(pieces, length);
}

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

const NEWLINE = 10;

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
