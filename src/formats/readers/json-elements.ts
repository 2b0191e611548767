import { CallerError } from "../../errors.ts";
import type { Bytes } from "../bytes/byte-stream.ts";
import { type JsonPlan, LISTS_OF_THINGS, looksLikePlace } from "./json-plan.ts";
import { BEGINNING, type Checkpoint, MOST_ROW_BYTES } from "./row.ts";

/** One of the things that JSON is about. */
export interface Element {
  /** The line of the file on which it begins. */
  readonly line: number;
  /** Its JSON text; missing if it is too long. */
  readonly text?: string;
  /** Its key, in an object of things. */
  readonly key?: string;
  /**
   * Where the element ends; missing for what is no JSON between two documents. The array's key is `features` in GeoJSON
   * and `elements` in Overpass JSON; it is empty if the array is the document itself.
   */
  readonly next?: Checkpoint;
}

const [NEWLINE, SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [10, 32, 34, 44, 58, 92] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125] as const;

/** Of a longer key, only the beginning is kept: it is none that we know. */
const MOST_KEY_BYTES = 256;

/**
 * The elements of all lists at the depth of the plan of which the first object looks like a place, in one document or in
 * several. No more than one element is held. Brackets are counted to find where an element ends, and nothing else is
 * parsed: a broken element does not stop the others. What is no JSON between documents is an element without text, once a line.
 *
 * @throws CallerError if there is no such list, or if it does not end
 */
export async function* elementsOf(
  bytes: Bytes,
  plan: JsonPlan,
  start = BEGINNING,
): AsyncGenerator<Element> {
  const scanner = new Scanner(plan, start);
  for await (const chunk of bytes) yield* scanner.scan(chunk);
  scanner.end();
}

class Scanner {
  readonly #plan: JsonPlan;
  readonly #decoder = new TextDecoder();
  #line: number;
  /** Of the chunk's first byte. */
  #position: number;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #strayLine = 0;
  #isFound = false;
  /** Whether a list at the depth of the plan is open; the documents themselves always are. */
  #isOpen: boolean;
  /** Whether that list is one of places; undefined until its first object has told. */
  #isOfPlaces: boolean | undefined;
  #listKey = "";
  /** The bytes of the last string outside of elements: of a key, if a value follows. */
  #stringBytes: number[] = [];
  /** In an object of things: the key of the value that follows. */
  #elementKey: string | undefined;
  /** The pieces of the element that is being read. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #elementLine = 0;
  #inElement = false;

  constructor(plan: JsonPlan, { at, line, array }: Checkpoint) {
    this.#plan = plan;
    this.#position = at;
    this.#line = line;
    this.#isOpen = plan.depth === 0 || array !== undefined;
    this.#isOfPlaces = this.#isOpen ? true : undefined;
    if (!array) return;
    this.#isFound = true;
    this.#depth = array.depth;
    this.#listKey = array.key;
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
      if (this.#depth === 0 && byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
        if (byte !== COMMA && this.#strayLine !== this.#line) {
          this.#strayLine = this.#line;
          yield { line: this.#line, text: "" };
        }
        continue;
      }
      if (this.#isOpen && this.#depth === this.#plan.depth) {
        const isListEnd = this.#depth > 0 && (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT);
        if (byte === COMMA || isListEnd) {
          if (this.#inElement) yield* this.#element(chunk.subarray(start, at), this.#position + at);
          this.#elementKey = undefined;
          if (isListEnd) this.#closeList();
          continue;
        }
        if (this.#beginsElement(byte)) {
          this.#inElement = true;
          this.#elementLine = this.#line;
          start = at;
        }
      }
      this.#structure(byte);
      if (this.#inElement && this.#depth === 0) {
        yield* this.#element(chunk.subarray(start, at + 1), this.#position + at + 1);
      }
    }
    if (this.#inElement) this.#keep(chunk.slice(start));
    this.#position += chunk.length;
  }

  end(): void {
    if (this.#inElement || (this.#isOpen && this.#plan.depth > 0)) {
      throw new CallerError(
        `The file ends in the middle of its JSON, at line ${this.#line}: fetch it again.`,
      );
    }
    if (this.#isFound || this.#plan.depth === 0) return;
    throw new CallerError(
      "The JSON has no list of places: expected are a GeoJSON FeatureCollection, an answer of Overpass, " +
        "or a list of objects.",
    );
  }

  #string(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#inString = false;
    else if (!this.#inElement && this.#stringBytes.length < MOST_KEY_BYTES) {
      this.#stringBytes.push(byte);
    }
  }

  /** In an object, what is before the colon is a key. */
  #beginsElement(byte: number): boolean {
    if (this.#inElement || this.#isOfPlaces === false) return false;
    if (!this.#plan.isByKey || this.#plan.depth === 0) return true;
    if (byte === COLON) this.#elementKey = this.#lastString();
    return this.#elementKey !== undefined && byte !== COLON;
  }

  #lastString(): string {
    return this.#decoder.decode(new Uint8Array(this.#stringBytes));
  }

  #structure(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = true;
      if (!this.#inElement) this.#stringBytes = [];
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#depth += 1;
      const isOfPlan = byte === (this.#plan.isByKey ? OPEN_OBJECT : OPEN_ARRAY);
      if (!this.#isOpen && this.#depth === this.#plan.depth && isOfPlan) this.#openList();
      if (!this.#inElement) this.#stringBytes = [];
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.#depth = Math.max(0, this.#depth - 1);
    }
  }

  #openList(): void {
    this.#isOpen = true;
    this.#listKey = this.#lastString();
    const isKnown = LISTS_OF_THINGS.includes(this.#listKey);
    // Of lists that do not look like places, the first one is taken.
    this.#isOfPlaces = this.#plan.isAnyList ? !this.#isFound : isKnown || undefined;
    this.#isFound = true;
  }

  #closeList(): void {
    this.#isOpen = false;
    this.#depth -= 1;
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > MOST_ROW_BYTES) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  /** None if the list turns out to be of something else. */
  *#element(last: Uint8Array, end: number): Generator<Element> {
    this.#keep(last);
    const isWhole = this.#length <= MOST_ROW_BYTES;
    const pieces = this.#pieces.map((piece) => this.#decoder.decode(piece, { stream: true }));
    const text = pieces.join("") + this.#decoder.decode();
    this.#pieces = [];
    this.#length = 0;
    this.#inElement = false;
    const key = this.#elementKey;
    const { depth, isByKey } = this.#plan;
    const isObject = text.startsWith("{") || !isWhole;
    if (isObject) this.#isOfPlaces ??= !isWhole || looksLikePlaceText(text);
    if (!this.#isOfPlaces || (isByKey && !isObject)) return;
    const array = depth > 0 ? { array: { key: this.#listKey, depth } } : {};
    yield {
      line: this.#elementLine,
      ...(isWhole && { text }),
      ...(key !== undefined && { key }),
      next: { at: end, line: this.#line, ...array },
    };
  }
}

/** What is broken may be one. */
function looksLikePlaceText(text: string): boolean {
  try {
    return looksLikePlace(JSON.parse(text));
  } catch {
    return true;
  }
}
