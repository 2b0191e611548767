import { isAscii } from "node:buffer";
import { CallerError } from "../../errors.ts";
import { type Bytes, concatBytes, peek, prepend, skipBytes, startsWith } from "./byte-stream.ts";
import { type Reading, type ReadingContext, readingsOf } from "./detect-encoding.ts";

const BYTE_ORDER_MARKS = {
  "utf-8": [0xef, 0xbb, 0xbf],
  "utf-16le": [0xff, 0xfe],
  "utf-16be": [0xfe, 0xff],
} as const;

/** A place in a file from which on its text can be decoded by itself. Plain data. */
export interface SourcePosition {
  /** How many bytes of the file come before it. */
  readonly offset: number;
  /** How many bytes of the text come before it, as UTF-8. */
  readonly at: number;
  /** Missing as long as no byte beyond ASCII has told it. */
  readonly encoding?: string;
}

const UTF_8 = "utf-8";
const UTF_16 = ["utf-16le", "utf-16be"];
/** Needs what comes before, so nothing can go on within. */
const STATEFUL = ["iso-2022-jp", "replacement", "x-user-defined"];

/**
 * What the standard calls an encoding: "sjis" → `shift_jis`.
 *
 * @throws CallerError for what is none that we read
 */
export function encodingName(label: string): string {
  try {
    const { encoding } = new TextDecoder(label);
    if (!STATEFUL.includes(encoding)) return encoding;
  } catch {
    // No decoder has it.
  }
  throw new CallerError(
    `There is no encoding "${label}" that we read. We read utf-8, utf-16le, windows-1250 to windows-1258, iso-8859-2 to ` +
      "iso-8859-16, koi8-r, ibm866, macintosh, shift_jis, euc-jp, gb18030, big5, euc-kr and windows-874.",
  );
}

/** From the first byte beyond ASCII on, so many bytes decide in which encoding the text is. */
const DECIDING_BYTES = 64 * 1024;

interface Decoding {
  /** The encoding, if it is said, as encodingName writes it. */
  readonly encoding?: string | undefined;
  /** Where the bytes begin, if they are the rest of a file. */
  readonly start?: SourcePosition | undefined;
  /** Called when the text turns out to be in another encoding than UTF-8, which may be far into it. */
  onForeign?(encoding: string): void;
  /** Called before each chunk of the text with where it is from. */
  onPosition?(position: SourcePosition): void;
}

/**
 * The text as UTF-8 without a byte order mark. UTF-16 is known by its mark or by its zeros. Text that has much broken
 * UTF-8 is read in the encoding that it is likely to be in; in UTF-8 the broken bytes stay.
 *
 * @throws CallerError, also far into the text, if it may well be in another encoding
 */
export async function* toUtf8(text: Bytes, decoding: Decoding = {}): Bytes {
  const { start, encoding } = decoding;
  const { bytes, position } = start
    ? { bytes: text, position: start }
    : await begin(text, encoding);
  yield* position.encoding
    ? decoded(bytes, position, position.encoding, decoding)
    : undecided(bytes, position, decoding);
}

async function begin(
  text: Bytes,
  said: string | undefined,
): Promise<{ bytes: Bytes; position: SourcePosition }> {
  const { head, bytes } = await peek(text, 1024);
  const marked = Object.entries(BYTE_ORDER_MARKS).find(([, mark]) => startsWith(head, mark));
  const encoding = marked?.[0] ?? said ?? utf16Of(head);
  const offset = marked?.[1].length ?? 0;
  const position = { offset, at: 0, ...(encoding && { encoding }) };
  return { bytes: offset > 0 ? skipBytes(bytes, offset) : bytes, position };
}

