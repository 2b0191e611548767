/** A stream of bytes, in chunks of any size. */
export type Bytes = AsyncIterable<Uint8Array>;

/** The beginning of a stream, and the whole stream again. */
export interface Peeked {
  /** Shorter than asked for only if the stream is. */
  readonly head: Uint8Array;
  readonly bytes: Bytes;
}

/** Reads the first bytes of a stream without losing them. */
export async function peek(bytes: Bytes, length: number): Promise<Peeked> {
  const source = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < length) {
    const next = await source.next();
    if (next.done) break;
    head = concatBytes(head, next.value);
  }
  return { head: head.subarray(0, length), bytes: prepend(head.length > 0 ? [head] : [], source) };
}

/** What a source has left, with something before it. Closes the source when it is closed itself. */
export async function* prepend<Item>(
  first: Iterable<Item>,
  source: AsyncIterator<Item>,
): AsyncGenerator<Item> {
  try {
    yield* first;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** The stream without its first bytes. */
export async function* skipBytes(bytes: Bytes, count: number): Bytes {
  let left = count;
  for await (const chunk of bytes) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The same bytes in chunks of at least `least` bytes: a parser that is called for every 4 KiB takes twice as long. */
export async function* rechunk(bytes: Bytes, least: number): Bytes {
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

export function concatBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.length === 0 ? second : Buffer.concat([first, second]);
}

export function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => bytes[index] === byte);
}

const NEWLINE = 10;

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
