import type { Bytes } from "../readers/row.ts";
import { joined, peek } from "./byte-stream.ts";

const UTF_16 = { "utf-16le": [0xff, 0xfe], "utf-16be": [0xfe, 0xff] } as const;
const UTF_8_MARK = [0xef, 0xbb, 0xbf] as const;

/** From the first byte beyond ASCII, so much decides whether the text is UTF-8. */
const DECIDING_BYTES = 64 * 1024;

/** What a stream turned out to be in; known when it has been read so far. */
export type TellEncoding = (encoding: "utf-16le" | "utf-16be" | "windows-1252") => void;

/**
 * The text as UTF-8 without a byte order mark. UTF-16 is known by its mark or by its zeros. Text that has
 * more broken UTF-8 than good is taken for windows-1252; in UTF-8 the broken bytes stay.
 */
export async function* toUtf8(text: Bytes, tell: TellEncoding = () => {}): Bytes {
  const { head, bytes } = await peek(text, 1024);
  const utf16 = utf16Of(head);
  if (utf16) {
    tell(utf16);
    yield* recoded(bytes, utf16);
    return;
  }
  let ascii = true;
  let window: Uint8Array | undefined;
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (let chunk of bytes) {
    if (isFirst && startsWith(chunk, UTF_8_MARK)) chunk = chunk.subarray(UTF_8_MARK.length);
    isFirst = false;
    if (ascii && !window) {
      const strange = chunk.findIndex((byte) => byte >= 0x80);
      if (strange < 0) {
        yield chunk;
        continue;
      }
      yield chunk.subarray(0, strange);
      window = chunk.subarray(strange);
    } else if (window) {
      window = joined(window, chunk);
    } else {
      yield decoder ? encode(decoder.decode(chunk, { stream: true })) : chunk;
      continue;
    }
    if (window.length < DECIDING_BYTES) continue;
    ascii = false;
    decoder = decoderFor(window, tell);
    yield decoder ? encode(decoder.decode(window, { stream: true })) : window;
    window = undefined;
  }
  if (!window) return;
  decoder = decoderFor(window, tell);
  yield decoder ? encode(decoder.decode(window)) : window;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function* recoded(bytes: Bytes, encoding: string): Bytes {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield encode(decoder.decode(chunk, { stream: true }));
  yield encode(decoder.decode());
}

function utf16Of(head: Uint8Array): keyof typeof UTF_16 | undefined {
  if (startsWith(head, UTF_16["utf-16le"])) return "utf-16le";
  if (startsWith(head, UTF_16["utf-16be"])) return "utf-16be";
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const most = head.length / 4;
  if (head.length >= 4 && zeros[1]! > most && zeros[0]! < most / 8) return "utf-16le";
  if (head.length >= 4 && zeros[0]! > most && zeros[1]! < most / 8) return "utf-16be";
  return undefined;
}

export function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return bytes.length >= mark.length && mark.every((byte, index) => bytes[index] === byte);
}

function decoderFor(window: Uint8Array, tell: TellEncoding): TextDecoder | undefined {
  if (isUtf8(window)) return undefined;
  tell("windows-1252");
  return new TextDecoder("windows-1252");
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
