import { type Bytes, concatBytes } from "../bytes/byte-stream.ts";
import { BEGINNING, MOST_ROW_BYTES } from "./row.ts";

const NEWLINE = 10;

/** A line of a text. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Missing if the line is longer than MOST_ROW_BYTES. */
  readonly text?: string;
  /** How many bytes of the text come before the next line. */
  readonly end: number;
}

/** The lines of UTF-8 text that are not empty. Of a line that is too long, no more than MOST_ROW_BYTES are ever held. */
export async function* readLines(bytes: Bytes, start = BEGINNING): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder();
  let rest: Uint8Array = new Uint8Array(0);
  let number = start.line;
  let position = start.at;
  let tooLong = false;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const bytes = concatBytes(rest, chunk.subarray(from, end));
      const at = position + end + 1;
      if (tooLong || bytes.length > MOST_ROW_BYTES) yield { number, end: at };
      else if (bytes.length > 0) yield { number, text: decoder.decode(bytes), end: at };
      rest = rest.subarray(0, 0);
      tooLong = false;
      number += 1;
      from = end + 1;
    }
    position += chunk.length;
    if (!tooLong) rest = concatBytes(rest, chunk.subarray(from));
    if (rest.length > MOST_ROW_BYTES) {
      tooLong = true;
      rest = rest.subarray(0, 0);
    }
  }
  if (tooLong) yield { number, end: position };
  else if (rest.length > 0) yield { number, text: decoder.decode(rest), end: position };
}
