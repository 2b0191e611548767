import { CallerError } from "../../errors.ts";
import type { Bytes } from "../bytes/byte-stream.ts";
import { BEGINNING, type Checkpoint, MOST_ROW_BYTES } from "./row.ts";

/** One element of the array that a JSON document is about. */
export interface Element {
  /** The line of the file on which it begins. */
  readonly line: number;
  /** Its JSON text; missing if it is too long. */
  readonly text?: string;
  /**
   * Where the element ends. The array's key is `features` in GeoJSON and `elements` in Overpass JSON; it is empty if the
   * array is the document itself.
   */
  readonly next: Checkpoint & Required<Pick<Checkpoint, "array">>;
}

const [NEWLINE, SPACE, QUOTE, COMMA, BACKSLASH] = [10, 32, 34, 44, 92] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125] as const;

/** Of a longer key, only the beginning is kept: it is none that we know. */
const MOST_KEY_BYTES = 256;

/**
 * The elements of the first array of objects that is the document itself or a direct member of it. No more than one
 * element is held. Brackets are counted to find where an element ends, and nothing else is parsed: a broken element does
 * not stop the others.
 *
 * @throws CallerError if there is no such array, or if it does not end
 */
export async function* elementsOf(bytes: Bytes, start = BEGINNING): AsyncGenerator<Element> {
  const scanner = new Scanner(start);
  for await (const chunk of bytes) yield* scanner.scan(chunk);
  scanner.end();
}

class Scanner {
  readonly #decoder = new TextDecoder();
  #line: number;
  /** Of the chunk's first byte. */
  #position: number;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** The depth of the elements of the wanted array; 0 outside of it. */
  #arrayDepth = 0;
  #isFound = false;
  /** Directly after the opening bracket of a member's array: if an object follows, this array is the wanted one. */
  #isCandidate = false;
  /** The bytes of the last key of the document itself. */
  #keyBytes: number[] = [];
  /** The pieces of the element that is being read. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #elementLine = 0;
  #inElement = false;

  constructor({ at, line, array }: Checkpoint) {
    this.#position = at;
    this.#line = line;
    if (!array) return;
    this.#isFound = true;
    this.#depth = array.depth;
    this.#arrayDepth = array.depth;
    this.#keyBytes = [...new TextEncoder().encode(array.key)];
  }

  *scan(chunk: Uint8Array): Generator<Element> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#inString) {
        this.#string(byte);
        continue;
      }
      if (byte <= SPACE) continue;
      if (this.#isCandidate) this.#decide(byte);
      if (this.#arrayDepth > 0 && this.#depth === this.#arrayDepth) {
        if (byte === COMMA || byte === CLOSE_ARRAY) {
          if (this.#inElement) yield this.#element(chunk.subarray(start, at), this.#position + at);
          if (byte === CLOSE_ARRAY) this.#closeArray();
          continue;
        }
        if (!this.#inElement) {
          this.#inElement = true;
          this.#elementLine = this.#line;
          start = at;
        }
      }
      this.#structure(byte);
    }
    if (this.#inElement) this.#keep(chunk.slice(start));
    this.#position += chunk.length;
  }

  end(): void {
    if (this.#arrayDepth > 0) {
      throw new CallerError(
        `The file ends in the middle of its JSON, at line ${this.#line}: fetch it again.`,
      );
    }
    if (this.#isFound) return;
    throw new CallerError(
      "The JSON has no list of places: expected are a GeoJSON FeatureCollection, an answer of Overpass, " +
        "or a list of objects.",
    );
  }

  #string(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#inString = false;
    else if (this.#takesKey() && this.#keyBytes.length < MOST_KEY_BYTES) this.#keyBytes.push(byte);
  }

  #takesKey(): boolean {
    return this.#depth === 1 && !this.#isFound;
  }

  #structure(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = true;
      if (this.#takesKey()) this.#keyBytes = [];
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#depth += 1;
      if (byte === OPEN_OBJECT || this.#isFound) return;
      if (this.#depth === 1) this.#enterArray();
      else this.#isCandidate = this.#depth === 2;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.#depth = Math.max(0, this.#depth - 1);
    }
  }

  /** An empty array counts, too. */
  #decide(byte: number): void {
    this.#isCandidate = false;
    if (byte === OPEN_OBJECT) this.#enterArray();
    else if (byte === CLOSE_ARRAY) this.#isFound = true;
  }

  #enterArray(): void {
    this.#isFound = true;
    this.#arrayDepth = this.#depth;
  }

  #closeArray(): void {
    this.#arrayDepth = 0;
    this.#depth -= 1;
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > MOST_ROW_BYTES) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #element(last: Uint8Array, end: number): Element {
    this.#keep(last);
    const isWhole = this.#length <= MOST_ROW_BYTES;
    const pieces = this.#pieces.map((piece) => this.#decoder.decode(piece, { stream: true }));
    const text = pieces.join("") + this.#decoder.decode();
    this.#pieces = [];
    this.#length = 0;
    this.#inElement = false;
    const key = this.#decoder.decode(new Uint8Array(this.#keyBytes));
    const array = { key, depth: this.#arrayDepth };
    const next = { at: end, line: this.#line, array };
    return { line: this.#elementLine, next, ...(isWhole && { text }) };
  }
}
