import { isAscii } from "node:buffer";
import { type Bytes, concatBytes, peek, prepend, skipBytes, startsWith } from "./byte-stream.ts";

const BYTE_ORDER_MARKS = {
  "utf-8": [0xef, 0xbb, 0xbf],
  "utf-16le": [0xff, 0xfe],
  "utf-16be": [0xfe, 0xff],
} as const;

/** An encoding other than UTF-8. */
export type ForeignEncoding = "utf-16le" | "utf-16be" | "windows-1252";

/** A place in a file from which on its text can be decoded by itself. Plain data. */
export interface SourcePosition {
  /** How many bytes of the file come before it. */
  readonly offset: number;
  /** How many bytes of the text come before it, as UTF-8. */
  readonly at: number;
  /** Missing as long as no byte beyond ASCII has told it. */
  readonly encoding?: ForeignEncoding | "utf-8";
}

/** From the first byte beyond ASCII on, so many bytes decide whether the text is UTF-8. */
const DECIDING_BYTES = 64 * 1024;

interface Decoding {
  /** Where the bytes begin, if they are the rest of a file. */
  readonly start?: SourcePosition | undefined;
  /** Called when the text turns out to be in another encoding than UTF-8, which may be far into it. */
  onForeign?(encoding: ForeignEncoding): void;
  /** Called before each chunk of the text with where it is from. */
  onPosition?(position: SourcePosition): void;
}

/**
 * The text as UTF-8 without a byte order mark. UTF-16 is known by its mark or by its zeros. Text that has more broken
 * UTF-8 than good is taken for windows-1252; in UTF-8 the broken bytes stay.
 */
export async function* toUtf8(text: Bytes, decoding: Decoding = {}): Bytes {
  const { start } = decoding;
  const { bytes, position } = start ? { bytes: text, position: start } : await begin(text);
  yield* position.encoding
    ? decoded(bytes, position, position.encoding, decoding)
    : undecided(bytes, position, decoding);
}

async function begin(text: Bytes): Promise<{ bytes: Bytes; position: SourcePosition }> {
  const { head, bytes } = await peek(text, 1024);
  const encoding = utf16Of(head);
  const mark = BYTE_ORDER_MARKS[encoding ?? "utf-8"];
  const offset = startsWith(head, mark) ? mark.length : 0;
  const position = { offset, at: 0, ...(encoding && { encoding }) };
  return { bytes: offset > 0 ? skipBytes(bytes, offset) : bytes, position };
}

async function* undecided(bytes: Bytes, { offset, at }: SourcePosition, decoding: Decoding): Bytes {
  const source = bytes[Symbol.asyncIterator]();
  let passed = 0;
  const here = () => ({ offset: offset + passed, at: at + passed });
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      const chunk = next.value;
      const ascii = isAscii(chunk) ? chunk.length : chunk.findIndex((byte) => byte >= 0x80);
      decoding.onPosition?.(here());
      yield chunk.subarray(0, ascii);
      passed += ascii;
      if (ascii === chunk.length) continue;
      const rest = await peek(prepend([chunk.subarray(ascii)], source), DECIDING_BYTES);
      const encoding = isUtf8(rest.head) ? "utf-8" : "windows-1252";
      yield* decoded(rest.bytes, here(), encoding, decoding);
      return;
    }
  } finally {
    await source.return?.();
  }
}

async function* decoded(
  bytes: Bytes,
  start: SourcePosition,
  encoding: ForeignEncoding | "utf-8",
  { onForeign, onPosition }: Decoding,
): Bytes {
  if (encoding !== "utf-8") onForeign?.(encoding);
  const recode = encoding === "utf-8" ? undefined : recoder(encoding);
  let { offset, at } = start;
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const whole = concatBytes(rest, chunk);
    const length = wholeLength(whole, encoding);
    const text = recode ? recode(whole.subarray(0, length)) : whole;
    onPosition?.({ offset, at, encoding });
    yield text;
    offset += length;
    at += text.length;
    rest = whole.subarray(length);
  }
  if (recode && rest.length > 0) yield recode(rest);
}

function recoder(encoding: ForeignEncoding): (bytes: Uint8Array) => Uint8Array {
  // A mark in the middle is a sign of the text.
  const decoder = new TextDecoder(encoding, { fatal: false, ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes) => encoder.encode(decoder.decode(bytes));
}

/** How many of the bytes are whole characters. */
function wholeLength(bytes: Uint8Array, encoding: ForeignEncoding | "utf-8"): number {
  if (encoding === "utf-8" || encoding === "windows-1252") return bytes.length;
  const even = bytes.length - (bytes.length % 2);
  const high = bytes[encoding === "utf-16le" ? even - 1 : even - 2];
  const isHalf = high !== undefined && high >> 2 === 0xd8 >> 2;
  return isHalf ? even - 2 : even;
}

function utf16Of(head: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (startsWith(head, BYTE_ORDER_MARKS["utf-16le"])) return "utf-16le";
  if (startsWith(head, BYTE_ORDER_MARKS["utf-16be"])) return "utf-16be";
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const most = head.length / 4;
  if (head.length >= 4 && zeros[1]! > most && zeros[0]! < most / 8) return "utf-16le";
  if (head.length >= 4 && zeros[0]! > most && zeros[1]! < most / 8) return "utf-16be";
  return undefined;
}

/** Whether there are at least as many whole sequences beyond ASCII as broken ones. */
function isUtf8(window: Uint8Array): boolean {
  let whole = 0;
  let broken = 0;
  for (let at = 0; at < window.length; at += 1) {
    const byte = window[at]!;
    if (byte < 0x80) continue;
    const more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    if (at + more >= window.length) break;
    const rest = window.subarray(at + 1, at + 1 + more);
    if (byte >= 0xc2 && byte < 0xf5 && rest.every((next) => next >> 6 === 2)) {
      whole += 1;
      at += more;
    } else {
      broken += 1;
    }
  }
  return whole >= broken;
}
