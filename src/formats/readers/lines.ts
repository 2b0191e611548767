import { joined } from "../bytes/byte-stream.ts";
import { BEGINNING, type Bytes, MOST_ROW_BYTES } from "./row.ts";

const NEWLINE = 10;

export interface Line {
  readonly number: number;
  /** Missing if the line is too long. */
  readonly text?: string;
  /** Where it ends, in bytes of the text. */
  readonly end: number;
}

/** The lines of UTF-8 text that are not empty; of one that is too long, no more than a row's bound is ever held. */
export async function* linesOf(bytes: Bytes, start = BEGINNING): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest: Uint8Array = new Uint8Array(0);
  let number = start.line;
  let position = start.at;
  let tooLong = false;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const bytes = joined(rest, chunk.subarray(from, end));
      const at = position + end + 1;
      if (tooLong || bytes.length > MOST_ROW_BYTES) yield { number, end: at };
      else if (bytes.length > 0) yield { number, text: decoder.decode(bytes), end: at };
      rest = rest.subarray(0, 0);
      tooLong = false;
      number += 1;
      from = end + 1;
    }
    position += chunk.length;
    if (!tooLong) rest = joined(rest, chunk.subarray(from));
    if (rest.length > MOST_ROW_BYTES) {
      tooLong = true;
      rest = rest.subarray(0, 0);
    }
  }
  if (tooLong) yield { number, end: position };
  else if (rest.length > 0) yield { number, text: decoder.decode(rest), end: position };
}
