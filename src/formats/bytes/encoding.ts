import { isAscii } from "node:buffer";
import { type Bytes, peek, prepend, skipBytes, startsWith } from "./byte-stream.ts";

const BYTE_ORDER_MARKS = {
  "utf-8": [0xef, 0xbb, 0xbf],
  "utf-16le": [0xff, 0xfe],
  "utf-16be": [0xfe, 0xff],
} as const;

/** An encoding other than UTF-8. */
export type ForeignEncoding = "utf-16le" | "utf-16be" | "windows-1252";

/** From the first byte beyond ASCII on, so many bytes decide whether the text is UTF-8. */
const DECIDING_BYTES = 64 * 1024;

/**
 * The text as UTF-8 without a byte order mark. UTF-16 is known by its mark or by its zeros. Text that has more broken
 * UTF-8 than good is taken for windows-1252; in UTF-8 the broken bytes stay.
 *
 * @param onForeign called when the text turns out to be in another encoding, which may be far into it
 */
export async function* toUtf8(
  text: Bytes,
  onForeign: (encoding: ForeignEncoding) => void = () => {},
): Bytes {
  const { head, bytes } = await peek(text, 1024);
  const utf16 = utf16Of(head);
  if (utf16) {
    onForeign(utf16);
    yield* recoded(bytes, utf16);
    return;
  }
  const mark = BYTE_ORDER_MARKS["utf-8"];
  const unmarked = startsWith(head, mark) ? skipBytes(bytes, mark.length) : bytes;
  const source = unmarked[Symbol.asyncIterator]();
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      if (isAscii(next.value)) {
        yield next.value;
        continue;
      }
      const foreign = next.value.findIndex((byte) => byte >= 0x80);
      yield next.value.subarray(0, foreign);
      const rest = await peek(prepend([next.value.subarray(foreign)], source), DECIDING_BYTES);
      if (isUtf8(rest.head)) {
        yield* rest.bytes;
      } else {
        onForeign("windows-1252");
        yield* recoded(rest.bytes, "windows-1252");
      }
      return;
    }
  } finally {
    await source.return?.();
  }
}

async function* recoded(bytes: Bytes, encoding: ForeignEncoding): Bytes {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of bytes) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
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