async function* undecided(bytes: Bytes, { offset, at }: SourcePosition, decoding: Decoding): Bytes {
  const source = bytes[Symbol.asyncIterator]();
  let passed = 0;
  let line: Uint8Array = new Uint8Array(0);
  const here = () => ({ offset: offset + passed, at: at + passed });
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      const chunk = next.value;
      const ascii = isAscii(chunk) ? chunk.length : chunk.findIndex((byte) => byte >= 0x80);
      decoding.onPosition?.(here());
      yield chunk.subarray(0, ascii);
      passed += ascii;
      line = endOfLine(concatBytes(line, chunk.subarray(0, ascii)));
      if (ascii === chunk.length) continue;
      const rest = await peek(prepend([chunk.subarray(ascii)], source), DECIDING_BYTES);
      const isCut = rest.head.length === DECIDING_BYTES;
      const encoding = detected(rest.head, { line, asciiBefore: offset + passed, isCut });
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
  encoding: string,
  { onForeign, onPosition }: Decoding,
): Bytes {
  const recode = encoding === UTF_8 ? undefined : recoder(encoding);
  if (recode) onForeign?.(encoding);
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

function recoder(encoding: string): (bytes: Uint8Array) => Uint8Array {
  // A mark in the middle is a sign of the text.
  const decoder = new TextDecoder(encoding, { fatal: false, ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes) => encoder.encode(decoder.decode(bytes));
}

/** No character of more than one byte has a second byte below this one, in any encoding but UTF-16. */
const LEAST_SECOND_BYTE = 0x30;
/** What has no whole character in so many bytes is no text. */
const MOST_HELD_BYTES = 64 * 1024;

/** How many of the bytes are surely whole characters. */
function wholeLength(bytes: Uint8Array, encoding: string): number {
  if (encoding === UTF_8) return bytes.length;
  if (!UTF_16.includes(encoding)) {
    const end = bytes.findLastIndex((byte) => byte < LEAST_SECOND_BYTE) + 1;
    return bytes.length - end > MOST_HELD_BYTES ? bytes.length : end;
  }
  const even = bytes.length - (bytes.length % 2);
  const high = bytes[encoding === "utf-16le" ? even - 1 : even - 2];
  const isHalf = high !== undefined && high >> 2 === 0xd8 >> 2;
  return isHalf ? even - 2 : even;
}

/** Of a line, so many bytes belong to the word that a letter is in. */
const MOST_LINE_BYTES = 256;
const NEWLINE = 10;

function endOfLine(text: Uint8Array): Uint8Array {
  return text.slice(Math.max(text.lastIndexOf(NEWLINE) + 1, text.length - MOST_LINE_BYTES));
}

/**
 * The encoding of a text from its first byte beyond ASCII on; `line` is what is before it on its line.
 *
 * @throws CallerError if it is not sure
 */
function detected(
  bytes: Uint8Array,
  { line, ...context }: ReadingContext & { readonly line: Uint8Array },
): string {
  const { whole, broken } = utf8Sequences(bytes);
  // East Asian encodings have some of them by chance.
  if (whole >= 3 * broken) return UTF_8;
  const readings = readingsOf(concatBytes(line, bytes), context);
  const [best, ...others] = readings;
  if (whole >= broken && !best?.isEastAsian) return UTF_8;
  if (!best) {
    throw new CallerError(
      "The text is in no encoding that is known by its letters. Save it as UTF-8, or say which it is: --encoding shift_jis",
    );
  }
  if (others.length === 0) return best.encoding;
  throw new CallerError(
    `It is not sure in which encoding the text is: ${readings.slice(0, 3).map(sampleOf(readings)).join(", or ")}? ` +
      `Say which: --encoding ${best.encoding}`,
  );
}

const MOST_SHOWN = 40;

/** The first cell or word in which the readings differ: `windows-1250 ("Łódź")`. */
function sampleOf(readings: readonly Reading[]) {
  const pieces = readings.map(({ text }) => text.split(/[\s,;|"]+/));
  const at = pieces[0]!.findIndex((piece, index) => pieces.some((other) => other[index] !== piece));
  return ({ encoding }: Reading, index: number) =>
    `${encoding} ("${pieces[index]![at]?.slice(0, MOST_SHOWN)}")`;
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

/** How many sequences beyond ASCII are whole in UTF-8, and how many bytes are not. */
function utf8Sequences(window: Uint8Array) {
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
  return { whole, broken };
}
