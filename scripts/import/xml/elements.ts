import { CallerError } from "../../../src/errors.ts";
import type { Bytes } from "../../../src/formats/bytes/byte-stream.ts";

/** An element of an XML document, as it is written there. */
export interface XmlElement {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** Missing if the element is longer than what is held. */
  readonly xml?: string;
  /** The `<name>` of the innermost folder that it is in and that has one, as it is written; else empty. */
  readonly folder: string;
}

/** The most of an element that is held, in characters. As a tree it takes some 60 times as much memory. */
export const MOST_ELEMENT_LENGTH = 8 * 1024 * 1024;

/** Nothing is read that has less behind it, or its beginning might be cut off: of a tag, of a folder with its name. */
const AHEAD = 1_000;

/**
 * The elements of these names, one by one, of a document in UTF-8 with this root. What is around them is passed over, and
 * no more than one of them is held.
 *
 * @throws CallerError if the document ends too early
 */
export async function* readElements(
  bytes: Bytes,
  root: string,
  names: readonly string[],
): AsyncGenerator<XmlElement> {
  const scanner = new Scanner(root, names);
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield* scanner.add(decoder.decode(chunk, { stream: true }));
  yield* scanner.end();
}

class Scanner {
  readonly #root: string;
  /** The tags that matter, and what may hold one as mere text. */
  readonly #mark: RegExp;
  #text = "";
  /** Everything before is read. */
  #at = 0;
  /** The number of the line that `#counted` is on. */
  #line = 1;
  #counted = 0;
  /** What ends the comment or the text that `#at` is in. */
  #until: string | undefined;
  /** The element that `#at` is in, and where it begins; that is missing if it is too long. */
  #element: { readonly name: string; readonly line: number; start?: number } | undefined;
  readonly #folders: string[] = [];
  #isWhole = false;

  constructor(root: string, names: readonly string[]) {
    this.#root = root;
    const tag = `<(/?)(?:[\\w.-]+:)?(${[root, "Folder", ...names].join("|")})(?=[\\s/>])`;
    this.#mark = new RegExp(`<!--|<!\\[CDATA\\[|${tag}`, "g");
  }

  *add(text: string): Generator<XmlElement> {
    this.#text += text;
    yield* this.#read(this.#text.length - AHEAD);
    this.#forget();
  }

  *end(): Generator<XmlElement> {
    yield* this.#read(this.#text.length);
    if (!this.#isWhole) {
      throw new CallerError("The file ends in the middle: fetch it again.");
    }
  }

  /** Reads what begins before `end`, up to what is not there as a whole. */
  *#read(end: number): Generator<XmlElement> {
    while (this.#at < end) {
      if (this.#until !== undefined && !this.#passOver(this.#until)) return;
      this.#mark.lastIndex = this.#at;
      const mark = this.#mark.exec(this.#text);
      if (!mark || mark.index >= end) {
        this.#at = Math.max(this.#at, end);
        return;
      }
      const [sign, slash, name] = mark;
      if (name === undefined) {
        this.#until = sign === "<!--" ? "-->" : "]]>";
        this.#at = mark.index + sign.length;
        continue;
      }
      const tagEnd = endOfTag(this.#text, mark.index + sign.length);
      if (tagEnd < 0) {
        this.#at = mark.index;
        return;
      }
      this.#at = tagEnd;
      const isEmpty = this.#text[tagEnd - 2] === "/";
      if (slash) yield* this.#close(name);
      else this.#open(name, mark.index, isEmpty);
      if (isEmpty) yield* this.#close(name);
    }
  }

  /** Whether the end of what is passed over is there. */
  #passOver(until: string): boolean {
    const found = this.#text.indexOf(until, this.#at);
    this.#at =
      found < 0 ? Math.max(this.#at, this.#text.length - until.length) : found + until.length;
    if (found >= 0) this.#until = undefined;
    return found >= 0;
  }

  #open(name: string, start: number, isEmpty: boolean): void {
    if (this.#element || name === this.#root) return;
    if (name === "Folder") this.#folders.push(isEmpty ? "" : folderName(this.#text, this.#at));
    else this.#element = { name, line: this.#lineAt(start), start };
  }

  *#close(name: string): Generator<XmlElement> {
    if (name === this.#element?.name) {
      const { line, start } = this.#element;
      this.#element = undefined;
      const folder = this.#folders.findLast(Boolean) ?? "";
      const xml = start === undefined ? undefined : this.#text.slice(start, this.#at);
      yield { line, folder, ...(xml && { xml }) };
    } else if (!this.#element) {
      if (name === "Folder") this.#folders.pop();
      if (name === this.#root) this.#isWhole = true;
    }
  }

  #lineAt(index: number): number {
    this.#line += countNewlines(this.#text, this.#counted, index);
    this.#counted = index;
    return this.#line;
  }

  /** Lets go of what is needed no more. */
  #forget(): void {
    // Neither an element nor a tag is as long as this.
    if (this.#text.length - (this.#element?.start ?? this.#at) > MOST_ELEMENT_LENGTH) {
      if (this.#element) delete this.#element.start;
      else this.#at = this.#text.length;
    }
    const start = this.#element?.start ?? this.#at;
    this.#lineAt(start);
    this.#text = this.#text.slice(start);
    this.#at -= start;
    this.#counted = 0;
    if (this.#element?.start !== undefined) this.#element.start = 0;
  }
}

/** Behind the `>` that ends a tag, which within quotation marks is a mere sign; negative if it is not there. */
function endOfTag(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === ">") return at + 1;
    if (sign !== '"' && sign !== "'") continue;
    at = text.indexOf(sign, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

const FOLDER_NAME = /^\s*(<((?:[\w.-]+:)?name)>(?:<!\[CDATA\[[^\]]*\]\]>|[^<]*)<\/\2>)/;

/** The name is what comes first in a folder. */
function folderName(text: string, from: number): string {
  return FOLDER_NAME.exec(text.slice(from, from + AHEAD))?.[1] ?? "";
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
