import type { Point } from "../../geo/point.ts";

/** What a file says of one thing, by column or property name. Values are as the format has them. */
export type Fields = Record<string, unknown>;

/** One row of a file: a line, a feature, an element. */
export interface Row {
  /** Where it begins: the line of a text file, the number of the row in a binary one; from 1. */
  readonly line: number;
  readonly fields: Fields;
  /** From the row's geometry, where the format has one: a line's middle, a point within a polygon. */
  readonly point?: Point;
  /** Why this is no row, in words for the person who has the file. */
  readonly problem?: string;
  /** Where the next one begins; in formats of text, of all that are rows. */
  readonly next?: Mark;
}

/** A place in a text between two rows, from where a reader can go on. */
export interface Mark {
  /** So many bytes of the unpacked text, as UTF-8, are before it. */
  readonly at: number;
  readonly line: number;
  /** Of a JSON document: in which array this is. */
  readonly array?: { readonly key: string; readonly depth: number };
}

export const BEGINNING: Mark = { at: 0, line: 1 };

export type Bytes = AsyncIterable<Uint8Array>;

/** The most that one row may have. Also the bound of what a reader holds of a row that never ends. */
export const MOST_ROW_BYTES = 4 * 1024 * 1024;

export const TOO_LONG = `longer than ${MOST_ROW_BYTES / 1024 / 1024} MiB`;

export function faultyRow(line: number, problem: string): Row {
  return { line, fields: {}, problem };
}

/** Fields without a prototype: a column may be called `__proto__`. */
export function emptyFields(): Fields {
  return Object.create(null);
}
